package signedlist_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"testing"
	"time"

	"motcua/protocol/signedlist"
)

var (
	fruit = signedlist.Format{ContentType: "application/vnd.example.fruit+cbor", MaxSize: 1 << 10}
	roots = signedlist.Format{ContentType: "application/vnd.example.roots+cbor", MaxSize: 1 << 10}

	issued = time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	head   = signedlist.Head{Serial: 3, Issued: issued, Expires: issued.AddDate(0, 0, 1)}
)

// names is a payload.
type names struct {
	signedlist.Preamble
	Names []string `cbor:"5,keyasint"`
}

func (n names) Fault() string {
	if len(n.Names) == 0 {
		return "no names"
	}
	return n.Preamble.Fault()
}

// key is the provisioner's; its seed is invented.
func key(seed byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
}

func public(k ed25519.PrivateKey) ed25519.PublicKey { return k.Public().(ed25519.PublicKey) }

func signed(t testing.TB, f signedlist.Format) []byte {
	t.Helper()
	payload, err := signedlist.Encode(names{head.Preamble(1), []string{"apple", "quince"}})
	if err != nil {
		t.Fatal(err)
	}
	b, err := f.Sign(payload, key(1))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func open(b []byte, k ed25519.PublicKey, version uint64) (names, error) {
	payload, err := fruit.Open(b, k)
	if err != nil {
		return names{}, err
	}
	return signedlist.Decode[names](payload, version)
}

func TestRoundTrip(t *testing.T) {
	got, err := open(signed(t, fruit), public(key(1)), 1)
	if err != nil || got.Head() != head || len(got.Names) != 2 || got.Names[1] != "quince" {
		t.Errorf("%v, %v", got, err)
	}
}

func TestRefused(t *testing.T) {
	good := signed(t, fruit)
	flipped := bytes.Clone(good)
	flipped[len(good)-80] ^= 1
	for name, c := range map[string]struct {
		b       []byte
		key     ed25519.PublicKey
		version uint64
		want    error
	}{
		"a list of another kind":  {signed(t, roots), public(key(1)), 1, signedlist.ErrMalformed},
		"another key":             {good, public(key(2)), 1, signedlist.ErrSignature},
		"a changed list":          {flipped, public(key(1)), 1, signedlist.ErrSignature},
		"no key":                  {good, nil, 1, signedlist.ErrSignature},
		"another version":         {good, public(key(1)), 2, signedlist.ErrVersion},
		"more than a list holds":  {append(bytes.Clone(good), make([]byte, 1<<10)...), public(key(1)), 1, signedlist.ErrMalformed},
		"torn":                    {good[:len(good)-1], public(key(1)), 1, signedlist.ErrMalformed},
		"the message without tag": {good[1:], public(key(1)), 1, signedlist.ErrMalformed},
	} {
		if _, err := open(c.b, c.key, c.version); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNotSigned(t *testing.T) {
	for name, p := range map[string]names{
		"nothing in it": {head.Preamble(1), nil},
		"no serial":     {signedlist.Head{Issued: issued, Expires: issued.AddDate(0, 0, 1)}.Preamble(1), []string{"a"}},
		"no time":       {signedlist.Head{Serial: 1, Issued: issued, Expires: issued}.Preamble(1), []string{"a"}},
	} {
		if _, err := signedlist.Encode(p); !errors.Is(err, signedlist.ErrContent) {
			t.Errorf("%s: %v", name, err)
		}
	}
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fruit.Sign([]byte{1}, other); !errors.Is(err, signedlist.ErrContent) {
		t.Errorf("a key of another kind: %v", err)
	}
}

func TestValidAt(t *testing.T) {
	for at, good := range map[time.Time]bool{
		issued: true, head.Expires: true, issued.Add(-time.Second): false, head.Expires.Add(time.Second): false,
	} {
		if err := head.ValidAt(at); (err == nil) != good || err != nil && !errors.Is(err, signedlist.ErrTime) {
			t.Errorf("at %v: %v", at, err)
		}
	}
}

func TestKeys(t *testing.T) {
	private, err := x509.MarshalPKCS8PrivateKey(key(1))
	if err != nil {
		t.Fatal(err)
	}
	spki, err := x509.MarshalPKIXPublicKey(public(key(1)))
	if err != nil {
		t.Fatal(err)
	}
	text := func(kind string, b []byte) []byte { return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: b}) }
	if k, err := signedlist.ParsePrivateKey(text("PRIVATE KEY", private)); err != nil || !k.Equal(key(1)) {
		t.Errorf("%v", err)
	}
	if k, err := signedlist.ParsePublicKey(text("PUBLIC KEY", spki)); err != nil || !k.Equal(public(key(1))) {
		t.Errorf("%v", err)
	}
	for name, bad := range map[string][]byte{
		"nothing": nil, "the other kind": text("CERTIFICATE", spki), "no key": text("PUBLIC KEY", []byte("x")), "no private key": text("PRIVATE KEY", []byte("x")),
	} {
		if _, err := signedlist.ParsePublicKey(bad); !errors.Is(err, signedlist.ErrKey) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := signedlist.ParsePrivateKey(bad); !errors.Is(err, signedlist.ErrKey) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	payload, err := signedlist.Encode(names{head.Preamble(1), []string{"apple"}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(payload)
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := signedlist.Decode[names](b, 1)
		if err != nil {
			if !errors.Is(err, signedlist.ErrMalformed) && !errors.Is(err, signedlist.ErrVersion) {
				t.Fatalf("error of another kind: %v", err)
			}
			return
		}
		if again, err := signedlist.Encode(p); err != nil || !bytes.Equal(again, b) {
			t.Fatalf("written as other bytes: %v", err)
		}
	})
}

func FuzzOpen(f *testing.F) {
	good := signed(f, fruit)
	f.Add(good)
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := fruit.Open(b, public(key(1))); err == nil && !bytes.Equal(b, good) {
			t.Fatal("another list is genuine")
		}
	})
}
