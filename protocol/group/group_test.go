package group_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"testing"

	"motcua/protocol/group"
	"motcua/protocol/vectors"
)

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// Doc 9303 part 11, appendices G.1 and G.2: generic mapping and key agreement.
func TestWorkedExamplesOfGenericMapping(t *testing.T) {
	for _, name := range []string{vectors.G1, vectors.G2} {
		v := must[vectors.PACE](t)(vectors.LoadPACE(name))
		g, ok := group.ByParameter(v.ParameterID)
		if !ok {
			t.Fatalf("%s: no group %d", name, v.ParameterID)
		}
		agreed := must[group.Element](t)(g.Parse(v.MapPublic)).Mult(v.MapPrivate)
		mapped := must[group.Element](t)(g.Generator().Mult(v.Nonce).Combine(agreed))
		if mapped.IsIdentity() {
			t.Errorf("%s: mapped to the identity", name)
		}
		secret := must[[]byte](t)(must[group.Element](t)(g.Parse(v.EphemeralPublic)).Mult(v.EphemeralPrivate).Secret())
		if !bytes.Equal(secret, v.SharedSecret) {
			t.Errorf("%s: shared secret %x", name, secret)
		}
	}
}

// Doc 9303 part 11, appendix H.1: the pseudo-random integer and the generator it
// becomes, given before and after its reduction modulo p.
func TestWorkedExampleOfIntegratedMapping(t *testing.T) {
	v := must[vectors.PACE](t)(vectors.LoadPACE(vectors.H1))
	g, _ := group.ByParameter(v.ParameterID)
	want := bytes.Join([][]byte{{4}, v.GeneratorX, v.GeneratorY}, nil)
	for name, u := range map[string][]byte{"R": v.PseudoRandom, "R mod p": v.PseudoRandomP} {
		mapped := must[group.Element](t)(g.MapInteger(u))
		if got := must[[]byte](t)(mapped.Public()); !bytes.Equal(got, want) {
			t.Errorf("%s is mapped to %x", name, got)
		}
	}
}

func TestKeyAgreementInEveryGroup(t *testing.T) {
	for _, g := range group.All() {
		a, b := must[[]byte](t)(g.RandomExponent(rand.Reader)), must[[]byte](t)(g.RandomExponent(rand.Reader))
		pubA, pubB := must[[]byte](t)(g.Generator().Mult(a).Public()), must[[]byte](t)(g.Generator().Mult(b).Public())
		ab := must[[]byte](t)(must[group.Element](t)(g.Parse(pubB)).Mult(a).Secret())
		ba := must[[]byte](t)(must[group.Element](t)(g.Parse(pubA)).Mult(b).Secret())
		if !bytes.Equal(ab, ba) || len(ab) != g.Size() {
			t.Errorf("%s: the sides disagree", g.Name())
		}
		inf := g.Generator().Mult(g.Order())
		if !inf.IsIdentity() {
			t.Errorf("%s: the generator has another order", g.Name())
		}
		if _, err := inf.Public(); !errors.Is(err, group.ErrElement) {
			t.Errorf("%s: the identity has an encoding: %v", g.Name(), err)
		}
		if h, ok := group.ByName(g.Name()); !ok || h != g {
			t.Errorf("%s: not found by its name", g.Name())
		}
	}
}
