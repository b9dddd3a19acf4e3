package trustbundle_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/veraison/go-cose"

	"motcua/protocol/trustbundle"
)

var issued = time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)

// key is the provisioner's; its seed is invented.
func key(seed byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
}

func public(k ed25519.PrivateKey) ed25519.PublicKey { return k.Public().(ed25519.PublicKey) }

func file(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "pki", "testdata", "openssl", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func content(t testing.TB) trustbundle.Content {
	t.Helper()
	return trustbundle.Content{
		Serial: 7, Issued: issued, Expires: issued.AddDate(1, 0, 0),
		Certificates: [][]byte{file(t, "vn.der"), file(t, "link.der"), file(t, "de.der")}, Revocations: [][]byte{file(t, "revoked.crl")},
	}
}

func sign(t testing.TB, c trustbundle.Content) []byte {
	t.Helper()
	b, err := trustbundle.Sign(c, key(1))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestBundle(t *testing.T) {
	b := sign(t, content(t))
	if again := sign(t, content(t)); !bytes.Equal(b, again) {
		t.Error("the same content gives other bytes")
	}
	c, err := trustbundle.Open(b, public(key(1)))
	if err != nil || c.Serial != 7 || !c.Issued.Equal(issued) || !c.Expires.Equal(issued.AddDate(1, 0, 0)) {
		t.Fatalf("%v, %v", c, err)
	}
	anchors, skipped := c.Anchors()
	if anchors.Len() != 3 || len(anchors.Revocations()) != 1 || len(skipped) != 0 {
		t.Errorf("%d authorities, %d lists, %v", anchors.Len(), len(anchors.Revocations()), skipped)
	}
	for at, good := range map[time.Time]bool{
		issued: true, issued.AddDate(1, 0, 0): true, issued.Add(-time.Second): false, issued.AddDate(1, 0, 1): false,
	} {
		if err := c.ValidAt(at); (err == nil) != good || err != nil && !errors.Is(err, trustbundle.ErrTime) {
			t.Errorf("at %v: %v", at, err)
		}
	}
}

func TestBundlesThatAreNotSigned(t *testing.T) {
	signer, link := file(t, "ds.der"), file(t, "link.der")
	for name, change := range map[string]func(*trustbundle.Content){
		"nobody":                   func(c *trustbundle.Content) { c.Certificates, c.Revocations = nil, nil },
		"a document signer":        func(c *trustbundle.Content) { c.Certificates = append(c.Certificates, signer) },
		"a link that hangs":        func(c *trustbundle.Content) { c.Certificates, c.Revocations = [][]byte{link}, nil },
		"no certificate":           func(c *trustbundle.Content) { c.Certificates = append(c.Certificates, []byte("x")) },
		"a list of somebody else":  func(c *trustbundle.Content) { c.Certificates = c.Certificates[2:] },
		"no list":                  func(c *trustbundle.Content) { c.Revocations = append(c.Revocations, []byte("x")) },
		"no serial":                func(c *trustbundle.Content) { c.Serial = 0 },
		"a serial beyond counting": func(c *trustbundle.Content) { c.Serial = 1 << 53 },
		"no time":                  func(c *trustbundle.Content) { c.Expires = c.Issued },
		"before the epoch":         func(c *trustbundle.Content) { c.Issued = time.Date(1969, 1, 1, 0, 0, 0, 0, time.UTC) },
		"after the last year":      func(c *trustbundle.Content) { c.Expires = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) },
	} {
		c := content(t)
		change(&c)
		if _, err := trustbundle.Sign(c, key(1)); !errors.Is(err, trustbundle.ErrContent) {
			t.Errorf("%s: %v", name, err)
		}
	}
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := trustbundle.Sign(content(t), other); !errors.Is(err, trustbundle.ErrContent) {
		t.Errorf("another kind of key: %v", err)
	}
}

// message makes a COSE_Sign1 of anything under the right key.
func message(t *testing.T, kind string, payload any) []byte {
	t.Helper()
	mode, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		t.Fatal(err)
	}
	b, err := mode.Marshal(payload)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := cose.NewSigner(cose.AlgorithmEdDSA, key(1))
	if err != nil {
		t.Fatal(err)
	}
	headers := cose.Headers{Protected: cose.ProtectedHeader{
		cose.HeaderLabelAlgorithm: cose.AlgorithmEdDSA, cose.HeaderLabelContentType: kind,
	}}
	out, err := cose.Sign1(nil, signer, headers, b, nil)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestBundlesThatAreRefused(t *testing.T) {
	const kind = "application/vnd.motcua.trust+cbor"
	good := sign(t, content(t))
	flip := func(at int) []byte {
		b := bytes.Clone(good)
		b[at] ^= 1
		return b
	}
	vn := file(t, "vn.der")
	fields := func(change func(map[int]any)) map[int]any {
		f := map[int]any{1: 1, 2: 7, 3: 0, 4: 9, 5: [][]byte{vn}, 6: [][]byte{}}
		change(f)
		return f
	}
	for _, c := range []struct {
		name string
		b    []byte
		key  ed25519.PublicKey
		want error
	}{
		{"another key", good, public(key(2)), trustbundle.ErrSignature},
		{"a key of no size", good, nil, trustbundle.ErrSignature},
		{"a flipped signature", flip(len(good) - 1), public(key(1)), trustbundle.ErrSignature},
		{"a flipped certificate", flip(300), public(key(1)), trustbundle.ErrSignature},
		{"torn", good[:len(good)-1], public(key(1)), trustbundle.ErrMalformed},
		{"something after", append(bytes.Clone(good), 0), public(key(1)), trustbundle.ErrMalformed},
		{"without a tag", good[1:], public(key(1)), trustbundle.ErrMalformed},
		{"nothing", nil, public(key(1)), trustbundle.ErrMalformed},
		{"too large", make([]byte, trustbundle.MaxSize+1), public(key(1)), trustbundle.ErrMalformed},
		{"another content type", message(t, "application/cbor", fields(func(map[int]any) {})), public(key(1)), trustbundle.ErrMalformed},
		{"another version", message(t, kind, fields(func(f map[int]any) { f[1] = 2 })), public(key(1)), trustbundle.ErrVersion},
		{"no version", message(t, kind, fields(func(f map[int]any) { delete(f, 1) })), public(key(1)), trustbundle.ErrVersion},
		{"an unknown field", message(t, kind, fields(func(f map[int]any) { f[7] = 0 })), public(key(1)), trustbundle.ErrMalformed},
		{"no serial", message(t, kind, fields(func(f map[int]any) { f[2] = 0 })), public(key(1)), trustbundle.ErrMalformed},
		{"no certificates", message(t, kind, fields(func(f map[int]any) { f[5] = [][]byte{} })), public(key(1)), trustbundle.ErrMalformed},
		{"an empty certificate", message(t, kind, fields(func(f map[int]any) { f[5] = [][]byte{{}} })), public(key(1)), trustbundle.ErrMalformed},
		{"times that leave no time", message(t, kind, fields(func(f map[int]any) { f[4] = 0 })), public(key(1)), trustbundle.ErrMalformed},
		{"no map", message(t, kind, []int{1}), public(key(1)), trustbundle.ErrMalformed},
	} {
		got, err := trustbundle.Open(c.b, c.key)
		if !errors.Is(err, c.want) || got.Serial != 0 {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if _, err := trustbundle.Open(message(t, kind, fields(func(map[int]any) {})), public(key(1))); err != nil {
		t.Errorf("the message that the others differ from: %v", err)
	}
}

// A device that is older than the bundle uses what it knows.
func TestWhatIsNotKnownIsSkipped(t *testing.T) {
	c := content(t)
	c.Certificates = append(c.Certificates, []byte("of tomorrow"))
	c.Revocations = append(c.Revocations, []byte("of tomorrow"))
	anchors, skipped := c.Anchors()
	if anchors.Len() != 3 || len(anchors.Revocations()) != 1 || len(skipped) != 2 {
		t.Errorf("%d authorities, %v", anchors.Len(), skipped)
	}
}

func FuzzOpen(f *testing.F) {
	good := sign(f, content(f))
	f.Add(good)
	f.Add(good[:40])
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := trustbundle.Open(b, public(key(1)))
		if err == nil {
			if !bytes.Equal(b, good) {
				t.Fatalf("another bundle is genuine: serial %d", c.Serial)
			}
			return
		}
		if !errors.Is(err, trustbundle.ErrMalformed) && !errors.Is(err, trustbundle.ErrSignature) && !errors.Is(err, trustbundle.ErrVersion) {
			t.Fatalf("error of another kind: %v", err)
		}
	})
}
