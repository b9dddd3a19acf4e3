package emrtd_test

import (
	"bytes"
	"crypto"
	"errors"
	"math/big"
	"testing"

	"motcua/protocol/apdu"
	"motcua/protocol/ec"
	"motcua/protocol/emrtd"
	"motcua/protocol/pki/pkitest"
	"motcua/protocol/tlv"
)

var challenge = [8]byte{0xF1, 0x73, 0x58, 0x99, 0x74, 0xBF, 0x40, 0xC6}

func TestRSAChipProof(t *testing.T) {
	trailer := map[crypto.Hash][]byte{
		crypto.SHA1: {0xBC}, crypto.SHA256: {0x34, 0xCC}, crypto.SHA384: {0x36, 0xCC}, crypto.SHA512: {0x35, 0xCC}, crypto.SHA224: {0x38, 0xCC},
	}
	check := func(name string, k *pkitest.RSAKey, signature []byte, want bool) {
		t.Helper()
		algorithm, good, err := emrtd.VerifyActive(tlv.Encode(0x6F, k.SPKI()), nil, challenge, signature)
		if err != nil || good != want || good != (algorithm != "") {
			t.Errorf("%s, %v: %v %q %v", name, k.H, good, algorithm, err)
		}
	}
	for h, end := range trailer {
		k := &pkitest.RSAKey{Key: testRSA(), H: h}
		good := sign9796With(t, k, challenge[:], 0x6A, end)
		check("good", k, good, true)
		check("the smaller of s and n-s", k, new(big.Int).Sub(k.Key.N, new(big.Int).SetBytes(good)).FillBytes(make([]byte, 256)), true)
		check("another challenge", k, sign9796With(t, k, []byte("12345678"), 0x6A, end), false)
		check("another header", k, sign9796With(t, k, challenge[:], 0x4B, end), false)
		check("another trailer", k, sign9796With(t, k, challenge[:], 0x6A, []byte{0x31, 0xCC}), false)
		check("cut", k, good[:255], false)
		check("nothing", k, nil, false)
		check("zeros", k, make([]byte, 256), false)
		check("the modulus", k, k.Key.N.Bytes(), false)
		check("one", k, big.NewInt(1).FillBytes(make([]byte, 256)), false)
		flipped := bytes.Clone(good)
		flipped[100] ^= 1
		check("a flipped bit", k, flipped, false)
	}
	k := &pkitest.RSAKey{Key: testRSA(), H: crypto.SHA1}
	check("SHA-1 by its number", k, sign9796With(t, k, challenge[:], 0x6A, []byte{0x33, 0xCC}), true)
}

// TestRSAChipProofOfOddShape: blocks made by hand after ISO/IEC 9796-2, 8.2 (an M1
// that does not fill the block is preceded by the nibbles B ... A), and signatures
// whose leading zeros were left away, as a number is written.
func TestRSAChipProofOfOddShape(t *testing.T) {
	k := &pkitest.RSAKey{Key: testRSA(), H: crypto.SHA256}
	dg15 := tlv.Encode(0x6F, k.SPKI())
	sign := func(header []byte, m1 []byte) []byte {
		f := append(bytes.Clone(header), m1...)
		f = append(f, pkitest.Digest(crypto.SHA256, append(bytes.Clone(m1), challenge[:]...))...)
		f = append(f, 0x34, 0xCC)
		return new(big.Int).Exp(new(big.Int).SetBytes(f), k.Key.D, k.Key.N).FillBytes(make([]byte, 256))
	}
	const room = 256 - 32 - 2
	for _, c := range []struct {
		name   string
		header []byte
		good   bool
	}{
		{"one byte of header", []byte{0x6A}, true},
		{"two", []byte{0x6B, 0xBA}, true},
		{"five", []byte{0x6B, 0xBB, 0xBB, 0xBB, 0xBA}, true},
		{"no end of the padding", bytes.Repeat([]byte{0x6B}, 5), false},
		{"another nibble inside", []byte{0x6B, 0xBB, 0xB0, 0xBB, 0xBA}, false},
		{"full recovery", []byte{0x4A}, false},
		{"zeros instead of B", []byte{0x60, 0x00, 0x0A}, false},
	} {
		if _, good, err := emrtd.VerifyActive(dg15, nil, challenge, sign(c.header, filler(room-len(c.header)+4))); err != nil || good != c.good {
			t.Errorf("%s: %v %v", c.name, good, err)
		}
	}
	if _, good, _ := emrtd.VerifyActive(dg15, nil, challenge, sign(append([]byte{0x6B}, append(bytes.Repeat([]byte{0xBB}, room-2), 0xBA)...), nil)); !good {
		t.Error("a block without M1 is refused")
	}
	for i := 0; ; i++ { // one in 256 begins with a zero, and so does it by n - s
		m1 := filler(room - 1 + 4)
		m1[0], m1[1] = byte(i>>8), byte(i)
		s := sign([]byte{0x6A}, m1)
		if s[0] != 0 {
			continue
		}
		if _, good, err := emrtd.VerifyActive(dg15, nil, challenge, s[1:]); err != nil || !good {
			t.Errorf("without its leading zero: %v %v", good, err)
		}
		return
	}
}

func TestECDSAChipProof(t *testing.T) {
	for _, curve := range ec.All() {
		if testing.Short() && curve.Size() > 32 {
			continue
		}
		for _, h := range []crypto.Hash{crypto.SHA1, crypto.SHA256, crypto.SHA224, crypto.SHA384, crypto.SHA512} {
			if 8*h.Size() > curve.OrderBits() {
				continue
			}
			k := pkitest.NewECKey(t, curve, h)
			dg15 := tlv.Encode(0x6F, k.SPKI())
			last := map[crypto.Hash]string{crypto.SHA1: "\x01", crypto.SHA224: "\x02", crypto.SHA256: "\x03", crypto.SHA384: "\x04", crypto.SHA512: "\x05"}[h]
			info := pkitest.Seq(pkitest.OID("\x67\x81\x08\x01\x01\x05"), pkitest.Integer(1), pkitest.OID("\x04\x00\x7f\x00\x07\x01\x01\x04\x01"+last))
			dg14 := tlv.Encode(0x6E, pkitest.Set(info))
			r, s := k.SignRaw(t, challenge[:])
			plain := append(bytes.Clone(r), s...)
			for name, signature := range map[string][]byte{"r||s": plain, "DER": k.Sign(t, challenge[:])} {
				for _, named := range [][]byte{dg14, nil} {
					if algorithm, good, err := emrtd.VerifyActive(dg15, named, challenge, signature); err != nil || !good {
						t.Errorf("%s %v %s: %q %v", curve.Name(), h, name, algorithm, err)
					}
				}
			}
			if _, good, _ := emrtd.VerifyActive(dg15, dg14, [8]byte{}, plain); good {
				t.Errorf("%s %v: another challenge accepted", curve.Name(), h)
			}
			plain[3] ^= 1
			if _, good, _ := emrtd.VerifyActive(dg15, nil, challenge, plain); good {
				t.Errorf("%s %v: a flipped bit accepted", curve.Name(), h)
			}
		}
	}
}

func TestChipKeysThatAreNone(t *testing.T) {
	for name, b := range map[string][]byte{
		"nothing": nil, "another group": tlv.Encode(0x6E, nil), "no key": tlv.Encode(0x6F, pkitest.Seq()), "unknown kind": tlv.Encode(0x6F, pkitest.Seq(pkitest.Seq(pkitest.OID("\x2a\x03")), pkitest.Bits([]byte{1}))),
		"off the curve": tlv.Encode(0x6F, pkitest.Seq(pkitest.Seq(pkitest.OID(pkitest.OIDX962+"\x02\x01"), pkitest.OID(pkitest.OIDX962+"\x03\x01\x07")), pkitest.Bits(append([]byte{4}, make([]byte, 64)...)))),
		"even modulus":  tlv.Encode(0x6F, pkitest.Seq(pkitest.Seq(pkitest.OID(pkitest.OIDPKCS+"\x01"), []byte{5, 0}), pkitest.Bits(pkitest.Seq(pkitest.Integer(bytes.Repeat([]byte{0xF0}, 256)...), pkitest.Integer(1, 0, 1))))),
		"tiny modulus":  tlv.Encode(0x6F, pkitest.Seq(pkitest.Seq(pkitest.OID(pkitest.OIDPKCS+"\x01"), []byte{5, 0}), pkitest.Bits(pkitest.Seq(pkitest.Integer(35), pkitest.Integer(5))))),
	} {
		if _, _, err := emrtd.VerifyActive(b, nil, challenge, make([]byte, 256)); err == nil {
			t.Errorf("%s is a key", name)
		}
	}
}

// What a chip does about its proof, and what the verdict makes of it.
func TestChipProofInTheVerdict(t *testing.T) {
	other := pkitest.NewECKey(t, ec.P256(), crypto.SHA256)
	for _, c := range []struct {
		name    string
		change  func(*chip, *issuer)
		verdict emrtd.Verdict
		reason  emrtd.Reason
	}{
		{"a copied card that signs with another key", func(c *chip, _ *issuer) {
			c.sign = func([]byte) []byte { return append([]byte{0}, filler(259)...) } // as long as the key
		}, emrtd.Forged, emrtd.ReasonChipProofFalse},
		{"a signature that is cut", func(c *chip, _ *issuer) {
			whole := c.sign
			c.sign = func(b []byte) []byte { return whole(b)[:200] }
		}, emrtd.Unreadable, emrtd.ReasonChipProofRefused},
		{"a copied card with its own key", func(c *chip, _ *issuer) {
			c.files[0x010F] = tlv.Encode(0x6F, other.SPKI())
			c.sign = func(b []byte) []byte { r, s := other.SignRaw(t, b); return append(r, s...) }
		}, emrtd.Forged, emrtd.ReasonGroupAltered},
		{"a copied card without a proof", func(c *chip, _ *issuer) { c.sign = nil }, emrtd.Unreadable, emrtd.ReasonChipProofRefused},
		{"a copied card without the key", func(c *chip, _ *issuer) { delete(c.files, 0x010F) }, emrtd.Unreadable, emrtd.ReasonGroupWithheld},
		{"an old card without a key", func(c *chip, i *issuer) {
			delete(c.files, 0x010F)
			c.files[0x011D] = i.sod(t, map[int][]byte{1: c.files[0x0101], 13: c.files[0x010D]})
		}, emrtd.IntegrityOnly, emrtd.ReasonNoChipProof},
		{"a card that keeps DG13 back", func(c *chip, _ *issuer) {
			c.quirks.refuse = map[uint16]apdu.Status{0x010D: apdu.StatusSecurityStatus}
		}, emrtd.Unreadable, emrtd.ReasonGroupWithheld},
		{"no security object", func(c *chip, _ *issuer) { delete(c.files, 0x011D) }, emrtd.Unreadable, emrtd.ReasonSODAbsent},
		{"a forged name", func(c *chip, _ *issuer) {
			c.files[0x0101] = bytes.ReplaceAll(c.files[0x0101], []byte("NGUYEN"), []byte("NGUYEX"))
		}, emrtd.Forged, emrtd.ReasonGroupAltered},
	} {
		t.Run(c.name, func(t *testing.T) {
			card, issuer := newCard(t, canKey(t), 500, cccdOffer())
			c.change(card, issuer)
			d, err := emrtd.Read(t.Context(), card, options(t, card, issuer))
			if err != nil {
				t.Fatal(err)
			}
			if d.Trust.Verdict != c.verdict || !d.Trust.Has(c.reason) {
				t.Errorf("%v, want %s for %s", d.Trust, c.verdict, c.reason)
			}
			if d.Trust.Verdict != emrtd.Genuine && d.Trust.ChipProof != "" {
				t.Errorf("a chip proof counts: %q", d.Trust.ChipProof)
			}
		})
	}
}

func TestECDSAKeyAsksForDG14(t *testing.T) {
	card, issuer := newCard(t, canKey(t), 500, cccdOffer())
	k := pkitest.NewECKey(t, ec.BrainpoolP256r1(), crypto.SHA256)
	info := pkitest.Seq(pkitest.OID("\x67\x81\x08\x01\x01\x05"), pkitest.Integer(1), pkitest.OID("\x04\x00\x7f\x00\x07\x01\x01\x04\x01\x03"))
	card.files[0x010F], card.files[0x010E] = tlv.Encode(0x6F, k.SPKI()), tlv.Encode(0x6E, pkitest.Set(info))
	card.sign = func(b []byte) []byte { r, s := k.SignRaw(t, b); return append(r, s...) }
	groups := map[int][]byte{}
	for _, n := range []int{1, 2, 13, 14, 15} {
		groups[n] = card.files[0x0100|uint16(n)]
	}
	card.files[0x011D] = issuer.sod(t, groups)
	d, err := emrtd.Read(t.Context(), card, options(t, card, issuer))
	wantGenuine(t, d, err)
	if d.DG(14) == nil || d.ActiveAuth.Algorithm != "ECDSA brainpoolP256r1 SHA-256" {
		t.Errorf("algorithm %q", d.ActiveAuth.Algorithm)
	}
	if d.Stats.APDUs > 19 {
		t.Errorf("%d exchanges", d.Stats.APDUs)
	}
	if _, _, err := emrtd.VerifyActive(nil, nil, challenge, nil); !errors.Is(err, emrtd.ErrMalformed) {
		t.Errorf("no DG15: %v", err)
	}
}
