package ec_test

import (
	"bytes"
	"crypto"
	"crypto/ecdh"
	"crypto/rand"
	_ "crypto/sha1"
	_ "crypto/sha256"
	_ "crypto/sha512"
	"encoding/hex"
	"errors"
	"math/big"
	"testing"

	"motcua/protocol/ec"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// RFC 7027, appendix A: key agreement on the brainpool curves.
func TestKeyAgreementOfRFC7027(t *testing.T) {
	for _, c := range []struct {
		curve                     *ec.Curve
		dA, xA, yA, dB, xB, yB, z string
	}{
		{
			ec.BrainpoolP256r1(),
			"81DB1EE100150FF2EA338D708271BE38300CB54241D79950F77B063039804F1D",
			"44106E913F92BC02A1705D9953A8414DB95E1AAA49E81D9E85F929A8E3100BE5",
			"8AB4846F11CACCB73CE49CBDD120F5A900A69FD32C272223F789EF10EB089BDC",
			"55E40BC41E37E3E2AD25C3C6654511FFA8474A91A0032087593852D3E7D76BD3",
			"8D2D688C6CF93E1160AD04CC4429117DC2C41825E1E9FCA0ADDD34E6F1B39F7B",
			"990C57520812BE512641E47034832106BC7D3E8DD0E4C7F1136D7006547CEC6A",
			"89AFC39D41D3B327814B80940B042590F96556EC91E6AE7939BCE31F3A18BF2B",
		},
		{
			ec.BrainpoolP384r1(),
			"1E20F5E048A5886F1F157C74E91BDE2B98C8B52D58E5003D57053FC4B0BD65D6F15EB5D1EE1610DF870795143627D042",
			"68B665DD91C195800650CDD363C625F4E742E8134667B767B1B476793588F885AB698C852D4A6E77A252D6380FCAF068",
			"55BC91A39C9EC01DEE36017B7D673A931236D2F1F5C83942D049E3FA20607493E0D038FF2FD30C2AB67D15C85F7FAA59",
			"032640BC6003C59260F7250C3DB58CE647F98E1260ACCE4ACDA3DD869F74E01F8BA5E0324309DB6A9831497ABAC96670",
			"4D44326F269A597A5B58BBA565DA5556ED7FD9A8A9EB76C25F46DB69D19DC8CE6AD18E404B15738B2086DF37E71D1EB4",
			"62D692136DE56CBE93BF5FA3188EF58BC8A3A0EC6C1E151A21038A42E9185329B5B275903D192F8D4E1F32FE9CC78C48",
			"0BD9D3A7EA0B3D519D09D8E48D0785FB744A6B355E6304BC51C229FBBCE239BBADF6403715C35D4FB2A5444F575D4F42",
		},
		{
			ec.BrainpoolP512r1(),
			"16302FF0DBBB5A8D733DAB7141C1B45ACBC8715939677F6A56850A38BD87BD59B09E80279609FF333EB9D4C061231FB26F92EEB04982A5F1D1764CAD57665422",
			"0A420517E406AAC0ACDCE90FCD71487718D3B953EFD7FBEC5F7F27E28C6149999397E91E029E06457DB2D3E640668B392C2A7E737A7F0BF04436D11640FD09FD",
			"72E6882E8DB28AAD36237CD25D580DB23783961C8DC52DFA2EC138AD472A0FCEF3887CF62B623B2A87DE5C588301EA3E5FC269B373B60724F5E82A6AD147FDE7",
			"230E18E1BCC88A362FA54E4EA3902009292F7F8033624FD471B5D8ACE49D12CFABBC19963DAB8E2F1EBA00BFFB29E4D72D13F2224562F405CB80503666B25429",
			"9D45F66DE5D67E2E6DB6E93A59CE0BB48106097FF78A081DE781CDB31FCE8CCBAAEA8DD4320C4119F1E9CD437A2EAB3731FA9668AB268D871DEDA55A5473199F",
			"2FDC313095BCDD5FB3A91636F07A959C8E86B5636A1E930E8396049CB481961D365CC11453A06C719835475B12CB52FC3C383BCE35E27EF194512B71876285FA",
			"A7927098655F1F9976FA50A9D566865DC530331846381C87256BAF3226244B76D36403C024D7BBF0AA0803EAFF405D3D24F11A9B5C0BEF679FE1454B21C4CD1F",
		},
	} {
		pubA := unhex(t, "04"+c.xA+c.yA)
		if got, err := c.curve.ScalarBaseMult(unhex(t, c.dA)).Bytes(); err != nil || !bytes.Equal(got, pubA) {
			t.Errorf("%s: public key of A: %v", c.curve.Name(), err)
		}
		pubB, err := c.curve.Parse(unhex(t, "04"+c.xB+c.yB))
		if err != nil {
			t.Fatalf("%s: %v", c.curve.Name(), err)
		}
		if z, err := pubB.ScalarMult(unhex(t, c.dA)).X(); err != nil || !bytes.Equal(z, unhex(t, c.z)) {
			t.Errorf("%s: shared secret: %v", c.curve.Name(), err)
		}
	}
}

func TestNISTCurvesAgreeWithTheStandardLibrary(t *testing.T) {
	for _, c := range []struct {
		curve *ec.Curve
		std   ecdh.Curve
	}{{ec.P256(), ecdh.P256()}, {ec.P384(), ecdh.P384()}, {ec.P521(), ecdh.P521()}} {
		for range 20 {
			d, err := c.curve.RandomScalar(rand.Reader)
			if err != nil {
				t.Fatal(err)
			}
			key, err := c.std.NewPrivateKey(d)
			if err != nil {
				t.Fatal(err)
			}
			pub, err := c.curve.ScalarBaseMult(d).Bytes()
			if err != nil || !bytes.Equal(pub, key.PublicKey().Bytes()) {
				t.Fatalf("%s: public key differs: %v", c.curve.Name(), err)
			}
		}
	}
}

func TestFormulasAreComplete(t *testing.T) {
	for _, c := range ec.All() {
		g := c.Generator()
		minusOne := new(big.Int).Sub(new(big.Int).SetBytes(c.Order()), big.NewInt(1)).Bytes()
		inf := g.ScalarMult(c.Order())
		negative := g.ScalarMult(minusOne)
		sum := func(p, q *ec.Point) *ec.Point {
			r, err := p.Add(q)
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		for name, ok := range map[string]bool{
			"order times G is infinity":   inf.IsInfinity(),
			"zero times G is infinity":    g.ScalarMult([]byte{0}).IsInfinity(),
			"G + infinity = G":            sum(g, inf).Equal(g) && sum(inf, g).Equal(g),
			"infinity + infinity":         sum(inf, inf).IsInfinity(),
			"G + (-G)":                    sum(g, negative).IsInfinity(),
			"G + G = 2G":                  sum(g, g).Equal(g.ScalarMult([]byte{2})),
			"17G by a long scalar":        g.ScalarMult([]byte{0, 0, 17}).Equal(g.ScalarMult([]byte{17})),
			"infinity is no other":        !inf.Equal(g) && !g.Equal(inf),
			"infinity times k":            inf.ScalarMult([]byte{5}).IsInfinity(),
			"points of two curves differ": !g.Equal(otherCurve(c).Generator()),
		} {
			if !ok {
				t.Errorf("%s: %s fails", c.Name(), name)
			}
		}
		if _, err := inf.Bytes(); !errors.Is(err, ec.ErrPoint) {
			t.Errorf("%s: infinity has an encoding: %v", c.Name(), err)
		}
		if _, err := g.Add(otherCurve(c).Generator()); !errors.Is(err, ec.ErrPoint) {
			t.Errorf("%s: added to a point elsewhere: %v", c.Name(), err)
		}
	}
}

func otherCurve(c *ec.Curve) *ec.Curve {
	if c == ec.P256() {
		return ec.P384()
	}
	return ec.P256()
}

func TestParseRefusesWhatIsNotOnTheCurve(t *testing.T) {
	for _, c := range ec.All() {
		good, _ := c.Generator().Bytes()
		if p, err := c.Parse(good); err != nil || !p.Equal(c.Generator()) {
			t.Fatalf("%s: the generator is refused: %v", c.Name(), err)
		}
		off := bytes.Clone(good)
		off[len(off)-1] ^= 1
		beyond := bytes.Repeat([]byte{0xFF}, len(good))
		beyond[0] = 4
		for name, b := range map[string][]byte{
			"nothing": nil, "infinity": {0}, "compressed": append([]byte{2}, good[1:1+c.Size()]...), "short": good[:len(good)-1],
			"long": append(bytes.Clone(good), 0), "off the curve": off, "beyond the prime": beyond, "zero": append([]byte{4}, make([]byte, 2*c.Size())...),
		} {
			if _, err := c.Parse(b); !errors.Is(err, ec.ErrPoint) {
				t.Errorf("%s: %s accepted: %v", c.Name(), name, err)
			}
		}
	}
}

func TestVerifiesSignaturesOfOpenSSL(t *testing.T) {
	hashes := map[string]crypto.Hash{"sha1": crypto.SHA1, "sha256": crypto.SHA256, "sha512": crypto.SHA512}
	met := map[*ec.Curve]bool{}
	for _, v := range opensslVectors {
		c, ok := ec.ByName(v.curve)
		if !ok {
			t.Fatalf("no curve %s", v.curve)
		}
		met[c] = true
		h := hashes[v.hash].New()
		h.Write([]byte("motcua test message"))
		digest := h.Sum(nil)
		pub, err := c.Parse(unhex(t, v.public))
		if err != nil {
			t.Fatal(err)
		}
		r, s := unhex(t, v.r), unhex(t, v.s)
		if !c.Verify(pub, digest, r, s) {
			t.Errorf("%s %s: good signature refused", v.curve, v.hash)
		}
		digest[0] ^= 1
		if c.Verify(pub, digest, r, s) {
			t.Errorf("%s %s: signature over another digest accepted", v.curve, v.hash)
		}
	}
	for _, c := range ec.All() {
		if !met[c] {
			t.Errorf("%s has no stored signature", c.Name())
		}
	}
}

func TestSignAndVerify(t *testing.T) {
	for _, c := range ec.All() {
		d, err := c.RandomScalar(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		pub := c.ScalarBaseMult(d)
		for _, n := range []int{1, 20, 28, 32, 48, 64, 96} {
			digest := make([]byte, n)
			rand.Read(digest)
			r, s, err := c.Sign(rand.Reader, d, digest)
			if err != nil {
				t.Fatal(err)
			}
			zero := make([]byte, c.OrderSize())
			if !c.Verify(pub, digest, r, s) {
				t.Errorf("%s: own signature over %d bytes refused", c.Name(), n)
			}
			if c.Verify(pub, digest, zero, s) || c.Verify(pub, digest, r, zero) || c.Verify(pub, digest, c.Order(), s) ||
				c.Verify(pub, digest, s, r) || c.Verify(c.Generator(), digest, r, s) || c.Verify(pub, nil, r, s) {
				t.Errorf("%s: false signature accepted", c.Name())
			}
		}
		if _, _, err := c.Sign(rand.Reader, c.Order(), []byte{1}); !errors.Is(err, ec.ErrScalar) {
			t.Errorf("%s: signed with the order as key: %v", c.Name(), err)
		}
	}
}

func TestRandomScalarGivesUpOnAStuckSource(t *testing.T) {
	if _, err := ec.P256().RandomScalar(zeros{}); !errors.Is(err, ec.ErrScalar) {
		t.Errorf("zeros: %v", err)
	}
	if _, err := ec.P256().RandomScalar(bytes.NewReader(nil)); err == nil {
		t.Error("no error from an empty source")
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

// A signature's integers and digest come from a card: of any length.
func FuzzVerify(f *testing.F) {
	f.Add(uint8(0), []byte{1}, []byte{1}, []byte{1})
	f.Add(uint8(7), bytes.Repeat([]byte{0xFF}, 100), make([]byte, 99), bytes.Repeat([]byte{0x80}, 64))
	f.Add(uint8(4), []byte(nil), []byte(nil), []byte(nil))
	all := ec.All()
	f.Fuzz(func(t *testing.T, which uint8, digest, r, s []byte) {
		c := all[int(which)%len(all)]
		// None that is tried blindly holds.
		if c.Verify(c.ScalarBaseMult([]byte("motcua fuzz key")), digest, r, s) {
			t.Fatalf("%s: forged %x %x over %x", c.Name(), r, s, digest)
		}
	})
}
