// Package catalogue owns the services there are, as data: their names, the evidence
// they need, the fields of their forms, how long a request waits, what makes two
// requests the same, and what people read before and after.
//
// Kiosk and centre read the same catalogue, so that a request the kiosk may send
// is one the centre knows, and hold forms against it by the same rules. The package
// holds data, look-ups and those rules; it must never decide anything about a visit,
// open a file or ask for the time.
package catalogue
