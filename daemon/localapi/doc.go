// Package localapi is kioskd's door for the screens and tools of the same
// machine: HTTP over a unix socket, as protocol/local describes it.
//
// It owns the socket and the limits of who may ask how much. What is inside it
// sees through [Host] only: it must never import the session, the queue or the
// link. Everything that comes in is hostile until it has been parsed: sizes are
// bounded, every read and write has a deadline, and a reader that is too slow
// gets the latest state instead of a backlog.
package localapi
