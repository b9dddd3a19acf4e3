package emu

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha3"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"
)

// ErrIssuer is wrapped by errors about certificates and keys that do not fit.
var ErrIssuer = errors.New("unusable issuer")

// Issuer is the demonstration authority: a country signing authority (CSCA,
// P-384) and a document signer (DS, P-256), in the certificate profile of ICAO
// 9303-12. From its keys follow those of everybody else that a card may be signed
// by: document signers of other kinds, the next generation of the authority, the
// authority of another state, and strangers. Everything it makes says DEMO.
//
// Its methods may be called from several goroutines.
type Issuer struct {
	csca, ds authority
	link     []byte // the certificate that leads here from the last generation
	trusted  [][]byte
	crl      []byte

	mu      sync.Mutex
	derived map[string]authority // by purpose: an RSA key takes time
}

// authority is a certificate with its key and the way it signs.
type authority struct {
	cert   certificate
	key    signingKey
	scheme Scheme
	hash   Hash
	state  State
}

// NewIssuer makes keys from rand and certificates around now. Equal bytes from
// rand and the same day make an equal issuer.
func NewIssuer(rand io.Reader, now time.Time) (*Issuer, error) {
	i, err := newIssuer(rand, now, StateVietnam, StateVietnam.authorityName())
	if err != nil {
		return nil, err
	}
	return i.complete()
}

func newIssuer(rand io.Reader, now time.Time, state State, name string) (*Issuer, error) {
	cscaKey, err := newKey(KeyP384, rand)
	if err != nil {
		return nil, fmt.Errorf("making the CSCA's key: %w", err)
	}
	dsKey, err := newKey(KeyP256, rand)
	if err != nil {
		return nil, fmt.Errorf("making the document signer's key: %w", err)
	}
	csca, err := selfSigned(authorityRequest(state, name, cscaKey, now), "", SHA384)
	if err != nil {
		return nil, err
	}
	cert, err := csca.certify(signerRequest(state, dsKey, now))
	if err != nil {
		return nil, err
	}
	return &Issuer{csca: csca, ds: authority{cert: cert, key: dsKey, hash: SHA256, state: state}}, nil
}

// authorityRequest is the usual certificate of a CSCA; its key signs for a year
// from now.
func authorityRequest(state State, name string, key signingKey, now time.Time) request {
	q := request{name: name, state: state, key: key, authority: true}
	q.from, q.until = day(now.Add(-inUse)), day(now.Add(afterwards))
	q.signs = usage
	return q
}

// signerRequest is the usual certificate of a document signer.
func signerRequest(state State, key signingKey, now time.Time) request {
	q := authorityRequest(state, "DS DEMO 1", key, now)
	q.authority, q.types = false, "ID"
	return q
}

func day(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// now is the day for which the issuer was made.
func (i *Issuer) now() time.Time { return i.csca.cert.from.Add(inUse) }

// CSCA is the certificate that a terminal has to trust, in DER.
func (i *Issuer) CSCA() []byte { return i.csca.cert.raw }

// DS is the document signer's certificate, in DER.
func (i *Issuer) DS() []byte { return i.ds.cert.raw }

// stream gives endless bytes that only this issuer can give, the same ones for
// the same purpose: chips keep their keys from one issue to the next.
func (i *Issuer) stream(purpose string) (io.Reader, error) {
	seed := sha256.Sum256(i.ds.key.d)
	s := sha3.NewSHAKE256()
	for _, part := range [][]byte{[]byte("motcua demo issuer v1\x00"), seed[:], []byte(purpose)} {
		if _, err := s.Write(part); err != nil {
			return nil, fmt.Errorf("deriving from the document signer's key: %w", err)
		}
	}
	return s, nil
}

// derive makes an authority, a document signer or a chip's key from the issuer's
// keys once and keeps it.
func (i *Issuer) derive(purpose string, create func(random io.Reader) (authority, error)) (authority, error) {
	i.mu.Lock()
	a, made := i.derived[purpose]
	i.mu.Unlock()
	if made {
		return a, nil
	}
	random, err := i.stream(purpose)
	if err != nil {
		return a, err
	}
	if a, err = create(random); err != nil {
		return a, fmt.Errorf("making %s: %w", purpose, err)
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.derived == nil {
		i.derived = make(map[string]authority)
	}
	i.derived[purpose] = a
	return a, nil
}

// complete prepares what the issuer is asked for without an error: the list of
// revocations and the other states' authorities.
func (i *Issuer) complete() (*Issuer, error) {
	for _, state := range States() {
		csca, err := i.authority(state, Signer{})
		if err != nil {
			return nil, err
		}
		i.trusted = append(i.trusted, csca.cert.raw)
	}
	var err error
	i.crl, err = i.csca.encodeCRL(i)
	return i, err
}

// CSCAs are the certificates of every state's authority, in DER: what a terminal
// has to trust to find all built-in personas' cards genuine. The first is
// [Issuer.CSCA].
func (i *Issuer) CSCAs() [][]byte { return slices.Clone(i.trusted) }

// CRL is the authority's list of revoked document signers, in DER.
func (i *Issuer) CRL() []byte { return bytes.Clone(i.crl) }
