package modp

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/big"
)

// ErrElement is wrapped by every error about bytes that are no element of the
// group, or are the identity where it may not be.
var ErrElement = errors.New("no element of the group")

// ErrExponent is wrapped by errors about a random source that never gives an
// exponent.
var ErrExponent = errors.New("exponent out of range")

// Group is the subgroup of prime order q in the integers modulo p. Its methods
// may be called from several goroutines.
type Group struct {
	name     string
	field    *field
	p, g, q  []byte
	cofactor []byte // (p-1)/q
	minusOne residue
	gen      *Element
}

// Element is an element of a group, possibly the identity. It does not change
// once it is made.
type Element struct {
	group *Group
	v     residue
}

func newGroup(d domain) *Group {
	p, g, q := integer(d.p), integer(d.g), integer(d.q)
	f := newField(p)
	less := new(big.Int).Sub(p, big.NewInt(1))
	gr := &Group{
		name: d.name, field: f,
		p: p.Bytes(), q: q.Bytes(), g: g.FillBytes(make([]byte, f.size)),
		cofactor: new(big.Int).Div(less, q).Bytes(),
	}
	f.fromBytes(&gr.minusOne, less.Bytes())
	gr.gen = &Element{group: gr}
	f.fromBytes(&gr.gen.v, gr.g)
	return gr
}

func integer(hexadecimal string) *big.Int {
	v, _ := new(big.Int).SetString(hexadecimal, 16)
	return v
}

// ByParameters finds the group that has exactly this prime and generator, given
// as unsigned big-endian integers; q is the order, or empty where the notation
// has none (PKCS#3).
func ByParameters(p, g, q []byte) (*Group, bool) {
	for _, gr := range All() {
		if same(p, gr.p) && same(g, gr.g) && (len(q) == 0 || same(q, gr.q)) {
			return gr, true
		}
	}
	return nil, false
}

func same(x, y []byte) bool {
	return bytes.Equal(bytes.TrimLeft(x, "\x00"), bytes.TrimLeft(y, "\x00"))
}

// Name is the sizes of p and q in bits, such as "MODP-2048/256".
func (g *Group) Name() string { return g.name }

// Size is the number of bytes of an element.
func (g *Group) Size() int { return g.field.size }

// Prime is p, big-endian.
func (g *Group) Prime() []byte { return bytes.Clone(g.p) }

// Order is q, big-endian.
func (g *Group) Order() []byte { return bytes.Clone(g.q) }

// Generator is g.
func (g *Group) Generator() *Element { return g.gen }

// Parse reads an element y from a big-endian integer. Leading zeros may be
// missing, as some cards send it, or exceed the width by one byte, as ASN.1 has
// it. It fails unless 1 < y < p-1 and y^q = 1.
func (g *Group) Parse(b []byte) (*Element, error) {
	size := g.Size()
	if len(b) == size+1 && b[0] == 0 {
		b = b[1:]
	}
	if len(b) == 0 || len(b) > size {
		return nil, fmt.Errorf("integer of %d bytes in %s: %w", len(b), g.name, ErrElement)
	}
	f := g.field
	e := &Element{group: g}
	if !f.fromBytes(&e.v, b) || f.equal(&e.v, &residue{})|f.equal(&e.v, &f.one)|f.equal(&e.v, &g.minusOne) == 1 {
		return nil, fmt.Errorf("integer beyond the range of %s: %w", g.name, ErrElement)
	}
	var order residue
	f.power(&order, &e.v, g.q)
	if f.equal(&order, &f.one) != 1 {
		return nil, fmt.Errorf("integer outside the subgroup of %s: %w", g.name, ErrElement)
	}
	return e, nil
}

// RandomExponent draws a private key, uniform in [1, q-1], of as many bytes as q.
func (g *Group) RandomExponent(random io.Reader) ([]byte, error) {
	k := make([]byte, len(g.q)) // the highest bit of every q is set
	for range 128 {             // each try fails with probability below one half
		if _, err := io.ReadFull(random, k); err != nil {
			return nil, fmt.Errorf("drawing an exponent: %w", err)
		}
		if inRange(k, g.q) == 1 {
			return k, nil
		}
	}
	clear(k)
	return nil, fmt.Errorf("drawing an exponent: the random source repeats itself: %w", ErrExponent)
}

// inRange is 1 when 0 < k < q; both have the same length.
func inRange(k, q []byte) uint32 {
	var borrow, or uint32
	for i := len(k) - 1; i >= 0; i-- {
		borrow = (uint32(k[i]) - uint32(q[i]) - borrow) >> 31
		or |= uint32(k[i])
	}
	return borrow & ((or | -or) >> 31)
}

// Map sends a big-endian integer of any length into the group: the power
// (p-1)/q of it, which is the identity for hardly any (Doc 9303 part 11,
// 4.4.3.3.2).
func (g *Group) Map(u []byte) (*Element, error) {
	e := &Element{group: g}
	g.field.mont.Reduce(e.v[:g.field.n], u)
	g.field.power(&e.v, &e.v, g.cofactor)
	if e.IsIdentity() || g.field.equal(&e.v, &residue{}) == 1 {
		return nil, fmt.Errorf("mapping to no generator of %s: %w", g.name, ErrElement)
	}
	return e, nil
}

// Group is the group of the element.
func (e *Element) Group() *Group { return e.group }

// Exp returns e to the power of a big-endian k of any length. The time depends
// on the length of k alone.
func (e *Element) Exp(k []byte) *Element {
	r := &Element{group: e.group}
	e.group.field.power(&r.v, &e.v, k)
	return r
}

// Agree returns e to the power of k, as wide as p: the shared secret of key
// agreement, of which it leaves no other trace in memory. The caller clears it.
// It fails where the power is the identity.
func (e *Element) Agree(k []byte) ([]byte, error) {
	r := e.Exp(k)
	defer clear(r.v[:])
	if r.IsIdentity() {
		return nil, fmt.Errorf("agreeing on the identity of %s: %w", e.group.name, ErrElement)
	}
	return r.Bytes(), nil
}

// Mul returns the product; both must be of the same group.
func (e *Element) Mul(f *Element) (*Element, error) {
	if e.group != f.group {
		return nil, fmt.Errorf("product of elements of %s and %s: %w", e.group.name, f.group.name, ErrElement)
	}
	r := &Element{group: e.group}
	e.group.field.mul(&r.v, &e.v, &f.v)
	return r, nil
}

// Bytes is the integer as wide as p, whatever its value.
func (e *Element) Bytes() []byte {
	b := make([]byte, e.group.Size())
	e.group.field.mont.Bytes(b, e.v[:e.group.field.n])
	return b
}

// IsIdentity tells whether e is 1.
func (e *Element) IsIdentity() bool { return e.group.field.equal(&e.v, &e.group.field.one) == 1 }

// Equal tells whether both are the same element of the same group.
func (e *Element) Equal(f *Element) bool {
	return e.group == f.group && e.group.field.equal(&e.v, &f.v) == 1
}
