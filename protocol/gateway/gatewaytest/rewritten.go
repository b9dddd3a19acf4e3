package gatewaytest

import (
	"crypto/elliptic"
	"crypto/x509"
	"encoding/asn1"
	"math/big"
	"testing"
)

// Rewritten is the same certificate with other bytes: of the two forms of its
// issuer's ECDSA signature it has the other one. Anybody can make it.
func Rewritten(t testing.TB, c *x509.Certificate) *x509.Certificate {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var parts struct {
		TBS, Algorithm asn1.RawValue
		Signature      asn1.BitString
	}
	var sig struct{ R, S *big.Int }
	_, err := asn1.Unmarshal(c.Raw, &parts)
	must(err)
	_, err = asn1.Unmarshal(parts.Signature.Bytes, &sig)
	must(err)
	sig.S.Sub(elliptic.P256().Params().N, sig.S)
	b, err := asn1.Marshal(sig)
	must(err)
	parts.Signature = asn1.BitString{Bytes: b, BitLength: 8 * len(b)}
	der, err := asn1.Marshal(parts)
	must(err)
	again, err := x509.ParseCertificate(der)
	must(err)
	return again
}
