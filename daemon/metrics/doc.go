// Package metrics owns the figures that a kiosk tells about itself, in
// Prometheus' text format: their names, their labels, and when they move. It is
// the only importer of the Prometheus library beside the centre's gatewayd.
//
// Names are a promise to whoever draws graphs of them; testdata/names.golden
// keeps them. No figure and no label says anything about a person: labels are
// states, outcomes and fault codes, all from lists that are known when the
// program is built.
//
// The package asks the kiosk's parts when somebody looks, and is told of what
// cannot be asked for afterwards. It opens no socket and must never import
// daemon/session: a visit tells it through an interface of the visit's own.
package metrics
