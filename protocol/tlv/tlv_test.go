package tlv_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"testing"

	"motcua/protocol/tlv"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestReadsDataObjects(t *testing.T) {
	for _, c := range []struct {
		name, in string
		tag      tlv.Tag
		value    string
	}{
		{"one-byte tag", "300101", 0x30, "01"},
		{"two-byte tag", "5F1F0141", 0x5F1F, "41"},
		{"three-byte tag", "7F810100", 0x7F8101, ""},
		{"empty value", "0500", 0x05, ""},
		{"length in one byte more", "048101FF", 0x04, "FF"},
		{"length longer than needed", "0484000000 01FF", 0x04, "FF"},
	} {
		in := unhex(t, string(bytes.ReplaceAll([]byte(c.in), []byte(" "), nil)))
		r := tlv.NewReader(in)
		item, err := r.Next()
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if item.Tag != c.tag || hex.EncodeToString(item.Value) != string(bytes.ToLower([]byte(c.value))) || !bytes.Equal(item.Raw, in) {
			t.Errorf("%s: tag %v value %x raw %x", c.name, item.Tag, item.Value, item.Raw)
		}
		if err := r.End(); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestRefusesWhatIsNoDataObject(t *testing.T) {
	for _, c := range []struct {
		name, in  string
		truncated bool
	}{
		{"nothing", "", true},
		{"tag only", "30", true},
		{"tag ends early", "5F", true},
		{"length ends early", "308201", true},
		{"value ends early", "300201", true},
		{"length of 4 GB", "0484FFFFFFFF00", true},
		{"indefinite length", "30800000", false},
		{"length of five bytes", "30850000000001FF", false},
		{"tag number zero", "1F8000", false},
		{"tag of four bytes", "7F81818100", false},
	} {
		_, err := tlv.NewReader(unhex(t, c.in)).Next()
		if !errors.Is(err, tlv.ErrMalformed) {
			t.Errorf("%s: error %v", c.name, err)
		}
		if errors.Is(err, tlv.ErrTruncated) != c.truncated {
			t.Errorf("%s: truncated is wrong: %v", c.name, err)
		}
	}
}

func TestParseAndFind(t *testing.T) {
	in := unhex(t, "61030201010500")
	if _, err := tlv.Parse(in, 0x61); !errors.Is(err, tlv.ErrMalformed) {
		t.Errorf("trailing bytes: %v", err)
	}
	if _, err := tlv.Parse(unhex(t, "0500"), 0x30); !errors.Is(err, tlv.ErrMalformed) {
		t.Errorf("other tag: %v", err)
	}
	item, found, err := tlv.Find(unhex(t, "020101040155"), 0x04)
	if err != nil || !found || item.Value[0] != 0x55 {
		t.Errorf("find: %v %v %v", item, found, err)
	}
	if _, found, err := tlv.Find(unhex(t, "020101"), 0x04); found || err != nil {
		t.Errorf("find absent: %v %v", found, err)
	}
}

func TestOptionalAndPeek(t *testing.T) {
	r := tlv.NewReader(unhex(t, "0201010500"))
	if _, ok, err := r.Optional(0x05); ok || err != nil {
		t.Fatalf("optional took another tag: %v", err)
	}
	if _, ok, err := r.Optional(0x02); !ok || err != nil {
		t.Fatalf("optional left its tag: %v", err)
	}
	if _, err := r.Expect(0x30); !errors.Is(err, tlv.ErrMalformed) {
		t.Fatalf("expect: %v", err)
	}
	if !tlv.Tag(0x7F49).Constructed() || tlv.Tag(0x5F1F).Constructed() {
		t.Error("constructed is wrong")
	}
}

func TestBuildsWhatItReads(t *testing.T) {
	for _, n := range []int{0, 1, 127, 128, 255, 256, 65535, 65536, 1 << 20} {
		for _, tag := range []tlv.Tag{0x30, 0x7F49, 0x7F8101} {
			b := tlv.Encode(tag, make([]byte, n/2), make([]byte, n-n/2))
			item, err := tlv.Parse(b, tag)
			if err != nil || len(item.Value) != n {
				t.Errorf("tag %v length %d: %d, %v", tag, n, len(item.Value), err)
			}
		}
	}
}

func FuzzTLV(f *testing.F) {
	for _, s := range []string{"", "30", "3000", "30800000", "5F1F0141", "7F810100", "0484FFFFFFFF00", "6104020101", "3003020101"} {
		f.Add(unhex(f, s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r := tlv.NewReader(b)
		read := 0
		for r.More() {
			item, err := r.Next()
			if err != nil {
				if !errors.Is(err, tlv.ErrMalformed) {
					t.Fatalf("error of another kind: %v", err)
				}
				return
			}
			read += len(item.Raw)
			if read > len(b) || len(item.Value) >= len(item.Raw) {
				t.Fatal("read more than there is")
			}
			again, err := tlv.Parse(tlv.Encode(item.Tag, item.Value), item.Tag)
			if err != nil || !bytes.Equal(again.Value, item.Value) {
				t.Fatalf("does not survive writing: %v", err)
			}
		}
	})
}
