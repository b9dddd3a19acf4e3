// Package vaxsession owns the vaccination session of this kiosk: the one that the centre
// has opened here and that nobody has closed, and the batches of closed ones that nobody
// has attested.
//
// A session is on the disk before it counts, so that doses go on without a connection and
// after a power cut. It ends by its own time, which the centre has set; what stays is
// that somebody has to close it. Nothing here names a person: a session, a plan and a
// batch are numbers of the centre, an officer is a reference.
//
// The package must never import the link, the session of a visit or anything that knows
// a person.
package vaxsession
