package envelope

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/binary"
	"fmt"
	"sync"
	"time"
)

// chainsMost bounds the memory of verified chains; a full one starts anew.
const chainsMost = 4096

// chains verifies certificate chains for one purpose, and remembers those that
// were good with the time in which they are.
type chains struct {
	roots   *x509.CertPool
	purpose func(*x509.Certificate) error

	mu    sync.Mutex
	known map[[32]byte]chain
}

// chain is a chain that leads to a root.
type chain struct {
	leaf        *x509.Certificate
	from, until time.Time // all of its certificates are valid
}

func newChains(roots *x509.CertPool, purpose func(*x509.Certificate) error) *chains {
	return &chains{roots: roots, purpose: purpose, known: map[[32]byte]chain{}}
}

// check returns the signer's certificate if its chain is good at the time now.
func (c *chains) check(der [][]byte, now time.Time) (*x509.Certificate, error) {
	name := nameOf(der)
	c.mu.Lock()
	known, ok := c.known[name]
	c.mu.Unlock()
	if ok && !now.Before(known.from) && !now.After(known.until) {
		return known.leaf, nil
	}
	fresh, err := c.verify(der, now)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.known) >= chainsMost {
		clear(c.known)
	}
	c.known[name] = fresh
	return fresh.leaf, nil
}

// nameOf is a hash over the certificates and their lengths.
func nameOf(der [][]byte) [32]byte {
	h := sha256.New()
	for _, b := range der {
		var n [4]byte
		binary.BigEndian.PutUint32(n[:], uint32(len(b)))
		h.Write(n[:])
		h.Write(b)
	}
	return [32]byte(h.Sum(nil))
}

func (c *chains) verify(der [][]byte, now time.Time) (chain, error) {
	certs := make([]*x509.Certificate, len(der))
	for i, b := range der {
		var err error
		if certs[i], err = x509.ParseCertificate(b); err != nil {
			return chain{}, fmt.Errorf("%w: x5chain holds a broken certificate", ErrMalformed)
		}
	}
	leaf := certs[0]
	if err := c.purpose(leaf); err != nil {
		return chain{}, err
	}
	if public, ok := leaf.PublicKey.(*ecdsa.PublicKey); !ok || public.Curve != elliptic.P256() {
		return chain{}, fmt.Errorf("%w: not a P-256 key", ErrCertificate)
	}
	path, err := c.path(certs, now)
	if err != nil {
		return chain{}, err
	}
	good := chain{leaf, leaf.NotBefore, leaf.NotAfter}
	for _, cert := range path {
		if cert.NotBefore.After(good.from) {
			good.from = cert.NotBefore
		}
		if cert.NotAfter.Before(good.until) {
			good.until = cert.NotAfter
		}
	}
	return good, nil
}

// path leads from the signer's certificate to a root.
func (c *chains) path(certs []*x509.Certificate, now time.Time) ([]*x509.Certificate, error) {
	if c.roots == nil {
		return nil, fmt.Errorf("%w: no fleet authority is known", ErrCertificate)
	}
	between := x509.NewCertPool()
	for _, cert := range certs[1:] {
		between.AddCert(cert)
	}
	paths, err := certs[0].Verify(x509.VerifyOptions{
		Roots:         c.roots,
		Intermediates: between,
		CurrentTime:   now,
		KeyUsages:     []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCertificate, plain(err))
	}
	return paths[0], nil
}
