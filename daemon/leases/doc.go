// Package leases owns the numbers that the centre has lent to this kiosk: blocks of
// a queue on a day, which it alone may give out, with or without a connection.
//
// A number is given out at most once, whatever fails: it is off the disk before it
// is handed out. One that was handed out and came to nothing is missing in the queue,
// which nobody minds. What is left of a day is given back to the centre, and is off
// the disk as well before the centre is told.
//
// The package must never import the link, the session or anything that knows a
// visit.
package leases
