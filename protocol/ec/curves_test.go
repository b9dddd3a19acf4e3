package ec_test

import (
	"bytes"
	"encoding/asn1"
	"math/big"
	"testing"

	"motcua/protocol/ec"
)

// What a curve must be, whoever printed its constants.
func TestConstantsAreThoseOfACurveOfPrimeOrder(t *testing.T) {
	for _, c := range ec.All() {
		r := newReference(t, c)
		if !r.p.ProbablyPrime(20) || !r.n.ProbablyPrime(20) {
			t.Errorf("%s: the prime or the order is composite", c.Name())
		}
		if r.p.Cmp(r.n) == 0 {
			t.Errorf("%s is anomalous", c.Name())
		}
		if !r.contains(r.g) {
			t.Errorf("%s: the generator is off the curve", c.Name())
		}
		if r.mult(r.g, r.n).x != nil {
			t.Errorf("%s: order times generator is not infinity", c.Name())
		}
		if c.Size() != (r.p.BitLen()+7)/8 || c.OrderSize() != (r.n.BitLen()+7)/8 || c.OrderBits() != r.n.BitLen() {
			t.Errorf("%s: sizes %d, %d, %d", c.Name(), c.Size(), c.OrderSize(), c.OrderBits())
		}
	}
}

// RFC 5639, 2.2: the twin has a = -3, the same prime and order, and a Z with
// a' = aZ^4, b' = bZ^6, x' = xZ^2, y' = yZ^3.
func TestTwinsOfTheBrainpoolCurves(t *testing.T) {
	for _, pair := range [][2]*ec.Curve{
		{ec.BrainpoolP192r1(), ec.BrainpoolP192t1()},
		{ec.BrainpoolP224r1(), ec.BrainpoolP224t1()},
		{ec.BrainpoolP256r1(), ec.BrainpoolP256t1()},
		{ec.BrainpoolP320r1(), ec.BrainpoolP320t1()},
		{ec.BrainpoolP384r1(), ec.BrainpoolP384t1()},
		{ec.BrainpoolP512r1(), ec.BrainpoolP512t1()},
	} {
		r, twin := newReference(t, pair[0]), newReference(t, pair[1])
		quotient := func(x, y *big.Int) *big.Int {
			v := new(big.Int).ModInverse(y, r.p)
			return v.Mod(v.Mul(v, x), r.p)
		}
		z := quotient(quotient(twin.g.y, r.g.y), quotient(twin.g.x, r.g.x))
		power := func(k int64) *big.Int { return new(big.Int).Exp(z, big.NewInt(k), r.p) }
		if quotient(twin.a, r.a).Cmp(power(4)) != 0 || quotient(twin.b, r.b).Cmp(power(6)) != 0 || quotient(twin.g.x, r.g.x).Cmp(power(2)) != 0 {
			t.Errorf("%s is no twin of %s", pair[1].Name(), pair[0].Name())
		}
		if new(big.Int).Add(twin.a, big.NewInt(3)).Cmp(r.p) != 0 || r.p.Cmp(twin.p) != 0 || r.n.Cmp(twin.n) != 0 {
			t.Errorf("%s: a is not -3, or prime or order differ", pair[1].Name())
		}
	}
	// RFC 5639, 3.4 prints the twin as well.
	p, _ := ec.BrainpoolP256t1().Generator().Bytes()
	want := unhex(t, "04A3E8EB3CC1CFE7B7732213B23A656149AFA142C47AAFBC2B79A191562E1305F42D996C823439C56D7F7B22E14644417E69BCB6DE39D027001DABE8F35B25C9BE")
	if !bytes.Equal(p, want) {
		t.Errorf("brainpoolP256t1 begins at %x", p)
	}
}

func TestFindsCurves(t *testing.T) {
	for _, c := range ec.All() {
		if got, ok := ec.ByName(c.Name()); !ok || got != c {
			t.Errorf("%s not found by its name", c.Name())
		}
		if got, ok := ec.ByOID(c.OID()); !ok || got != c {
			t.Errorf("%s not found by its object identifier", c.Name())
		}
	}
	if _, ok := ec.ByName("brainpoolP160r1"); ok {
		t.Error("a curve that is not there was found by name")
	}
	if _, ok := ec.ByOID(nil); ok {
		t.Error("a curve was found by no object identifier")
	}
}

func TestFindsCurvesByTheirParameters(t *testing.T) {
	for _, c := range ec.All() {
		a, b := c.Coefficients()
		full, _ := c.Generator().Bytes()
		odd := full[len(full)-1] & 1
		x := full[1 : 1+c.Size()]
		short := append([]byte{2 | odd}, x...)
		for _, g := range [][]byte{full, short} {
			got, ok := ec.ByParameters(append([]byte{0}, c.Prime()...), bytes.TrimLeft(a, "\x00"), b, g, c.Order())
			if !ok || got != c {
				t.Errorf("%s not found", c.Name())
			}
		}
		other := bytes.Clone(full)
		other[len(other)-1] ^= 1
		for _, g := range [][]byte{other, nil, {4}, append([]byte{3 ^ odd}, x...)} {
			if _, ok := ec.ByParameters(c.Prime(), a, b, g, c.Order()); ok {
				t.Errorf("%s found with another generator", c.Name())
			}
		}
		b[3] ^= 1
		if _, ok := ec.ByParameters(c.Prime(), a, b, full, c.Order()); ok {
			t.Errorf("%s found with another b", c.Name())
		}
	}
}

// ecParameters is ECParameters of SEC 1, C.2.
type ecParameters struct {
	Version int
	Field   struct {
		Kind  asn1.ObjectIdentifier
		Prime *big.Int
	}
	Curve struct {
		A, B []byte
		Seed asn1.BitString `asn1:"optional"`
	}
	Generator []byte
	Order     *big.Int
	Cofactor  *big.Int `asn1:"optional"`
}

func TestConstantsAreThoseOfOpenSSL(t *testing.T) {
	needOpenSSL(t)
	for _, c := range ec.All() {
		var d ecParameters
		if _, err := asn1.Unmarshal(openssl(t, nil, "ecparam", "-name", opensslName(c), "-param_enc", "explicit", "-outform", "DER"), &d); err != nil {
			t.Fatal(err)
		}
		if got, ok := ec.ByParameters(d.Field.Prime.Bytes(), d.Curve.A, d.Curve.B, d.Generator, d.Order.Bytes()); !ok || got != c {
			t.Errorf("%s has other parameters", c.Name())
		}
		if d.Cofactor == nil || d.Cofactor.Cmp(big.NewInt(1)) != 0 {
			t.Errorf("%s has a cofactor", c.Name())
		}
		named := openssl(t, nil, "ecparam", "-name", opensslName(c), "-outform", "DER")
		if want := append([]byte{6, byte(len(c.OID()))}, c.OID()...); !bytes.Equal(named, want) {
			t.Errorf("%s is named %x", c.Name(), named)
		}
	}
}
