package lds_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"

	"motcua/protocol/emrtd/lds"
	"motcua/protocol/mrz"
	"motcua/protocol/tlv"
	"motcua/protocol/vectors"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// do is a data object holding text.
func do(tag tlv.Tag, text string) []byte { return tlv.Encode(tag, []byte(text)) }

// texts are what is shown.
func texts(all []lds.Text) []string {
	var s []string
	for _, t := range all {
		s = append(s, t.Shown)
	}
	return s
}

func TestCOM(t *testing.T) {
	for _, c := range []struct {
		name, file string
		want       lds.COM
	}{
		{"Doc 9303 part 10, 4.6.1", "60 16 5F01 04 30313037 5F36 06 303430303030 5C 04 61 75 76 6C", lds.COM{LDS: "1.7", Unicode: "4.0.0", Groups: []int{1, 2, 4, 12}}},
		{"the list of a Vietnamese card", "60 18 5F01 04 30313037 5F36 06 303430303030 5C 06 61 75 63 6D 6E 6F", lds.COM{LDS: "1.7", Unicode: "4.0.0", Groups: []int{1, 2, 3, 13, 14, 15}}},
		{"twice the same, and what nobody knows", "60 07 5C 05 61 61 77 00 70", lds.COM{Groups: []int{1, 16}, Unknown: []byte{0x77, 0}}},
		{"versions that are none", "60 0B 5F01 04 FFFFFFFF 5C 02 61 75", lds.COM{Groups: []int{1, 2}}},
	} {
		got, err := lds.ParseCOM(unhex(t, c.file))
		if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", c.name, err, diff)
		}
	}
	for _, file := range []string{"", "60", "6000", "6103 5C0161", "6004 5C0161 00", "6003 5C0261"} {
		if _, err := lds.ParseCOM(unhex(t, file)); !errors.Is(err, lds.ErrMalformed) {
			t.Errorf("%s: %v", file, err)
		}
	}
}

func TestDG1(t *testing.T) {
	v, err := vectors.LoadCCCD()
	if err != nil {
		t.Fatal(err)
	}
	d, err := lds.ParseDG1(v.DG1)
	if err != nil || d.Surname != "NGUYEN" || d.Format != mrz.TD1 {
		t.Errorf("%v, %v", d.Format, err)
	}
	for name, b := range map[string][]byte{
		"nothing": nil, "cut": v.DG1[:20], "more behind": append(bytes.Clone(v.DG1), 0), "another group": tlv.Encode(0x75, v.DG1[2:]),
		"no zone": tlv.Encode(0x61, do(0x5F0E, "x")),
	} {
		if _, err := lds.ParseDG1(b); !errors.Is(err, lds.ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := lds.ParseDG1(tlv.Encode(0x61, do(0x5F1F, "no zone"))); !errors.Is(err, mrz.ErrFormat) {
		t.Errorf("not a zone: %v", err)
	}
}

func TestDG11(t *testing.T) {
	// The fields of Doc 9303 part 10, 4.7.11, in another order than the list.
	file := tlv.Encode(
		0x6B, do(0x5C, "\x5F\x0E\x5F\x11\x5F\x2B"), do(0x5F11, "ANYTOWN<MN<UTOPIA"), do(0x5F0E, "SMITH<<JOHN<J"),
		tlv.Encode(0xA0, tlv.Encode(0x02, []byte{2}), do(0x5F0F, "SMYTHE<<JOHN"), do(0x5F0F, "DOE<<J")),
		do(0x5F42, "123 MAPLE RD<ANYTOWN<MN"), do(0x5F2B, "19610700"), do(0x5F10, "099000000001"), do(0x5F12, "+84000000"),
		do(0x5F13, norm.NFD.String("kỹ sư")), do(0x5F14, "Frau M\xFCller"), do(0x5F15, "a\u202eb\x00c"), do(0x5F16, "\xFF\xD8"),
		do(0x5F17, "X1<<Y2"), do(0x5F18, "none"), do(0x5F77, "?"),
	)
	d, err := lds.ParseDG11(file)
	if err != nil {
		t.Fatal(err)
	}
	if d.Name.Primary != "SMITH" || d.Name.Secondary != "JOHN J" || len(d.OtherNames) != 2 || d.OtherNames[1].Whole() != "DOE J" {
		t.Errorf("names: %+v", d)
	}
	if d.Birth.Vietnamese() != "00/07/1961" || d.Birth.Whole() {
		t.Errorf("birth: %s", d.Birth.Vietnamese())
	}
	got := append(texts(d.BirthPlace), texts(d.Address)...)
	got = append(got, d.PersonalNumber.Shown, d.Telephone.Shown, d.Profession.Shown, d.Title.Shown, d.Summary.Shown, d.Custody.Shown)
	got = append(got, texts(d.OtherDocuments)...)
	want := []string{"ANYTOWN", "MN", "UTOPIA", "123 MAPLE RD", "ANYTOWN", "MN", "099000000001", "+84000000", "kỹ sư", "Frau Müller", "a b c", "none", "X1", "Y2"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if string(d.Title.Raw) != "Frau M\xFCller" || len(d.Citizenship) != 2 || len(d.Others) != 1 || d.Others[0].Tag != 0x5F77 {
		t.Error("what is signed was not kept")
	}
}

func TestDG11AsCardsDiffer(t *testing.T) {
	for _, c := range []struct {
		name string
		file []byte
		look func(lds.PersonalDetails) string
		want string
	}{
		{"packed date", tlv.Encode(0x6B, do(0x5F2B, "\x19\x92\x01\x15")), func(d lds.PersonalDetails) string { return d.Birth.Vietnamese() }, "15/01/1992"},
		{"packed short date", tlv.Encode(0x6B, do(0x5F2B, "\x92\x01\x15")), func(d lds.PersonalDetails) string { return d.Birth.Vietnamese() }, "15/01/92"},
		{"only the year", tlv.Encode(0x6B, do(0x5F2B, "1950XXXX")), func(d lds.PersonalDetails) string { return d.Birth.Vietnamese() }, "00/00/1950"},
		{"fillers", tlv.Encode(0x6B, do(0x5F2B, "195012<<")), func(d lds.PersonalDetails) string { return d.Birth.Vietnamese() }, "00/12/1950"},
		{"empty date", tlv.Encode(0x6B, do(0x5F2B, "")), func(d lds.PersonalDetails) string { return d.Birth.Vietnamese() }, ""},
		{"bare other names", tlv.Encode(0x6B, do(0x5F0F, "A<<B"), do(0x5F0F, "C")), func(d lds.PersonalDetails) string { return d.OtherNames[0].Whole() + "," + d.OtherNames[1].Whole() }, "A B,C"},
		{"twice the same", tlv.Encode(0x6B, do(0x5F14, "first"), do(0x5F14, "second")), func(d lds.PersonalDetails) string { return d.Title.Shown }, "first"},
		{"nothing", tlv.Encode(0x6B), func(d lds.PersonalDetails) string { return d.Name.Whole() }, ""},
	} {
		d, err := lds.ParseDG11(c.file)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := c.look(d); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	for name, file := range map[string][]byte{
		"month 13": tlv.Encode(0x6B, do(0x5F2B, "19921301")), "letters": tlv.Encode(0x6B, do(0x5F2B, "1992AB01")), "packed letters": tlv.Encode(0x6B, do(0x5F2B, "\x19\x92\xA1\x15")),
		"another number of names": tlv.Encode(0x6B, tlv.Encode(0xA0, tlv.Encode(0x02, []byte{2}), do(0x5F0F, "A"))),
		"cut":                     {0x6B, 5, 0x5F, 0x0E, 9, 'A', 'B'}, "too many": tlv.Encode(0x6B, bytes.Repeat(do(0x5F0F, "A"), 200)),
	} {
		if _, err := lds.ParseDG11(file); !errors.Is(err, lds.ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDG12(t *testing.T) {
	d, err := lds.ParseDG12(tlv.Encode(
		0x6C, do(0x5C, "\x5F\x19"), do(0x5F19, "UNITED STATES OF AMERICA"), do(0x5F26, "20020531"),
		tlv.Encode(0xA0, tlv.Encode(0x02, []byte{1}), do(0x5F1A, "SMITH<<BRENDA<P")), do(0x5F1B, "none"), do(0x5F1C, "none"),
		do(0x5F1D, "front"), do(0x5F1E, "rear"), do(0x5F55, "\x20\x02\x05\x31\x12\x00\x00"), do(0x5F56, "42"),
	))
	if err != nil {
		t.Fatal(err)
	}
	got := []string{
		d.Authority.Shown, d.Issued.Vietnamese(), d.OtherPersons[0].Whole(), d.Endorsements.Shown, d.TaxExit.Shown, string(d.Front), string(d.Rear),
		d.Personalised.Shown, d.Machine.Shown,
	}
	want := []string{"UNITED STATES OF AMERICA", "31/05/2002", "SMITH BRENDA P", "none", "none", "front", "rear", "20020531120000", "42"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestDG16(t *testing.T) {
	one := tlv.Encode(0xA1, do(0x5F50, "20020101"), do(0x5F51, "SMITH<<CHARLES<R"), do(0x5F52, "19525551212"), do(0x5F53, "123 MAPLE RD<ANYTOWN<MN<55100"))
	got, err := lds.ParseDG16(tlv.Encode(0x70, tlv.Encode(0x02, []byte{2}), one, tlv.Encode(0xA2, do(0x5F51, "BROWN<<MARY"))))
	if err != nil || len(got) != 2 || got[0].Name.Whole() != "SMITH CHARLES R" || got[0].Recorded.Vietnamese() != "01/01/2002" || got[1].Name.Primary != "BROWN" {
		t.Errorf("%d persons, %v", len(got), err)
	}
	if diff := cmp.Diff([]string{"123 MAPLE RD", "ANYTOWN", "MN", "55100"}, texts(got[0].Address)); diff != "" {
		t.Error(diff)
	}
	if _, err := lds.ParseDG16(tlv.Encode(0x70, tlv.Encode(0x02, []byte{2}), one)); !errors.Is(err, lds.ErrMalformed) {
		t.Errorf("a person is missing: %v", err)
	}
}

func TestDisplayedImages(t *testing.T) {
	one := tlv.Encode(0x02, []byte{1})
	if got, err := lds.ParseDG5(tlv.Encode(0x65, one, do(0x5F40, "portrait"))); err != nil || len(got) != 1 || string(got[0]) != "portrait" {
		t.Errorf("DG5: %v", err)
	}
	if got, err := lds.ParseDG7(tlv.Encode(0x67, one, do(0x5F43, "signature"))); err != nil || len(got) != 1 || string(got[0]) != "signature" {
		t.Errorf("DG7: %v", err)
	}
	for name, b := range map[string][]byte{"another tag": tlv.Encode(0x65, one, do(0x5F43, "x")), "signature": tlv.Encode(0x67, one), "count": tlv.Encode(0x65, do(0x02, "12"))} {
		if _, err := lds.ParseDG5(b); !errors.Is(err, lds.ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFeatures(t *testing.T) {
	for group, tag := range map[int]tlv.Tag{6: 0x66, 8: 0x68, 9: 0x69, 10: 0x6A} {
		f, err := lds.ParseFeatures(tlv.Encode(tag, tlv.Encode(0x02, []byte{1}), do(0x5F44, "x")), group)
		if err != nil || f.Count != 1 || len(f.Items) != 1 || f.Items[0].Tag != 0x5F44 {
			t.Errorf("DG%d: %d items, %v", group, len(f.Items), err)
		}
	}
	if _, err := lds.ParseFeatures(tlv.Encode(0x61), 1); !errors.Is(err, lds.ErrMalformed) {
		t.Errorf("DG1: %v", err)
	}
}

func TestATRInfo(t *testing.T) {
	for _, c := range []struct {
		name, file string
		want       lds.ATRInfo
	}{
		{"lengths and capabilities", "47 03 B481C0 7F66 08 02 02 0800 02 02 0400", lds.ATRInfo{CommandBytes: 2048, ResponseBytes: 1024, Extended: true, Chaining: true, ShortIDs: true, Capabilities: []byte{0xB4, 0x81, 0xC0}}},
		{"65536 with a zero in front, padding", "7F66 0A 02 03 010000 02 03 00FFFF 0000FF", lds.ATRInfo{CommandBytes: 65536, ResponseBytes: 65535}},
		{"lengths without a sign", "7F66 08 02 02 FFFF 02 02 FFFF", lds.ATRInfo{CommandBytes: 65535, ResponseBytes: 65535}},
		{"lengths beyond any chip", "7F66 0C 02 04 FFFFFFFF 02 04 7FFFFFFF", lds.ATRInfo{CommandBytes: 1 << 24, ResponseBytes: 1 << 24}},
		{"one byte of capabilities", "47 01 80 43 01 B8", lds.ATRInfo{Capabilities: []byte{0x80}, Others: []lds.Item{{Tag: 0x43, Value: []byte{0xB8}}}}},
		{"nothing", "", lds.ATRInfo{}},
	} {
		got, err := lds.ParseATRInfo(unhex(t, c.file))
		if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", c.name, err, diff)
		}
	}
	for _, file := range []string{"47 00", "47 04 00000000", "7F66 00", "7F66 04 02 02 0800", "7F66 09 02 05 0100000000 02 00", "7F66 09 0201", "43"} {
		if _, err := lds.ParseATRInfo(unhex(t, file)); !errors.Is(err, lds.ErrMalformed) {
			t.Errorf("%s: %v", file, err)
		}
	}
}

func TestDIR(t *testing.T) {
	got, err := lds.ParseDIR(unhex(t, "61 09 4F 07 A0000002471001 61 0E 4F 07 E80704007F0007 50 03 414243 4F 02 A000 00"))
	if err != nil || len(got) != 3 || hex.EncodeToString(got[0].AID) != "a0000002471001" || got[1].Label.Shown != "ABC" || len(got[2].AID) != 2 {
		t.Errorf("%d applications, %v", len(got), err)
	}
	for _, file := range []string{"61 02 4F00", "61 05 4F 07", "61 06 4F01A0 4F01A0", "61 13 4F 11 0000000000000000000000000000000000"} {
		if _, err := lds.ParseDIR(unhex(t, file)); !errors.Is(err, lds.ErrMalformed) {
			t.Errorf("%s: %v", file, err)
		}
	}
}

func TestReadsAllGroupsOfACard(t *testing.T) {
	v, err := vectors.LoadCCCD()
	if err != nil {
		t.Fatal(err)
	}
	broken := bytes.Clone(v.DG1)
	broken[bytes.Index(broken, []byte("9901018M"))]-- // a check digit no longer fits
	c := lds.ReadGroups(map[int][]byte{
		1: broken, 2: group(0x75, bit(0x5F2E, record(0, face(1, 0, 0, jpegStart)))), 3: group(0x63), 5: tlv.Encode(0x65, do(0x5F40, "p")),
		7: tlv.Encode(0x67, do(0x5F43, "s")), 8: tlv.Encode(0x68), 11: tlv.Encode(0x6B, do(0x5F14, "Dr")), 12: {0x6C}, 13: v.DG13, 15: {0},
		16: tlv.Encode(0x70, tlv.Encode(0xA1)),
	})
	if c.Zone == nil || c.Face == nil || len(c.Portraits) != 1 || len(c.Signatures) != 1 || c.Personal.Title.Shown != "Dr" || len(c.Contacts) != 1 || len(c.Features) != 1 {
		t.Error("a group was lost")
	}
	if diff := cmp.Diff([]int{12}, c.Malformed); diff != "" || c.Document != nil {
		t.Error(diff)
	}
	if said := fmt.Sprintf("%v %+v %#v", c, c, c); strings.Contains(said, "Dr") || strings.Contains(said, "NGUYEN") {
		t.Errorf("says %s", said)
	}
}

func TestSaysNothingAboutThePerson(t *testing.T) {
	d11, _ := lds.ParseDG11(tlv.Encode(0x6B, do(0x5F0E, "SECRET<<NAME"), do(0x5F2B, "19610712"), do(0x5F14, "SECRET"), do(0x5F77, "SECRET")))
	d12, _ := lds.ParseDG12(tlv.Encode(0x6C, do(0x5F19, "SECRET"), tlv.Encode(0xA0, do(0x5F1A, "SECRET"))))
	d16, _ := lds.ParseDG16(tlv.Encode(0x70, tlv.Encode(0xA1, do(0x5F51, "SECRET"))))
	_, broken := lds.ParseDG11(tlv.Encode(0x6B, do(0x5F2B, "SECRET")))
	said := fmt.Sprintf("%v %+v %#v %v %+v %#v %v %+v %#v %v", d11, d11, d11, d12, d12, d12, d16, d16, d16, broken)
	said += fmt.Sprintf("%v %+v %#v %s", d11.Title, d11.Name, d11.Birth, d11.Others)
	said += fmt.Sprint(d11.LogValue(), d12.LogValue(), d16[0].LogValue(), d11.Title.LogValue(), d11.Name.LogValue(), d11.Birth.LogValue(), d11.Others[0].LogValue())
	for _, secret := range []string{"SECRET", "1961", "83 69 67", "0x53"} {
		if strings.Contains(said, secret) {
			t.Errorf("%q is said: %s", secret, said)
		}
	}
}
