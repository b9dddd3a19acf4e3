package ec

import (
	"bytes"
	"crypto/ecdsa"
	"fmt"
)

// Point is a point of a curve, possibly the one at infinity. It does not
// change once it is made.
type Point struct {
	curve   *Curve
	x, y, z element // projective, on the twin with a = -3
	// std is the point as the standard library's key, to verify with; nil for one
	// that was computed, or that lies on a curve which that library does not have.
	std *ecdsa.PublicKey
}

func (c *Curve) newPoint() *Point {
	p := &Point{curve: c}
	p.y = c.field.one
	return p
}

// Generator is the curve's base point.
func (c *Curve) Generator() *Point { return c.gen }

// Parse reads an uncompressed point (04, X, Y). It fails unless both
// coordinates have the full width, are less than the prime and lie on the
// curve; the curves here have cofactor 1, so such a point has the full order.
func (c *Curve) Parse(b []byte) (*Point, error) {
	size := c.Size()
	if len(b) != 1+2*size || b[0] != 4 {
		return nil, fmt.Errorf("encoded point of %d bytes on %s: %w", len(b), c.name, ErrPoint)
	}
	f := c.field
	p := c.newPoint()
	if !f.fromBytes(&p.x, b[1:1+size]) || !f.fromBytes(&p.y, b[1+size:]) {
		return nil, fmt.Errorf("coordinate beyond the prime of %s: %w", c.name, ErrPoint)
	}
	f.mul(&p.x, &p.x, &c.zx)
	f.mul(&p.y, &p.y, &c.zy)
	p.z = f.one
	if !c.contains(&p.x, &p.y) {
		return nil, fmt.Errorf("coordinates off %s: %w", c.name, ErrPoint)
	}
	if c.std != nil {
		var err error
		if p.std, err = ecdsa.ParseUncompressedPublicKey(c.std, b); err != nil {
			return nil, fmt.Errorf("point of %s: %w: %w", c.name, ErrPoint, err)
		}
	}
	return p, nil
}

// contains checks y^2 = x^3 - 3x + b.
func (c *Curve) contains(x, y *element) bool {
	f := c.field
	var l, r, t element
	f.mul(&l, y, y)
	f.mul(&r, x, x)
	f.mul(&r, &r, x)
	f.add(&t, x, x)
	f.add(&t, &t, x)
	f.sub(&r, &r, &t)
	f.add(&r, &r, &c.b)
	return f.equal(&l, &r) == 1
}

// Curve is the curve the point lies on.
func (p *Point) Curve() *Curve { return p.curve }

// IsInfinity tells whether p is the point at infinity.
func (p *Point) IsInfinity() bool { return p.curve.field.isZero(&p.z) == 1 }

// Equal tells whether both are the same point of the same curve.
func (p *Point) Equal(q *Point) bool {
	if p.curve != q.curve {
		return false
	}
	f := p.curve.field
	var a, b, c, d element
	f.mul(&a, &p.x, &q.z)
	f.mul(&b, &q.x, &p.z)
	f.mul(&c, &p.y, &q.z)
	f.mul(&d, &q.y, &p.z)
	bothOrNone := f.isZero(&p.z) == f.isZero(&q.z)
	return bothOrNone && f.equal(&a, &b)&f.equal(&c, &d) == 1
}

// Bytes is the uncompressed encoding, each coordinate of full width whatever
// its value. The point at infinity has none.
func (p *Point) Bytes() ([]byte, error) {
	if p.IsInfinity() {
		return nil, fmt.Errorf("encoding the point at infinity: %w", ErrPoint)
	}
	f, size := p.curve.field, p.curve.Size()
	b := make([]byte, 1+2*size)
	b[0] = 4
	var inv, v element
	f.invert(&inv, &p.z)
	f.mul(&v, &p.x, &inv)
	f.mul(&v, &v, &p.curve.ux)
	f.toBytes(b[1:1+size], &v)
	f.mul(&v, &p.y, &inv)
	f.mul(&v, &v, &p.curve.uy)
	f.toBytes(b[1+size:], &v)
	clear(inv[:])
	clear(v[:])
	return b, nil
}

// X is the first coordinate at full width (FE2OS of TR-03111): what key
// agreement uses as the shared secret.
func (p *Point) X() ([]byte, error) {
	b, err := p.Bytes()
	if err != nil {
		return nil, err
	}
	x := bytes.Clone(b[1 : 1+p.curve.Size()])
	clear(b)
	return x, nil
}

// Add returns p + q; both must lie on the same curve.
func (p *Point) Add(q *Point) (*Point, error) {
	if p.curve != q.curve {
		return nil, fmt.Errorf("adding points of %s and %s: %w", p.curve.name, q.curve.name, ErrPoint)
	}
	r := &Point{curve: p.curve}
	r.add(p, q)
	return r, nil
}

// Agree returns the first coordinate of k times p at full width, the shared
// secret of key agreement, and leaves no other trace of it in memory. The caller
// clears it.
func (p *Point) Agree(k []byte) ([]byte, error) {
	q := p.ScalarMult(k)
	defer q.wipe()
	return q.X()
}

// ScalarBaseMult returns k times the generator; see [Point.ScalarMult]. A k as
// wide as the order is multiplied with stored multiples of the generator.
func (c *Curve) ScalarBaseMult(k []byte) *Point {
	if len(k) != c.OrderSize() {
		return c.gen.ScalarMult(k)
	}
	r := c.newPoint()
	c.comb().mult(r, k)
	return r
}

// ScalarMult returns k times p for a big-endian k of any length. The time
// depends on the length of k alone.
func (p *Point) ScalarMult(k []byte) *Point {
	var table [16]Point
	p.multiples(&table)
	r, t := p.curve.newPoint(), Point{curve: p.curve}
	for _, b := range k {
		for _, digit := range [2]byte{b >> 4, b & 15} {
			r.double(r)
			r.double(r)
			r.double(r)
			r.double(r)
			t.pick(&table, digit)
			r.add(r, &t)
		}
	}
	t.wipe()
	for i := range table {
		table[i].wipe()
	}
	return r
}

// multiples fills a table with 0 to 15 times p.
func (p *Point) multiples(table *[16]Point) {
	table[0] = *p.curve.newPoint()
	table[1] = *p
	for i := 2; i < len(table); i++ {
		table[i].curve = p.curve
		if i%2 == 0 {
			table[i].double(&table[i/2])
		} else {
			table[i].add(&table[i-1], p)
		}
	}
}

// wipe clears the coordinates of a point that nobody else holds.
func (p *Point) wipe() { p.x, p.y, p.z = element{}, element{}, element{} }

// pick sets p to one entry of the table, touching all of them.
func (p *Point) pick(table *[16]Point, digit byte) {
	n := p.curve.field.n
	p.x, p.y, p.z = element{}, element{}, element{}
	for i := range table {
		d := uint64(byte(i) ^ digit)
		mask := (d - 1) & ^d >> 63
		mask = -mask
		for j := range n {
			p.x[j] |= table[i].x[j] & mask
			p.y[j] |= table[i].y[j] & mask
			p.z[j] |= table[i].z[j] & mask
		}
	}
}
