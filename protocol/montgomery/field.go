package montgomery

import (
	"math/big"
	"math/bits"
)

// maxLimbs holds 2048 bits, and fewLimbs 576: room for one of either is made
// whatever a field needs.
const (
	maxLimbs = 32
	fewLimbs = 9
)

// Field is the arithmetic modulo an odd prime of at most 2048 bits. A residue has
// as many limbs as the prime and is less than it; results may be put where an
// operand is. Its fields are for reading.
type Field struct {
	P    []uint64
	One  []uint64 // 1, as a residue
	Inv  uint64   // -1/P modulo 2^64
	Size int      // bytes of the prime

	rr []uint64 // R*R
}

// New prepares the arithmetic modulo p.
func New(p *big.Int) *Field {
	n := (p.BitLen() + 63) / 64
	f := &Field{P: Limbs(p, n), Size: (p.BitLen() + 7) / 8}
	inv := uint64(1)
	for range 6 { // Newton: each step doubles the bits that are right
		inv *= 2 - f.P[0]*inv
	}
	f.Inv = -inv
	r := new(big.Int).Lsh(big.NewInt(1), uint(64*n))
	f.One = Limbs(new(big.Int).Mod(r, p), n)
	f.rr = Limbs(new(big.Int).Mod(new(big.Int).Mul(r, r), p), n)
	return f
}

// Limbs are those of a public integer that n of them hold.
func Limbs(v *big.Int, n int) []uint64 {
	z := make([]uint64, n)
	load(z, v.Bytes())
	return z
}

// load reads a big-endian integer into limbs; what has no room in them is or-ed
// together.
func load(z []uint64, b []byte) (over byte) {
	for i, x := range b {
		at := len(b) - 1 - i
		if at >= 8*len(z) {
			over |= x
			continue
		}
		z[at/8] |= uint64(x) << (8 * (at % 8))
	}
	return over
}

// SetBytes reads a big-endian integer and reports whether it is less than the
// prime; z is the residue if the integer has room in the limbs.
func (f *Field) SetBytes(z []uint64, b []byte) bool {
	var room [maxLimbs]uint64
	v := room[:len(f.P)]
	over := load(v, b)
	var borrow uint64
	for i := range v {
		_, borrow = bits.Sub64(v[i], f.P[i], borrow)
	}
	f.Mul(z, v, f.rr)
	clear(v)
	return over == 0 && borrow == 1
}

// Reduce sets z to a big-endian integer of any length modulo the prime.
func (f *Field) Reduce(z []uint64, b []byte) {
	var sums, parts [maxLimbs]uint64
	sum, part := sums[:len(f.P)], parts[:len(f.P)]
	whole := 8 * len(f.P)
	for first := len(b) % whole; len(b) > 0; first = 0 {
		if first == 0 {
			first = whole
		}
		f.SetBytes(part, b[:first])
		f.Mul(sum, sum, f.rr) // R is 2^(8*whole)
		f.Add(sum, sum, part)
		b = b[first:]
	}
	copy(z, sum)
	clear(part)
	clear(sum)
}

// Bytes fills b, which is f.Size long, with the integer that x stands for, most
// significant byte first.
func (f *Field) Bytes(b []byte, x []uint64) {
	var room, ones [maxLimbs]uint64
	v, one := room[:len(f.P)], ones[:len(f.P)]
	one[0] = 1
	f.Mul(v, x, one)
	for i := range b {
		at := len(b) - 1 - i
		b[i] = byte(v[at/8] >> (8 * (at % 8)))
	}
	clear(v)
}

// Add sets z = x + y.
func (f *Field) Add(z, x, y []uint64) {
	p := f.P
	n := len(p)
	z, x, y = z[:n], x[:n], y[:n]
	var s, carry, borrow uint64
	for i := range p {
		s, carry = bits.Add64(x[i], y[i], carry)
		_, borrow = bits.Sub64(s, p[i], borrow)
	}
	_, borrow = bits.Sub64(carry, 0, borrow)
	mask := borrow - 1 // ones where the sum is not below the prime
	carry, borrow = 0, 0
	for i := range p {
		s, carry = bits.Add64(x[i], y[i], carry)
		z[i], borrow = bits.Sub64(s, p[i]&mask, borrow)
	}
}

// Sub sets z = x - y.
func (f *Field) Sub(z, x, y []uint64) {
	p := f.P
	n := len(p)
	z, x, y = z[:n], x[:n], y[:n]
	var carry, borrow uint64
	for i := range z {
		z[i], borrow = bits.Sub64(x[i], y[i], borrow)
	}
	mask := -borrow
	for i := range z {
		z[i], carry = bits.Add64(z[i], p[i]&mask, carry)
	}
}

// settle sets z, which lies elsewhere, to s with a further limb, less the prime when
// it is not below.
func (f *Field) settle(z, s []uint64, top uint64) {
	p := f.P
	n := len(p)
	z, s = z[:n], s[:n]
	var borrow uint64
	for i := range p {
		z[i], borrow = bits.Sub64(s[i], p[i], borrow)
	}
	_, borrow = bits.Sub64(top, 0, borrow)
	mask := -borrow
	for i := range p {
		z[i] ^= mask & (s[i] ^ z[i])
	}
}

// Mul sets z = x * y / R, multiplying and reducing limb by limb.
func (f *Field) Mul(z, x, y []uint64) {
	var t []uint64
	if len(f.P) <= fewLimbs {
		var room [fewLimbs]uint64
		t = room[:len(f.P)]
	} else {
		var room [maxLimbs]uint64
		t = room[:len(f.P)]
	}
	var top uint64
	for _, limb := range y[:len(t)] {
		top = step(t, x, f.P, limb, f.Inv, top)
	}
	f.settle(z, t, top)
}

// step sets t with its further limb top to (t + x*y + m*p) / 2^64, where m makes
// the division exact, and returns the new top limb, 0 or 1.
func step(t, x, p []uint64, y, inv, top uint64) uint64 {
	x, p = x[:len(t)], p[:len(t)]
	c1, lo := mulAdd(x[0], y, t[0], 0)
	m := lo * inv
	c2, _ := mulAdd(m, p[0], lo, 0)
	for j := 1; j < len(t); j++ {
		c1, lo = mulAdd(x[j], y, t[j], c1)
		c2, t[j-1] = mulAdd(m, p[j], lo, c2)
	}
	s, carry1 := bits.Add64(c1, c2, 0)
	s, carry2 := bits.Add64(s, top, 0)
	t[len(t)-1] = s
	return carry1 + carry2
}

// mulAdd returns a*b + c + d, which never overflows 128 bits.
func mulAdd(a, b, c, d uint64) (hi, lo uint64) {
	hi, lo = bits.Mul64(a, b)
	var carry uint64
	lo, carry = bits.Add64(lo, c, 0)
	hi, _ = bits.Add64(hi, 0, carry)
	lo, carry = bits.Add64(lo, d, 0)
	hi, _ = bits.Add64(hi, 0, carry)
	return hi, lo
}

// IsZero is 1 for the zero residue and 0 for any other.
func IsZero(x []uint64) uint64 {
	var or uint64
	for _, limb := range x {
		or |= limb
	}
	return 1 - (or|-or)>>63
}

// Equal is 1 when x and y, of the same field, are the same.
func Equal(x, y []uint64) uint64 {
	y = y[:len(x)]
	var or uint64
	for i := range x {
		or |= x[i] ^ y[i]
	}
	return 1 - (or|-or)>>63
}
