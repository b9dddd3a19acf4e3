// Package vaccination is the services of immunisation behind the gateway: sessions (V02),
// doses (V03), attestation (V04), certificates and their revocation (V05).
//
// What may be recorded is decided here, from what the gateway has checked of device,
// officer, card and time; the registry keeps it (protocol/immunisation). No password
// makes a fact: a plan counts by its approver's signature, a record of the registry by
// the centre's seal, a batch by its attester's signature. docs/vaccination.md has every
// reason for which something is refused.
//
// Nothing about a person comes into a log, an error or the inbox.
package vaccination
