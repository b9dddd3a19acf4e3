// Package gateway is the far end of the kiosks: it takes an envelope from the
// wire and gives back the signed receipt, and the result, that go down again.
//
// For each envelope it verifies the device and the signature, opens what is
// sealed to its service key, finds out whether it has seen the request before,
// hands it to the [Service] that does the work, and stores request, effect,
// receipt and result in one transaction. So an envelope has its effect exactly
// once, however often it is delivered, and every delivery gets the same receipt.
//
// Storage is behind [Inbox]; gateway/inboxsqlite is the one for one machine. The
// package listens on nothing: protocol/cmd/gatewayd brings it the messages.
// Nothing personal is in its errors, and the inbox holds personal data only
// sealed, or as keyed hashes.
package gateway
