package envelope_test

import (
	"crypto/elliptic"
	"crypto/rand"
	"math/big"
	"testing"

	"github.com/fxamacker/cbor/v2"
	"github.com/veraison/go-cose"
)

// signRaw signs any payload, as an attacker with a key could.
func signRaw(t *testing.T, contentType string, payload []byte, p party) []byte {
	t.Helper()
	signer, err := cose.NewSigner(cose.AlgorithmES256, p.key)
	if err != nil {
		t.Fatal(err)
	}
	m := cose.NewSign1Message()
	m.Headers.Protected = cose.ProtectedHeader{
		cose.HeaderLabelAlgorithm: cose.AlgorithmES256, cose.HeaderLabelContentType: contentType, cose.HeaderLabelX5Chain: p.chain[0],
	}
	m.Payload = payload
	if err := m.Sign(rand.Reader, nil, signer); err != nil {
		t.Fatal(err)
	}
	n := elliptic.P256().Params().N
	s := new(big.Int).SetBytes(m.Signature[32:])
	if s.Cmp(new(big.Int).Rsh(n, 1)) > 0 {
		new(big.Int).Sub(n, s).FillBytes(m.Signature[32:])
	}
	b, err := m.MarshalCBOR()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func decodeMap(t *testing.T, b []byte) map[string][]byte {
	t.Helper()
	var v map[string][]byte
	if err := cbor.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	return v
}
