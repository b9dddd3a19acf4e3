package portrait_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"image"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"motcua/protocol/emrtd"
	"motcua/protocol/emrtd/lds"
	"motcua/protocol/emrtd/portrait"
	"motcua/protocol/tlv"
)

func picture(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// dg2 is a DG2 with one picture (ISO/IEC 39794-5).
func dg2(picture []byte) []byte {
	info := tlv.Encode(0xA1, tlv.Encode(0xA0, tlv.Encode(0x80, []byte{2})))
	image := tlv.Encode(0xA1, tlv.Encode(0xA0, tlv.Encode(0xA0, tlv.Encode(0x80, picture), info)))
	block := tlv.Encode(0xA1, tlv.Encode(0x65, tlv.Encode(0xA1, tlv.Encode(0x30, image))))
	return tlv.Encode(0x75, tlv.Encode(0x7F61, tlv.Encode(0x02, []byte{1}), tlv.Encode(0x7F60, tlv.Encode(0x7F2E, block))))
}

// signed is a document whose DG2 was verified.
func signed(picture []byte) *emrtd.Document {
	return &emrtd.Document{
		Groups: map[int][]byte{2: dg2(picture)},
		Trust:  emrtd.Verification{Verdict: emrtd.IntegrityOnly, Groups: []emrtd.GroupResult{{Number: 2, Read: true, Match: true}}},
	}
}

func face(t testing.TB, picture []byte) emrtd.SignedFace {
	t.Helper()
	f, err := signed(picture).Face()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestDecodesWhatCardsHold(t *testing.T) {
	d := portrait.NewDecoder(1, portrait.DefaultLimits())
	for _, name := range []string{"face.jpg", "face-progressive.jpg", "grey.jpg", "face.jp2", "face.j2k"} {
		m, err := d.Decode(t.Context(), face(t, picture(t, name)))
		if err != nil || m.Bounds() != image.Rect(0, 0, 240, 320) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		r, g, b, _ := m.At(120, 137).RGBA() // the drawn cheek
		if r>>8 < 0x80 || g>>8 < 0x70 || b>>8 < 0x60 {
			t.Errorf("%s: another face: %02x %02x %02x", name, r>>8, g>>8, b>>8)
		}
	}
	d.Wait()
}

func TestGivesNoFaceThatIsNotSigned(t *testing.T) {
	for name, alter := range map[string]func(*emrtd.Document){
		"forged":             func(d *emrtd.Document) { d.Trust.Verdict = emrtd.Forged },
		"unreadable":         func(d *emrtd.Document) { d.Trust.Verdict = emrtd.Unreadable },
		"not judged yet":     func(d *emrtd.Document) { d.Trust = emrtd.Verification{} },
		"another hash":       func(d *emrtd.Document) { d.Trust.Groups[0].Match = false },
		"judged before read": func(d *emrtd.Document) { d.Trust.Groups[0].Read = false },
		"not in the index":   func(d *emrtd.Document) { d.Trust.Groups = nil },
	} {
		d := signed(picture(t, "face.jpg"))
		alter(d)
		if f, err := d.Face(); !errors.Is(err, emrtd.ErrUnproven) || f.Face().Picture != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := (&emrtd.Document{}).Face(); !errors.Is(err, emrtd.ErrNoFace) {
		t.Errorf("nothing read: %v", err)
	}
	broken := signed(nil)
	if _, err := broken.Face(); !errors.Is(err, lds.ErrMalformed) {
		t.Errorf("no picture inside: %v", err)
	}
	if _, err := portrait.NewDecoder(1, portrait.DefaultLimits()).Decode(t.Context(), emrtd.SignedFace{}); !errors.Is(err, portrait.ErrPicture) {
		t.Errorf("zero face: %v", err)
	}
}

func TestLimitsComeFirst(t *testing.T) {
	jpg := picture(t, "face.jpg")
	sof := bytes.Index(jpg, []byte{0xFF, 0xC0})
	wide := bytes.Clone(jpg)
	binary.BigEndian.PutUint16(wide[sof+5:], 60000)
	binary.BigEndian.PutUint16(wide[sof+7:], 60000)
	flat := bytes.Clone(jpg)
	binary.BigEndian.PutUint16(flat[sof+5:], 0)
	jp2 := picture(t, "face.jp2")
	huge := bytes.Clone(jp2)
	siz := bytes.Index(jp2, []byte{0xFF, 0x51})
	binary.BigEndian.PutUint32(huge[siz+6:], 60000)
	binary.BigEndian.PutUint32(huge[siz+10:], 60000)
	scan := jpg[bytes.Index(jpg, []byte{0xFF, 0xDA}) : len(jpg)-2]
	for _, c := range []struct {
		name string
		b    []byte
		want error
	}{
		{"JPEG of 60000 by 60000", wide, portrait.ErrTooBig},
		{"JPEG 2000 of 60000 by 60000", huge, portrait.ErrTooBig},
		{"33 scans", append(bytes.Clone(jpg[:len(jpg)-2]), bytes.Repeat(scan, 33)...), portrait.ErrTooBig},
		{"two frames", append(bytes.Clone(jpg[:len(jpg)-2]), jpg[2:]...), portrait.ErrPicture},
		{"no height", flat, portrait.ErrPicture},
		{"no frame", []byte("\xFF\xD8\xFF\xD9"), portrait.ErrPicture},
		{"cut", jpg[:sof+200], portrait.ErrPicture},
		{"neither format", []byte("GIF89a"), portrait.ErrPicture},
		{"a megabyte and more", append(bytes.Clone(jpg), make([]byte, 1<<20)...), portrait.ErrTooBig},
	} {
		m, err := portrait.NewDecoder(1, portrait.DefaultLimits()).Decode(t.Context(), face(t, c.b))
		if !errors.Is(err, c.want) || m != nil {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

func TestSurvivesAPanic(t *testing.T) {
	d := portrait.NewDecoder(1, portrait.DefaultLimits())
	d.Replace(func(context.Context, lds.Face, portrait.Limits) (image.Image, error) { panic("bytes of the picture") })
	for range 3 { // the place is free again each time
		if _, err := d.Decode(t.Context(), face(t, picture(t, "face.jpg"))); !errors.Is(err, portrait.ErrPicture) || strings.Contains(err.Error(), "bytes of") {
			t.Fatalf("%v", err)
		}
	}
	d.Wait()
}

// A picture that a decoder is stuck in costs neither its visit nor the next: the
// caller goes on when its context ends, the next one waits for a place and not
// longer than its own context, and the worker ends.
func TestAStuckDecoderIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := portrait.NewDecoder(1, portrait.DefaultLimits())
		stuck, done := make(chan struct{}), false
		d.Replace(func(context.Context, lds.Face, portrait.Limits) (image.Image, error) {
			<-stuck
			done = true
			return image.NewGray(image.Rect(0, 0, 1, 1)), nil
		})
		f := face(t, picture(t, "face.jpg"))
		for _, name := range []string{"the stuck one", "the next one"} {
			ctx, cancel := context.WithTimeout(t.Context(), 1e9)
			if _, err := d.Decode(ctx, f); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s: %v", name, err)
			}
			cancel()
		}
		close(stuck)
		d.Wait()
		if !done {
			t.Error("the worker was not waited for")
		}
		if m, err := d.Decode(t.Context(), f); err != nil || m == nil {
			t.Errorf("after it ended: %v", err)
		}
	})
}

func TestContextEndsTheWork(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, name := range []string{"face.jpg", "face.jp2"} {
		f := face(t, picture(t, name)).Face()
		if _, err := portrait.DecodeBytes(ctx, f, portrait.DefaultLimits()); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, name := range []string{"face.jpg", "face-progressive.jpg", "grey.jpg", "face.jp2", "face.j2k"} {
		f.Add(picture(f, name))
	}
	limits := portrait.Limits{Bytes: 1 << 14, Pixels: 1 << 17, Scans: 16}
	f.Fuzz(func(t *testing.T, b []byte) {
		dg2, err := lds.ParseDG2(dg2(b))
		if err != nil {
			return
		}
		face, _ := dg2.Face()
		m, err := portrait.DecodeBytes(t.Context(), face, limits)
		if err != nil && !errors.Is(err, portrait.ErrPicture) && !errors.Is(err, portrait.ErrTooBig) {
			t.Fatalf("error of another kind: %v", err)
		}
		if err == nil && m.Bounds().Dx()*m.Bounds().Dy() > limits.Pixels {
			t.Fatalf("a picture of %v", m.Bounds())
		}
	})
}

func BenchmarkPortrait(b *testing.B) {
	for _, name := range []string{"face.jpg", "face.jp2"} {
		f := face(b, picture(b, name)).Face()
		b.Run(strings.TrimPrefix(filepath.Ext(name), "."), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := portrait.DecodeBytes(b.Context(), f, portrait.DefaultLimits()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
