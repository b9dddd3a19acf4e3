package ec

import (
	"crypto/rand"
	"encoding/binary"
	"math/big"
	"testing"

	"motcua/protocol/montgomery"
)

// fields are those of coordinates and of scalars.
func fields() map[string]*field {
	all := map[string]*field{}
	for _, c := range All() {
		all[c.name+" coordinates"], all[c.name+" scalars"] = c.field, c.scalar
	}
	return all
}

func limbs(v *big.Int) (e element) {
	copy(e[:], montgomery.Limbs(v, maxLimbs))
	return e
}

func (f *field) integer(e *element) *big.Int {
	b := make([]byte, 8*f.n)
	for i := range b {
		at := len(b) - 1 - i
		b[i] = byte(e[at/8] >> (8 * (at % 8)))
	}
	return new(big.Int).SetBytes(b)
}

// edges are residues whose limbs provoke carries: zeros, ones and single bits
// beside random ones, below the prime, and the neighbours of 0 and of the prime.
func (f *field) edges(t *testing.T, count int) []element {
	t.Helper()
	p := f.integer(&f.p)
	var all []element
	for i := range int64(3) {
		all = append(all, limbs(big.NewInt(i)), limbs(new(big.Int).Sub(p, big.NewInt(i+1))))
	}
	for len(all) < count {
		var e element
		for i := range f.n {
			var b [9]byte
			if _, err := rand.Read(b[:]); err != nil {
				t.Fatal(err)
			}
			e[i] = [...]uint64{0, 1, ^uint64(0), ^uint64(0) - 1, 1 << 63, f.p[i], f.p[i] - 1, binary.BigEndian.Uint64(b[1:])}[b[0]%8]
		}
		v := f.integer(&e)
		all = append(all, limbs(v.Mod(v, p)))
	}
	return all
}

// The limbs against math/big, on residues as they are stored: Montgomery form
// only means that a product is divided by R.
func TestFieldAgreesWithMathBig(t *testing.T) {
	for name, f := range fields() {
		p := f.integer(&f.p)
		r := new(big.Int).Lsh(big.NewInt(1), uint(64*f.n))
		inverseR := new(big.Int).ModInverse(r, p)
		check := func(what string, got *element, want *big.Int, x, y *element) {
			if f.integer(got).Cmp(want.Mod(want, p)) != 0 {
				t.Errorf("%s: %s of %x and %x is %x", name, what, x[:f.n], y[:f.n], got[:f.n])
			}
		}
		edges := f.edges(t, 40)
		for i := range edges {
			for j := range edges {
				x, y := &edges[i], &edges[j]
				bx, by := f.integer(x), f.integer(y)
				var z element
				f.add(&z, x, y)
				check("sum", &z, new(big.Int).Add(bx, by), x, y)
				f.sub(&z, x, y)
				check("difference", &z, new(big.Int).Sub(bx, by), x, y)
				product := new(big.Int).Mul(bx, by)
				f.mul(&z, x, y)
				check("product", &z, product.Mul(product, inverseR), x, y)
				z = *x
				f.mul(&z, &z, y) // in place
				check("product in place", &z, product, x, y)
				if (f.equal(x, y) == 1) != (bx.Cmp(by) == 0) {
					t.Errorf("%s: equality of %x and %x", name, x[:f.n], y[:f.n])
				}
			}
		}
	}
}

func TestBytesOfAField(t *testing.T) {
	for name, f := range fields() {
		p := f.integer(&f.p)
		edges := f.edges(t, 12)
		for i := range edges {
			v := f.integer(&edges[i])
			b := v.FillBytes(make([]byte, f.size+3))
			var e, inverse element
			if !f.fromBytes(&e, b) {
				t.Fatalf("%s: %x is not below the prime", name, b)
			}
			back := make([]byte, f.size)
			f.toBytes(back, &e)
			if new(big.Int).SetBytes(back).Cmp(v) != 0 {
				t.Errorf("%s: %x comes back as %x", name, b, back)
			}
			f.invert(&inverse, &e)
			f.mul(&inverse, &inverse, &e)
			if one := f.equal(&inverse, &f.one) == 1; one == (v.Sign() == 0) {
				t.Errorf("%s: the inverse of %x is wrong", name, b)
			}
			wide := new(big.Int).Add(v, new(big.Int).Mul(p, new(big.Int).Lsh(p, uint(8*i))))
			var reduced element
			f.reduce(&reduced, wide.Bytes())
			if f.equal(&reduced, &e) != 1 {
				t.Errorf("%s: %x is reduced wrongly", name, wide)
			}
		}
		for i := range int64(3) {
			var e element
			if f.fromBytes(&e, new(big.Int).Add(p, big.NewInt(i)).Bytes()) || f.fromBytes(&e, append([]byte{1}, make([]byte, 8*f.n)...)) {
				t.Errorf("%s: an integer beyond the prime is accepted", name)
			}
		}
	}
}
