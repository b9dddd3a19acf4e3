package main

import (
	"crypto/x509"
	"fmt"
	"log/slog"
	"time"

	"motcua/daemon/documents"
	"motcua/protocol/envelope"
	"motcua/protocol/fault"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// papers are what the centre signs for everybody, and who verifies what it signs.
type papers struct {
	centre  *envelope.Centre
	revoked *envelope.Revoked
	list    *documents.Kept[request.Revocation]
}

// openDocuments reads the documents of the last run. What they revoke counts no
// more from here on.
func openDocuments(file string, far centre, log *slog.Logger) papers {
	p := papers{revoked: &envelope.Revoked{}}
	p.centre = envelope.NewCentre(far.receipt, far.document, p.revoked.HasName)
	p.list = documents.Open(file, documents.Revocation(p.centre, far.document), log)
	if list, some := p.list.Newest(); some {
		p.revoked.Set(list)
	}
	return p
}

func (p papers) all() documents.Set { return documents.Set{p.list} }

// watch lets a list count from the moment it comes, and tells whether the kiosk's
// own certificate is on it.
func (p papers) watch(own [][]byte, tell func(error)) {
	p.list.OnChange(func(list request.Revocation) {
		p.revoked.Set(list)
		tell(fault.Wrap(fault.Revoked, counts(own, list)))
	})
}

// counts says which certificate of a chain is on a list.
func counts(chain [][]byte, list request.Revocation) error {
	for _, der := range chain {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return err
		}
		if list.Has(envelope.CertificateName(c)) {
			return fmt.Errorf("the certificate of %s, serial %x, is on list %d", c.Subject.CommonName, c.SerialNumber, list.Number)
		}
	}
	return nil
}

// states tells how old the documents are, by the centre's time as far as it is
// known.
func (p papers) states(now func() time.Time) func() []local.DocumentState {
	return func() (all []local.DocumentState) {
		for _, d := range p.all() {
			head, some := d.Head()
			if !some {
				continue
			}
			at := now()
			s := local.DocumentState{
				Document: d.Place().Name, Number: head.Number, At: head.At.UnixMilli(), Next: head.Next.UnixMilli(),
				AgeS: max(int64(at.Sub(head.At).Seconds()), 0),
			}
			if at.After(head.Next) {
				s.Code = fault.Outdated
			}
			all = append(all, s)
		}
		return all
	}
}
