package envelope_test

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"reflect"
	"testing"
	"time"

	"motcua/protocol/envelope"
	"motcua/protocol/request"
)

func hello() request.Hello {
	return request.Hello{
		V: request.Version, Type: request.TypeHello, ID: receipt().ID, Device: receipt().Device, At: receipt().At,
		Last: 9, Head: receipt().Digest, Open: []uint64{4, 7, 9}, Nonces: 8,
	}
}

func welcome() request.Welcome {
	return request.Welcome{
		V: request.Version, Re: hello().ID, Device: hello().Device, At: hello().At, Contiguous: 3, ChainHead: receipt().ChainHead,
		Nonces: [][]byte{bytes.Repeat([]byte{1}, 16), bytes.Repeat([]byte{2}, 16)}, NoncesUntil: hello().At + 1000, RetryAfter: 5,
	}
}

func checkpoint() request.Checkpoint {
	return request.Checkpoint{
		V: request.Version, Type: request.TypeCheckpoint, Device: hello().Device, Log: hello().ID, Size: 300, Root: receipt().Digest,
		At: hello().At, From: 256, Proof: []request.Digest{receipt().Digest}, Seq: 9, Head: receipt().Digest,
	}
}

func revocation() request.Revocation {
	r := request.Revocation{V: request.Version, Type: request.TypeRevocation, Number: 3, At: hello().At, Next: hello().At + 7*24*3600*1000}
	return r.With(request.CertificateName{1}).With(request.CertificateName{2})
}

func export() request.Export {
	return request.Export{
		V: request.Version, Type: request.TypeExport, ID: hello().ID, Device: hello().Device, At: hello().At, Last: 9, Head: receipt().Digest,
		Items: []request.Exported{{Seq: 4, Digest: request.Digest{1}}, {Seq: 9, Digest: receipt().Digest}},
	}
}

// TestLinkMessages: each comes back as it was signed, by its own signer only, no
// byte of it can change, and none of them can be taken for another.
func TestLinkMessages(t *testing.T) {
	f := newFleet(t)
	verify := map[string]func([]byte, *x509.CertPool, time.Time) (any, error){
		"hello": func(b []byte, r *x509.CertPool, at time.Time) (any, error) {
			v, _, err := envelope.VerifyHello(b, r, at)
			return v, err
		},
		"checkpoint": func(b []byte, r *x509.CertPool, at time.Time) (any, error) {
			v, _, err := envelope.VerifyCheckpoint(b, r, at)
			return v, err
		},
		"welcome": func(b []byte, r *x509.CertPool, at time.Time) (any, error) { return envelope.VerifyWelcome(b, r, at) },
		"revocation": func(b []byte, r *x509.CertPool, at time.Time) (any, error) {
			return envelope.VerifyRevocation(b, r, at)
		},
		"export": func(b []byte, r *x509.CertPool, at time.Time) (any, error) { return envelope.VerifyExport(b, r, at) },
	}
	sign := map[string]func(p party) ([]byte, error){
		"hello": func(p party) ([]byte, error) { return envelope.SignHello(rand.Reader, hello(), p.key, p.chain) },
		"checkpoint": func(p party) ([]byte, error) {
			return envelope.SignCheckpoint(rand.Reader, checkpoint(), p.key, p.chain)
		},
		"welcome": func(p party) ([]byte, error) { return envelope.SignWelcome(rand.Reader, welcome(), p.key, p.chain) },
		"revocation": func(p party) ([]byte, error) {
			return envelope.SignRevocation(rand.Reader, revocation(), p.key, p.chain)
		},
		"export": func(p party) ([]byte, error) { return envelope.SignExport(rand.Reader, export(), p.key, p.chain) },
	}
	want := map[string]any{"hello": hello(), "checkpoint": checkpoint(), "welcome": welcome(), "revocation": revocation(), "export": export()}
	for what := range want {
		right, wrong := f.device, f.receipt
		switch what {
		case "welcome":
			right, wrong = f.receipt, f.document
		case "revocation":
			right = f.document
		}
		b, err := sign[what](right)
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if got, err := verify[what](b, f.roots, now()); err != nil || !reflect.DeepEqual(got, want[what]) {
			t.Errorf("%s: got %+v, %v", what, got, err)
		}
		for i := 0; i < len(b); i += 3 {
			broken := bytes.Clone(b)
			broken[i] ^= 0x01
			if _, err := verify[what](broken, f.roots, now()); err == nil {
				t.Fatalf("byte %d of a %s can change", i, what)
			}
		}
		for other := range want {
			if _, err := verify[other](b, f.roots, now()); (err == nil) != (other == what) {
				t.Errorf("a %s as a %s: %v", what, other, err)
			}
		}
		b, err = sign[what](wrong)
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if _, err := verify[what](b, f.roots, now()); !errors.Is(err, envelope.ErrCertificate) {
			t.Errorf("%s by the wrong signer: %v", what, err)
		}
	}
}

// TestHelloOfAnotherDevice: a device speaks for itself alone.
func TestHelloOfAnotherDevice(t *testing.T) {
	f := newFleet(t)
	h, c := hello(), checkpoint()
	h.Device, c.Device = "demo-k02", "demo-k02"
	b, err := envelope.SignHello(rand.Reader, h, f.device.key, f.device.chain)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := envelope.VerifyHello(b, f.roots, now()); !errors.Is(err, envelope.ErrIdentity) {
		t.Errorf("hello: %v", err)
	}
	if b, err = envelope.SignCheckpoint(rand.Reader, c, f.device.key, f.device.chain); err != nil {
		t.Fatal(err)
	}
	if _, _, err := envelope.VerifyCheckpoint(b, f.roots, now()); !errors.Is(err, envelope.ErrIdentity) {
		t.Errorf("checkpoint: %v", err)
	}
}

// TestLinkMessagesRefuse: what is out of bounds is not signed.
func TestLinkMessagesRefuse(t *testing.T) {
	f := newFleet(t)
	for story, change := range map[string]func(*request.Hello){
		"open out of order":   func(h *request.Hello) { h.Open = []uint64{7, 4} },
		"open beyond last":    func(h *request.Hello) { h.Open = []uint64{10} },
		"too many open":       func(h *request.Hello) { h.Last, h.Open = 100, make([]uint64, request.MaxOpen+1) },
		"head without last":   func(h *request.Hello) { h.Last, h.Open = 0, nil },
		"too many nonces":     func(h *request.Hello) { h.Nonces = request.MaxNonces + 1 },
		"another type":        func(h *request.Hello) { h.Type = request.TypeRequest },
		"a version to come":   func(h *request.Hello) { h.V = 2 },
		"not a device's name": func(h *request.Hello) { h.Device = "a/b" },
	} {
		h := hello()
		change(&h)
		if _, err := envelope.SignHello(rand.Reader, h, f.device.key, f.device.chain); err == nil {
			t.Errorf("hello with %s was signed", story)
		}
	}
	for story, change := range map[string]func(*request.Welcome){
		"a short nonce":         func(w *request.Welcome) { w.Nonces = [][]byte{{1}} },
		"nonces without an end": func(w *request.Welcome) { w.NoncesUntil = 0 },
		"an end without nonces": func(w *request.Welcome) { w.Nonces = nil },
		"nonces for a year":     func(w *request.Welcome) { w.NoncesUntil = w.At + 365*24*3600*1000 },
	} {
		w := welcome()
		change(&w)
		if _, err := envelope.SignWelcome(rand.Reader, w, f.receipt.key, f.receipt.chain); err == nil {
			t.Errorf("welcome with %s was signed", story)
		}
	}
	r := revocation()
	r.Revoked = append(r.Revoked[16:], r.Revoked[:16]...)
	if _, err := envelope.SignRevocation(rand.Reader, r, f.document.key, f.document.chain); err == nil {
		t.Error("revocations out of order were signed")
	}
	c := checkpoint()
	c.From = c.Size
	if _, err := envelope.SignCheckpoint(rand.Reader, c, f.device.key, f.device.chain); err == nil {
		t.Error("a proof between a size and itself was signed")
	}
}
