package signing

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"time"

	"motcua/protocol/gateway"
	"motcua/protocol/request"
	"motcua/protocol/workday"
)

// ahead is by how much a kiosk's clock may be ahead of the centre's.
const ahead = 5 * time.Minute

// signed holds the signature of a form against document, officer and time.
func (s *Service) signed(r gateway.Request, doc request.Digest, taken desk) Reason {
	c := s.named(r.Text("certificate"))
	if c == nil {
		return SignerUnknown
	}
	at := signedAt(r)
	for _, when := range []time.Time{r.Now, at} {
		if why := s.belongs(c, r.Inner.Officer.Ref, when); why != "" {
			return why
		}
	}
	if r.Outer.Clock.Trust == request.ClockUnset || at.Before(time.UnixMilli(taken.At).Add(-ahead)) || at.After(r.Now.Add(ahead)) {
		return SignatureTime
	}
	signature, err := hex.DecodeString(r.Text("signature"))
	if err != nil || !verifies(c, r.Text("algorithm"), doc, signature) {
		return SignatureBad
	}
	return ""
}

// named is the registered certificate with a SHA-256; nil: there is none.
func (s *Service) named(digest string) *x509.Certificate {
	for _, c := range s.Signers() {
		if sum := sha256.Sum256(c.Raw); hex.EncodeToString(sum[:]) == digest {
			return c
		}
	}
	return nil
}

// belongs: the certificate is of the signers' authority, for non-repudiation, valid now,
// and the officer's.
func (s *Service) belongs(c *x509.Certificate, officer string, now time.Time) Reason {
	switch {
	case c.Subject.CommonName != officer:
		return SignerOther
	case now.Before(c.NotBefore) || now.After(c.NotAfter):
		return SignerTime
	case c.IsCA || c.KeyUsage&x509.KeyUsageContentCommitment == 0:
		return SignerDistrust
	}
	_, err := c.Verify(x509.VerifyOptions{Roots: s.Authority, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
	if err != nil {
		return SignerDistrust
	}
	return ""
}

// signedAt is when the form says that it was signed, by the centre's clock: a minute of
// the kiosk's, which the catalogue has checked.
func signedAt(r gateway.Request) time.Time {
	at, _ := time.ParseInLocation("02/01/2006 15:04", r.Text("signed_at"), workday.Zone())
	return at.Add(time.Duration(r.Outer.Clock.OffsetMS) * time.Millisecond)
}

// deedOf is a signature for the hub.
func deedOf(r gateway.Request, doc request.Digest, c *x509.Certificate, signature []byte) Deed {
	return Deed{
		Document: doc, Officer: r.Inner.Officer.Ref, Algorithm: r.Text("algorithm"), Certificate: c.Raw, Signature: signature,
		SignedAt: signedAt(r).UnixMilli(),
	}
}

// verifies: the signature is over the document's SHA-256, in the way that is said.
func verifies(c *x509.Certificate, algorithm string, doc request.Digest, signature []byte) bool {
	switch key := c.PublicKey.(type) {
	case *ecdsa.PublicKey:
		return algorithm == "ES256" && ecdsa.VerifyASN1(key, doc[:], signature)
	case *rsa.PublicKey:
		if key.N.BitLen() < 2048 {
			return false
		}
		if algorithm == "PS256" {
			return rsa.VerifyPSS(key, crypto.SHA256, doc[:], signature, &rsa.PSSOptions{SaltLength: sha256.Size}) == nil
		}
		return algorithm == "RS256" && rsa.VerifyPKCS1v15(key, crypto.SHA256, doc[:], signature) == nil
	}
	return false
}
