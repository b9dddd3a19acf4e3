// Package request owns what a kiosk asks of the centre and what the centre
// answers: the fields, their meaning, their bounds and their canonical bytes.
//
// A request has two parts. The [Outer] part travels in clear and routes the
// request; it never holds anything about a person. The [Inner] part holds the
// person, the evidence, the consent and the form, and travels sealed. The centre
// answers with a [Receipt] ("we have it") and a [Result] ("this came of it"),
// whose personal part, the [Answer], is sealed to a key of the visit.
//
// The bytes are CBOR in core deterministic encoding (RFC 8949 section 4.2.1)
// with text keys. The *.cddl files beside the code define them for other
// implementations; a test holds the files and the Go types equal, both ways. A
// decoder takes the canonical bytes of a value and nothing else.
//
// Types that carry a person mask themselves in String, in every fmt verb, in
// JSON and in logs.
//
// The package signs and seals nothing (protocol/envelope does), and must never
// import os, net, log, math/rand or ask for the time.
package request
