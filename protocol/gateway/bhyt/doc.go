// Package bhyt asks the health insurer's portal (BHYT) on behalf of kiosks: it is the
// service behind the look-up of a card (H09) and behind the insurance of a check-in
// (H01).
//
// The portal wants the facility's account, and with each look-up the name and number
// of an officer whom the facility has registered (codes 054 and 055). Both are here
// and nowhere else: kiosks send no more than the reference of the officer who is on
// duty. Neither the account, nor officers, nor what is asked and answered comes into
// a log, an error or the inbox's clear part.
//
// What the portal sends is hostile input: bounded in size and time, decoded strictly.
// The history of treatment is never asked for, and not read when it is there.
package bhyt
