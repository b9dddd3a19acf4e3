package modp

import (
	"crypto/rand"
	"encoding/binary"
	"math/big"
	"testing"
)

func (f *field) integer(e *residue) *big.Int {
	b := make([]byte, 8*f.n)
	for i := range f.n {
		binary.BigEndian.PutUint64(b[8*(f.n-1-i):], e[i])
	}
	return new(big.Int).SetBytes(b)
}

// The limbs against math/big, on residues as they are stored, with limbs that
// provoke carries.
func TestFieldAgreesWithMathBig(t *testing.T) {
	for _, g := range All() {
		f := g.field
		p := f.integer(&f.p)
		inverseR := new(big.Int).ModInverse(new(big.Int).Lsh(big.NewInt(1), uint(64*f.n)), p)
		var edges []residue
		for i := range int64(2) {
			edges = append(edges, limbs(big.NewInt(i)), limbs(new(big.Int).Sub(p, big.NewInt(i+1))))
		}
		for len(edges) < 24 {
			var e residue
			for i := range f.n {
				var b [9]byte
				rand.Read(b[:])
				e[i] = [...]uint64{0, 1, ^uint64(0), ^uint64(0) - 1, 1 << 63, f.p[i], f.p[i] - 1, binary.BigEndian.Uint64(b[1:])}[b[0]%8]
			}
			v := f.integer(&e)
			edges = append(edges, limbs(v.Mod(v, p)))
		}
		for i := range edges {
			for j := range edges {
				x, y := &edges[i], &edges[j]
				bx, by := f.integer(x), f.integer(y)
				var z residue
				f.add(&z, x, y)
				if want := new(big.Int).Add(bx, by); f.integer(&z).Cmp(want.Mod(want, p)) != 0 {
					t.Errorf("%s: the sum of %x and %x is wrong", g.name, bx, by)
				}
				f.mul(&z, x, y)
				want := new(big.Int).Mul(bx, by)
				if want.Mul(want, inverseR); f.integer(&z).Cmp(want.Mod(want, p)) != 0 {
					t.Errorf("%s: the product of %x and %x is wrong", g.name, bx, by)
				}
			}
		}
	}
}
