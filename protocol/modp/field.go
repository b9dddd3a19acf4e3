package modp

import (
	"math/big"
	"math/bits"
)

// maxLimbs holds 2048 bits.
const maxLimbs = 32

// residue is an integer modulo the prime in Montgomery form; only the field's
// first n limbs are used, least significant first, and it is always less than
// the prime.
type residue [maxLimbs]uint64

// field is the arithmetic modulo an odd prime whose size is a whole number of
// limbs.
type field struct {
	n    int // limbs
	size int // bytes
	p    residue
	inv  uint64 // -1/p modulo 2^64
	rr   residue
	one  residue
}

func newField(p *big.Int) *field {
	f := &field{n: (p.BitLen() + 63) / 64, size: (p.BitLen() + 7) / 8}
	f.p = limbs(p)
	inv := uint64(1)
	for range 6 { // Newton: each step doubles the bits that are right
		inv *= 2 - f.p[0]*inv
	}
	f.inv = -inv
	r := new(big.Int).Lsh(big.NewInt(1), uint(64*f.n))
	f.one = limbs(new(big.Int).Mod(r, p))
	f.rr = limbs(new(big.Int).Mod(new(big.Int).Mul(r, r), p))
	return f
}

func limbs(v *big.Int) residue {
	var e residue
	for i, b := range v.FillBytes(make([]byte, 8*maxLimbs)) {
		at := 8*maxLimbs - 1 - i
		e[at/8] |= uint64(b) << (8 * (at % 8))
	}
	return e
}

// fromBytes reads a big-endian integer of at most size bytes and reports
// whether it is less than the prime.
func (f *field) fromBytes(z *residue, b []byte) bool {
	var v residue
	for i, x := range b {
		at := len(b) - 1 - i
		v[at/8] |= uint64(x) << (8 * (at % 8))
	}
	var borrow uint64
	for i := range f.n {
		_, borrow = bits.Sub64(v[i], f.p[i], borrow)
	}
	f.mul(z, &v, &f.rr)
	return borrow == 1
}

// reduce sets z to a big-endian integer of any length modulo the prime.
func (f *field) reduce(z *residue, b []byte) {
	var sum, part residue
	for first := len(b) % f.size; len(b) > 0; first = 0 {
		if first == 0 {
			first = f.size
		}
		f.fromBytes(&part, b[:first])
		f.mul(&sum, &sum, &f.rr) // R is 2^(8*size)
		f.add(&sum, &sum, &part)
		b = b[first:]
	}
	*z = sum
	clear(part[:])
	clear(sum[:])
}

// toBytes fills b, which is f.size long, most significant byte first.
func (f *field) toBytes(b []byte, x *residue) {
	var v residue
	f.mul(&v, x, &residue{1})
	for i := range b {
		at := len(b) - 1 - i
		b[i] = byte(v[at/8] >> (8 * (at % 8)))
	}
	clear(v[:])
}

// add sets z = x + y.
func (f *field) add(z, x, y *residue) {
	var s residue
	var carry uint64
	for i := range f.n {
		s[i], carry = bits.Add64(x[i], y[i], carry)
	}
	f.settle(z, &s, carry)
}

// settle sets z to s with a further limb, less the prime when it is not below.
func (f *field) settle(z, s *residue, top uint64) {
	var d residue
	var borrow uint64
	for i := range f.n {
		d[i], borrow = bits.Sub64(s[i], f.p[i], borrow)
	}
	_, borrow = bits.Sub64(top, 0, borrow)
	mask := -borrow
	for i := range f.n {
		z[i] = d[i] ^ (mask & (s[i] ^ d[i]))
	}
}

// mul sets z = x * y / R, multiplying and reducing limb by limb.
func (f *field) mul(z, x, y *residue) {
	var t residue
	xs, ps, ts := x[:f.n], f.p[:f.n], t[:f.n]
	var top uint64
	for i := range f.n {
		top = step(ts, xs, ps, y[i], f.inv, top)
	}
	f.settle(z, &t, top)
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

// equal is 1 when x and y are the same.
func (f *field) equal(x, y *residue) uint64 {
	var or uint64
	for i := range f.n {
		or |= x[i] ^ y[i]
	}
	return 1 - (or|-or)>>63
}

// power sets z = x^k for a big-endian k; the time depends on its length alone.
func (f *field) power(z, x *residue, k []byte) {
	var table [16]residue
	table[0] = f.one
	for i := 1; i < len(table); i++ {
		f.mul(&table[i], &table[i-1], x)
	}
	r, t := f.one, residue{}
	for _, b := range k {
		for _, digit := range [2]byte{b >> 4, b & 15} {
			for range 4 {
				f.mul(&r, &r, &r)
			}
			f.pick(&t, &table, digit)
			f.mul(&r, &r, &t)
		}
	}
	*z = r
	clear(table[:])
	clear(r[:])
	clear(t[:])
}

// pick sets z to one entry of the table, touching all of them.
func (f *field) pick(z *residue, table *[16]residue, digit byte) {
	clear(z[:f.n])
	for i := range table {
		d := uint64(byte(i) ^ digit)
		mask := -((d - 1) >> 63)
		for j := range f.n {
			z[j] |= table[i][j] & mask
		}
	}
}
