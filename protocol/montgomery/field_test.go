package montgomery_test

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"math/big"
	"slices"
	"testing"

	"motcua/protocol/montgomery"
)

// moduli are odd integers of all the sizes that are used and of some beside, with
// limbs that provoke carries; what is tested here needs no prime.
func moduli(t *testing.T) (all []*big.Int) {
	t.Helper()
	for _, size := range []int{64, 65, 128, 192, 255, 320, 448, 521, 576, 577, 1024, 2047, 2048} {
		random, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), uint(size-1)))
		if err != nil {
			t.Fatal(err)
		}
		top := new(big.Int).Lsh(big.NewInt(1), uint(size-1))
		all = append(all, random.SetBit(random.Add(random, top), 0, 1))
		ones := new(big.Int).Lsh(top, 1)
		all = append(all, ones.Sub(ones, big.NewInt(1)), top.SetBit(top, 0, 1))
	}
	return all
}

func integer(limbs []uint64) *big.Int {
	var b []byte
	for _, limb := range slices.Backward(limbs) {
		b = binary.BigEndian.AppendUint64(b, limb)
	}
	return new(big.Int).SetBytes(b)
}

// edges are residues whose limbs provoke carries: zeros, ones and single bits
// beside random ones, below the modulus, and the neighbours of 0 and of that.
func edges(t *testing.T, f *montgomery.Field, count int) (all [][]uint64) {
	t.Helper()
	n, p := len(f.P), integer(f.P)
	for i := range int64(2) {
		all = append(all, montgomery.Limbs(big.NewInt(i), n), montgomery.Limbs(new(big.Int).Sub(p, big.NewInt(i+1)), n))
	}
	for len(all) < count {
		e := make([]uint64, n)
		for i := range e {
			var b [9]byte
			if _, err := rand.Read(b[:]); err != nil {
				t.Fatal(err)
			}
			e[i] = [...]uint64{0, 1, ^uint64(0), ^uint64(0) - 1, 1 << 63, f.P[i], f.P[i] - 1, binary.BigEndian.Uint64(b[1:])}[b[0]%8]
		}
		v := integer(e)
		all = append(all, montgomery.Limbs(v.Mod(v, p), n))
	}
	return all
}

// TestAgreesWithMathBig: on residues as they are stored; Montgomery form only means
// that a product is divided by R.
func TestAgreesWithMathBig(t *testing.T) {
	for _, p := range moduli(t) {
		f := montgomery.New(p)
		n := len(f.P)
		inverseR := new(big.Int).ModInverse(new(big.Int).Lsh(big.NewInt(1), uint(64*n)), p)
		all := edges(t, f, 14)
		for _, x := range all {
			for _, y := range all {
				bx, by := integer(x), integer(y)
				for what, c := range map[string]struct {
					do   func(z, x, y []uint64)
					want *big.Int
				}{
					"sum":        {f.Add, new(big.Int).Add(bx, by)},
					"difference": {f.Sub, new(big.Int).Sub(bx, by)},
					"product":    {f.Mul, new(big.Int).Mul(new(big.Int).Mul(bx, by), inverseR)},
				} {
					want := c.want.Mod(c.want, p)
					apart, first, second := make([]uint64, n), slices.Clone(x), slices.Clone(y)
					c.do(apart, x, y)
					c.do(first, first, y)
					c.do(second, x, second)
					for _, got := range [][]uint64{apart, first, second} {
						if integer(got).Cmp(want) != 0 {
							t.Errorf("modulo %x the %s of %x and %x is %x", p, what, bx, by, integer(got))
						}
					}
				}
				if same := montgomery.Equal(x, y) == 1; same != (bx.Cmp(by) == 0) {
					t.Errorf("equality of %x and %x: %v", bx, by, same)
				}
			}
			if zero := montgomery.IsZero(x) == 1; zero != (integer(x).Sign() == 0) {
				t.Errorf("%x is zero: %v", integer(x), zero)
			}
		}
	}
}

// TestBytes: what is read comes back, with leading zeros; what is too large is told,
// and taken modulo the prime where that is asked for.
func TestBytes(t *testing.T) {
	for _, p := range moduli(t) {
		f := montgomery.New(p)
		n := len(f.P)
		for i, e := range edges(t, f, 10) {
			v := integer(e)
			z, back := make([]uint64, n), make([]byte, f.Size)
			if !f.SetBytes(z, v.FillBytes(make([]byte, f.Size+i))) {
				t.Fatalf("%x is not below %x", v, p)
			}
			if f.Bytes(back, z); new(big.Int).SetBytes(back).Cmp(v) != 0 {
				t.Errorf("modulo %x, %x comes back as %x", p, v, back)
			}
			for _, wide := range []*big.Int{v, new(big.Int).Add(v, p), new(big.Int).Add(v, new(big.Int).Mul(p, new(big.Int).Lsh(p, uint(8*i))))} {
				reduced := make([]uint64, n)
				f.Reduce(reduced, wide.Bytes())
				if montgomery.Equal(reduced, z) != 1 {
					t.Errorf("modulo %x, %x is reduced wrongly", p, wide)
				}
			}
		}
		for _, large := range [][]byte{p.Bytes(), new(big.Int).Add(p, big.NewInt(1)).Bytes(), append([]byte{1}, make([]byte, 8*n)...)} {
			if f.SetBytes(make([]uint64, n), large) {
				t.Errorf("%x is taken for less than %x", large, p)
			}
		}
		b := make([]byte, f.Size)
		if f.Bytes(b, f.One); new(big.Int).SetBytes(b).Cmp(big.NewInt(1)) != 0 {
			t.Errorf("1 modulo %x is %x", p, b)
		}
	}
}

// BenchmarkMul is there to be looked at, by limbs.
func BenchmarkMul(b *testing.B) {
	for _, n := range []int{3, 5, 9, 16, 32} {
		p := new(big.Int).Lsh(big.NewInt(1), uint(64*n))
		f := montgomery.New(p.Sub(p, big.NewInt(189)))
		x := slices.Clone(f.One)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				f.Mul(x, x, x)
			}
		})
	}
}
