package ec_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"math/big"
	"strings"
	"testing"

	"motcua/protocol/ec"
)

// scalars around the edges, and some at random.
func (r reference) scalars(t *testing.T) map[string][]byte {
	t.Helper()
	size := (r.n.BitLen() + 7) / 8
	plus := func(i int64) []byte { return new(big.Int).Add(r.n, big.NewInt(i)).Bytes() }
	s := map[string][]byte{
		"none": nil, "0": {0}, "1": {1}, "2": {2}, "15": {15}, "16": {16}, "17": {17},
		"n-2": plus(-2), "n-1": plus(-1), "n": plus(0), "n+1": plus(1), "n+2": plus(2),
		"2n":           new(big.Int).Lsh(r.n, 1).Bytes(),
		"half of n":    new(big.Int).Rsh(r.n, 1).Bytes(),
		"wide 0":       make([]byte, size),
		"wide 1":       append(make([]byte, size-1), 1),
		"wide n-1":     append([]byte{0, 0, 0}, plus(-1)...),
		"all ones":     bytes.Repeat([]byte{0xFF}, size),
		"only top bit": append([]byte{0x80}, make([]byte, size-1)...),
		"alternating":  bytes.Repeat([]byte{0x0F, 0xF0}, size)[:size],
		"wide 2^64":    append(make([]byte, size-9), 1, 0, 0, 0, 0, 0, 0, 0, 0),
		"very long":    bytes.Repeat([]byte{0xA5}, 2*size+3),
	}
	for _, name := range []string{"random a", "random b", "random c"} {
		k := make([]byte, size)
		if _, err := rand.Read(k); err != nil {
			t.Fatal(err)
		}
		s[name] = k
	}
	return s
}

// curves are all of them, or in a short run one for each number of limbs.
func curves() []*ec.Curve {
	if testing.Short() {
		return []*ec.Curve{
			ec.P192(), ec.P224(), ec.BrainpoolP256r1(), ec.BrainpoolP320r1(), ec.BrainpoolP384r1(), ec.BrainpoolP512r1(), ec.P521(),
		}
	}
	return ec.All()
}

func TestScalarMultAgreesWithTextbook(t *testing.T) {
	for _, c := range curves() {
		r := newReference(t, c)
		d, err := c.RandomScalar(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		p := c.ScalarBaseMult(d)
		q := r.of(t, p)
		if !q.equal(r.mult(r.g, new(big.Int).SetBytes(d))) {
			t.Fatalf("%s: %x times the generator is wrong", c.Name(), d)
		}
		for name, k := range r.scalars(t) {
			scalar := new(big.Int).SetBytes(k)
			if got := r.of(t, p.ScalarMult(k)); !got.equal(r.mult(q, scalar)) {
				t.Errorf("%s: %s times a point is wrong (%x times, %x)", c.Name(), name, k, d)
			}
			if len(k) > 0 && len(k) != c.OrderSize() {
				continue // the generator's own way is for full scalars
			}
			if testing.Short() && !strings.HasPrefix(name, "random") {
				continue // slow under an emulator
			}
			if got := r.of(t, c.ScalarBaseMult(k)); !got.equal(r.mult(r.g, scalar)) {
				t.Errorf("%s: %s times the generator is wrong (%x)", c.Name(), name, k)
			}
		}
	}
}

func TestAdditionAgreesWithTextbook(t *testing.T) {
	for _, c := range ec.All() {
		r := newReference(t, c)
		d, _ := c.RandomScalar(rand.Reader)
		p := c.ScalarBaseMult(d)
		minus := new(big.Int).Sub(r.n, big.NewInt(1)).Bytes()
		points := map[string]*ec.Point{
			"infinity": c.ScalarBaseMult(nil), "G": c.Generator(), "-G": c.ScalarBaseMult(minus), "2G": c.ScalarBaseMult([]byte{2}),
			"P": p, "-P": p.ScalarMult(minus), "2P": p.ScalarMult([]byte{2}),
		}
		for a, x := range points {
			for b, y := range points {
				sum, err := x.Add(y)
				if err != nil {
					t.Fatal(err)
				}
				if got := r.of(t, sum); !got.equal(r.add(r.of(t, x), r.of(t, y))) {
					t.Errorf("%s: %s + %s is wrong (P = %x G)", c.Name(), a, b, d)
				}
				if x.Equal(y) != r.of(t, x).equal(r.of(t, y)) {
					t.Errorf("%s: %s = %s is wrong", c.Name(), a, b)
				}
			}
		}
		if got := r.of(t, p.ScalarMult(minus)); !got.equal(r.negate(r.of(t, p))) {
			t.Errorf("%s: -P is wrong", c.Name())
		}
	}
}

// Coordinates that begin with zeros keep their width, in public keys and in
// shared secrets; minted by picking x and solving for y.
func TestCoordinatesKeepTheirWidth(t *testing.T) {
	for _, c := range ec.All() {
		r := newReference(t, c)
		met := 0
		for x := int64(0); met < 4; x++ {
			q, ok := r.above(big.NewInt(x))
			if !ok {
				continue
			}
			met++
			encoded := r.encode(q)
			p, err := c.Parse(encoded)
			if err != nil {
				t.Fatalf("%s: the point above %d is refused: %v", c.Name(), x, err)
			}
			if b, err := p.Bytes(); err != nil || !bytes.Equal(b, encoded) {
				t.Errorf("%s: the point above %d is encoded as %x: %v", c.Name(), x, b, err)
			}
			if b, err := p.X(); err != nil || !bytes.Equal(b, encoded[1:1+c.Size()]) {
				t.Errorf("%s: the point above %d has X %x: %v", c.Name(), x, b, err)
			}
		}
	}
}

// A secret that begins with a zero, found by trying private keys: one in 256 has
// it where the prime fills its bytes.
func TestSharedSecretsKeepTheirWidth(t *testing.T) {
	for _, c := range []*ec.Curve{ec.P192(), ec.BrainpoolP256r1(), ec.BrainpoolP320r1()} {
		met, p := false, c.Generator()
		for range 20000 {
			p, _ = p.Add(c.Generator())
			x, err := p.X()
			if err != nil || len(x) != c.Size() {
				t.Fatalf("%s: %d bytes: %v", c.Name(), len(x), err)
			}
			if met = x[0] == 0; met {
				break
			}
		}
		if !met {
			t.Errorf("%s: no secret with a leading zero was met; the test shows nothing", c.Name())
		}
	}
}

func TestParseRefusesPointsOfTheOtherTwist(t *testing.T) {
	for _, c := range ec.All() {
		r := newReference(t, c)
		for x := int64(1); x < 8; x++ {
			q, ok := r.above(big.NewInt(x))
			if ok {
				continue
			}
			q.y = big.NewInt(x + 1)
			if _, err := c.Parse(r.encode(q)); !errors.Is(err, ec.ErrPoint) {
				t.Errorf("%s: a point above %d where there is none: %v", c.Name(), x, err)
			}
		}
	}
}

func TestParseRefusesTheSamePointWrittenOtherwise(t *testing.T) {
	c := ec.P521() // its prime leaves room above
	r := newReference(t, c)
	for x := range int64(64) {
		q, ok := r.above(big.NewInt(x))
		if !ok {
			continue
		}
		q.x = new(big.Int).Add(q.x, r.p)
		if q.x.BitLen() > 8*r.size {
			t.Fatal("no room")
		}
		if _, err := c.Parse(r.encode(q)); !errors.Is(err, ec.ErrPoint) {
			t.Errorf("x + p accepted: %v", err)
		}
	}
}
