// Package catalogue owns the services a kiosk offers, as data: their names, the
// evidence they need, how long a request waits, what makes two requests the same,
// and the choices in their forms.
//
// Kiosk and centre read the same catalogue, so that a request the kiosk may send
// is one the centre knows. The package holds data and look-ups; it must never
// decide anything about a visit, open a file or ask for the time.
package catalogue
