package envelope_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/veraison/go-cose"

	"motcua/protocol/envelope"
	"motcua/protocol/request"
)

// TestSealAndOpen: what the device seals, the service reads, and nobody else.
func TestSealAndOpen(t *testing.T) {
	f := newFleet(t)
	in := inner(t, newReply(t).Public())
	s, err := envelope.Seal(rand.Reader, outer(), in, f.service.Public(), f.device.key, f.device.chain)
	if err != nil {
		t.Fatal(err)
	}
	if s.Digest != sha256.Sum256(s.Bytes) {
		t.Error("the digest is not that of the bytes")
	}
	for _, personal := range []string{"099090000123", "MẪU", "01/02/1990"} {
		if bytes.Contains(s.Bytes, []byte(personal)) {
			t.Errorf("the envelope shows %q", personal)
		}
	}
	opened, err := envelope.Verify(s.Bytes, f.roots, now())
	if err != nil {
		t.Fatal(err)
	}
	if opened.Outer != outer() || opened.Digest != s.Digest || opened.Recipient() != f.service.Public().Name() {
		t.Errorf("got %+v", opened.Outer)
	}
	got, err := opened.Open(f.service)
	if err != nil {
		t.Fatal(err)
	}
	want, _ := request.Encode(in)
	if b, _ := request.Encode(got); !bytes.Equal(b, want) {
		t.Error("the inner part has changed")
	}
}

// TestEveryByteCounts: no byte of an envelope can change without being noticed.
func TestEveryByteCounts(t *testing.T) {
	f := newFleet(t)
	s := f.seal(t)
	for i := range s.Bytes {
		for _, bit := range []byte{0x01, 0x80} {
			b := bytes.Clone(s.Bytes)
			b[i] ^= bit
			if _, err := envelope.Verify(b, f.roots, now()); err == nil {
				t.Fatalf("byte %d of %d can change", i, len(b))
			}
		}
	}
	for n := range len(s.Bytes) {
		if _, err := envelope.Verify(s.Bytes[:n], f.roots, now()); err == nil {
			t.Fatalf("%d of %d bytes suffice", n, len(s.Bytes))
		}
	}
	if _, err := envelope.Verify(append(bytes.Clone(s.Bytes), 0), f.roots, now()); err == nil {
		t.Error("a byte can be added")
	}
}

// TestOneEnvelope: the same signature in another form, or other bytes for the same
// message, would give another digest and are refused.
func TestOneEnvelope(t *testing.T) {
	f := newFleet(t)
	s := f.seal(t)
	var m cose.Sign1Message
	if err := m.UnmarshalCBOR(s.Bytes); err != nil {
		t.Fatal(err)
	}
	high := bytes.Clone(s.Bytes)
	s1 := new(big.Int).SetBytes(m.Signature[32:])
	s1.Sub(elliptic.P256().Params().N, s1).FillBytes(high[len(high)-32:])
	if _, err := envelope.Verify(high, f.roots, now()); !errors.Is(err, envelope.ErrSignature) {
		t.Errorf("the other s: got %v", err)
	}
	m.Headers.Unprotected[cose.HeaderLabelKeyID] = []byte("x")
	m.Headers.RawUnprotected = nil
	more, err := m.MarshalCBOR()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := envelope.Verify(more, f.roots, now()); !errors.Is(err, envelope.ErrMalformed) {
		t.Errorf("something in the unprotected header: got %v", err)
	}
	long := bytes.Replace(s.Bytes, []byte{0xd2, 0x84}, []byte{0xd2, 0x98, 0x04}, 1)
	if _, err := envelope.Verify(long, f.roots, now()); !errors.Is(err, envelope.ErrMalformed) {
		t.Errorf("a longer form of the same: got %v", err)
	}
}

// TestSignaturesAreUnique: over many signatures none has the larger s.
func TestSignaturesAreUnique(t *testing.T) {
	f := newFleet(t)
	for range 40 {
		b, err := envelope.SignReceipt(rand.Reader, receipt(), f.receipt.key, f.receipt.chain)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := envelope.VerifyReceipt(b, f.roots, now()); err != nil {
			t.Fatal(err)
		}
	}
}

// TestRefusedSenders is the table of certificates that do not make a device.
func TestRefusedSenders(t *testing.T) {
	f := newFleet(t)
	foreign := newCA(t, "another fleet")
	template := func(change func(*x509.Certificate)) *x509.Certificate { c := deviceTemplate(); change(c); return c }
	for _, c := range []struct {
		story  string
		sender party
		want   error
	}{
		{"another fleet's device", issueFrom(t, foreign, deviceTemplate()), envelope.ErrCertificate},
		{"no authority at all", selfSigned(t, deviceTemplate()), envelope.ErrCertificate},
		{"expired", f.issue(t, template(func(c *x509.Certificate) { c.NotAfter = now().Add(-time.Minute) })), envelope.ErrCertificate},
		{"not yet valid", f.issue(t, template(func(c *x509.Certificate) { c.NotBefore = now().Add(time.Minute) })), envelope.ErrCertificate},
		{"the centre's receipt key", f.receipt, envelope.ErrCertificate},
		{"a server", f.issue(t, template(func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth} })), envelope.ErrCertificate},
		{"device and server in one", f.issue(t, template(func(c *x509.Certificate) { c.ExtKeyUsage = append(c.ExtKeyUsage, x509.ExtKeyUsageServerAuth) })), envelope.ErrCertificate},
		{"no purpose", f.issue(t, template(func(c *x509.Certificate) { c.ExtKeyUsage = nil })), envelope.ErrCertificate},
		{"may not sign", f.issue(t, template(func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyEncipherment })), envelope.ErrCertificate},
		{"an authority", f.issue(t, template(func(c *x509.Certificate) { c.IsCA = true })), envelope.ErrCertificate},
		{"another device", f.issue(t, template(func(c *x509.Certificate) { c.Subject.CommonName = "demo-k02" })), envelope.ErrIdentity},
		{"another facility", f.issue(t, template(func(c *x509.Certificate) { c.Subject.Organization = []string{"h002"} })), envelope.ErrIdentity},
		{"two facilities", f.issue(t, template(func(c *x509.Certificate) { c.Subject.Organization = []string{"h001", "h002"} })), envelope.ErrIdentity},
		{"another province", f.issue(t, template(func(c *x509.Certificate) { c.Subject.Province = []string{"98"} })), envelope.ErrIdentity},
	} {
		t.Run(c.story, func(t *testing.T) {
			s, err := envelope.Seal(rand.Reader, outer(), inner(t, newReply(t).Public()), f.service.Public(), c.sender.key, c.sender.chain)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := envelope.Verify(s.Bytes, f.roots, now()); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

func issueFrom(t *testing.T, ca party, template *x509.Certificate) party {
	t.Helper()
	key := newKey(t)
	return issue(t, template, key.Public(), key, ca)
}

func selfSigned(t *testing.T, template *x509.Certificate) party {
	t.Helper()
	key := newKey(t)
	return issue(t, template, key.Public(), key, party{key: key, cert: template})
}

// TestSwappedOuter: the sealed part belongs to the outer part it was sealed with,
// even when the device signs both again.
func TestSwappedOuter(t *testing.T) {
	f := newFleet(t)
	one := payloadOf(t, f.seal(t).Bytes)
	two := payloadOf(t, f.seal(t).Bytes)
	other := outer()
	other.Seq, other.Prev = 2, request.Digest{1}
	swapped, err := request.Encode(other)
	if err != nil {
		t.Fatal(err)
	}
	for story, p := range map[string]map[string][]byte{
		"another outer part":       {"outer": swapped, "to": one["to"], "enc": one["enc"], "ct": one["ct"]},
		"another sealed part":      {"outer": one["outer"], "to": one["to"], "enc": one["enc"], "ct": two["ct"]},
		"another encapsulated key": {"outer": one["outer"], "to": one["to"], "enc": two["enc"], "ct": one["ct"]},
	} {
		b := signRaw(t, envelope.TypeRequest, mustEncode(t, p), f.device)
		opened, err := envelope.Verify(b, f.roots, now())
		if err != nil {
			t.Fatalf("%s: %v", story, err)
		}
		if _, err := opened.Open(f.service); !errors.Is(err, envelope.ErrSealed) {
			t.Errorf("%s: got %v", story, err)
		}
	}
}

// TestOtherVersion: an envelope of another version is told as that, whatever else
// has changed in it.
func TestOtherVersion(t *testing.T) {
	f := newFleet(t)
	p := payloadOf(t, f.seal(t).Bytes)
	for _, v := range []uint{0, 2, 1000} {
		p["outer"] = mustEncode(t, map[string]any{"v": v, "surprise": true})
		_, err := envelope.Verify(signRaw(t, envelope.TypeRequest, mustEncode(t, p), f.device), f.roots, now())
		if !errors.Is(err, envelope.ErrVersion) || !strings.Contains(err.Error(), fmt.Sprintf("it is %d, this program speaks 1", v)) {
			t.Errorf("version %d: got %v", v, err)
		}
	}
}

// TestWrongService: a service that the envelope is not for is told so.
func TestWrongService(t *testing.T) {
	f := newFleet(t)
	opened, err := envelope.Verify(f.seal(t).Bytes, f.roots, now())
	if err != nil {
		t.Fatal(err)
	}
	other, err := envelope.NewServiceKey()
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []envelope.ServicePrivateKey{other, {}} {
		if _, err := opened.Open(key); !errors.Is(err, envelope.ErrRecipient) {
			t.Errorf("got %v", err)
		}
	}
}

// TestSealRefuses: nothing is signed that the centre would not take.
func TestSealRefuses(t *testing.T) {
	f := newFleet(t)
	reply := newReply(t).Public()
	bad := outer()
	bad.Device = "a/b"
	nameless := inner(t, reply)
	nameless.Visit = ""
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for story, attempt := range map[string]func() (envelope.Sealed, error){
		"outer part out of bounds": func() (envelope.Sealed, error) {
			return envelope.Seal(rand.Reader, bad, inner(t, reply), f.service.Public(), f.device.key, f.device.chain)
		},
		"inner part out of bounds": func() (envelope.Sealed, error) {
			return envelope.Seal(rand.Reader, outer(), nameless, f.service.Public(), f.device.key, f.device.chain)
		},
		"no service key": func() (envelope.Sealed, error) {
			return envelope.Seal(rand.Reader, outer(), inner(t, reply), envelope.ServiceKey{}, f.device.key, f.device.chain)
		},
		"key and certificate do not fit": func() (envelope.Sealed, error) {
			return envelope.Seal(rand.Reader, outer(), inner(t, reply), f.service.Public(), f.receipt.key, f.device.chain)
		},
		"another curve": func() (envelope.Sealed, error) {
			return envelope.Seal(rand.Reader, outer(), inner(t, reply), f.service.Public(), p384, f.device.chain)
		},
		"no certificate": func() (envelope.Sealed, error) {
			return envelope.Seal(rand.Reader, outer(), inner(t, reply), f.service.Public(), f.device.key, nil)
		},
	} {
		if _, err := attempt(); err == nil {
			t.Errorf("%s: sealed", story)
		}
	}
}

// TestChainWithIntermediate: a device certificate may come from an authority below
// the fleet's.
func TestChainWithIntermediate(t *testing.T) {
	f := newFleet(t)
	province := f.issue(t, &x509.Certificate{
		SerialNumber: big.NewInt(9), NotBefore: now().Add(-time.Hour), NotAfter: now().AddDate(1, 0, 0),
		KeyUsage: x509.KeyUsageCertSign, IsCA: true, BasicConstraintsValid: true,
	})
	device := issueFrom(t, province, deviceTemplate())
	device.chain = append(device.chain, province.chain[0])
	s, err := envelope.Seal(rand.Reader, outer(), inner(t, newReply(t).Public()), f.service.Public(), device.key, device.chain)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := envelope.Verify(s.Bytes, f.roots, now()); err != nil {
		t.Error(err)
	}
	alone := issueFrom(t, province, deviceTemplate())
	s, err = envelope.Seal(rand.Reader, outer(), inner(t, newReply(t).Public()), f.service.Public(), alone.key, alone.chain)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := envelope.Verify(s.Bytes, f.roots, now()); !errors.Is(err, envelope.ErrCertificate) {
		t.Errorf("without the certificate between: got %v", err)
	}
}

// TestVerifierRemembers: a chain that was verified once is still held to the time,
// its purpose and its own bytes.
func TestVerifierRemembers(t *testing.T) {
	f := newFleet(t)
	v := envelope.NewVerifier(f.roots)
	s := f.seal(t)
	for range 3 {
		if _, err := v.Verify(s.Bytes, now()); err != nil {
			t.Fatal(err)
		}
	}
	for story, at := range map[string]time.Time{"ended": now().AddDate(1, 0, 1), "not begun": now().Add(-2 * time.Hour)} {
		if _, err := v.Verify(s.Bytes, at); !errors.Is(err, envelope.ErrCertificate) {
			t.Errorf("%s: got %v", story, err)
		}
	}
	for i := range s.Bytes {
		b := bytes.Clone(s.Bytes)
		b[i] ^= 0x01
		if _, err := v.Verify(b, now()); err == nil {
			t.Fatalf("byte %d can change", i)
		}
	}
	foreign := issueFrom(t, newCA(t, "another fleet"), deviceTemplate())
	for range 2 { // a chain that is refused is not remembered as good
		b := signRaw(t, envelope.TypeRequest, mustEncode(t, payloadOf(t, s.Bytes)), foreign)
		if _, err := v.Verify(b, now()); !errors.Is(err, envelope.ErrCertificate) {
			t.Errorf("got %v", err)
		}
	}
}

// payloadOf takes a message's payload apart.
func payloadOf(t *testing.T, b []byte) map[string][]byte {
	t.Helper()
	var m cose.Sign1Message
	if err := m.UnmarshalCBOR(b); err != nil {
		t.Fatal(err)
	}
	return decodeMap(t, m.Payload)
}

func mustEncode(t *testing.T, v any) []byte {
	t.Helper()
	b, err := request.Encode(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestKeysAsText: key files read back as what was written, and only as that.
func TestKeysAsText(t *testing.T) {
	f := newFleet(t)
	private, err := f.service.PEM()
	if err != nil {
		t.Fatal(err)
	}
	public := f.service.Public().PEM()
	back, err := envelope.ServicePrivateKeyFromPEM(private)
	if err != nil || back.Public().Name() != f.service.Public().Name() {
		t.Errorf("private key: %v", err)
	}
	if key, err := envelope.ServiceKeyFromPEM(public); err != nil || !cmp.Equal(key.Bytes(), f.service.Public().Bytes()) {
		t.Errorf("public key: %v", err)
	}
	for story, err := range map[string]error{
		"a public key as private": second(envelope.ServicePrivateKeyFromPEM(public)),
		"a private key as public": second(envelope.ServiceKeyFromPEM(private)),
		"no PEM":                  second(envelope.ServiceKeyFromPEM([]byte("hello"))),
		"too short":               second(envelope.ParseServiceKey(make([]byte, 5))),
	} {
		if !errors.Is(err, envelope.ErrKey) {
			t.Errorf("%s: got %v", story, err)
		}
	}
	if raw, _ := f.service.Bytes(); strings.Contains(fmt.Sprintf("%v %+v %#v %s", f.service, f.service, f.service, f.service), fmt.Sprintf("%x", raw[:4])) {
		t.Error("a private key prints itself")
	}
}

func second[T any](_ T, err error) error { return err }
