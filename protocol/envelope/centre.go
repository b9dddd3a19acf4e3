package envelope

import (
	"crypto/x509"
	"time"

	"motcua/protocol/request"
)

// Centre verifies what the centre signs. It remembers the certificate chains that
// it has verified, and asks about each whether it counts still. Its methods may be
// called concurrently.
type Centre struct{ answers, documents *chains }

// NewCentre makes a verifier. answers and documents hold the fleet authority, or
// the very certificates that sign receipts and documents. revoked tells whether a
// certificate counts no more; nil: all count.
func NewCentre(answers, documents *x509.CertPool, revoked func(request.CertificateName) bool) *Centre {
	c := &Centre{newChains(answers, checkReceipt), newChains(documents, checkDocument)}
	c.answers.revoked, c.documents.revoked = revoked, revoked
	return c
}

// Receipt reads a receipt if a certificate that may sign receipts did so.
func (c *Centre) Receipt(b []byte, now time.Time) (request.Receipt, error) {
	r, _, err := verifyMessage(b, MaxReceipt, TypeReceipt, c.answers, now, request.DecodeReceipt)
	return r, err
}

// Result reads a result likewise. The answer in it is still sealed.
func (c *Centre) Result(b []byte, now time.Time) (request.Result, error) {
	r, _, err := verifyMessage(b, MaxResult, TypeResult, c.answers, now, request.DecodeResult)
	return r, err
}

// Welcome reads a Welcome likewise.
func (c *Centre) Welcome(b []byte, now time.Time) (request.Welcome, error) {
	w, _, err := verifyMessage(b, MaxWelcome, TypeWelcome, c.answers, now, request.DecodeWelcome)
	return w, err
}

// Revocation reads a list if a certificate that may sign documents did so. That it
// is not older than one seen before is for the caller to check.
func (c *Centre) Revocation(b []byte, now time.Time) (request.Revocation, error) {
	r, _, err := verifyMessage(b, MaxRevocation, TypeRevocation, c.documents, now, request.DecodeRevocation)
	return r, err
}
