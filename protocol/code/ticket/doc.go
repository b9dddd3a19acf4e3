// Package ticket owns the code on a ticket: a reference by which a person who
// comes back is found again, at any kiosk or desk of the facility.
//
// The reference is opaque. It is made of the random part of the request's id, so
// it says nothing about the person, the time or how many came before, and
// nobody finds another's by counting. It proves no more than that somebody has
// seen the ticket.
//
// The package works on text and ids and imports ascii, own, request and wire only.
package ticket
