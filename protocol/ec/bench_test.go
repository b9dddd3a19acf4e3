package ec_test

import (
	"crypto/elliptic"
	"crypto/rand"
	"math/big"
	"testing"
	"time"

	"motcua/protocol/ec"
)

// bigBrainpoolP256t1 is math/big on elliptic.CurveParams: the twin of
// brainpoolP256r1 with a = -3, which CurveParams assumes.
func bigBrainpoolP256t1() *elliptic.CurveParams {
	n := func(s string) *big.Int { v, _ := new(big.Int).SetString(s, 16); return v }
	return &elliptic.CurveParams{
		Name: "brainpoolP256t1", BitSize: 256,
		P:  n("A9FB57DBA1EEA9BC3E660A909D838D726E3BF623D52620282013481D1F6E5377"),
		N:  n("A9FB57DBA1EEA9BC3E660A909D838D718C397AA3B561A6F7901E0E82974856A7"),
		B:  n("662C61C430D84EA4FE66A7733D0B76B7BF93EBC4AF2F49256AE58101FEE92B04"),
		Gx: n("A3E8EB3CC1CFE7B7732213B23A656149AFA142C47AAFBC2B79A191562E1305F4"),
		Gy: n("2D996C823439C56D7F7B22E14644417E69BCB6DE39D027001DABE8F35B25C9BE"),
	}
}

func BenchmarkScalarMult(b *testing.B) {
	for _, c := range ec.All() {
		d, _ := c.RandomScalar(rand.Reader)
		b.Run(c.Name(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.Generator().ScalarMult(d)
			}
		})
	}
	b.Run("math-big-brainpoolP256t1", func(b *testing.B) {
		c := bigBrainpoolP256t1()
		d, _ := ec.BrainpoolP256r1().RandomScalar(rand.Reader)
		for b.Loop() {
			//lint:ignore SA1019 the peer that the budget names
			c.ScalarMult(c.Gx, c.Gy, d)
		}
	})
}

// BenchmarkBudget measures the peer in the same run.
func BenchmarkBudget(b *testing.B) {
	ours, peer := ec.BrainpoolP256r1(), bigBrainpoolP256t1()
	d, _ := ours.RandomScalar(rand.Reader)
	b.Run("ec/brainpoolP256r1/mult", func(b *testing.B) {
		var us, them time.Duration
		for b.Loop() {
			begin := time.Now()
			ours.Generator().ScalarMult(d)
			middle := time.Now()
			//lint:ignore SA1019 the peer that the budget names
			peer.ScalarMult(peer.Gx, peer.Gy, d)
			us, them = us+middle.Sub(begin), them+time.Since(middle)
		}
		b.ReportMetric(float64(us.Nanoseconds())/float64(b.N), "figure:ns")
		b.ReportMetric(float64(them.Nanoseconds())/float64(b.N), "against:math/big")
		b.ReportMetric(1/3.5, "budget:ratio-max")
	})
}
