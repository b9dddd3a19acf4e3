package group_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"math/big"
	"testing"

	"motcua/protocol/ec"
	"motcua/protocol/group"
	"motcua/protocol/modp"
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
		secret := must[[]byte](t)(must[group.Element](t)(g.Parse(v.EphemeralPublic)).Agree(v.EphemeralPrivate))
		if !bytes.Equal(secret, v.SharedSecret) {
			t.Errorf("%s: shared secret %x", name, secret)
		}
	}
}

// Doc 9303 part 11, appendices H.1 and H.2: the pseudo-random integer and the
// generator it becomes, given before and after its reduction modulo p.
func TestWorkedExamplesOfIntegratedMapping(t *testing.T) {
	for _, name := range []string{vectors.H1, vectors.H2} {
		v := must[vectors.PACE](t)(vectors.LoadPACE(name))
		g, _ := group.ByParameter(v.ParameterID)
		want := []byte(v.Generator)
		if g.Elliptic() {
			want = bytes.Join([][]byte{{4}, v.GeneratorX, v.GeneratorY}, nil)
		}
		for what, u := range map[string][]byte{"R": v.PseudoRandom, "R mod p": v.PseudoRandomP} {
			mapped := must[group.Element](t)(g.MapInteger(u))
			if got := must[[]byte](t)(mapped.Public()); !bytes.Equal(got, want) {
				t.Errorf("%s: %s is mapped to %x", name, what, got)
			}
		}
	}
}

// Doc 9303 part 11, table 6.
func TestStandardizedDomainParameters(t *testing.T) {
	names := map[int]string{
		0: "MODP-1024/160", 1: "MODP-2048/224", 2: "MODP-2048/256", 8: "P-192", 9: "brainpoolP192r1", 10: "P-224", 11: "brainpoolP224r1",
		12: "P-256", 13: "brainpoolP256r1", 14: "brainpoolP320r1", 15: "P-384", 16: "brainpoolP384r1", 17: "brainpoolP512r1", 18: "P-521",
	}
	for id := -2; id < 260; id++ {
		g, ok := group.ByParameter(id)
		if name, known := names[id]; ok != known || ok && (g.Name() != name || g.Parameter() != id) {
			t.Errorf("id %d: %v", id, ok)
		}
		if !ok {
			continue
		}
		if found, ok := group.ByName(g.Name()); !ok || found != g {
			t.Errorf("%s is not found by its name", g.Name())
		}
		if g.Elliptic() != (id >= 8) || (g.Curve() != nil) != g.Elliptic() || g.HasMapping() == (id == 10) {
			t.Errorf("%s: curve %v, mapping %v", g.Name(), g.Elliptic(), g.HasMapping())
		}
	}
	if len(group.All()) != len(names) {
		t.Errorf("%d groups", len(group.All()))
	}
	for _, c := range ec.All() { // twins are groups too, without an id
		g := group.OfCurve(c)
		if g == nil || g.Curve() != c || g != group.OfCurve(c) {
			t.Fatalf("%s is no group", c.Name())
		}
		if _, standardized := names[g.Parameter()]; standardized == (g.Parameter() == -1) {
			t.Errorf("%s has the id %d", c.Name(), g.Parameter())
		}
	}
	if group.OfCurve(nil) != nil {
		t.Error("no curve is a group")
	}
	if _, ok := group.ByName("MODP-512"); ok {
		t.Error("a group was found that there is not")
	}
}

func TestFieldsByTheirParameters(t *testing.T) {
	for i, f := range modp.All() {
		want, _ := group.ByParameter(i)
		p, g, q := f.Prime(), f.Generator().Bytes(), f.Order()
		for name, order := range map[string][]byte{"q": q, "no q": nil, "a sign byte": append([]byte{0}, q...)} {
			if got, ok := group.FieldByParameters(append([]byte{0}, p...), g, order); !ok || got != want {
				t.Errorf("%s with %s not found", f.Name(), name)
			}
		}
		other := bytes.Clone(g)
		other[9] ^= 1
		if _, ok := group.FieldByParameters(p, other, q); ok {
			t.Errorf("%s found with another generator", f.Name())
		}
		if _, ok := group.FieldByParameters(p, g, p); ok {
			t.Errorf("%s found with another order", f.Name())
		}
	}
	if _, ok := group.FieldByParameters(nil, nil, nil); ok {
		t.Error("a field without parameters was found")
	}
}

// every group there is, the twins too.
func every() []*group.Group {
	all := group.All()
	for _, c := range ec.All() {
		if g := group.OfCurve(c); g.Parameter() < 0 {
			all = append(all, g)
		}
	}
	return all
}

func TestConformance(t *testing.T) {
	for _, g := range every() {
		t.Run(g.Name(), func(t *testing.T) {
			t.Parallel()
			c := conformance{t, g}
			c.agreement()
			c.algebra()
			c.encoding()
			c.refusals()
			c.mapping()
		})
	}
}

type conformance struct {
	*testing.T
	*group.Group
}

func (c conformance) pair() (private []byte, public group.Element) {
	k := must[[]byte](c)(c.RandomExponent(rand.Reader))
	return k, c.Generator().Mult(k)
}

// agreement: both sides have the same secret, at full width, and by either way
// of asking for it.
func (c conformance) agreement() {
	a, elementA := c.pair()
	b, elementB := c.pair()
	pubA, pubB := must[[]byte](c)(elementA.Public()), must[[]byte](c)(elementB.Public())
	ab := must[[]byte](c)(must[group.Element](c)(c.Parse(pubB)).Agree(a))
	ba := must[[]byte](c)(must[group.Element](c)(c.Parse(pubA)).Mult(b).Secret())
	if !bytes.Equal(ab, ba) || len(ab) != c.Size() {
		c.Errorf("the sides disagree: %d and %d bytes", len(ab), len(ba))
	}
}

func (c conformance) algebra() {
	a, x := c.pair()
	b, y := c.pair()
	g := c.Generator()
	order := new(big.Int).SetBytes(c.Order())
	sum := new(big.Int).Add(new(big.Int).SetBytes(a), new(big.Int).SetBytes(b))
	combined := must[group.Element](c)(x.Combine(y))
	minus := new(big.Int).Sub(order, big.NewInt(1)).Bytes()
	identity := g.Mult(c.Order())
	for name, ok := range map[string]bool{
		"a + b":                       combined.Equal(g.Mult(sum.Bytes())),
		"the order of combining":      combined.Equal(must[group.Element](c)(y.Combine(x))),
		"a times b":                   x.Mult(b).Equal(y.Mult(a)),
		"order":                       identity.IsIdentity() && g.Mult(nil).IsIdentity() && x.Mult([]byte{0}).IsIdentity(),
		"the opposite":                must[group.Element](c)(x.Combine(x.Mult(minus))).IsIdentity(),
		"the identity changes naught": must[group.Element](c)(x.Combine(identity)).Equal(x),
		"1":                           x.Mult([]byte{1}).Equal(x) && !x.Equal(y) && !x.Equal(identity),
		"order + 1, wide":             g.Mult(append([]byte{0, 0}, new(big.Int).Add(order, big.NewInt(1)).Bytes()...)).Equal(g),
		"its group":                   x.Group() == c.Group,
	} {
		if !ok {
			c.Errorf("%s fails", name)
		}
	}
}

// encoding: public keys survive it, also those with leading zeros, and have one
// width. A key with a leading zero is searched for.
func (c conformance) encoding() {
	e, width := c.Generator(), 0
	tries := 0
	for leading := false; !leading; tries++ {
		public, secret := must[[]byte](c)(e.Public()), must[[]byte](c)(e.Secret())
		if width == 0 {
			width = len(public)
		}
		if len(public) != width || len(secret) != c.Size() || !bytes.Contains(public, secret) {
			c.Fatalf("a public key of %d bytes, a secret of %d", len(public), len(secret))
		}
		// The prime of P-521 fills one bit of its first byte.
		leading = secret[0] == 0 && (c.Name() != "P-521" || secret[1] == 0)
		if !leading && tries > 0 {
			e = must[group.Element](c)(e.Combine(c.Generator()))
			continue
		}
		if back := must[group.Element](c)(c.Parse(public)); !back.Equal(e) {
			c.Error("an encoding leads elsewhere")
		}
		if !c.Elliptic() {
			if back, err := c.Parse(bytes.TrimLeft(public, "\x00")); err != nil || !back.Equal(e) {
				c.Errorf("without leading zeros: %v", err)
			}
		}
		e = must[group.Element](c)(e.Combine(c.Generator()))
	}
	if tries > 20000 {
		c.Errorf("%d tries for a leading zero", tries)
	}
}

func (c conformance) refusals() {
	public := must[[]byte](c)(c.Generator().Public())
	bad := map[string][]byte{
		"nothing": nil, "zeros": make([]byte, len(public)), "long": append([]byte{4, 4}, public...), "ones": bytes.Repeat([]byte{0xFF}, len(public)),
	}
	if c.Elliptic() {
		bad["infinity"], bad["compressed"] = []byte{0}, append([]byte{2}, public[1:1+c.Size()]...)
		bad["off the curve"] = append(bytes.Clone(public[:len(public)-1]), public[len(public)-1]^1)
		bad["short"] = public[:len(public)-1]
	} else {
		p := new(big.Int).SetBytes(c.prime())
		add := func(i int64) []byte { return new(big.Int).Add(p, big.NewInt(i)).Bytes() }
		bad["one"], bad["two"], bad["p-1"], bad["p"], bad["p+1"] = []byte{1}, []byte{2}, add(-1), add(0), add(1)
		bad["outside the subgroup"] = new(big.Int).Sub(p, new(big.Int).SetBytes(public)).Bytes() // -g
		bad["g+p"] = new(big.Int).Add(p, new(big.Int).SetBytes(public)).Bytes()
	}
	for name, b := range bad {
		if e, err := c.Parse(b); !errors.Is(err, group.ErrElement) || !e.IsIdentity() {
			c.Errorf("%s is accepted: %v", name, err)
		}
	}
	identity := c.Generator().Mult(c.Order())
	_, publicErr := identity.Public()
	_, secretErr := identity.Secret()
	_, agreeErr := c.Generator().Agree(c.Order())
	_, combineErr := identity.Combine(group.Element{})
	for name, err := range map[string]error{"public key": publicErr, "secret": secretErr, "agreement": agreeErr, "combining with nothing": combineErr} {
		if !errors.Is(err, group.ErrElement) {
			c.Errorf("the identity as %s: %v", name, err)
		}
	}
	if _, err := c.RandomExponent(bytes.NewReader([]byte{1})); !errors.Is(err, io.ErrUnexpectedEOF) {
		c.Errorf("a private key from an exhausted source: %v", err)
	}
	if k, err := c.RandomExponent(zeros{}); err == nil {
		c.Errorf("%x from a source of zeros", k)
	}
}

func (c conformance) prime() []byte {
	for _, f := range modp.All() {
		if f.Name() == c.Name() {
			return f.Prime()
		}
	}
	return c.Curve().Prime()
}

func (c conformance) mapping() {
	u := make([]byte, c.Size()+16)
	if _, err := rand.Read(u); err != nil {
		c.Fatal(err)
	}
	e, err := c.MapInteger(u)
	if !c.HasMapping() {
		if !errors.Is(err, group.ErrNoMapping) {
			c.Errorf("mapped where the standard has no mapping: %v", err)
		}
		return
	}
	if err != nil {
		c.Fatal(err)
	}
	if back, err := c.Parse(must[[]byte](c)(e.Public())); err != nil || !back.Equal(e) {
		c.Errorf("mapped to no element: %v", err)
	}
	for name, none := range map[string][]byte{"nothing": nil, "0": {0}, "p": c.prime()} {
		if _, err := c.MapInteger(none); !errors.Is(err, group.ErrElement) {
			c.Errorf("%s has an image: %v", name, err)
		}
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

// The zero Element comes out of failed calls: nothing may panic on it.
func TestElementOfNoGroup(t *testing.T) {
	var none group.Element
	if !none.IsIdentity() || none.Group() != nil || !none.Mult([]byte{5}).Equal(none) || none.Equal(group.All()[0].Generator()) {
		t.Error("the zero element is something")
	}
	_, publicErr := none.Public()
	_, secretErr := none.Secret()
	_, agreeErr := none.Agree([]byte{1})
	_, combineErr := none.Combine(none)
	for _, err := range []error{publicErr, secretErr, agreeErr, combineErr} {
		if !errors.Is(err, group.ErrElement) {
			t.Errorf("no error of its own: %v", err)
		}
	}
	a, _ := group.ByParameter(13)
	b, _ := group.ByParameter(2)
	if _, err := a.Generator().Combine(b.Generator()); !errors.Is(err, group.ErrElement) {
		t.Errorf("combined across groups: %v", err)
	}
}

// Bytes of a card: whatever is accepted must be an element and encode to itself.
func FuzzParse(f *testing.F) {
	all := every()
	for i, g := range all {
		public, err := g.Generator().Public()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(uint8(i), public)
		f.Add(uint8(i), public[:len(public)-1])
		f.Add(uint8(i), make([]byte, len(public)))
		f.Add(uint8(i), bytes.Repeat([]byte{0xFF}, len(public)))
	}
	f.Add(uint8(0), []byte{2})
	f.Add(uint8(13), []byte{0})
	f.Fuzz(func(t *testing.T, which uint8, b []byte) {
		g := all[int(which)%len(all)]
		e, err := g.Parse(b)
		if err != nil {
			if !errors.Is(err, group.ErrElement) {
				t.Fatalf("another error: %v", err)
			}
			return
		}
		public, err := e.Public()
		if err != nil || !bytes.Equal(bytes.TrimLeft(public, "\x00"), bytes.TrimLeft(b, "\x00")) {
			t.Fatalf("%s: %x is encoded as %x: %v", g.Name(), b, public, err)
		}
		if !e.Mult(g.Order()).IsIdentity() {
			t.Fatalf("%s: %x has another order", g.Name(), b)
		}
	})
}

// What a reader gives to the integrated mapping is any string of bytes.
func FuzzMapInteger(f *testing.F) {
	f.Add(uint8(0), []byte{1})
	f.Add(uint8(5), []byte{0})
	f.Add(uint8(5), bytes.Repeat([]byte{0xFF}, 100))
	all := every()
	f.Fuzz(func(t *testing.T, which uint8, u []byte) {
		g := all[int(which)%len(all)]
		e, err := g.MapInteger(u)
		if err != nil {
			return
		}
		if e.IsIdentity() || !e.Mult(g.Order()).IsIdentity() {
			t.Fatalf("%s: %x is mapped to no element", g.Name(), u)
		}
	})
}
