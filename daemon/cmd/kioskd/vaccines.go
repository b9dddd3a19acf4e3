package main

import (
	"motcua/daemon/session"
	"motcua/daemon/vaxsession"
)

// vaccines lets the session keep vaccination sessions in the book.
type vaccines struct{ book *vaxsession.Book }

// Open is the session in which doses may be recorded now; see session.Vaccination.
func (v vaccines) Open() (session.VaccineSession, bool) {
	s, open := v.book.Open()
	return session.VaccineSession(s), open
}

// Unclosed is the session that nobody has closed; see session.Vaccination.
func (v vaccines) Unclosed() (session.VaccineSession, bool) {
	s, found := v.book.Unclosed()
	return session.VaccineSession(s), found
}

// Begin keeps a session; see session.Vaccination.
func (v vaccines) Begin(s session.VaccineSession) error { return v.book.Begin(vaxsession.Session(s)) }

// Close forgets it, and keeps its batch; see session.Vaccination.
func (v vaccines) Close(id string, b session.VaccineBatch) error {
	return v.book.Close(id, vaxsession.Batch(b))
}

// Batches are those that are to be attested; see session.Vaccination.
func (v vaccines) Batches() (all []session.VaccineBatch) {
	for _, b := range v.book.Batches() {
		all = append(all, session.VaccineBatch(b))
	}
	return all
}

// Attested forgets a batch; see session.Vaccination.
func (v vaccines) Attested(root string) error { return v.book.Attested(root) }
