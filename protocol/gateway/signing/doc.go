// Package signing is the gateway's side of the officer's signing desk (C13): the hub of
// the agencies asks for signatures under extracts; an officer of the facility sees what is
// to be signed, takes one, and signs it with a token of their own or says why not; the hub
// gets what came of it.
//
//	listed → taken → signed | refused → pushed
//	            ↘ listed, after a while
//
// Every step but the last is made in the transaction of its receipt, so that a document
// has one signature whoever else tries. A signature counts when it is over exactly the
// document's SHA-256, by a certificate of the signers' authority that belongs to the
// officer of the session.
//
// What a document says goes through to the officer and is not kept; what is kept of a task
// names officers by reference, and nobody else.
package signing
