package modp

import (
	"math/big"

	"motcua/protocol/montgomery"
)

// maxLimbs holds 2048 bits.
const maxLimbs = 32

// residue is an integer modulo the prime in Montgomery form; only the field's
// first n limbs are used, least significant first, and it is always less than
// the prime.
type residue [maxLimbs]uint64

// field is the arithmetic modulo an odd prime: that of package montgomery, and
// powers.
type field struct {
	mont *montgomery.Field
	n    int // limbs
	size int // bytes
	one  residue
}

func newField(p *big.Int) *field {
	f := &field{mont: montgomery.New(p)}
	f.n, f.size = len(f.mont.P), f.mont.Size
	copy(f.one[:], f.mont.One)
	return f
}

// fromBytes reads a big-endian integer of at most size bytes and reports
// whether it is less than the prime.
func (f *field) fromBytes(z *residue, b []byte) bool { return f.mont.SetBytes(z[:f.n], b) }

// mul sets z = x * y / R.
func (f *field) mul(z, x, y *residue) { f.mont.Mul(z[:f.n], x[:f.n], y[:f.n]) }

// equal is 1 when x and y are the same.
func (f *field) equal(x, y *residue) uint64 { return montgomery.Equal(x[:f.n], y[:f.n]) }

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
