// Package appointment owns the code on the slip of an appointment at a hospital: the
// facility and the number under which its own system keeps the appointment.
//
// The code says nothing about the person, the day or the department; who holds it has
// seen the slip, and no more. Hospitals print it, so the form is published in
// docs/codes.md.
//
// The package works on text and imports ascii, own and wire only.
package appointment
