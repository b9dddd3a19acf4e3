package der_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"motcua/protocol/der"
	"motcua/protocol/tlv"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestIntegers(t *testing.T) {
	for _, c := range []struct {
		in    string
		small int // -1: refused
		value string
	}{
		{"020100", 0, "00"},
		{"02017F", 127, "7f"},
		{"02020080", 128, "80"},
		{"020300FFFF", 65535, "ffff"},
		{"0203010000", -1, "010000"},
		{"0201FF", -1, ""},
		{"0200", -1, ""},
		{"0401 00", -1, ""},
		{"0202", -1, ""},
	} {
		in := unhex(t, c.in)
		n, err := der.SmallInt(tlv.NewReader(in))
		if (err != nil) != (c.small < 0) || err == nil && n != c.small || err != nil && !errors.Is(err, der.ErrMalformed) {
			t.Errorf("%s: small %d, %v", c.in, n, err)
		}
		b, err := der.Unsigned(tlv.NewReader(in))
		if hex.EncodeToString(b) != c.value || (err != nil) != (c.value == "") {
			t.Errorf("%s: unsigned %x, %v", c.in, b, err)
		}
	}
}

func TestBitStringsAreWholeBytes(t *testing.T) {
	if b, err := der.BitString(tlv.NewReader(unhex(t, "030200A5"))); err != nil || !bytes.Equal(b, []byte{0xA5}) {
		t.Errorf("%x, %v", b, err)
	}
	for _, s := range []string{"0300", "030201A4", "0401A5", ""} {
		if _, err := der.BitString(tlv.NewReader(unhex(t, s))); !errors.Is(err, der.ErrMalformed) {
			t.Errorf("%s: %v", s, err)
		}
	}
}

func TestInside(t *testing.T) {
	r, err := der.Inside(tlv.NewReader(unhex(t, "3003020105")), der.TagSequence, "test")
	if err != nil {
		t.Fatal(err)
	}
	if n, err := der.SmallInt(r); n != 5 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if _, err := der.Inside(tlv.NewReader(unhex(t, "3103020105")), der.TagSequence, "test"); !errors.Is(err, der.ErrMalformed) ||
		!strings.HasPrefix(err.Error(), "test: ") {
		t.Error(err)
	}
}

func TestDefinite(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"definite already", "3003020105", "3003020105"},
		{"a longer length than needed stays", "308103020105", "308103020105"},
		{"indefinite", "3080 020105 0000", "3003020105"},
		{"two levels", "3080 3180 0500 0000 0000", "3004 3102 0500"},
		{"definite around indefinite", "3006 3180 0500 0000", "3004 3102 0500"},
		{"segments", "2480 0402 0102 0401 03 0000", "0403010203"},
		{"segments of definite length", "2407 0402 0102 0401 03", "0403010203"},
		{"segments in segments", "2480 2403 0401 01 0401 02 0000", "04020102"},
		{"no segments", "2480 0000", "0400"},
		{"empty", "3080 0000", "3000"},
		{"context tag", "A080 0500 0000", "A0020500"},
		{"octets that look like an end", "3080 0402 0000 0000", "3004 0402 0000"},
	} {
		got, err := der.Definite(unhex(t, c.in))
		if err != nil || !bytes.Equal(got, unhex(t, c.want)) {
			t.Errorf("%s: %X, %v", c.name, got, err)
		}
	}
}

func TestDefiniteRefuses(t *testing.T) {
	deep := append(bytes.Repeat([]byte{0x30, 0x80}, der.MaxNesting+2), bytes.Repeat([]byte{0, 0}, der.MaxNesting+2)...)
	for name, in := range map[string][]byte{
		"nothing":                   nil,
		"no end":                    unhex(t, "3080 0500"),
		"half an end":               unhex(t, "3080 0500 00"),
		"an octet string without":   unhex(t, "0480 01 0000"),
		"something after":           unhex(t, "3080 0000 05"),
		"a segment that is none":    unhex(t, "2480 0500 0000"),
		"an end where none belongs": unhex(t, "3004 3080 0000 0000"),
		"too deep":                  deep,
		"too many":                  append(append([]byte{0x30, 0x80}, bytes.Repeat([]byte{5, 0}, 200_001)...), 0, 0),
	} {
		if out, err := der.Definite(in); !errors.Is(err, der.ErrMalformed) {
			t.Errorf("%s: %d bytes, %v", name, len(out), err)
		}
	}
}

func FuzzDefinite(f *testing.F) {
	for _, s := range []string{"3080 3180 0500 0000 0000", "2480 0402 0102 0401 03 0000", "3003020105"} {
		f.Add(unhex(f, s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		out, err := der.Definite(b)
		if err != nil {
			return
		}
		if len(out) > 2*len(b)+16 {
			t.Fatalf("%d bytes became %d", len(b), len(out))
		}
		again, err := der.Definite(out)
		if err != nil || !bytes.Equal(again, out) {
			t.Fatalf("%X becomes %X, which is not done: %v", b, out, err)
		}
	})
}

// TestSignatures: r and s as they are, whatever their length.
func TestSignatures(t *testing.T) {
	for _, c := range []struct{ r, s, der string }{
		{"01", "7F", "3006 0201 01 0201 7F"},
		{"80", "FF01", "3009 0202 0080 0203 00FF01"},
		{"0001", "000080", "3007 0201 01 0202 0080"},
		{"00", "", "3006 0201 00 0201 00"},
	} {
		b := der.Signature(unhex(t, c.r), unhex(t, c.s))
		if !bytes.Equal(b, unhex(t, c.der)) {
			t.Errorf("%s, %s: %X", c.r, c.s, b)
		}
		r, s, err := der.SplitSignature(b)
		if err != nil || !bytes.Equal(bytes.TrimLeft(r, "\x00"), bytes.TrimLeft(unhex(t, c.r), "\x00")) || !bytes.Equal(bytes.TrimLeft(s, "\x00"), bytes.TrimLeft(unhex(t, c.s), "\x00")) {
			t.Errorf("%s: %X, %X, %v", c.der, r, s, err)
		}
	}
	for _, bad := range []string{"", "3000", "3003 0201 01", "3006 0201 01 0201 FF", "3006 0201 01 0201", "3009 0201 01 0201 01 0201 01", "3106 0201 01 0201 01", "3006 0201 01 0201 01 00"} {
		if r, s, err := der.SplitSignature(unhex(t, bad)); !errors.Is(err, der.ErrMalformed) {
			t.Errorf("%s: %X, %X, %v", bad, r, s, err)
		}
	}
}
