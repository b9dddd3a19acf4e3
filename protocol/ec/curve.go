package ec

import (
	"bytes"
	"crypto/elliptic"
	"errors"
	"fmt"
	"io"
	"math/big"
	"sync"
)

var (
	// ErrPoint is wrapped by every error about bytes that are no point of the
	// curve, or are the point at infinity where none may be.
	ErrPoint = errors.New("no point of the curve")
	// ErrScalar is wrapped by errors about a private key outside [1, n-1].
	ErrScalar = errors.New("scalar out of range")
)

// Curve is one elliptic curve over a prime field, of prime order. Its methods
// may be called from several goroutines.
type Curve struct {
	name   string
	field  *field // coordinates
	scalar *field // modulo the order
	order  []byte
	bits   int // of the order
	// b of the curve that is computed on; zx, zy carry a point there and
	// ux, uy bring it back.
	b, zx, zy, ux, uy element
	gen               *Point
	comb              func() *comb
	std               elliptic.Curve // nil: not in the standard library
	params            parameters     // of the curve as it is published
	mapping           *mapping       // nil: the standard has none
}

// parameters are a curve's domain parameters as fixed-width bytes.
type parameters struct{ p, a, b, gx, gy []byte }

// Name is the curve's usual name, such as "brainpoolP256r1" or "P-256".
func (c *Curve) Name() string { return c.name }

// OID is the content of the object identifier that names the curve in
// certificates (SEC 2, RFC 5639), without tag and length.
func (c *Curve) OID() []byte {
	for _, e := range catalogue {
		if e.name == c.name {
			return []byte(e.oid)
		}
	}
	return nil
}

// Prime is the prime of the field, big-endian.
func (c *Curve) Prime() []byte { return bytes.Clone(c.params.p) }

// Coefficients are a and b of y^2 = x^3 + ax + b, as wide as a coordinate.
func (c *Curve) Coefficients() (a, b []byte) {
	return bytes.Clone(c.params.a), bytes.Clone(c.params.b)
}

// Size is the number of bytes of a coordinate.
func (c *Curve) Size() int { return c.field.size }

// OrderSize is the number of bytes of a scalar, and of r and s in a signature.
func (c *Curve) OrderSize() int { return len(c.order) }

// OrderBits is the number of bits of the order.
func (c *Curve) OrderBits() int { return c.bits }

// Order is the order of the generator, big-endian.
func (c *Curve) Order() []byte { return bytes.Clone(c.order) }

// RandomScalar draws a private key, uniform in [1, n-1], of [Curve.OrderSize] bytes.
func (c *Curve) RandomScalar(random io.Reader) ([]byte, error) {
	k := make([]byte, c.OrderSize())
	spare := uint(8*len(k) - c.bits)
	var e element
	for range 128 { // each try fails with probability below one half
		if _, err := io.ReadFull(random, k); err != nil {
			return nil, fmt.Errorf("drawing a scalar: %w", err)
		}
		k[0] &= 0xFF >> spare
		if c.scalar.fromBytes(&e, k) && c.scalar.isZero(&e) == 0 {
			clear(e[:])
			return k, nil
		}
	}
	clear(k)
	return nil, fmt.Errorf("drawing a scalar: the random source repeats itself: %w", ErrScalar)
}

func integer(hexadecimal string) *big.Int {
	v, _ := new(big.Int).SetString(hexadecimal, 16)
	return v
}

func newCurve(name string, p, a, b, gx, gy, n, z *big.Int) *Curve {
	f := newField(p)
	c := &Curve{name: name, field: f, scalar: newField(n), order: n.Bytes(), bits: n.BitLen()}
	fixed := func(v *big.Int) []byte { return v.FillBytes(make([]byte, f.size)) }
	c.params = parameters{p: fixed(p), a: fixed(a), b: fixed(b), gx: fixed(gx), gy: fixed(gy)}
	c.mapping = newMapping(f, p, c.params.a, c.params.b)
	var ez element
	f.fromBytes(&ez, fixed(z))
	f.mul(&c.zx, &ez, &ez)
	f.mul(&c.zy, &c.zx, &ez)
	f.invert(&c.ux, &c.zx)
	f.invert(&c.uy, &c.zy)
	f.fromBytes(&c.b, c.params.b)
	f.mul(&c.b, &c.b, &c.zy) // b * z^6
	f.mul(&c.b, &c.b, &c.zy)
	c.gen = c.newPoint()
	f.fromBytes(&c.gen.x, c.params.gx)
	f.fromBytes(&c.gen.y, c.params.gy)
	f.mul(&c.gen.x, &c.gen.x, &c.zx)
	f.mul(&c.gen.y, &c.gen.y, &c.zy)
	c.gen.z = f.one
	c.comb = sync.OnceValue(func() *comb { return newComb(c) })
	return c
}
