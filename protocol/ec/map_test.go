package ec_test

import (
	"crypto/rand"
	"errors"
	"math/big"
	"testing"

	"motcua/protocol/ec"
)

// encodeInteger is the point encoding of Doc 9303 part 11, appendix B.1, with a Legendre
// symbol and a modular square root where B.2 saves them.
func (r reference) encodeInteger(t *big.Int) (point affine, first bool) {
	mod := func(v *big.Int) *big.Int { return v.Mod(v, r.p) }
	mul := func(x, y *big.Int) *big.Int { return mod(new(big.Int).Mul(x, y)) }
	alpha := mod(new(big.Int).Neg(mul(t, t)))
	v := mod(new(big.Int).Add(alpha, mul(alpha, alpha)))
	v.ModInverse(v, r.p)
	v.Add(v, big.NewInt(1))
	x2 := mul(new(big.Int).Neg(r.b), mul(new(big.Int).ModInverse(r.a, r.p), v))
	x3 := mul(alpha, x2)
	h2, h3 := r.rightSide(x2), r.rightSide(x3)
	root := new(big.Int).Rsh(new(big.Int).Add(r.p, big.NewInt(1)), 2)
	if big.Jacobi(h2, r.p) == 1 {
		return affine{x2, new(big.Int).Exp(h2, root, r.p)}, true
	}
	// U/sqrt(h2) of B.2 is a square root of h3; which one, U decides.
	u := mul(mul(t, mul(t, t)), h2)
	e := new(big.Int).Sub(r.p, big.NewInt(1))
	y := mul(u, new(big.Int).Exp(h2, e.Sub(e, root), r.p))
	if mul(y, y).Cmp(h3) != 0 {
		return affine{}, false
	}
	return affine{x3, y}, false
}

func TestPointEncodingOfIntegratedMapping(t *testing.T) {
	for _, c := range ec.All() {
		if !c.HasMapping() {
			continue
		}
		r := newReference(t, c)
		squares := 0 // of the two candidates for x, the first
		for i := range 40 {
			u := make([]byte, c.Size()+8+i)
			if _, err := rand.Read(u); err != nil {
				t.Fatal(err)
			}
			mapped, err := c.MapInteger(u)
			if err != nil {
				t.Fatalf("%s: %v", c.Name(), err)
			}
			integer := new(big.Int).SetBytes(u)
			want, first := r.encodeInteger(integer.Mod(integer, r.p))
			if !r.of(t, mapped).equal(want) {
				t.Errorf("%s: %x is mapped elsewhere", c.Name(), u)
			}
			if b, err := mapped.Bytes(); err != nil {
				t.Error(err)
			} else if _, err := c.Parse(b); err != nil {
				t.Errorf("%s: mapped off the curve: %v", c.Name(), err)
			}
			if first {
				squares++
			}
		}
		if squares == 0 || squares == 40 {
			t.Errorf("%s: one branch was never taken; the test shows half", c.Name())
		}
	}
}

func TestIntegersWithoutAPoint(t *testing.T) {
	c := ec.BrainpoolP256r1()
	p := new(big.Int).SetBytes(c.Prime())
	for name, u := range map[string]*big.Int{
		"0": new(big.Int), "1": big.NewInt(1), "p-1": new(big.Int).Sub(p, big.NewInt(1)), "p": p, "p+1": new(big.Int).Add(p, big.NewInt(1)),
	} {
		if _, err := c.MapInteger(u.Bytes()); !errors.Is(err, ec.ErrPoint) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := c.MapInteger([]byte{2}); err != nil {
		t.Errorf("2: %v", err)
	}
}

// TR-03110 part 3, table 4: p = 1 mod 4.
func TestNoIntegratedMappingOnP224(t *testing.T) {
	if _, err := ec.P224().MapInteger([]byte{2}); !errors.Is(err, ec.ErrNoMapping) {
		t.Errorf("%v", err)
	}
	for _, c := range ec.All() {
		if c.HasMapping() == (c == ec.P224()) {
			t.Errorf("%s: mapping %v", c.Name(), c.HasMapping())
		}
	}
}
