package emrtd_test

import (
	"bytes"
	"errors"
	"testing"

	"motcua/protocol/emrtd"
	"motcua/protocol/group"
	"motcua/protocol/modp"
	"motcua/protocol/pki/pkitest"
	"motcua/protocol/tlv"
	"motcua/protocol/vectors"
)

// Object identifiers in hexadecimal (Doc 9303 part 11, 9.2; RFC 3279, 2.3.3;
// PKCS #3).
const (
	idPACEDHGM     = "04007F000702020401"
	idPACEECDHGM   = "04007F000702020402"
	idCADH         = "04007F000702020301"
	idCAECDH       = "04007F000702020302"
	idPKDH         = "04007F000702020101"
	idPKECDH       = "04007F000702020102"
	idTA           = "04007F0007020202"
	idStandard     = "04007F00070102"
	idECPublicKey  = "2A8648CE3D0201"
	idDHPublicKey  = "2A8648CE3E0201"
	idDHAgreement  = "2A864886F70D010301"
	brainpool256r1 = "3081E0020101302C06072A8648CE3D0101022100A9FB57DBA1EEA9BC3E660A909D838D726E3BF623D52620282013481D1F6E5377" +
		"304404207D5A0975FC2C3057EEF67530417AFFE7FB8055C126DC5C6CE94A4B44F330B5D9" +
		"042026DC5C6CE94A4B44F330B5D9BBD77CBF958416295CF7E1CE6BCCDC18FF8C07B6" +
		"0441048BD2AEB9CB7E57CB2C4B482FFC81B7AFB9DE27E1E3BD23C23A4453BD9ACE3262547EF835C3DAC4FD97F8461A14611DC9C27745132DED8E545C1D54C72F046997" +
		"022100A9FB57DBA1EEA9BC3E660A909D838D718C397AA3B561A6F7901E0E82974856A7020101" // as in appendix I.1
)

func named(hexadecimal string) []byte { return tlv.Encode(0x06, hexBytes(hexadecimal)) }

func positive(b []byte) []byte { return tlv.Encode(0x02, []byte{0}, b) }

func number(n byte) []byte { return tlv.Encode(0x02, []byte{n}) }

// field is a prime field spelled out, with its order or without.
func field(f *modp.Group, withOrder bool) []byte {
	if !withOrder {
		return tlv.Encode(0x30, named(idDHAgreement), tlv.Encode(0x30, positive(f.Prime()), positive(f.Generator().Bytes())))
	}
	return tlv.Encode(0x30, named(idDHPublicKey), tlv.Encode(0x30, positive(f.Prime()), positive(f.Generator().Bytes()), positive(f.Order())))
}

func spki(algorithm, public []byte) []byte {
	return tlv.Encode(0x30, algorithm, tlv.Encode(0x03, []byte{0}, public))
}

func public(t testing.TB, id int) []byte {
	t.Helper()
	g, ok := group.ByParameter(id)
	if !ok {
		t.Fatalf("no group %d", id)
	}
	return must[[]byte](t)(g.Generator().Mult([]byte{7}).Public())
}

// An offer that spells its parameters out is used where they are known ones, and
// only where it is clear which of them are meant.
func TestExplicitParametersMustBeKnown(t *testing.T) {
	curve := tlv.Encode(0x30, named(idECPublicKey), hexBytes(brainpool256r1))
	other := bytes.Replace(curve, []byte{0x8B, 0xD2}, []byte{0x8B, 0xD3}, 1) // another generator
	prime := field(modp.MODP2048q224(), true)
	offer := func(kind string, id ...byte) []byte {
		parts := [][]byte{named(kind + "02"), number(2)}
		for _, n := range id {
			parts = append(parts, number(n))
		}
		return tlv.Encode(0x30, parts...)
	}
	domain := func(kind string, algorithm []byte, id ...byte) []byte {
		parts := [][]byte{named(kind), algorithm}
		for _, n := range id {
			parts = append(parts, number(n))
		}
		return tlv.Encode(0x30, parts...)
	}
	for _, c := range []struct {
		name  string
		infos [][]byte
		want  string // the group of the first offer, "" for none
	}{
		{"standardized", [][]byte{offer(idPACEECDHGM, 13)}, "brainpoolP256r1"},
		{"reserved id", [][]byte{offer(idPACEECDHGM, 20)}, ""},
		{"curve without an id", [][]byte{offer(idPACEECDHGM), domain(idPACEECDHGM, curve)}, "brainpoolP256r1"},
		{"curve by its id", [][]byte{offer(idPACEECDHGM, 40), domain(idPACEECDHGM, other, 41), domain(idPACEECDHGM, curve, 40)}, "brainpoolP256r1"},
		{"prime field", [][]byte{domain(idPACEDHGM, prime, 64), offer(idPACEDHGM, 64)}, "MODP-2048/224"},
		{"prime field without its order", [][]byte{offer(idPACEDHGM, 64), domain(idPACEDHGM, field(modp.MODP2048q224(), false), 64)}, "MODP-2048/224"},
		{"unknown curve", [][]byte{offer(idPACEECDHGM), domain(idPACEECDHGM, other)}, ""},
		{"of another kind", [][]byte{offer(idPACEECDHGM, 40), domain(idPACEDHGM, prime, 40)}, ""},
		{"twice", [][]byte{offer(idPACEECDHGM, 40), domain(idPACEECDHGM, curve, 40), domain(idPACEECDHGM, curve, 40)}, ""},
		{"missing", [][]byte{offer(idPACEECDHGM, 40)}, ""},
		{"a field where a curve is named", [][]byte{offer(idPACEECDHGM, 0)}, ""},
		{"a standardized id in words of its own", [][]byte{offer(idPACEECDHGM, 40), domain(idPACEECDHGM, tlv.Encode(0x30, named(idStandard), number(13)), 40)}, "brainpoolP256r1"},
	} {
		infos, err := emrtd.ParseCardAccess(pkitest.Set(c.infos...))
		if err != nil || len(infos.PACE) != 1 {
			t.Errorf("%s: %d offers, %v", c.name, len(infos.PACE), err)
			continue
		}
		g, ok := infos.PACE[0].Group()
		if ok != (c.want != "") || infos.PACE[0].Supported() != ok || ok && g.Name() != c.want {
			t.Errorf("%s: %v", c.name, infos.PACE[0])
		}
	}
}

func TestKeysOfChipAuthentication(t *testing.T) {
	v := must[vectors.PACE](t)(vectors.LoadPACE(vectors.I1))
	curve := tlv.Encode(0x30, named(idECPublicKey), hexBytes(brainpool256r1))
	standard := func(id byte) []byte { return tlv.Encode(0x30, named(idStandard), number(id)) }
	for _, c := range []struct {
		name  string
		info  []byte
		group string
		keyID int
	}{
		{"appendix I.1", v.ChipKeyInfo, "brainpoolP256r1", 13},
		{"a curve spelled out", tlv.Encode(0x30, named(idPKECDH), spki(curve, public(t, 13))), "brainpoolP256r1", -1},
		{"a prime field", tlv.Encode(0x30, named(idPKDH), spki(field(modp.MODP2048q256(), true), positive(public(t, 2))), number(3)), "MODP-2048/256", 3},
		{"without its order", tlv.Encode(0x30, named(idPKDH), spki(field(modp.MODP1024q160(), false), positive(public(t, 0)))), "MODP-1024/160", -1},
		{"an integer without its header", tlv.Encode(0x30, named(idPKDH), spki(standard(0), public(t, 0))), "MODP-1024/160", -1},
		{"a point that is none", tlv.Encode(0x30, named(idPKECDH), spki(curve, append([]byte{4}, make([]byte, 64)...))), "", -1},
		{"a curve called a field", tlv.Encode(0x30, named(idPKDH), spki(standard(13), public(t, 13))), "", -1},
		{"a reserved id", tlv.Encode(0x30, named(idPKECDH), spki(standard(30), public(t, 13))), "", -1},
		{"another algorithm", tlv.Encode(0x30, named(idPKECDH), spki(tlv.Encode(0x30, named("2A864886F70D010101")), []byte{1})), "", -1},
	} {
		infos, err := emrtd.ParseDG14(tlv.Encode(0x6E, pkitest.Set(c.info)))
		if err != nil || len(infos.ChipKeys) != 1 {
			t.Errorf("%s: %d keys, %v", c.name, len(infos.ChipKeys), err)
			continue
		}
		k := infos.ChipKeys[0]
		if k.KeyID != c.keyID || (k.Group != nil) != (c.group != "") || k.Group != nil && (k.Group.Name() != c.group || k.Public.Group() != k.Group) {
			t.Errorf("%s: %+v", c.name, k)
		}
	}
}

func TestWaysOfAuthentication(t *testing.T) {
	infos, err := emrtd.ParseDG14(tlv.Encode(0x6E, pkitest.Set(
		tlv.Encode(0x30, named(idTA), number(1)),
		tlv.Encode(0x30, named(idCAECDH+"04"), number(1), number(9)),
		tlv.Encode(0x30, named(idCADH+"01"), number(1)),
		tlv.Encode(0x30, named(idCADH+"09"), number(1)), // no such cipher
		tlv.Encode(0x30, named("2A03"), number(1)),
	)))
	if err != nil {
		t.Fatal(err)
	}
	if len(infos.OIDs) != 5 || len(infos.TerminalAuth) != 1 || infos.TerminalAuth[0] != 1 || len(infos.ChipAuth) != 2 {
		t.Fatalf("%+v", infos)
	}
	if a := infos.ChipAuth[0]; !a.Elliptic || a.Suite != emrtd.SuiteAES256 || a.Version != 1 || a.KeyID != 9 {
		t.Errorf("%+v", a)
	}
	if a := infos.ChipAuth[1]; a.Elliptic || a.Suite != emrtd.Suite3DES || a.KeyID != -1 {
		t.Errorf("%+v", a)
	}
}

func FuzzCardAccess(f *testing.F) {
	f.Add(hexBytes("3134300D060804007F0007020202020101300F060A04007F000702020302020201013012060A04007F0007020204020202010202010D"))
	f.Add(pkitest.Set(emrtd.PACEInfoFor(emrtd.SuiteAES256, 12).Bytes()))
	f.Add(tlv.Encode(0x6E, pkitest.Set(pkitest.Seq(pkitest.OID("\x67\x81\x08\x01\x01\x05"), pkitest.Integer(1), pkitest.OID(pkitest.OIDX962+"\x04\x03\x02")))))
	f.Add([]byte{0x31, 0})
	curve := tlv.Encode(0x30, named(idECPublicKey), hexBytes(brainpool256r1))
	f.Add(pkitest.Set(tlv.Encode(0x30, named(idPACEECDHGM+"02"), number(2), number(40)), tlv.Encode(0x30, named(idPACEECDHGM), curve, number(40))))
	f.Add(tlv.Encode(0x6E, pkitest.Set(tlv.Encode(0x30, named(idPKDH), spki(field(modp.MODP1024q160(), true), positive(public(f, 0))), number(3)))))
	f.Add(tlv.Encode(0x6E, pkitest.Set(tlv.Encode(0x30, named(idPKECDH), spki(curve, public(f, 13))), tlv.Encode(0x30, named(idCAECDH+"02"), number(1)))))
	f.Fuzz(func(t *testing.T, b []byte) {
		for what, parse := range map[string]func([]byte) (emrtd.SecurityInfos, error){"EF.CardAccess": emrtd.ParseCardAccess, "DG14": emrtd.ParseDG14} {
			infos, err := parse(b)
			if err != nil && !errors.Is(err, emrtd.ErrProtocol) {
				t.Fatalf("%s: error of another kind: %v", what, err)
			}
			for _, p := range infos.PACE {
				if g, ok := p.Group(); p.Supported() && (!ok || g == nil || g.Elliptic() != p.Elliptic) || p.String() == "" {
					t.Fatalf("%s: an offer that cannot be used: %v", what, p)
				}
			}
			for _, k := range infos.ChipKeys {
				if k.Group != k.Public.Group() || k.Group != nil && (k.Public.IsIdentity() || k.Group.Elliptic() != k.Elliptic) {
					t.Fatalf("%s: a key that cannot be used: %+v", what, k)
				}
			}
		}
	})
}
