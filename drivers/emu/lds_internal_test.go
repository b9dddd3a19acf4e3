package emu

import (
	"bytes"
	"encoding/asn1"
	"image/jpeg"
	"testing"

	"motcua/protocol/tlv"
	"motcua/protocol/vectors"
)

// vectorPersona is the invented card of the vectors; its number has a province
// that a persona may not have, so it is not loaded from a file.
func vectorPersona() *Persona {
	day := func(s string) (d Date) {
		if err := d.UnmarshalText([]byte(s)); err != nil {
			panic(err)
		}
		return d
	}
	return &Persona{
		Number: "001099012345", Name: "Nguyễn Văn An", Birth: day("1999-01-01"), Sex: "Nam",
		Nationality: "Việt Nam", Ethnicity: "Kinh", Religion: "Không",
		Origin: "Xã A, Huyện B, Tỉnh C", Residence: "Số 1, Đường D, Phường E, Quận F, Thành phố Hà Nội",
		Marks:  "Nốt ruồi cách 1 cm dưới mép trái",
		Issued: day("2021-05-01"), Expires: day("2039-01-01"),
		Father: "Nguyễn Văn Bình", Mother: "Trần Thị Cúc", OldNumber: "012345678", ChipID: "0123456789ABCDEF",
	}
}

func TestVectorsOfTheInventedCard(t *testing.T) {
	v, err := vectors.LoadCCCD()
	if err != nil {
		t.Fatal(err)
	}
	p := vectorPersona()
	mrz, err := mrzLines(p)
	if err != nil {
		t.Fatal(err)
	}
	if got := encodeDG1(mrz); !bytes.Equal(got, v.DG1) {
		t.Errorf("DG1\n%X, want\n%X", got, []byte(v.DG1))
	}
	if got := encodeCardAccess(DefaultProfile(), chipKeys{}); !bytes.Equal(got, v.CardAccess) {
		t.Errorf("EF.CardAccess\n%X, want\n%X", got, []byte(v.CardAccess))
	}
	if p.CAN() != v.CAN || p.QR() != v.QR {
		t.Errorf("CAN %q and QR %q, want %q and %q", p.CAN(), p.QR(), v.CAN, v.QR)
	}
	if got := encodeDG13(p, DG13Full); !bytes.Equal(got, v.DG13) {
		t.Errorf("DG13\n%X, want\n%X", got, []byte(v.DG13))
	}
}

func TestNamesInTheMachineReadableZone(t *testing.T) {
	for name, want := range map[string]string{
		"Nguyễn Văn An": "NGUYEN<<VAN<AN<<<<<<<<<<<<<<<<",
		"Đỗ Đức Minh":   "DO<<DUC<MINH<<<<<<<<<<<<<<<<<<",
		"Y":             "Y<<<<<<<<<<<<<<<<<<<<<<<<<<<<<",
		"H'Ƀlŭk Niê Kđăm Quỳnh Ỷ Lan Ẵm":  "HBLUK<<NIE<KDAM<QUYNH<Y<LAN<AM",
		"Tôn Nữ Hoàng-Quỳnh Thuỵ Vỹ Uyển": "TON<<NU<HOANG<QUYNH<THUY<VY<UY",
	} {
		got, err := mrzName(name, 30)
		if err != nil || got != want {
			t.Errorf("%s: got %q (%v), want %q", name, got, err, want)
		}
	}
	for _, name := range []string{"", "123", "' '"} {
		if got, err := mrzName(name, 30); err == nil {
			t.Errorf("%q became %q", name, got)
		}
	}
}

func TestDrawnFaceHasTheSizeAskedFor(t *testing.T) {
	for _, size := range []int{MinPhotoSize, DefaultPhotoSize, 15_000, 33_000, 70_000, MaxPhotoSize} {
		for seed := range uint64(6) {
			file, err := encodeDG2(Photo{Seed: seed, Size: size})
			if err != nil {
				t.Fatal(err)
			}
			again, err := encodeDG2(Photo{Seed: seed, Size: size})
			if err != nil {
				t.Fatal(err)
			}
			if len(file) != size || !bytes.Equal(file, again) {
				t.Errorf("seed %d: %d bytes, want %d, twice the same", seed, len(file), size)
			}
			at := bytes.Index(file, []byte{0xFF, 0xD8})
			picture, err := jpeg.Decode(bytes.NewReader(file[at:]))
			if err != nil {
				t.Fatalf("seed %d, %d bytes: %v", seed, size, err)
			}
			if b := picture.Bounds(); b.Dx() != photoWidth || b.Dy() != photoHeight {
				t.Errorf("picture of %v", b)
			}
		}
	}
}

func TestDG2IsNestedAsTheStandardSays(t *testing.T) {
	file, err := encodeDG2(Photo{Seed: 1, Size: DefaultPhotoSize})
	if err != nil {
		t.Fatal(err)
	}
	group, err := tlv.Parse(file, 0x75)
	if err != nil {
		t.Fatal(err)
	}
	templates, err := tlv.Parse(group.Value, 0x7F61)
	if err != nil {
		t.Fatal(err)
	}
	template, found, err := tlv.Find(templates.Value, 0x7F60)
	if err != nil || !found {
		t.Fatal("no 7F60:", err)
	}
	block, found, err := tlv.Find(template.Value, 0x5F2E)
	if err != nil || !found {
		t.Fatal("no 5F2E:", err)
	}
	record := block.Value
	if !bytes.HasPrefix(record, []byte("FAC\x00010\x00")) || !bytes.Equal(record[46:48], []byte{0xFF, 0xD8}) {
		t.Errorf("record begins % X", record[:48])
	}
	if n := int(record[8])<<24 | int(record[9])<<16 | int(record[10])<<8 | int(record[11]); n != len(record) {
		t.Errorf("record says %d bytes, has %d", n, len(record))
	}
}

// TestConstants makes sure that no constant was lost in a misspelt digit.
func TestConstants(t *testing.T) {
	for _, b := range [][]byte{oidCA, oidTA, oidPK, oidStdDom, oidDHPublicNumber, oidAA, oidDG13, aid, chipATR} {
		if len(b) == 0 {
			t.Error("a constant is empty")
		}
	}
	if n := len(chipATR); n != 13 {
		t.Errorf("ATR of %d bytes", n)
	}
	check := byte(0)
	for _, b := range chipATR[1:] {
		check ^= b
	}
	if check != 0 {
		t.Errorf("ATR's check byte is off by %02X", check)
	}
	for _, id := range []asn1.ObjectIdentifier{
		oidSignedData, oidContentType, oidMessageDigest, oidSigningTime, oidLDSObject, oidECPublicKey, oidRSAKey, oidMGF1, oidRSAPSS,
		oidUnheardOf, oidPrimeField, oidCountry, oidLocality, oidOrganisation, oidCommonName, oidSubjectKeyID, oidKeyUsage,
		oidKeyUsagePeriod, oidSubjectAltName, oidIssuerAltName, oidConstraints, oidCRLNumber, oidCRLReason, oidCRLPoints,
		oidAuthorityKeyID, oidDocumentTypes,
	} {
		if len(oid(id)) < 4 { // a constant without an encoding
			t.Errorf("identifier %v has no encoding", id)
		}
	}
}
