package main

import (
	"crypto/x509"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"motcua/daemon/config"
	"motcua/daemon/documents"
	"motcua/protocol/envelope"
	"motcua/protocol/fault"
	"motcua/protocol/local"
	"motcua/protocol/request"
	"motcua/protocol/roster"
	"motcua/protocol/wire"
)

// papers are what the centre signs for everybody, and who verifies what it signs.
type papers struct {
	centre  *envelope.Centre
	revoked *envelope.Revoked
	list    *documents.Kept[request.Revocation]
	vaccine *vaccination                   // nil: no vaccination certificates are verified
	roster  *documents.Kept[roster.Roster] // nil: nobody is on duty here
}

// openDocuments reads the documents of the last run. What they revoke counts no
// more from here on.
func openDocuments(c config.Config, far centre, log *slog.Logger) (papers, error) {
	p := papers{revoked: &envelope.Revoked{}}
	p.centre = envelope.NewCentre(far.receipt, far.document, p.revoked.HasName)
	p.list = documents.Open(c.Queue.Document(wire.DocRevocation), documents.Revocation(p.centre, far.document), log)
	if list, some := p.list.Newest(); some {
		p.revoked.Set(list)
	}
	var err error
	p.vaccine, err = openVaccination(c, log)
	return p, err
}

func (p papers) all() documents.Set {
	all := append(documents.Set{p.list}, p.vaccine.all()...)
	if p.roster != nil {
		all = append(all, p.roster)
	}
	return all
}

// states tells what there is, by the centre's time as far as it is known.
func (p papers) states(now func() time.Time) func() []local.DocumentState {
	return func() []local.DocumentState { return p.all().States(now()) }
}

// watch lets a list count from the moment it comes, and tells whether the kiosk's
// own certificate is on it.
func (p papers) watch(own [][]byte, tell func(error), log *slog.Logger) {
	p.list.OnChange(func(list request.Revocation) {
		p.revoked.Set(list)
		err := fault.Wrap(fault.Revoked, onList(own, list))
		if err != nil {
			log.Error("this kiosk may sign nothing any more", "err", err)
		}
		tell(err)
	})
}

// onList says which certificate of a chain is on a list.
func onList(chain [][]byte, list request.Revocation) error {
	for _, der := range chain {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(envelope.NamesOf(c), list.Has) {
			return fmt.Errorf("the certificate of %s, serial %x, or its facility, is on list %d", c.Subject.CommonName, c.SerialNumber, list.Number)
		}
	}
	return nil
}
