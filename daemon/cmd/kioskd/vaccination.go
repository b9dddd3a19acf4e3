package main

import (
	"crypto/ed25519"
	"fmt"
	"log/slog"
	"time"

	"motcua/daemon/config"
	"motcua/daemon/documents"
	"motcua/daemon/session"
	"motcua/protocol/catalogue"
	"motcua/protocol/code/hc1"
	"motcua/protocol/fault"
	"motcua/protocol/signedlist"
	"motcua/protocol/wire"
)

// leeway is by how much the clocks of issuers may be ahead of the centre's.
const leeway = 5 * time.Minute

// vaccination are the lists that vaccination certificates are held against.
type vaccination struct {
	signers     *documents.Kept[*hc1.Signers]
	revocations *documents.Kept[*hc1.Revocations]
	policy      hc1.Policy
}

// loadListKey reads the key that checks the lists; nil where none is configured.
func loadListKey(c config.Vaccination) (ed25519.PublicKey, error) {
	if c.Key == "" {
		return nil, nil
	}
	text, err := readKey(c.Key)
	if err != nil {
		return nil, fmt.Errorf("vaccination.key: %w", err)
	}
	key, err := signedlist.ParsePublicKey(text)
	if err != nil {
		return nil, fault.Wrap(fault.KeyInvalid, fmt.Errorf("vaccination.key: %s: %w", c.Key, err))
	}
	return key, nil
}

// openVaccination reads the lists of the last run; nil where no key is configured.
func openVaccination(c config.Config, log *slog.Logger) (*vaccination, error) {
	key, err := loadListKey(c.Vaccination)
	if err != nil || key == nil {
		return nil, err
	}
	svc, _ := catalogue.Lookup(catalogue.VerifyVaccine)
	return &vaccination{
		signers:     documents.Open(c.Queue.Document(wire.DocHC1Signers), documents.HC1Signers(key, svc.Fresh, log), log),
		revocations: documents.Open(c.Queue.Document(wire.DocHC1Revocations), documents.HC1Revocations(key, svc.Fresh), log),
		policy:      hc1.Policy{SignersAge: svc.Fresh, RevocationsAge: svc.Fresh, Leeway: leeway},
	}, nil
}

// verify holds certificates against the newest lists, at a time of the centre's
// clock as far as it is known; nil where none are verified.
func (v *vaccination) verify(now func() time.Time) session.VerifyFunc {
	if v == nil {
		return nil
	}
	return func(c *hc1.Certificate, holder *hc1.Holder) hc1.Verdict {
		var lists hc1.Lists // nil for one that is not there
		lists.Signers, _ = v.signers.Newest()
		lists.Revocations, _ = v.revocations.Newest()
		return hc1.Verify(c, lists, v.policy, holder, now())
	}
}

// all are the lists as documents.
func (v *vaccination) all() documents.Set {
	if v == nil {
		return nil
	}
	return documents.Set{v.signers, v.revocations}
}
