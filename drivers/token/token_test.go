//go:build cgo

package token_test

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/miekg/pkcs11"

	"motcua/drivers"
	"motcua/drivers/token"
)

var document = []byte("an extract that is to be signed")

var _ drivers.SigningToken = (*token.Token)(nil)

// open is the token behind a module.
func (h *softHSM) open() *token.Token {
	h.t.Helper()
	k, err := token.Open(h.module, func() time.Time { return now }, slog.New(slog.DiscardHandler))
	if err != nil {
		h.t.Fatal(err)
	}
	return k
}

// ask has the token sign the document.
func ask(t *testing.T, k *token.Token, pin string) (drivers.TokenSignature, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	own := []byte(pin)
	s, err := k.Sign(ctx, own, sha256.Sum256(document))
	for _, b := range own {
		if b != 0 {
			t.Error("the PIN is not wiped")
			break
		}
	}
	return s, err
}

// TestSigns: each kind of key signs the document, so that the standard library takes it.
func TestSigns(t *testing.T) {
	again := pkcs11.NewAttribute(pkcs11.CKA_ALWAYS_AUTHENTICATE, true)
	for story, c := range map[string]struct {
		kind      kind
		trouble   string
		more      []*pkcs11.Attribute
		algorithm drivers.SignatureAlgorithm
		x509      x509.SignatureAlgorithm
	}{
		"P-256":                     {p256, "", nil, drivers.SignedES256, x509.ECDSAWithSHA256},
		"P-384":                     {p384, "", nil, drivers.SignedES256, x509.ECDSAWithSHA256},
		"RSA":                       {rsa2, "", nil, drivers.SignedPS256, x509.SHA256WithRSAPSS},
		"RSA without PSS":           {rsa2, "no PSS", nil, drivers.SignedRS256, x509.SHA256WithRSA},
		"PIN for each signature":    {p256, "", []*pkcs11.Attribute{again}, drivers.SignedES256, x509.ECDSAWithSHA256},
		"PIN for each, RSA and PSS": {rsa2, "", []*pkcs11.Attribute{again}, drivers.SignedPS256, x509.SHA256WithRSAPSS},
	} {
		t.Run(story, func(t *testing.T) {
			h := newSoftHSM(t)
			var want *x509.Certificate
			h.token("Demo", func(o *owned) { want = o.certify(o.pair(c.kind, c.more...), nil) })
			k := h.troubled(c.trouble).open()
			for range 2 { // nothing is left of the first
				s, err := ask(t, k, pin)
				if err != nil {
					t.Fatal(err)
				}
				got, err := x509.ParseCertificate(s.Certificate)
				if err != nil || !got.Equal(want) || s.Algorithm != c.algorithm {
					t.Fatalf("certificate %v, by %s, %v", got.Equal(want), s.Algorithm, err)
				}
				if err := got.CheckSignature(c.x509, document, s.Value); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// TestChooses: of all that is in a token one certificate is for documents, now.
func TestChooses(t *testing.T) {
	after := func(c *x509.Certificate) { c.NotAfter = now.Add(-time.Hour) }
	login := func(c *x509.Certificate) {
		c.KeyUsage, c.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	}
	authority := func(c *x509.Certificate) { c.IsCA = true }
	for story, c := range map[string]struct {
		fill func(o *owned) *x509.Certificate
		want error
	}{
		"beside one to log in, an authority's, an old one and rubbish": {func(o *owned) *x509.Certificate {
			o.certify(o.pair(p256), login)
			o.certify(o.pair(p256), authority)
			o.certify(o.pair(p256), after)
			o.put([]byte("no certificate"))
			return o.certify(o.pair(p384), nil)
		}, nil},
		"the renewed one": {func(o *owned) *x509.Certificate {
			o.certify(o.pair(p256), nil)
			return o.certify(o.pair(p256), func(c *x509.Certificate) { c.NotAfter = now.AddDate(3, 0, 0) })
		}, nil},
		"none":           {func(*owned) *x509.Certificate { return nil }, drivers.ErrNoCertificate},
		"to log in only": {func(o *owned) *x509.Certificate { return o.certify(o.pair(p256), login) }, drivers.ErrNoCertificate},
		"over":           {func(o *owned) *x509.Certificate { return o.certify(o.pair(p256), after) }, drivers.ErrCertificateTime},
		"not yet": {func(o *owned) *x509.Certificate {
			return o.certify(o.pair(p256), func(c *x509.Certificate) { c.NotBefore = now.Add(time.Hour) })
		}, drivers.ErrCertificateTime},
		"of a curve that nobody asked for": {func(o *owned) *x509.Certificate { return o.certify(o.pair(p521), nil) }, drivers.ErrNoCertificate},
		"of a weak key":                    {func(o *owned) *x509.Certificate { return o.certify(o.pair(rsa1), nil) }, drivers.ErrNoCertificate},
		"without its key": {func(o *owned) *x509.Certificate {
			public := o.pair(p256)
			o.id++ // of no key
			return o.certify(public, nil)
		}, drivers.ErrNoCertificate},
		"with another's key": {func(o *owned) *x509.Certificate {
			public := o.pair(p256)
			o.pair(p256)
			return o.certify(public, nil)
		}, drivers.ErrDeviceFault},
	} {
		t.Run(story, func(t *testing.T) {
			h := newSoftHSM(t)
			var want *x509.Certificate
			h.token("Demo", func(o *owned) { want = c.fill(o) })
			s, err := ask(t, h.open(), pin)
			if !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
				t.Fatalf("%v, want %v", err, c.want)
			}
			if err == nil && string(s.Certificate) != string(want.Raw) {
				t.Error("another certificate")
			}
		})
	}
}

// TestWhichToken: one token, neither none nor two.
func TestWhichToken(t *testing.T) {
	h := newSoftHSM(t)
	k := h.open()
	signer := func(o *owned) { o.certify(o.pair(p256), nil) }
	for _, want := range []error{drivers.ErrNoToken, nil, drivers.ErrSeveralTokens} {
		if _, err := ask(t, k, pin); !errors.Is(err, want) {
			t.Errorf("%v, want %v", err, want)
		}
		h.token("Demo", signer)
	}
}

// TestPIN: what a wrong one is told as, and that none is tried that cannot be right.
func TestPIN(t *testing.T) {
	for story, c := range map[string]struct {
		trouble, pin string
		want         error
		left         drivers.PINTries
	}{
		"wrong":              {"", "111111", drivers.ErrPIN, drivers.TriesLow},
		"one try left":       {"last try", "111111", drivers.ErrPIN, drivers.TriesLast},
		"locks":              {"locks now", "111111", drivers.ErrTokenLocked, drivers.TriesNone},
		"was locked":         {"locked", pin, drivers.ErrTokenLocked, drivers.TriesNone},
		"empty":              {"", "", drivers.ErrPINForm, 0},
		"too short":          {"", "12", drivers.ErrPINForm, 0},
		"longer than any":    {"", string(make([]byte, 1000)), drivers.ErrPINForm, 0},
		"right, after wrong": {"last try", pin, nil, 0},
	} {
		t.Run(story, func(t *testing.T) {
			h := newSoftHSM(t)
			h.token("Demo", func(o *owned) { o.certify(o.pair(p256), nil) })
			_, err := ask(t, h.troubled(c.trouble).open(), c.pin)
			wrong, told := errors.AsType[*drivers.PINError](err)
			if !errors.Is(err, c.want) || told != (c.left != 0) || told && wrong.Left != c.left {
				t.Errorf("%v, want %v and %d", err, c.want, c.left)
			}
			if errors.Is(c.want, drivers.ErrTokenLocked) && errors.Is(err, drivers.ErrPIN) {
				t.Error("a locked token asks for another PIN")
			}
		})
	}
}

// TestTrouble: what a module does wrong is an error, and the next signature is as if
// nothing had been.
func TestTrouble(t *testing.T) {
	for trouble, want := range map[string]error{
		"no start": drivers.ErrTokenModule, "many slots": drivers.ErrTokenModule, "no memory": drivers.ErrTokenModule, "pulled": drivers.ErrTokenGone,
		"another signature": drivers.ErrDeviceFault, "short signature": drivers.ErrDeviceFault, "no signature": drivers.ErrDeviceFault,
	} {
		t.Run(trouble, func(t *testing.T) {
			h := newSoftHSM(t)
			h.token("Demo", func(o *owned) { o.certify(o.pair(p256), nil) })
			k := h.troubled(trouble).open()
			if _, err := ask(t, k, pin); !errors.Is(err, want) {
				t.Errorf("%v, want %v", err, want)
			}
			t.Setenv("TROUBLE", "")
			if _, err := ask(t, k, pin); err != nil {
				t.Errorf("afterwards: %v", err)
			}
		})
	}
}

// TestHangs: a call that does not come back is given up in time, nobody waits behind it,
// and the token works again when it has come back.
func TestHangs(t *testing.T) {
	h := newSoftHSM(t)
	h.token("Demo", func(o *owned) { o.certify(o.pair(p256), nil) })
	gate := filepath.Join(t.TempDir(), "gate")
	if err := os.WriteFile(gate, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TROUBLE_GATE", gate)
	k := h.troubled("hangs").open()
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if _, err := k.Sign(ctx, []byte(pin), sha256.Sum256(document)); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("%v, want the deadline", err)
	}
	if _, err := ask(t, k, pin); !errors.Is(err, drivers.ErrDeviceMute) {
		t.Errorf("meanwhile: %v, want a mute device", err)
	}
	if err := os.Remove(gate); err != nil {
		t.Fatal(err)
	}
	for {
		_, err := ask(t, k, pin)
		if err == nil {
			return
		}
		if !errors.Is(err, drivers.ErrDeviceMute) {
			t.Fatal(err)
		}
	}
}

// TestNoModule: a module that is not there, is none, or is anybody's.
func TestNoModule(t *testing.T) {
	dir := t.TempDir()
	none := filepath.Join(dir, "none.so")
	if err := os.WriteFile(none, []byte("no library"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"", "libsofthsm2.so", dir, filepath.Join(dir, "nowhere.so")} {
		if _, err := token.Open(path, time.Now, slog.New(slog.DiscardHandler)); !errors.Is(err, drivers.ErrTokenModule) {
			t.Errorf("%q: %v", path, err)
		}
	}
	k := (&softHSM{t, none}).open()
	if _, err := ask(t, k, pin); !errors.Is(err, drivers.ErrTokenModule) {
		t.Errorf("no library: %v", err)
	}
}
