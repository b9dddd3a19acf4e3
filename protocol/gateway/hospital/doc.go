// Package hospital tells a hospital's own system of people who have checked in (H01):
// it hands over the CHECK-IN record of Decision 4750/QD-BYT, once the request has its
// receipt and its ticket.
//
// It also has people registered who pay (H02), and asks about appointments (H04) and bills (H05): there
// the hospital's system decides, gives the number and says what is to be paid. The
// payment code is made here, for the account in the gateway's own configuration, so
// that no answer can send money elsewhere.
//
// The record is made anew of the sealed request for every attempt; nothing of the
// person is kept, logged or put into an error. A record is known by the number of the
// stay, so that one which comes twice does no harm. What the hospital answers is
// hostile input: of a record only the status counts, everything else is bounded.
package hospital
