package ec

import (
	"math/big"
	"math/bits"
)

// maxLimbs holds 521 bits.
const maxLimbs = 9

// element is a residue in Montgomery form; only the field's first n limbs are
// used, least significant first, and it is always less than the modulus.
type element [maxLimbs]uint64

// field is the arithmetic modulo an odd prime.
type field struct {
	n    int // limbs
	size int // bytes of the prime
	p    element
	inv  uint64 // -1/p modulo 2^64
	rr   element
	one  element
	exp  []byte // p-2, for inversion
}

func newField(p *big.Int) *field {
	f := &field{size: (p.BitLen() + 7) / 8, n: (p.BitLen() + 63) / 64}
	f.p = limbs(p)
	inv := uint64(1)
	for range 6 { // Newton: each step doubles the bits that are right
		inv *= 2 - f.p[0]*inv
	}
	f.inv = -inv
	r := new(big.Int).Lsh(big.NewInt(1), uint(64*f.n))
	f.one = limbs(new(big.Int).Mod(r, p))
	f.rr = limbs(new(big.Int).Mod(new(big.Int).Mul(r, r), p))
	f.exp = new(big.Int).Sub(p, big.NewInt(2)).Bytes()
	return f
}

func limbs(v *big.Int) element {
	var e element
	b := v.FillBytes(make([]byte, 8*maxLimbs))
	for i := range e {
		e[i] = beUint64(b[8*(maxLimbs-1-i):])
	}
	return e
}

func beUint64(b []byte) uint64 {
	var v uint64
	for _, x := range b[:8] {
		v = v<<8 | uint64(x)
	}
	return v
}

// fromBytes reads a big-endian integer of at most 8*n bytes and reports whether
// it is less than the modulus.
func (f *field) fromBytes(z *element, b []byte) bool {
	var v element
	for i, x := range b {
		at := len(b) - 1 - i
		if at >= 8*f.n {
			if x != 0 {
				return false
			}
			continue
		}
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
func (f *field) reduce(z *element, b []byte) {
	var sum, part element
	for first := len(b) % (8 * f.n); len(b) > 0; first = 0 {
		if first == 0 {
			first = 8 * f.n
		}
		f.fromBytes(&part, b[:first])
		f.mul(&sum, &sum, &f.rr) // R is 2^(64*n)
		f.add(&sum, &sum, &part)
		b = b[first:]
	}
	*z = sum
	clear(part[:])
	clear(sum[:])
}

// toBytes fills b, which is f.size long, with the residue, most significant
// byte first.
func (f *field) toBytes(b []byte, x *element) {
	var v element
	f.mul(&v, x, &element{1})
	for i := range b {
		at := len(b) - 1 - i
		b[i] = byte(v[at/8] >> (8 * (at % 8)))
	}
}

// add sets z = x + y.
func (f *field) add(z, x, y *element) {
	if f.n == 4 {
		add4(z, x, y, &f.p)
		return
	}
	var s, d element
	var carry, borrow uint64
	for i := range f.n {
		s[i], carry = bits.Add64(x[i], y[i], carry)
	}
	for i := range f.n {
		d[i], borrow = bits.Sub64(s[i], f.p[i], borrow)
	}
	_, borrow = bits.Sub64(carry, 0, borrow)
	choose(z, -borrow, &s, &d, f.n)
}

// sub sets z = x - y.
func (f *field) sub(z, x, y *element) {
	if f.n == 4 {
		sub4(z, x, y, &f.p)
		return
	}
	var d element
	var carry, borrow uint64
	for i := range f.n {
		d[i], borrow = bits.Sub64(x[i], y[i], borrow)
	}
	for i := range f.n {
		z[i], carry = bits.Add64(d[i], f.p[i]&-borrow, carry)
	}
}

// mul sets z = x * y / R.
func (f *field) mul(z, x, y *element) {
	if f.n == 4 {
		mul4(z, x, y, &f.p, f.inv)
		return
	}
	var t [maxLimbs + 2]uint64
	n := f.n
	for i := range n {
		mulStep(&t, x, y[i], n)
		reduceStep(&t, &f.p, f.inv, n)
	}
	var s, d element
	var borrow uint64
	copy(s[:n], t[:n])
	for i := range n {
		d[i], borrow = bits.Sub64(s[i], f.p[i], borrow)
	}
	_, borrow = bits.Sub64(t[n], 0, borrow)
	choose(z, -borrow, &s, &d, n)
}

// mulStep adds x*y to t.
func mulStep(t *[maxLimbs + 2]uint64, x *element, y uint64, n int) {
	var carry uint64
	for j := range n {
		carry, t[j] = mulAdd(x[j], y, t[j], carry)
	}
	var c uint64
	t[n], c = bits.Add64(t[n], carry, 0)
	t[n+1] = c
}

// reduceStep adds the multiple of p that clears t's lowest limb, and drops it.
func reduceStep(t *[maxLimbs + 2]uint64, p *element, inv uint64, n int) {
	m := t[0] * inv
	carry, _ := mulAdd(m, p[0], t[0], 0)
	for j := 1; j < n; j++ {
		carry, t[j-1] = mulAdd(m, p[j], t[j], carry)
	}
	var c uint64
	t[n-1], c = bits.Add64(t[n], carry, 0)
	t[n] = t[n+1] + c
}

// mulAdd returns a*b + c + d, which never overflows 128 bits.
func mulAdd(a, b, c, d uint64) (hi, lo uint64) {
	hi, lo = bits.Mul64(a, b)
	var carry uint64
	lo, carry = bits.Add64(lo, c, 0)
	hi += carry
	lo, carry = bits.Add64(lo, d, 0)
	hi += carry
	return hi, lo
}

// choose sets z to a where mask is all ones and to b where it is zero.
func choose(z *element, mask uint64, a, b *element, n int) {
	for i := range n {
		z[i] = b[i] ^ (mask & (a[i] ^ b[i]))
	}
}

// isZero is 1 for the zero element and 0 for any other.
func (f *field) isZero(x *element) uint64 {
	var or uint64
	for i := range f.n {
		or |= x[i]
	}
	return 1 - (or|-or)>>63
}

// equal is 1 when x and y are the same.
func (f *field) equal(x, y *element) uint64 {
	var d element
	for i := range f.n {
		d[i] = x[i] ^ y[i]
	}
	return f.isZero(&d)
}

// invert sets z = 1/x, and 0 for 0.
func (f *field) invert(z, x *element) { f.power(z, x, f.exp) }

// power sets z = x^exp. The exponent is public.
func (f *field) power(z, x *element, exp []byte) {
	var table [16]element
	table[0] = f.one
	for i := 1; i < len(table); i++ {
		f.mul(&table[i], &table[i-1], x)
	}
	r := f.one
	for _, b := range exp {
		for _, digit := range [2]byte{b >> 4, b & 15} {
			for range 4 {
				f.mul(&r, &r, &r)
			}
			f.mul(&r, &r, &table[digit])
		}
	}
	*z = r
}
