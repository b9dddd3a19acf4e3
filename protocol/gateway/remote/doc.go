// Package remote is the way from the gateway to a system behind it that is asked by
// HTTP, in JSON or CBOR. Addresses and bodies may bear secrets: no error names them, no
// redirection is followed, and there is no way through a proxy. What comes back is
// bounded in size; its meaning is the caller's to check.
package remote
