// Package hospital tells a hospital's own system of people who have checked in (H01):
// it hands over the CHECK-IN record of Decision 4750/QD-BYT, once the request has its
// receipt and its ticket.
//
// The record is made anew of the sealed request for every attempt; nothing of the
// person is kept, logged or put into an error. A record is known by the number of the
// stay, so that one which comes twice does no harm. What the hospital answers is
// hostile input: only its status counts.
package hospital
