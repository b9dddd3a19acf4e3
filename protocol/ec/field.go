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

// fromBytes reads a big-endian integer and reports whether it is less than the
// modulus; z is the residue if the integer has at most 8*n bytes.
func (f *field) fromBytes(z *element, b []byte) bool {
	var v element
	var over byte
	for i, x := range b {
		at := len(b) - 1 - i
		if at >= 8*f.n {
			over |= x
			continue
		}
		v[at/8] |= uint64(x) << (8 * (at % 8))
	}
	var borrow uint64
	for i := range f.n {
		_, borrow = bits.Sub64(v[i], f.p[i], borrow)
	}
	f.mul(z, &v, &f.rr)
	clear(v[:])
	return over == 0 && borrow == 1
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
	clear(v[:])
}

// add sets z = x + y.
func (f *field) add(z, x, y *element) {
	if f.n == 4 {
		add4(z, x, y, &f.p)
		return
	}
	var s element
	var carry uint64
	xs, ys, ss := x[:f.n], y[:f.n], s[:f.n]
	for i := range ss {
		ss[i], carry = bits.Add64(xs[i], ys[i], carry)
	}
	f.settle(z, &s, carry)
}

// settle sets z to s with a further limb, less the prime when it is not below.
func (f *field) settle(z, s *element, top uint64) {
	var d element
	var borrow uint64
	zs, ss, ps, ds := z[:f.n], s[:f.n], f.p[:f.n], d[:f.n]
	for i := range ds {
		ds[i], borrow = bits.Sub64(ss[i], ps[i], borrow)
	}
	_, borrow = bits.Sub64(top, 0, borrow)
	mask := -borrow
	for i := range zs {
		zs[i] = ds[i] ^ (mask & (ss[i] ^ ds[i]))
	}
}

// sub sets z = x - y.
func (f *field) sub(z, x, y *element) {
	if f.n == 4 {
		sub4(z, x, y, &f.p)
		return
	}
	var d element
	var carry, borrow uint64
	zs, xs, ys, ps, ds := z[:f.n], x[:f.n], y[:f.n], f.p[:f.n], d[:f.n]
	for i := range ds {
		ds[i], borrow = bits.Sub64(xs[i], ys[i], borrow)
	}
	mask := -borrow
	for i := range zs {
		zs[i], carry = bits.Add64(ds[i], ps[i]&mask, carry)
	}
}

// mul sets z = x * y / R.
func (f *field) mul(z, x, y *element) {
	switch f.n {
	case 4:
		mul4(z, x, y, &f.p, f.inv)
		return
	case 6:
		mul6(z, x, y, &f.p, f.inv)
		return
	case 8:
		mul8(z, x, y, &f.p, f.inv)
		return
	}
	var t element
	var top uint64
	xs, ps, ts := x[:f.n], f.p[:f.n], t[:f.n]
	for i := range f.n {
		top = mulStep(ts, xs, ps, y[i], f.inv, top)
	}
	f.settle(z, &t, top)
}

// mulStep sets t with its further limb top to (t + x*y + m*p) / 2^64, where m
// makes the division exact, and returns the new top limb, 0 or 1.
func mulStep(t, x, p []uint64, y, inv, top uint64) uint64 {
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
