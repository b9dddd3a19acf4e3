// Package arrival says what each outcome of coming for an appointment (H04) means for
// the person at a kiosk: the words on the screen, what comes next, what staff do, and
// the line on the slip.
//
// It is the only table of outcomes; docs/hospital.md is made from it. The outcomes are
// the hospital's to decide: no clock of a kiosk is compared with an appointment.
package arrival
