package detcbor_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/fxamacker/cbor/v2"

	"motcua/protocol/detcbor"
)

// everything has a field of every kind that messages have.
type everything struct {
	Yes    bool            `cbor:"yes"`
	Maybe  bool            `cbor:"maybe,omitempty"`
	Small  uint8           `cbor:"small"`
	Large  uint64          `cbor:"large"`
	Signed int64           `cbor:"signed"`
	Short  int16           `cbor:"short,omitempty"`
	Text   string          `cbor:"text"`
	Word   string          `cbor:"word,omitempty"`
	Bytes  []byte          `cbor:"bytes"`
	Spare  []byte          `cbor:"spare,omitempty"`
	Fixed  [4]byte         `cbor:"fixed"`
	Inside inside          `cbor:"inside"`
	There  *inside         `cbor:"there,omitempty"`
	List   []inside        `cbor:"list,omitempty"`
	Blobs  [][]byte        `cbor:"blobs,omitempty"`
	Raw    cbor.RawMessage `cbor:"raw"`
	Name   named           `cbor:"name_that_is_longer_than_23"`
}

// stubborn takes nothing.
type stubborn string

func (*stubborn) UnmarshalCBOR([]byte) error { return errors.New("no") }

type (
	inside struct {
		N uint32 `cbor:"n"`
	}
	named string
)

// library is the encoder and decoder that [detcbor.Read] is held against.
func library(t testing.TB) (cbor.EncMode, cbor.DecMode) {
	t.Helper()
	enc, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		t.Fatal(err)
	}
	dec, err := cbor.DecOptions{
		IndefLength: cbor.IndefLengthForbidden, TagsMd: cbor.TagsForbidden, UTF8: cbor.UTF8RejectInvalid,
		ExtraReturnErrors: cbor.ExtraDecErrorUnknownField, FieldNameMatching: cbor.FieldNameMatchingCaseSensitive, DupMapKey: cbor.DupMapKeyEnforcedAPF,
	}.DecMode()
	if err != nil {
		t.Fatal(err)
	}
	return enc, dec
}

func samples() []everything {
	least := everything{Bytes: []byte{}, Raw: cbor.RawMessage{0xf6}}
	most := everything{
		Yes: true, Maybe: true, Small: 255, Large: 1<<64 - 1, Signed: -1 << 63, Short: -300, Text: "mẫu", Word: strings.Repeat("w", 300),
		Bytes: make([]byte, 70_000), Spare: []byte{1}, Fixed: [4]byte{1, 2, 3, 4}, Inside: inside{24}, There: &inside{1 << 16},
		List: []inside{{0}, {23}, {255}, {256}}, Blobs: [][]byte{{}, {1}}, Raw: cbor.RawMessage("\xa2\x61a\x82\x01\x20\x61b\xf5"), Name: "n",
	}
	return []everything{least, most}
}

// TestRead: what the library writes is read to the same values.
func TestRead(t *testing.T) {
	enc, _ := library(t)
	for _, want := range samples() {
		b, err := enc.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		kept := bytes.Clone(b)
		got, ok := detcbor.Read[everything](b)
		clear(b) // what was read is its own
		if !ok || !reflect.DeepEqual(got, want) {
			t.Errorf("%v: got %+v, want %+v", ok, got, want)
		}
		for n := range min(len(kept), 500) {
			if _, ok := detcbor.Read[everything](kept[:n]); ok {
				t.Fatalf("the first %d of %d bytes are read", n, len(kept))
			}
		}
	}
}

// TestRefused: whatever is not in the one form is not read. The bytes that are read
// are those of {"n": 5}.
func TestRefused(t *testing.T) {
	for _, c := range []struct {
		story, hex string
		ok         bool
	}{
		{"as it should be", "a1 616e 05", true},
		{"a long number", "a1 616e 1805", false},
		{"a number of four bytes", "a1 616e 1a00010000", true},
		{"a number that does not fit the field", "a1 616e 1b0000000100000000", false},
		{"a negative number", "a1 616e 20", false},
		{"a long key", "a1 78016e 05", false},
		{"a long map", "b801 616e 05", false},
		{"another key", "a1 616d 05", false},
		{"a key too many", "a2 616e 05 616f 05", false},
		{"a key twice", "a2 616e 05 616e 05", false},
		{"nothing in it", "a0", false},
		{"of indefinite length", "bf 616e 05 ff", false},
		{"tagged", "c1 a1 616e 05", false},
		{"something after it", "a1 616e 05 00", false},
		{"nothing", "", false},
		{"null", "a1 616e f6", false},
		{"no map", "81 05", false},
	} {
		b, err := hex.DecodeString(strings.ReplaceAll(c.hex, " ", ""))
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := detcbor.Read[inside](b); ok != c.ok {
			t.Errorf("%s: read: %v", c.story, ok)
		}
	}
	for story, b := range map[string]string{
		"items that are not there": "\xa1\x61r\xbb\x80\x00\x00\x00\x00\x00\x00\x00", "nested deeply": "\xa1\x61r" + strings.Repeat("\x81", 20) + "\x00",
		"a text that is none": "\xa1\x61r\x61\xff", "a float": "\xa1\x61r\xf9\x00\x00",
	} {
		if v, ok := detcbor.Read[struct {
			R cbor.RawMessage `cbor:"r"`
		}]([]byte(b)); ok {
			t.Errorf("raw, %s: %x", story, v.R)
		}
	}
}

// TestUnknownKinds: fields of a kind that is not known are never read.
func TestUnknownKinds(t *testing.T) {
	if v, ok := detcbor.Read[struct {
		M map[string]int `cbor:"m"`
	}]([]byte("\xa1\x61m\xa0")); ok {
		t.Errorf("a map: %v", v)
	}
	if v, ok := detcbor.Read[struct {
		K int `cbor:"1,keyasint"`
	}]([]byte("\xa1\x01\x00")); ok {
		t.Errorf("a number as a key: %v", v)
	}
	if v, ok := detcbor.Read[struct {
		S stubborn `cbor:"s"`
	}]([]byte("\xa1\x61s\x61a")); ok {
		t.Errorf("a text that reads itself: %v", v)
	}
}

// FuzzRead: what is read is what the library reads, and what it would write.
func FuzzRead(f *testing.F) {
	enc, dec := library(f)
	for _, s := range samples() {
		s.Bytes = s.Bytes[:min(len(s.Bytes), 300)]
		b, err := enc.Marshal(s)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		got, ok := detcbor.Read[everything](b)
		if !ok {
			return
		}
		var want everything
		if err := dec.Unmarshal(b, &want); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%x: read %+v, the library reads %+v, %v", b, got, want, err)
		}
		if again, err := enc.Marshal(got); err != nil || !bytes.Equal(again, b) {
			t.Fatalf("%x: written again it is %x, %v", b, again, err)
		}
	})
}
