package vaccination

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"slices"
	"time"

	"motcua/protocol/gateway"
	"motcua/protocol/immunisation"
)

// attest has an officer who recorded none of them vouch for a session's doses (V04).
func (s *Service) attest(ctx context.Context, r gateway.Request, a answers) (gateway.Outcome, error) {
	root, by := a.text("batch"), r.Inner.Officer.Ref
	st, doses, err := s.batch(ctx, root)
	if err != nil {
		return gateway.Outcome{}, err
	}
	session, err := s.known(ctx, st.Batch.Session)
	switch {
	case err != nil:
		return gateway.Outcome{}, err
	case !s.supervises(r.Outer.Facility, session.Session.Facility):
		return gateway.Outcome{}, refuse(immunisation.SessionElsewhere)
	case session.Revoked != 0:
		return gateway.Outcome{}, refuse(immunisation.SessionRevoked)
	case a.number("records") != uint(len(doses)):
		return gateway.Outcome{}, refuse(immunisation.BatchDiffers)
	case session.Session.Officer == by || slices.ContainsFunc(doses, func(d immunisation.Dose) bool { return d.Officer == by }):
		return gateway.Outcome{}, refuse(immunisation.AttesterInIt)
	}
	if err := s.signed(by, root, a, r.Now); err != nil {
		return gateway.Outcome{}, err
	}
	wanted, err := immunisation.Seal(s.Sealer, immunisation.Attestation{
		Request: r.Outer.ID, Root: root, Session: session.Session.ID, Attester: by,
		Certificate: a.text("certificate"), Signature: a.text("signature"), At: r.Outer.CreatedAt,
	})
	if err != nil {
		return gateway.Outcome{}, err
	}
	if st, err = ask[immunisation.BatchState](ctx, s.Registry, immunisation.VerbAttest, wanted); err != nil {
		return gateway.Outcome{}, err
	}
	if !s.attested(st) || st.Batch.Root != root {
		return gateway.Outcome{}, refuse(immunisation.RecordForged)
	}
	return filed(r, st.Attestation.ID, st.Attestation.ID != wanted.ID), nil
}

// batch is a batch with its doses, all of them the centre's.
func (s *Service) batch(ctx context.Context, root string) (immunisation.BatchState, []immunisation.Dose, error) {
	st, err := askByName[immunisation.BatchState](ctx, s.Registry, immunisation.VerbBatchOf, root)
	if err != nil {
		return st, nil, err
	}
	if st.Batch.Root != root || immunisation.RootOf(st.Batch.Doses) != root {
		return st, nil, refuse(immunisation.RecordForged)
	}
	recorded, err := askByName[[]immunisation.DoseState](ctx, s.Registry, immunisation.VerbDosesOf, st.Batch.Session)
	if err != nil {
		return st, nil, err
	}
	var doses []immunisation.Dose
	for _, d := range recorded {
		if !slices.Contains(st.Batch.Doses, d.Dose.ID) {
			continue
		}
		if immunisation.Check(s.Sealer, d.Dose) != nil || d.Dose.Session != st.Batch.Session {
			return st, nil, refuse(immunisation.RecordForged)
		}
		doses = append(doses, d.Dose)
	}
	if len(doses) != len(st.Batch.Doses) {
		return st, nil, refuse(immunisation.RecordForged)
	}
	return st, doses, nil
}

// attested: somebody vouches for the batch, and the centre has checked it.
func (s *Service) attested(st immunisation.BatchState) bool {
	a := st.Attestation
	return a != nil && a.Root == st.Batch.Root && a.Session == st.Batch.Session &&
		immunisation.RootOf(st.Batch.Doses) == a.Root && immunisation.Check(s.Sealer, *a) == nil
}

// signed holds the signature against the attester's certificate.
func (s *Service) signed(by, root string, a answers, now time.Time) error {
	var c *x509.Certificate
	for _, known := range s.Attesters() {
		if sum := sha256.Sum256(known.Raw); hex.EncodeToString(sum[:]) == a.text("certificate") {
			c = known
		}
	}
	switch {
	case c == nil || now.Before(c.NotBefore) || now.After(c.NotAfter):
		return refuse(immunisation.SignerUnknown)
	case c.Subject.CommonName != by:
		return refuse(immunisation.SignerOther)
	}
	signature, err := hex.DecodeString(a.text("signature"))
	algorithm := algorithmOf(c)
	if err != nil || algorithm == x509.UnknownSignatureAlgorithm || c.CheckSignature(algorithm, immunisation.AttestedBytes(root), signature) != nil {
		return refuse(immunisation.SignatureBad)
	}
	return nil
}

// algorithmOf is how an attester signs with this kind of key.
func algorithmOf(c *x509.Certificate) x509.SignatureAlgorithm {
	switch c.PublicKey.(type) {
	case *ecdsa.PublicKey:
		return x509.ECDSAWithSHA256
	case ed25519.PublicKey:
		return x509.PureEd25519
	case *rsa.PublicKey:
		return x509.SHA256WithRSAPSS
	}
	return x509.UnknownSignatureAlgorithm
}
