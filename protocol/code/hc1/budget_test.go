package hc1_test

import (
	"bytes"
	"compress/zlib"
	"crypto/ecdsa"
	"crypto/sha256"
	"encoding/asn1"
	"io"
	"math/big"
	"testing"
	"time"

	"motcua/protocol/code/hc1"
)

// BenchmarkBudget measures decoding and verifying a certificate, with both lists
// and a holder, against what cannot be saved: inflating the message and verifying
// its signature. Both are measured in turns, so that whatever else the machine
// does meets both.
func BenchmarkBudget(b *testing.B) {
	b.Run("code/hc1/verify", func(b *testing.B) {
		vn := vietnam(b)
		m := vn.sign(b, token())
		text, all, holder, bare := m.text(b), lists(b, nil, vn), an(), bareVerify(b, vn, m)
		var ours, theirs time.Duration
		for b.Loop() {
			begin := time.Now()
			c, err := hc1.Decode(text)
			if err != nil || hc1.Verify(c, all, day, holder, began).Status() != hc1.Valid {
				b.Fatal(err)
			}
			middle := time.Now()
			if !bare() {
				b.Fatal("the signature is false")
			}
			ours, theirs = ours+middle.Sub(begin), theirs+time.Since(middle)
		}
		b.ReportMetric(0, "ns/op")
		b.ReportMetric(float64(b.N)/ours.Seconds(), "figure:certificates/s")
		b.ReportMetric(float64(b.N)/theirs.Seconds(), "against:bare-inflate-and-ES256")
		b.ReportMetric(0.5, "budget:ratio-min")
	})
}

// bareVerify inflates a message and verifies its signature, and does nothing else.
func bareVerify(b *testing.B, i issuer, m message) func() bool {
	b.Helper()
	compressed := deflate(b, m.cbor(b))
	signed := marshal(b, []any{"Signature1", m.protectedBytes(b), []byte{}, m.payload})
	r, s := new(big.Int).SetBytes(m.signature[:32]), new(big.Int).SetBytes(m.signature[32:])
	signature, err := asn1.Marshal(struct{ R, S *big.Int }{r, s})
	if err != nil {
		b.Fatal(err)
	}
	key := &i.key.(*ecdsa.PrivateKey).PublicKey
	return func() bool {
		in, err := zlib.NewReader(bytes.NewReader(compressed))
		if err != nil {
			return false
		}
		if _, err := io.Copy(io.Discard, in); err != nil {
			return false
		}
		sum := sha256.Sum256(signed)
		return ecdsa.VerifyASN1(key, sum[:], signature)
	}
}
