package modp_test

import (
	"crypto/rand"
	"math/big"
	"testing"
	"time"

	"motcua/protocol/modp"
)

// BenchmarkBudget measures the peer in the same run. There is no limit: math/big
// has assembler, and takes a time that tells of the exponent.
func BenchmarkBudget(b *testing.B) {
	g := modp.MODP2048q256()
	k, err := g.RandomExponent(rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	p, exponent, base := new(big.Int).SetBytes(g.Prime()), new(big.Int).SetBytes(k), new(big.Int).SetBytes(g.Generator().Bytes())
	b.Run("modp/2048/exp", func(b *testing.B) {
		var us, them time.Duration
		for b.Loop() {
			begin := time.Now()
			g.Generator().Exp(k)
			middle := time.Now()
			new(big.Int).Exp(base, exponent, p)
			us, them = us+middle.Sub(begin), them+time.Since(middle)
		}
		b.ReportMetric(float64(us.Nanoseconds())/float64(b.N), "figure:ns")
		b.ReportMetric(float64(them.Nanoseconds())/float64(b.N), "against:math/big")
	})
}
