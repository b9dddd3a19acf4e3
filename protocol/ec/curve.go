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
	std               elliptic.Curve // nil: not in the standard library
	params            parameters     // of the curve as it is published
	mapping           *mapping       // nil: the standard has none
}

// parameters are a curve's domain parameters as fixed-width bytes.
type parameters struct{ p, a, b, gx, gy []byte }

// The curves. Each is set up when it is first asked for.
var (
	brainpoolP256r1 = sync.OnceValue(func() *Curve { return newBrainpool(bp256) })
	brainpoolP384r1 = sync.OnceValue(func() *Curve { return newBrainpool(bp384) })
	brainpoolP512r1 = sync.OnceValue(func() *Curve { return newBrainpool(bp512) })
	p256            = sync.OnceValue(func() *Curve { return newNIST(elliptic.P256()) })
	p384            = sync.OnceValue(func() *Curve { return newNIST(elliptic.P384()) })
	p521            = sync.OnceValue(func() *Curve { return newNIST(elliptic.P521()) })
)

// BrainpoolP256r1 is RFC 5639, 3.4.
func BrainpoolP256r1() *Curve { return brainpoolP256r1() }

// BrainpoolP384r1 is RFC 5639, 3.6.
func BrainpoolP384r1() *Curve { return brainpoolP384r1() }

// BrainpoolP512r1 is RFC 5639, 3.7.
func BrainpoolP512r1() *Curve { return brainpoolP512r1() }

// P256 is NIST P-256 (secp256r1).
func P256() *Curve { return p256() }

// P384 is NIST P-384 (secp384r1).
func P384() *Curve { return p384() }

// P521 is NIST P-521 (secp521r1).
func P521() *Curve { return p521() }

// All lists the curves.
func All() []*Curve {
	return []*Curve{P256(), P384(), P521(), BrainpoolP256r1(), BrainpoolP384r1(), BrainpoolP512r1()}
}

// ByParameters finds the curve that has exactly these domain parameters, given
// as unsigned big-endian integers; gen is the generator as an encoded point,
// compressed or not. Certificates of travel documents spell them out.
func ByParameters(p, a, b, gen, order []byte) (*Curve, bool) {
	for _, c := range All() {
		if same(p, c.params.p) && same(a, c.params.a) && same(b, c.params.b) && same(order, c.order) && c.isGenerator(gen) {
			return c, true
		}
	}
	return nil, false
}

func same(x, y []byte) bool {
	return bytes.Equal(bytes.TrimLeft(x, "\x00"), bytes.TrimLeft(y, "\x00"))
}

func (c *Curve) isGenerator(b []byte) bool {
	if len(b) == 0 || !bytes.HasPrefix(b[1:], c.params.gx) {
		return false
	}
	rest := b[1+len(c.params.gx):]
	odd := c.params.gy[len(c.params.gy)-1] & 1
	switch b[0] {
	case 4:
		return bytes.Equal(rest, c.params.gy)
	case 2, 3:
		return len(rest) == 0 && b[0] == 2|odd
	}
	return false
}

// Name is the curve's usual name, such as "brainpoolP256r1" or "P-256".
func (c *Curve) Name() string { return c.name }

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
			return k, nil
		}
	}
	return nil, fmt.Errorf("drawing a scalar: the random source repeats itself: %w", ErrScalar)
}

func newNIST(std elliptic.Curve) *Curve {
	d := std.Params()
	three := big.NewInt(3)
	c := newCurve(d.Name, d.P, new(big.Int).Sub(d.P, three), d.B, d.Gx, d.Gy, d.N, big.NewInt(1))
	c.std = std
	return c
}

// domain is a brainpool curve as RFC 5639 prints it; z carries it to its twin
// with a = -3.
type domain struct{ name, p, a, b, x, y, q, z string }

func newBrainpool(d domain) *Curve {
	return newCurve(d.name, integer(d.p), integer(d.a), integer(d.b), integer(d.x), integer(d.y), integer(d.q), integer(d.z))
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
	return c
}
