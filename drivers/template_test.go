package drivers_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"motcua/drivers"
)

// TestTemplateForm holds the binary form to its description; the checksum was
// computed apart from this package (zlib's crc32).
func TestTemplateForm(t *testing.T) {
	want := "4d544654" + "01" + "05" + hex.EncodeToString([]byte("zfm-4")) + "00000004" + "00ff10aa" + "c6cc76dd"
	got, err := drivers.Template{Kind: "zfm-4", Data: []byte{0x00, 0xFF, 0x10, 0xAA}}.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	if hex.EncodeToString(got) != want {
		t.Errorf("got  %x\nwant %s", got, want)
	}
	var back drivers.Template
	if err := back.UnmarshalBinary(got); err != nil || back.Kind != "zfm-4" || !bytes.Equal(back.Data, []byte{0x00, 0xFF, 0x10, 0xAA}) {
		t.Errorf("reading back: %q %x, %v", back.Kind, back.Data, err)
	}
	clear(got)
	if back.Data[1] != 0xFF {
		t.Error("the template lies in the bytes that it was read from")
	}
}

// TestDamagedTemplate changes each bit and cuts at each byte.
func TestDamagedTemplate(t *testing.T) {
	whole, err := drivers.Template{Kind: "gt-498", Data: bytes.Repeat([]byte{1, 2, 3}, 20)}.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	refused := func(what string, b []byte) {
		kept := drivers.Template{Kind: "kept"}
		if err := kept.UnmarshalBinary(b); !errors.Is(err, drivers.ErrTemplate) || kept.Kind != "kept" {
			t.Errorf("%s: got %v, format %q", what, err, kept.Kind)
		}
	}
	for i := range 8 * len(whole) {
		b := bytes.Clone(whole)
		b[i/8] ^= 1 << (i % 8)
		refused(fmt.Sprintf("bit %d changed", i), b)
	}
	for n := range whole {
		refused(fmt.Sprintf("cut at byte %d", n), whole[:n])
	}
	refused("a byte too many", append(bytes.Clone(whole), 0))
}

func TestTemplateWithoutForm(t *testing.T) {
	for _, bad := range []drivers.Template{
		{},
		{Kind: "zfm-0"},
		{Data: []byte{1}},
		{Kind: "a name", Data: []byte{1}},
		{Kind: string(make([]byte, 33)), Data: []byte{1}},
		{Kind: "zfm", Data: make([]byte, drivers.MaxTemplate+1)},
	} {
		if _, err := bad.MarshalBinary(); !errors.Is(err, drivers.ErrTemplate) {
			t.Errorf("format %q, %d bytes: got %v", bad.Kind, len(bad.Data), err)
		}
	}
}

// TestFingersAreMasked writes a template and a picture in every way by mistake.
func TestFingersAreMasked(t *testing.T) {
	secret := []byte("secret")
	for what, v := range map[string]any{
		"template": drivers.Template{Kind: "zfm-6", Data: secret},
		"picture":  drivers.FingerPicture{Width: 3, Height: 2, Grey: secret},
	} {
		texts := []string{fmt.Sprintf("%v %+v %#v %s %x %d %q", v, v, v, v, v, v, v)}
		asJSON, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		var log bytes.Buffer
		slog.New(slog.NewJSONHandler(&log, nil)).Info("finger", "finger", v)
		texts = append(texts, string(asJSON), log.String())
		for _, text := range texts {
			for _, shape := range []string{"secret", "736563", "115 101", "c2VjcmV0", "zfm"} {
				if strings.Contains(text, shape) {
					t.Errorf("%s shows itself: %s", what, text)
				}
			}
		}
	}
}

func FuzzTemplate(f *testing.F) {
	for _, t := range []drivers.Template{{Kind: "zfm-1536", Data: make([]byte, 1536)}, {Kind: "x", Data: []byte{1}}} {
		b, err := t.MarshalBinary()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte("MTFT\x01\x01z\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var got drivers.Template
		if err := got.UnmarshalBinary(b); err != nil {
			if !errors.Is(err, drivers.ErrTemplate) {
				t.Fatalf("got %v", err)
			}
			return
		}
		again, err := got.MarshalBinary()
		if err != nil || !bytes.Equal(again, b) {
			t.Fatalf("%x was read, and written as %x, %v", b, again, err)
		}
	})
}
