// Package uplink owns the connection to the centre: it delivers what is in the
// queue, and brings back receipts, results and the documents that the centre signs
// for everybody.
//
// Nothing that a broker or the MQTT library says is believed to mean delivery. A
// publish token that completes, a PUBACK, a connection that stands: each of them
// has been seen to lie. A request leaves the queue only when a receipt arrives
// whose signature verifies and that names its id, its number and its digest.
// Until then the same bytes are sent again.
//
// The library is used for one connection at a time and then thrown away: its own
// reconnecting, retrying and storing are off. [Backoff] says when to connect
// again and is pure, so that a thousand kiosks can be simulated in a test.
//
// The package is the only importer of paho. It must never import session,
// drivers or anything that knows a visit.
package uplink
