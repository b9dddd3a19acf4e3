package ec

import (
	"math/big"

	"motcua/protocol/montgomery"
)

// maxLimbs holds 521 bits.
const maxLimbs = 9

// element is a residue in Montgomery form; only the field's first n limbs are
// used, least significant first, and it is always less than the modulus.
type element [maxLimbs]uint64

// field is the arithmetic modulo an odd prime: that of package montgomery, but for
// the sizes of most curves, which are unrolled here.
type field struct {
	mont *montgomery.Field
	n    int // limbs
	size int // bytes of the prime
	p    element
	inv  uint64 // -1/p modulo 2^64
	one  element
	exp  []byte // p-2, for inversion
}

func newField(p *big.Int) *field {
	f := &field{mont: montgomery.New(p)}
	f.n, f.size, f.inv = len(f.mont.P), f.mont.Size, f.mont.Inv
	copy(f.p[:], f.mont.P)
	copy(f.one[:], f.mont.One)
	f.exp = new(big.Int).Sub(p, big.NewInt(2)).Bytes()
	return f
}

// fromBytes reads a big-endian integer and reports whether it is less than the
// modulus; z is the residue if the integer has at most 8*n bytes.
func (f *field) fromBytes(z *element, b []byte) bool { return f.mont.SetBytes(z[:f.n], b) }

// reduce sets z to a big-endian integer of any length modulo the prime.
func (f *field) reduce(z *element, b []byte) { f.mont.Reduce(z[:f.n], b) }

// toBytes fills b, which is f.size long, with the residue, most significant
// byte first.
func (f *field) toBytes(b []byte, x *element) { f.mont.Bytes(b, x[:f.n]) }

// add sets z = x + y.
func (f *field) add(z, x, y *element) {
	if f.n == 4 {
		add4(z, x, y, &f.p)
		return
	}
	f.mont.Add(z[:f.n], x[:f.n], y[:f.n])
}

// sub sets z = x - y.
func (f *field) sub(z, x, y *element) {
	if f.n == 4 {
		sub4(z, x, y, &f.p)
		return
	}
	f.mont.Sub(z[:f.n], x[:f.n], y[:f.n])
}

// mul sets z = x * y / R.
func (f *field) mul(z, x, y *element) {
	switch f.n {
	case 4:
		mul4(z, x, y, &f.p, f.inv)
	case 6:
		mul6(z, x, y, &f.p, f.inv)
	case 8:
		mul8(z, x, y, &f.p, f.inv)
	default:
		f.mont.Mul(z[:f.n], x[:f.n], y[:f.n])
	}
}

// choose sets z to a where mask is all ones and to b where it is zero.
func choose(z *element, mask uint64, a, b *element, n int) {
	for i := range n {
		z[i] = b[i] ^ (mask & (a[i] ^ b[i]))
	}
}

// isZero is 1 for the zero element and 0 for any other.
func (f *field) isZero(x *element) uint64 { return montgomery.IsZero(x[:f.n]) }

// equal is 1 when x and y are the same.
func (f *field) equal(x, y *element) uint64 { return montgomery.Equal(x[:f.n], y[:f.n]) }

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
