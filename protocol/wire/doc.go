// Package wire owns how messages travel between kiosks and the centre over
// MQTT: topics, quality of service, limits, and which client may touch which
// topic.
//
// A kiosk has a branch of its own, k1/{province}/{facility}/{device}: it
// publishes below up/ and subscribes below dn/, and nowhere else. The names in
// the branch are those of its certificate (ST, O, CN), so a broker can confine a
// kiosk without a list of kiosks. Beside its branch it may read the documents that
// are for it: k1/{scope}/doc/{name}, kept by the broker.
//
// The package holds names and rules only. It must never import an MQTT library,
// os or net.
package wire
