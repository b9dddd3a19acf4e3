package ec_test

import (
	"bytes"
	"crypto/elliptic"
	"crypto/rand"
	"testing"
	"time"

	"motcua/protocol/ec"
)

// bigTwin is math/big on elliptic.CurveParams, which assumes a = -3: the twin of
// a brainpool curve.
func bigTwin(b *testing.B, c *ec.Curve) *elliptic.CurveParams {
	b.Helper()
	r := newReference(b, c)
	return &elliptic.CurveParams{Name: c.Name(), BitSize: 8 * c.Size(), P: r.p, N: r.n, B: r.b, Gx: r.g.x, Gy: r.g.y}
}

func scalar(b *testing.B, c *ec.Curve) []byte {
	b.Helper()
	d, err := c.RandomScalar(rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	return d
}

func BenchmarkScalarMult(b *testing.B) {
	for _, c := range ec.All() {
		d := scalar(b, c)
		b.Run(c.Name(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.Generator().ScalarMult(d)
			}
		})
	}
}

func BenchmarkScalarBaseMult(b *testing.B) {
	for _, c := range ec.All() {
		d := scalar(b, c)
		c.ScalarBaseMult(d) // sets up the stored multiples
		b.Run(c.Name(), func(b *testing.B) {
			for b.Loop() {
				c.ScalarBaseMult(d)
			}
		})
	}
}

// BenchmarkSecrets is there to be looked at: the rows of a curve should not
// differ by more than the rows of "random" do among themselves.
func BenchmarkSecrets(b *testing.B) {
	c := ec.BrainpoolP256r1()
	for _, s := range []struct {
		name   string
		secret []byte
	}{
		{"random", scalar(b, c)},
		{"random", scalar(b, c)},
		{"zeros", make([]byte, c.OrderSize())},
		{"ones", bytes.Repeat([]byte{0xFF}, c.OrderSize())},
		{"one", append(make([]byte, c.OrderSize()-1), 1)},
	} {
		b.Run(s.name, func(b *testing.B) {
			for b.Loop() {
				c.Generator().ScalarMult(s.secret)
			}
		})
	}
}

// sideBySide runs two functions in turn and reports ours beside the other.
func sideBySide(b *testing.B, against string, ours, other func()) {
	b.Helper()
	var us, them time.Duration
	for b.Loop() {
		begin := time.Now()
		ours()
		middle := time.Now()
		other()
		us, them = us+middle.Sub(begin), them+time.Since(middle)
	}
	b.ReportMetric(float64(us.Nanoseconds())/float64(b.N), "figure:ns")
	b.ReportMetric(float64(them.Nanoseconds())/float64(b.N), "against:"+against)
}

// BenchmarkBudget measures the peer in the same run.
func BenchmarkBudget(b *testing.B) {
	for _, row := range []struct{ ours, twin *ec.Curve }{
		{ec.BrainpoolP256r1(), ec.BrainpoolP256t1()},
		{ec.BrainpoolP384r1(), ec.BrainpoolP384t1()},
		{ec.BrainpoolP512r1(), ec.BrainpoolP512t1()},
	} {
		peer, d := bigTwin(b, row.twin), scalar(b, row.ours)
		b.Run("ec/"+row.ours.Name()+"/mult", func(b *testing.B) {
			sideBySide(b, "math/big",
				func() { row.ours.Generator().ScalarMult(d) },
				//lint:ignore SA1019 the peer that the budget names
				func() { peer.ScalarMult(peer.Gx, peer.Gy, d) })
			if row.ours == ec.BrainpoolP256r1() { // the cards' curve; the others are there to be seen
				b.ReportMetric(1/3.5, "budget:ratio-max")
			}
		})
	}
	b.Run("ec/brainpoolP256r1/p256", func(b *testing.B) {
		c, std := ec.BrainpoolP256r1(), elliptic.P256()
		d, gx, gy := scalar(b, c), std.Params().Gx, std.Params().Gy
		d[0] &= 0x7F // below either order
		sideBySide(b, "crypto/elliptic",
			func() { c.Generator().ScalarMult(d) },
			//lint:ignore SA1019 the standard library's scalar multiplication
			func() { std.ScalarMult(gx, gy, d) })
	})
	b.Run("ec/brainpoolP256r1/base-mult", func(b *testing.B) {
		c := ec.BrainpoolP256r1()
		d := scalar(b, c)
		c.ScalarBaseMult(d)
		sideBySide(b, "mult", func() { c.ScalarBaseMult(d) }, func() { c.Generator().ScalarMult(d) })
	})
}
