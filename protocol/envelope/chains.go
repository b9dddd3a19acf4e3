package envelope

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"slices"
	"sync"
	"time"

	"motcua/protocol/request"
)

// chainsMost bounds the memory of verified chains; a full one starts anew.
const chainsMost = 4096

// chains verifies certificate chains for one purpose, and remembers those that
// were good with the time in which they are.
type chains struct {
	roots   *x509.CertPool
	purpose func(*x509.Certificate) error
	revoked func(request.CertificateName) bool // nil: nobody is

	mu    sync.Mutex
	known map[[sha256.Size]byte]chain
}

// chain is a chain that leads to a root.
type chain struct {
	leaf        *x509.Certificate
	names       []request.CertificateName // of all its certificates
	from, until time.Time                 // all of them are valid
}

// CertificateName is how lists of revoked certificates name c.
func CertificateName(c *x509.Certificate) request.CertificateName {
	sum := sha256.Sum256(c.RawTBSCertificate)
	return request.CertificateName(sum[:len(request.CertificateName{})])
}

// FacilityName is how lists of revoked certificates name a whole facility: the first
// 16 bytes of SHA-256("motcua facility v1" || 00 || province || 00 || facility). With it
// on the list no certificate counts that names this province (ST) and facility (O),
// also one that is issued later.
func FacilityName(province, facility string) request.CertificateName {
	sum := sha256.Sum256([]byte("motcua facility v1\x00" + province + "\x00" + facility))
	return request.CertificateName(sum[:len(request.CertificateName{})])
}

// NamesOf are the names with any of which on the list c counts no more: its own, and
// that of the facility that it names.
func NamesOf(c *x509.Certificate) []request.CertificateName {
	names := []request.CertificateName{CertificateName(c)}
	if len(c.Subject.Province) == 1 && len(c.Subject.Organization) == 1 {
		names = append(names, FacilityName(c.Subject.Province[0], c.Subject.Organization[0]))
	}
	return names
}

func newChains(roots *x509.CertPool, purpose func(*x509.Certificate) error) *chains {
	return &chains{roots: roots, purpose: purpose, known: map[[sha256.Size]byte]chain{}}
}

// check returns the signer's certificate if its chain is good at the time now.
func (c *chains) check(x x5chain, now time.Time) (*x509.Certificate, error) {
	name := sha256.Sum256(x.raw)
	c.mu.Lock()
	known, ok := c.known[name]
	c.mu.Unlock()
	if !ok || now.Before(known.from) || now.After(known.until) {
		var err error
		if known, err = c.verify(x.certs, now); err != nil {
			return nil, err
		}
		c.keep(name, known)
	}
	if c.revoked != nil && slices.ContainsFunc(known.names, c.revoked) {
		return nil, ErrRevoked
	}
	return known.leaf, nil
}

func (c *chains) keep(name [sha256.Size]byte, fresh chain) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.known) >= chainsMost {
		clear(c.known)
	}
	c.known[name] = fresh
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
	good := chain{leaf: leaf, from: leaf.NotBefore, until: leaf.NotAfter}
	for _, cert := range path {
		good.names = append(good.names, CertificateName(cert))
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
