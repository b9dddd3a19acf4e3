package envelope_test

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"motcua/protocol/envelope"
	"motcua/protocol/request"
)

func TestReceipt(t *testing.T) {
	f := newFleet(t)
	b, err := envelope.SignReceipt(rand.Reader, receipt(), f.receipt.key, f.receipt.chain)
	if err != nil {
		t.Fatal(err)
	}
	got, err := envelope.VerifyReceipt(b, f.roots, now())
	if err != nil || got != receipt() {
		t.Errorf("got %+v, %v", got, err)
	}
	pinned := x509.NewCertPool()
	pinned.AddCert(f.receipt.cert)
	if _, err := envelope.VerifyReceipt(b, pinned, now()); err != nil {
		t.Errorf("with the receipt certificate itself as root: %v", err)
	}
	for i := range b {
		broken := bytes.Clone(b)
		broken[i] ^= 0x01
		if _, err := envelope.VerifyReceipt(broken, f.roots, now()); err == nil {
			t.Fatalf("byte %d of a receipt can change", i)
		}
	}
}

// TestWhoSignsReceipts: a device never does, nor anybody else whom the fleet
// authority certified for something else.
func TestWhoSignsReceipts(t *testing.T) {
	f := newFleet(t)
	template := func(change func(*x509.Certificate)) *x509.Certificate { c := receiptTemplate(); change(c); return c }
	for story, signer := range map[string]party{
		"a device": f.device,
		"a device that calls itself receipt": f.issue(t, func() *x509.Certificate {
			c := deviceTemplate()
			c.Subject = receiptTemplate().Subject
			return c
		}()),
		"receipt and device in one": f.issue(t, template(func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} })),
		"signs documents of others": f.issue(t, template(func(c *x509.Certificate) { c.Subject.OrganizationalUnit = []string{"policy"} })),
		"no unit":                   f.issue(t, template(func(c *x509.Certificate) { c.Subject.OrganizationalUnit = nil })),
		"no purpose":                f.issue(t, template(func(c *x509.Certificate) { c.UnknownExtKeyUsage = nil })),
		"any purpose": f.issue(t, template(func(c *x509.Certificate) {
			c.UnknownExtKeyUsage = nil
			c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageAny}
		})),
		"expired":                    f.issue(t, template(func(c *x509.Certificate) { c.NotAfter = now().Add(-time.Second) })),
		"the authority itself":       f.ca,
		"another fleet's receipts":   issueFrom(t, newCA(t, "another fleet"), receiptTemplate()),
		"nobody's, signed by itself": selfSigned(t, receiptTemplate()),
	} {
		b, err := envelope.SignReceipt(rand.Reader, receipt(), signer.key, signer.chain)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := envelope.VerifyReceipt(b, f.roots, now()); !errors.Is(err, envelope.ErrCertificate) {
			t.Errorf("receipt by %s: got %v", story, err)
		}
		b, err = envelope.SignResult(rand.Reader, result(), nil, nil, signer.key, signer.chain)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := envelope.VerifyResult(b, f.roots, now()); !errors.Is(err, envelope.ErrCertificate) {
			t.Errorf("result by %s: got %v", story, err)
		}
	}
}

// TestOneThingForAnother: a receipt is no result, a result no receipt, and neither
// is a request.
func TestOneThingForAnother(t *testing.T) {
	f := newFleet(t)
	rc, err := envelope.SignReceipt(rand.Reader, receipt(), f.receipt.key, f.receipt.chain)
	if err != nil {
		t.Fatal(err)
	}
	rs, err := envelope.SignResult(rand.Reader, result(), nil, nil, f.receipt.key, f.receipt.chain)
	if err != nil {
		t.Fatal(err)
	}
	for story, err := range map[string]error{
		"receipt as result":  second(envelope.VerifyResult(rc, f.roots, now())),
		"result as receipt":  second(envelope.VerifyReceipt(rs, f.roots, now())),
		"receipt as request": second(envelope.Verify(rc, f.roots, now())),
		"request as receipt": second(envelope.VerifyReceipt(f.seal(t).Bytes, f.roots, now())),
		"request as result":  second(envelope.VerifyResult(f.seal(t).Bytes, f.roots, now())),
		"oversize receipt":   second(envelope.VerifyReceipt(make([]byte, envelope.MaxReceipt+1), f.roots, now())),
		"oversize result":    second(envelope.VerifyResult(make([]byte, envelope.MaxResult+1), f.roots, now())),
		"oversize request":   second(envelope.Verify(make([]byte, envelope.MaxEnvelope+1), f.roots, now())),
	} {
		if !errors.Is(err, envelope.ErrMalformed) {
			t.Errorf("%s: got %v", story, err)
		}
	}
}

// TestResult: the class is for everybody, the answer for the visit that asked.
func TestResult(t *testing.T) {
	f := newFleet(t)
	reply := newReply(t)
	want := answer()
	b, err := envelope.SignResult(rand.Reader, result(), &want, reply.Public(), f.receipt.key, f.receipt.chain)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(b, []byte("GD4990990000123")) {
		t.Error("the result shows the card number")
	}
	r, err := envelope.VerifyResult(b, f.roots, now())
	if err != nil || r.Class != request.ClassOK {
		t.Fatalf("got %+v, %v", r, err)
	}
	got, err := envelope.OpenResult(r, reply)
	if err != nil || !cmp.Equal(*got.Insurance, *want.Insurance) {
		t.Errorf("the answer has changed: %v", err)
	}
	if _, err := envelope.OpenResult(r, newReply(t)); !errors.Is(err, envelope.ErrSealed) {
		t.Errorf("another visit: got %v", err)
	}
	r.Class = request.ClassReception
	if _, err := envelope.OpenResult(r, reply); !errors.Is(err, envelope.ErrSealed) {
		t.Errorf("under another class: got %v", err)
	}
	if _, err := envelope.OpenResult(result(), reply); !errors.Is(err, envelope.ErrMalformed) {
		t.Errorf("without an answer: got %v", err)
	}
}

// TestSignResultRefuses: an answer out of bounds, or a reply key that is none, is
// the centre's own fault and never leaves it.
func TestSignResultRefuses(t *testing.T) {
	f := newFleet(t)
	good, bad := answer(), request.Answer{}
	for story, err := range map[string]error{
		"empty answer":   second(envelope.SignResult(rand.Reader, result(), &bad, newReply(t).Public(), f.receipt.key, f.receipt.chain)),
		"no key":         second(envelope.SignResult(rand.Reader, result(), &good, nil, f.receipt.key, f.receipt.chain)),
		"a key of zeros": second(envelope.SignResult(rand.Reader, request.Result{}, nil, nil, f.receipt.key, f.receipt.chain)),
	} {
		if err == nil {
			t.Errorf("%s: signed", story)
		}
	}
}
