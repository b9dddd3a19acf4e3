package modp_test

import (
	"bytes"
	"crypto/rand"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"math/big"
	"os/exec"
	"strconv"
	"testing"

	"motcua/protocol/modp"
)

func TestParametersAreThoseOfAPrimeOrderSubgroup(t *testing.T) {
	for _, g := range modp.All() {
		p, q := new(big.Int).SetBytes(g.Prime()), new(big.Int).SetBytes(g.Order())
		gen := new(big.Int).SetBytes(g.Generator().Bytes())
		one := big.NewInt(1)
		if !p.ProbablyPrime(10) || !q.ProbablyPrime(20) {
			t.Errorf("%s: p or q is composite", g.Name())
		}
		if new(big.Int).Mod(new(big.Int).Sub(p, one), q).Sign() != 0 || gen.Cmp(one) == 0 || new(big.Int).Exp(gen, q, p).Cmp(one) != 0 {
			t.Errorf("%s: g does not have the order q", g.Name())
		}
		if size := "MODP-" + strconv.Itoa(p.BitLen()) + "/" + strconv.Itoa(q.BitLen()); g.Name() != size {
			t.Errorf("%s has the size %s", g.Name(), size)
		}
	}
}

func TestParametersAreThoseOfOpenSSL(t *testing.T) {
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("openssl is not installed; the parameters are checked for what they must be")
	}
	for i, want := range modp.All() {
		out, err := exec.Command("openssl", "genpkey", "-genparam", "-algorithm", "DHX", "-pkeyopt", "dh_rfc5114:"+strconv.Itoa(i+1)).Output()
		if err != nil {
			t.Skip("this openssl has no groups of RFC 5114")
		}
		var d struct{ P, G, Q *big.Int }
		block, _ := pem.Decode(out)
		if block == nil {
			t.Fatalf("openssl wrote %q", out)
		}
		if _, err := asn1.Unmarshal(block.Bytes, &d); err != nil {
			t.Fatal(err)
		}
		if got, ok := modp.ByParameters(d.P.Bytes(), d.G.Bytes(), d.Q.Bytes()); !ok || got != want {
			t.Errorf("%s has other parameters", want.Name())
		}
	}
}

func TestPowersAgreeWithMathBig(t *testing.T) {
	for _, g := range modp.All() {
		p, q := new(big.Int).SetBytes(g.Prime()), new(big.Int).SetBytes(g.Order())
		plus := func(i int64) []byte { return new(big.Int).Add(q, big.NewInt(i)).Bytes() }
		exponents := map[string][]byte{
			"none": nil, "0": {0}, "1": {1}, "16": {16}, "q-1": plus(-1), "q": plus(0), "q+1": plus(1), "ones": bytes.Repeat([]byte{0xFF}, len(q.Bytes())),
			"leading zeros": {0, 0, 0, 7}, "as wide as p": bytes.Repeat([]byte{0xC3}, g.Size()),
		}
		k, err := g.RandomExponent(rand.Reader)
		if err != nil || len(k) != len(g.Order()) {
			t.Fatal(err)
		}
		e := g.Generator().Exp(k)
		base := new(big.Int).SetBytes(e.Bytes())
		if base.Cmp(new(big.Int).Exp(new(big.Int).SetBytes(g.Generator().Bytes()), new(big.Int).SetBytes(k), p)) != 0 {
			t.Errorf("%s: g^%x is wrong", g.Name(), k)
		}
		for name, k := range exponents {
			want := new(big.Int).Exp(base, new(big.Int).SetBytes(k), p).FillBytes(make([]byte, g.Size()))
			if got := e.Exp(k).Bytes(); !bytes.Equal(got, want) {
				t.Errorf("%s: the power %s is wrong", g.Name(), name)
			}
		}
		square, err := e.Mul(e)
		want := new(big.Int).Mul(base, base)
		if err != nil || new(big.Int).SetBytes(square.Bytes()).Cmp(want.Mod(want, p)) != 0 {
			t.Errorf("%s: the square is wrong: %v", g.Name(), err)
		}
	}
}

// Doc 9303 part 11, 4.4.3.3.2: the power (p-1)/q, of integers of any length.
func TestMapAgreesWithMathBig(t *testing.T) {
	for _, g := range modp.All() {
		p, q := new(big.Int).SetBytes(g.Prime()), new(big.Int).SetBytes(g.Order())
		cofactor := new(big.Int).Div(p, q)
		for _, n := range []int{1, 31, g.Size() - 1, g.Size(), g.Size() + 1, g.Size() + 8, 2 * g.Size(), 3*g.Size() + 5} {
			u := make([]byte, n)
			rand.Read(u)
			u[0] |= 2
			e, err := g.Map(u)
			if err != nil {
				t.Fatal(err)
			}
			want := new(big.Int).Exp(new(big.Int).SetBytes(u), cofactor, p)
			if new(big.Int).SetBytes(e.Bytes()).Cmp(want) != 0 {
				t.Errorf("%s: an integer of %d bytes is mapped elsewhere", g.Name(), n)
			}
		}
		kernel := new(big.Int).Exp(big.NewInt(3), q, p) // its power (p-1)/q is 1
		for name, u := range map[string][]byte{"0": {0}, "1": {1}, "p": g.Prime(), "of an order dividing (p-1)/q": kernel.Bytes()} {
			if _, err := g.Map(u); !errors.Is(err, modp.ErrElement) {
				t.Errorf("%s: %s has an image: %v", g.Name(), name, err)
			}
		}
	}
}

func TestElementsOfTwoGroupsHaveNoProduct(t *testing.T) {
	if _, err := modp.MODP2048q224().Generator().Mul(modp.MODP2048q256().Generator()); !errors.Is(err, modp.ErrElement) {
		t.Errorf("%v", err)
	}
	if modp.MODP2048q224().Generator().Equal(modp.MODP2048q256().Generator()) {
		t.Error("generators of two groups are equal")
	}
}

func TestExponentsAreBelowTheOrder(t *testing.T) {
	for _, g := range modp.All() {
		q := g.Order()
		below := new(big.Int).Sub(new(big.Int).SetBytes(q), big.NewInt(1)).Bytes()
		// The source offers q, then 0, then q-1: only the last will do.
		k, err := g.RandomExponent(bytes.NewReader(bytes.Join([][]byte{q, make([]byte, len(q)), below}, nil)))
		if err != nil || !bytes.Equal(k, below) {
			t.Errorf("%s: %x: %v", g.Name(), k, err)
		}
	}
}
