package ec_test

import (
	"math/big"
	"testing"

	"motcua/protocol/ec"
)

// reference is textbook affine arithmetic on the published curve.
type reference struct {
	p, a, b, n *big.Int
	g          affine
	size       int
}

// affine is a point, with nil coordinates at infinity.
type affine struct{ x, y *big.Int }

func newReference(t testing.TB, c *ec.Curve) reference {
	t.Helper()
	a, b := c.Coefficients()
	r := reference{
		p: new(big.Int).SetBytes(c.Prime()), a: new(big.Int).SetBytes(a), b: new(big.Int).SetBytes(b),
		n: new(big.Int).SetBytes(c.Order()), size: c.Size(),
	}
	r.g = r.of(t, c.Generator())
	return r
}

// of is a point of ours as the reference has it.
func (r reference) of(t testing.TB, p *ec.Point) affine {
	t.Helper()
	if p.IsInfinity() {
		return affine{}
	}
	b, err := p.Bytes()
	if err != nil || len(b) != 1+2*r.size || b[0] != 4 {
		t.Fatalf("a point of %d bytes: %v", len(b), err)
	}
	return affine{new(big.Int).SetBytes(b[1 : 1+r.size]), new(big.Int).SetBytes(b[1+r.size:])}
}

func (q affine) equal(o affine) bool {
	if q.x == nil || o.x == nil {
		return q.x == nil && o.x == nil
	}
	return q.x.Cmp(o.x) == 0 && q.y.Cmp(o.y) == 0
}

// encode is the uncompressed point.
func (r reference) encode(q affine) []byte {
	b := make([]byte, 1+2*r.size)
	b[0] = 4
	q.x.FillBytes(b[1 : 1+r.size])
	q.y.FillBytes(b[1+r.size:])
	return b
}

func (r reference) rightSide(x *big.Int) *big.Int {
	v := new(big.Int).Mul(x, x)
	v.Add(v, r.a).Mul(v, x).Add(v, r.b)
	return v.Mod(v, r.p)
}

func (r reference) contains(q affine) bool {
	y := new(big.Int).Mul(q.y, q.y)
	return y.Mod(y, r.p).Cmp(r.rightSide(q.x)) == 0
}

func (r reference) add(q, o affine) affine {
	if q.x == nil {
		return o
	}
	if o.x == nil {
		return q
	}
	num, den := new(big.Int).Sub(o.y, q.y), new(big.Int).Sub(o.x, q.x)
	if q.x.Cmp(o.x) == 0 {
		if q.y.Cmp(o.y) != 0 || q.y.Sign() == 0 {
			return affine{}
		}
		num.Mul(q.x, q.x)
		num.Mul(num, big.NewInt(3)).Add(num, r.a)
		den.Add(q.y, q.y)
	}
	l := num.Mul(num, den.ModInverse(den.Mod(den, r.p), r.p))
	x := new(big.Int).Mul(l, l)
	x.Sub(x, q.x).Sub(x, o.x).Mod(x, r.p)
	y := new(big.Int).Sub(q.x, x)
	y.Mul(y, l).Sub(y, q.y).Mod(y, r.p)
	return affine{x, y}
}

func (r reference) mult(q affine, k *big.Int) affine {
	var s affine
	for i := k.BitLen() - 1; i >= 0; i-- {
		s = r.add(s, s)
		if k.Bit(i) == 1 {
			s = r.add(s, q)
		}
	}
	return s
}

func (r reference) negate(q affine) affine {
	if q.x == nil {
		return q
	}
	y := new(big.Int).Sub(r.p, q.y)
	return affine{q.x, y.Mod(y, r.p)}
}

// above finds a point with this x, if there is one.
func (r reference) above(x *big.Int) (affine, bool) {
	y := new(big.Int).ModSqrt(r.rightSide(x), r.p)
	return affine{x, y}, y != nil
}
