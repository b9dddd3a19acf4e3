// Package vaccination is an invented state that issues vaccination certificates in
// the form of Decision 5772/QĐ-BYT (HC1), and the provisioner who lists its signer
// and what it has revoked.
//
// It makes what protocol/code/hc1 reads, for emulators, demonstrations and tests.
// Programs that are shipped must never import it.
package vaccination
