package emrtd

import (
	"bytes"
	"slices"
	"testing"

	"motcua/protocol/tlv"
)

func TestTrustPointsOfEFCVCA(t *testing.T) {
	first, second := tlv.Encode(0x42, []byte("XYCVCA00002")), tlv.Encode(0x42, []byte("XYCVCA00001"))
	padded := func(parts ...[]byte) []byte {
		b := slices.Concat(parts...)
		return append(b, make([]byte, max(0, sizeCVCA-len(b)))...)
	}
	for _, tc := range []struct {
		name string
		file []byte
		want []string
	}{
		{"one", padded(first), []string{"XYCVCA00002"}},
		{"two", padded(first, second), []string{"XYCVCA00002", "XYCVCA00001"}},
		{"three", padded(first, second, first), []string{"XYCVCA00002", "XYCVCA00001"}},
		{"not padded", first, []string{"XYCVCA00002"}},
		{
			"two of full length", slices.Concat(tlv.Encode(0x42, []byte("XYMNEMONIC000001")), tlv.Encode(0x42, []byte("XYMNEMONIC000002"))),
			[]string{"XYMNEMONIC000001", "XYMNEMONIC000002"},
		},
		{"cut in the second", padded(first, second)[:20], []string{"XYCVCA00002"}},
		{"nothing but padding", padded(), nil},
		{"empty", nil, nil},
		{"too long a name", padded(tlv.Encode(0x42, make([]byte, 17))), nil},
		{"another object", padded(tlv.Encode(0x5F20, []byte("XYCVCA00002"))), nil},
	} {
		var got []string
		for _, p := range parseCVCA(tc.file) {
			got = append(got, string(p))
		}
		if !slices.Equal(got, tc.want) {
			t.Errorf("%s: got %q, want %q", tc.name, got, tc.want)
		}
	}
}

// TestPlaceOfEFCVCA: DG14 may name another place (TR-03110 part 3, A.1.1.3).
func TestPlaceOfEFCVCA(t *testing.T) {
	octets := func(b ...byte) []byte { return tlv.Encode(tagOctetString, b) }
	for _, tc := range []struct {
		name string
		more []byte
		want *FileID
	}{
		{"usual", nil, nil},
		{"both", tlv.Encode(tagSequence, octets(0x01, 0x2C), octets(0x1B)), &FileID{FID: 0x012C, SFI: 0x1B}},
		{"by name only", tlv.Encode(tagSequence, octets(0x01, 0x2C)), &FileID{FID: 0x012C}},
		{"short identifier that is none", tlv.Encode(tagSequence, octets(0x01, 0x2C), octets(0x1F)), &FileID{FID: 0x012C}},
	} {
		info := tlv.Encode(tagSequence, tlv.Encode(tagOID, []byte(oidTerminalAuth)), tlv.Encode(tagInteger, []byte{1}), tc.more)
		s, err := ParseDG14(tlv.Encode(0x6E, tlv.Encode(tagSet, info)))
		if err != nil || !slices.Equal(s.TerminalAuth, []int{1}) {
			t.Fatalf("%s: %v, %v", tc.name, s.TerminalAuth, err)
		}
		if (s.CVCA == nil) != (tc.want == nil) || s.CVCA != nil && *s.CVCA != *tc.want {
			t.Errorf("%s: got %+v, want %+v", tc.name, s.CVCA, tc.want)
		}
	}
	short := tlv.Encode(tagSequence, tlv.Encode(tagOID, []byte(oidTerminalAuth)), tlv.Encode(tagInteger, []byte{1}), tlv.Encode(tagSequence, octets(1)))
	if _, err := ParseDG14(tlv.Encode(0x6E, tlv.Encode(tagSet, short))); err == nil {
		t.Error("a file identifier of one byte")
	}
}

// TestDocumentName is the number with its check digit as BAC takes it: the
// number L898902C of Doc 9303 part 11, appendix D.2, and a longer one.
func TestDocumentName(t *testing.T) {
	for number, want := range map[string]string{"L898902C": "L898902C<3", "099123456": "0991234561", "D23145890734": "D231458907349", "ờ": ""} {
		if got := documentName(number); !bytes.Equal(got, []byte(want)) {
			t.Errorf("%q: got %q, want %q", number, got, want)
		}
	}
}

// FuzzTrustPoints: whatever the chip gives as EF.CVCA, at most two references of
// at most sixteen bytes come out.
func FuzzTrustPoints(f *testing.F) {
	f.Add(append(tlv.Encode(0x42, []byte("XYCVCA00002")), make([]byte, 23)...))
	f.Add([]byte{0x42, 0x84, 0xFF, 0xFF, 0xFF, 0xFF})
	f.Fuzz(func(t *testing.T, b []byte) {
		points := parseCVCA(b)
		if len(points) > 2 {
			t.Error("too many")
		}
		for _, p := range points {
			if len(p) == 0 || len(p) > 16 {
				t.Errorf("reference of %d bytes", len(p))
			}
		}
	})
}
