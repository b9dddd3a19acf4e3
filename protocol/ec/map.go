package ec

import (
	"errors"
	"fmt"
	"math/big"
)

// ErrNoMapping is wrapped by the error of [Curve.MapInteger] on a curve that
// the standard excludes from the integrated mapping.
var ErrNoMapping = errors.New("no integrated mapping on this curve")

// mapping is what the integrated mapping needs of a curve as it is published.
type mapping struct {
	a, b  element
	ratio element // -b/a
	root  []byte  // p-1-(p+1)/4: of a square, one over a square root
}

func newMapping(f *field, p *big.Int, a, b []byte) *mapping {
	if p.Bit(0)&p.Bit(1) == 0 { // the square root below asks for p = 3 mod 4
		return nil
	}
	quarter := new(big.Int).Add(p, big.NewInt(1))
	quarter.Rsh(quarter, 2)
	root := new(big.Int).Sub(p, big.NewInt(1))
	m := &mapping{root: root.Sub(root, quarter).Bytes()}
	f.fromBytes(&m.a, a)
	f.fromBytes(&m.b, b)
	f.invert(&m.ratio, &m.a)
	f.mul(&m.ratio, &m.ratio, &m.b)
	f.sub(&m.ratio, &element{}, &m.ratio)
	return m
}

// HasMapping tells whether the integrated mapping is defined on the curve: on
// all but P-224 (TR-03110 part 3, table 4).
func (c *Curve) HasMapping() bool { return c.mapping != nil }

// MapInteger sends a big-endian integer of any length, taken modulo the prime,
// to a point: the point encoding in affine coordinates of Doc 9303 part 11,
// appendix B.2. The time depends on its length alone. It fails for the few
// integers that the encoding is not defined for (0, 1 and -1 modulo the prime).
func (c *Curve) MapInteger(u []byte) (*Point, error) {
	m, f := c.mapping, c.field
	if m == nil {
		return nil, fmt.Errorf("mapping to a point of %s: %w", c.name, ErrNoMapping)
	}
	var t, alpha, x2, x3, h2, a, v, one element
	f.reduce(&t, u)
	one = f.one
	f.mul(&alpha, &t, &t)
	f.sub(&alpha, &element{}, &alpha) // -t^2
	f.mul(&v, &alpha, &alpha)
	f.add(&v, &v, &alpha)
	undefined := f.isZero(&v)
	f.invert(&v, &v)
	f.add(&v, &v, &one)
	f.mul(&x2, &m.ratio, &v)
	f.mul(&x3, &alpha, &x2)
	m.rightSide(f, &h2, &x2)
	f.power(&a, &h2, m.root)
	f.mul(&v, &a, &a)
	f.mul(&v, &v, &h2)
	square := -f.equal(&v, &one)
	f.mul(&v, &t, &t)
	f.mul(&v, &v, &t)
	f.mul(&v, &v, &h2) // U = t^3 h2
	choose(&x2, square, &x2, &x3, f.n)
	choose(&v, square, &h2, &v, f.n)
	f.mul(&v, &v, &a)
	p := c.newPoint()
	f.mul(&p.x, &x2, &c.zx)
	f.mul(&p.y, &v, &c.zy)
	p.z = one
	for _, e := range []*element{&t, &alpha, &x2, &x3, &h2, &a, &v} {
		clear(e[:])
	}
	if undefined == 1 || !c.contains(&p.x, &p.y) {
		return nil, fmt.Errorf("mapping to a point of %s: the encoding is not defined there: %w", c.name, ErrPoint)
	}
	return p, nil
}

// rightSide sets z = x^3 + ax + b on the published curve.
func (m *mapping) rightSide(f *field, z, x *element) {
	var v element
	f.mul(&v, x, x)
	f.add(&v, &v, &m.a)
	f.mul(&v, &v, x)
	f.add(z, &v, &m.b)
}
