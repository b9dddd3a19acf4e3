// Package token signs with an officer's own token over PKCS #11 (OASIS, v2.40), as
// [motcua/drivers.SigningToken]. It is the only importer of miekg/pkcs11. Keys stay in
// the token; PINs are wiped.
//
// A PKCS #11 module is its maker's program inside ours. What Go can hold against that is
// done here:
//
//   - A call cannot be interrupted. It has a goroutine of its own, which is left behind
//     when its context ends; until the module comes back the token is told as
//     [motcua/drivers.ErrDeviceMute] and asked nothing else. What comes too late is thrown away.
//   - Each call starts the module and ends it: nobody stays logged in, tokens are looked for
//     anew, and a module that was upset begins afresh.
//   - How many slots, objects and bytes it has is bounded, a panic is an error, and a
//     signature counts only when the certificate that came with it verifies it.
//   - No try is used for a PIN that the token cannot have.
//
// A module that crashes takes the process with it: docs/limits.md.
//
// Without cgo the package compiles to a stub that says that there is no module.
package token
