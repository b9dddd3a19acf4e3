package emu

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"motcua/protocol/cvc"
	"motcua/protocol/ec"
	"motcua/protocol/emrtd"
)

// TerminalAuth says how a chip guards the fingerprints in DG3: "none", "rsa" or
// "ecdsa", after the keys of the demonstration's verifying authority; with
// "/static" behind it the chip binds the terminal to its printed number instead
// of its key of PACE, as early cards do (BSI TR-03110-1, 3.5).
type TerminalAuth string

// Kinds of terminal authentication (ICAO 9303-11, 7.1).
const (
	TerminalAuthNone  TerminalAuth = "none" // nobody reads DG3
	TerminalAuthRSA   TerminalAuth = "rsa"
	TerminalAuthECDSA TerminalAuth = "ecdsa"

	staticBinding = "/static"
)

func (a TerminalAuth) static() bool { return strings.HasSuffix(string(a), staticBinding) }

// kind is what comes before the slash, [TerminalAuthNone] for nothing.
func (a TerminalAuth) kind() TerminalAuth {
	if a == "" {
		return TerminalAuthNone
	}
	return TerminalAuth(strings.TrimSuffix(string(a), staticBinding))
}

// Names in the certificates of the demonstration's verifying authority.
const (
	demoCVCA cvc.Reference = "VNDEMOCVCA00001"
	demoDV   cvc.Reference = "VNDEMODV00001"
	demoIS   cvc.Reference = "VNDEMOIS00001"
)

// Inspector is a terminal that may read fingerprints: a key and certificates. It
// stands for a secure access module.
type Inspector struct {
	// Holder is the reference of the terminal's certificate.
	Holder cvc.Reference
	// Certificates are all that it has, its own among them, in any order.
	Certificates []*cvc.Certificate
	// Key is the terminal's.
	Key cvc.Signer
	// Rand is for signatures; nil stands for the system's.
	Rand io.Reader
}

var _ emrtd.Inspection = (*Inspector)(nil)

// errNoWay: no certificates lead from the chip's trust points to the terminal.
var errNoWay = errors.New("no certificates for these trust points")

// Chain implements [emrtd.Inspection].
func (i *Inspector) Chain(_ context.Context, trustPoints [][]byte) ([][]byte, error) {
	var from []cvc.Reference
	for _, p := range trustPoints {
		from = append(from, cvc.Reference(p))
	}
	path, found := cvc.Path(i.Certificates, from, i.Holder)
	if !found {
		return nil, errNoWay
	}
	var chain [][]byte
	for _, c := range path {
		chain = append(chain, c.Raw)
	}
	return chain, nil
}

// Sign implements [emrtd.Inspection].
func (i *Inspector) Sign(_ context.Context, msg []byte) ([]byte, error) {
	random := i.Rand
	if random == nil {
		random = rand.Reader
	}
	signature, err := i.Key.Sign(random, msg)
	if err != nil {
		return nil, fmt.Errorf("signing for terminal authentication: %w", err)
	}
	return signature, nil
}

// InspectionKeys are the verifying authority of the demonstration (CVCA), its
// document verifier (DV) and one inspection system (IS).
type InspectionKeys struct {
	CVCA, DV, IS cvc.Signer
	// Root is the CVCA's self-signed certificate, which chips trust.
	Root *cvc.Certificate
	// Verifier and Terminal are the certificates of DV and IS.
	Verifier, Terminal *cvc.Certificate
}

// Inspection makes the verifying authority of this kind. Equal issuers make equal
// keys; signatures differ.
func (i *Issuer) Inspection(kind TerminalAuth) (*InspectionKeys, error) {
	k, err := i.inspection(kind.kind())
	if err != nil {
		return nil, fmt.Errorf("making the verifying authority: %w", err)
	}
	return k, nil
}

// Inspector is the demonstration's inspection system of this kind, with the right
// to DG3 and DG4.
func (i *Issuer) Inspector(kind TerminalAuth) (*Inspector, error) {
	k, err := i.Inspection(kind)
	if err != nil {
		return nil, err
	}
	return &Inspector{Holder: k.Terminal.Holder, Certificates: []*cvc.Certificate{k.Verifier, k.Terminal}, Key: k.IS}, nil
}

func (i *Issuer) inspection(kind TerminalAuth) (*InspectionKeys, error) {
	random, err := i.stream("inspection " + string(kind))
	if err != nil {
		return nil, err
	}
	k := &InspectionKeys{}
	for _, key := range []*cvc.Signer{&k.CVCA, &k.DV, &k.IS} {
		if *key, err = inspectionKey(kind, random); err != nil {
			return nil, err
		}
	}
	now := i.now()
	for _, c := range []struct {
		to         **cvc.Certificate
		key, by    cvc.Signer
		name, from cvc.Reference
		role       cvc.Role
		begins     time.Duration
	}{
		{&k.Root, k.CVCA, k.CVCA, demoCVCA, demoCVCA, cvc.RoleCVCA, -365 * 24 * time.Hour},
		{&k.Verifier, k.DV, k.CVCA, demoDV, demoCVCA, cvc.RoleDomesticDV, -60 * 24 * time.Hour},
		{&k.Terminal, k.IS, k.DV, demoIS, demoDV, cvc.RoleTerminal, -7 * 24 * time.Hour},
	} {
		t := cvc.Template{
			Authority: c.from, Holder: c.name, Key: c.key.Public(), Authorization: cvc.Inspection(c.role, cvc.ReadDG3|cvc.ReadDG4),
			Effective: now.Add(c.begins), Expiration: now.Add(afterwards),
		}
		if *c.to, err = t.Sign(rand.Reader, c.by); err != nil {
			return nil, fmt.Errorf("certifying %s: %w", c.name, err)
		}
	}
	return k, nil
}

// inspectionKey is of brainpoolP256r1 or RSA with 2048 bits, with SHA-256.
func inspectionKey(kind TerminalAuth, random io.Reader) (cvc.Signer, error) {
	switch kind {
	case TerminalAuthECDSA:
		d, err := ec.BrainpoolP256r1().RandomScalar(random)
		if err != nil {
			return nil, fmt.Errorf("drawing a key: %w", err)
		}
		return cvc.NewECSigner(cvc.ECDSASHA256, ec.BrainpoolP256r1(), d)
	case TerminalAuthRSA:
		key, err := newRSA(random, 2048)
		if err != nil {
			return nil, err
		}
		return cvc.NewRSASigner(cvc.PSSSHA256, key)
	case TerminalAuthNone:
	}
	return nil, fmt.Errorf("%w: terminal authentication %q", ErrIssuer, kind)
}

// guard gives a chip what it needs to judge terminals.
func (i *Issuer) guard(c *Chip, points []*cvc.Certificate) error {
	kind := c.profile.TerminalAuth.kind()
	if kind == TerminalAuthNone {
		return nil
	}
	if points == nil {
		k, err := i.Inspection(kind)
		if err != nil {
			return err
		}
		points = []*cvc.Certificate{k.Root}
	}
	var today time.Time
	for _, p := range points {
		if p.Effective.After(today) {
			today = p.Effective
		}
	}
	var err error
	if c.trust, err = cvc.NewVerifier(today, points...); err != nil {
		return fmt.Errorf("%w: %w", ErrIssuer, err)
	}
	c.files.application = append(c.files.application,
		file{id: fileCVCA, sfi: 0x1C, access: inSession, data: encodeCVCA(c.trust.TrustPoints())})
	return nil
}
