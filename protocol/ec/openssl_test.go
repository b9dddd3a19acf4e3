package ec_test

import (
	"bytes"
	"crypto/rand"
	"crypto/sha512"
	"encoding/asn1"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"motcua/protocol/ec"
)

// needOpenSSL skips where OpenSSL, of a version with all the curves, is not
// installed.
func needOpenSSL(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("openssl is not installed; the same is checked against math/big and stored vectors")
	}
	if err := exec.Command("openssl", "ecparam", "-name", "brainpoolP192t1", "-noout").Run(); err != nil {
		t.Skip("this openssl has no brainpool curves")
	}
}

func openssl(t *testing.T, in []byte, args ...string) []byte {
	t.Helper()
	cmd := exec.Command("openssl", args...)
	cmd.Stdin = bytes.NewReader(in)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("openssl %v: %v: %s", args, err, stderr.String())
	}
	return out
}

func opensslName(c *ec.Curve) string {
	names := map[string]string{"P-192": "prime192v1", "P-224": "secp224r1", "P-256": "prime256v1", "P-384": "secp384r1", "P-521": "secp521r1"}
	if name, ok := names[c.Name()]; ok {
		return name
	}
	return c.Name()
}

// ecPrivateKey is RFC 5915; subjectPublicKeyInfo is RFC 5480.
type ecPrivateKey struct {
	Version int
	Private []byte
	Curve   asn1.ObjectIdentifier `asn1:"explicit,tag:0"`
	Public  asn1.BitString        `asn1:"explicit,tag:1"`
}

type subjectPublicKeyInfo struct {
	Algorithm struct{ Key, Curve asn1.ObjectIdentifier }
	Public    asn1.BitString
}

func curveID(t *testing.T, c *ec.Curve) (id asn1.ObjectIdentifier) {
	t.Helper()
	if _, err := asn1.Unmarshal(append([]byte{6, byte(len(c.OID()))}, c.OID()...), &id); err != nil {
		t.Fatal(err)
	}
	return id
}

// keyFiles writes a key pair for OpenSSL to read.
func keyFiles(t *testing.T, c *ec.Curve, d []byte) (private, public string) {
	t.Helper()
	point, err := c.ScalarBaseMult(d).Bytes()
	if err != nil {
		t.Fatal(err)
	}
	bits := asn1.BitString{Bytes: point, BitLength: 8 * len(point)}
	info := subjectPublicKeyInfo{Public: bits}
	info.Algorithm.Key = asn1.ObjectIdentifier{1, 2, 840, 10045, 2, 1}
	info.Algorithm.Curve = curveID(t, c)
	dir := t.TempDir()
	write := func(name string, v any) string {
		b, err := asn1.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	return write("private.der", ecPrivateKey{1, d, info.Algorithm.Curve, bits}), write("public.der", info)
}

// Both ways on every curve: OpenSSL accepts our signatures and we accept its
// ones, also with a digest longer than the order, and both agree on a secret.
func TestAgreesWithOpenSSL(t *testing.T) {
	needOpenSSL(t)
	message := []byte("motcua test message")
	digest := sha512.Sum512(message)
	for _, c := range ec.All() {
		t.Run(c.Name(), func(t *testing.T) {
			d, err := c.RandomScalar(rand.Reader)
			if err != nil {
				t.Fatal(err)
			}
			private, public := keyFiles(t, c, d)
			var theirs struct{ R, S *big.Int }
			if _, err := asn1.Unmarshal(openssl(t, message, "dgst", "-sha512", "-keyform", "DER", "-sign", private), &theirs); err != nil {
				t.Fatal(err)
			}
			if !c.Verify(c.ScalarBaseMult(d), digest[:], theirs.R.Bytes(), theirs.S.Bytes()) {
				t.Error("a signature of OpenSSL is refused")
			}
			r, s, err := c.Sign(rand.Reader, d, digest[:])
			if err != nil {
				t.Fatal(err)
			}
			ours, err := asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(r), new(big.Int).SetBytes(s)})
			if err != nil {
				t.Fatal(err)
			}
			signature := filepath.Join(t.TempDir(), "signature")
			if err := os.WriteFile(signature, ours, 0o600); err != nil {
				t.Fatal(err)
			}
			openssl(t, message, "dgst", "-sha512", "-keyform", "DER", "-verify", public, "-signature", signature)
			testAgreementWithOpenSSL(t, c, private)
		})
	}
}

func testAgreementWithOpenSSL(t *testing.T, c *ec.Curve, theirs string) {
	t.Helper()
	d, err := c.RandomScalar(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	_, public := keyFiles(t, c, d)
	secret := openssl(t, nil, "pkeyutl", "-derive", "-keyform", "DER", "-inkey", theirs, "-peerform", "DER", "-peerkey", public)
	der := openssl(t, nil, "pkey", "-inform", "DER", "-in", theirs, "-pubout", "-outform", "DER")
	peer, err := c.Parse(der[len(der)-1-2*c.Size():])
	if err != nil {
		t.Fatal(err)
	}
	if x, err := peer.ScalarMult(d).X(); err != nil || !bytes.Equal(x, secret) {
		t.Errorf("another secret than OpenSSL's: %v", err)
	}
}
