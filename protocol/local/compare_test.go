package local_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"motcua/protocol/local"
)

func TestPicturesAreBounded(t *testing.T) {
	for _, c := range []struct {
		story string
		bytes []byte
		good  bool
	}{
		{"one pixel", []byte{0, 1, 0, 1, 7, 8, 9}, true},
		{"the largest", local.Picture{W: local.PictureWidth, H: local.PictureHeight, RGB: make([]byte, local.MaxPicture-4)}.Bytes(), true},
		{"nothing", nil, false},
		{"no pixel", []byte{0, 0, 0, 0}, false},
		{"a byte too few", []byte{0, 1, 0, 1, 7, 8}, false},
		{"a byte too many", []byte{0, 1, 0, 1, 7, 8, 9, 10}, false},
		{"too wide", local.Picture{W: local.PictureWidth + 1, H: 1, RGB: make([]byte, 3*(local.PictureWidth+1))}.Bytes(), false},
		{"too high", local.Picture{W: 1, H: local.PictureHeight + 1, RGB: make([]byte, 3*(local.PictureHeight+1))}.Bytes(), false},
		{"too long", make([]byte, local.MaxPicture+1), false},
	} {
		p, err := local.ParsePicture(c.bytes)
		if c.good && (err != nil || !bytes.Equal(p.Bytes(), c.bytes)) || !c.good && !errors.Is(err, local.ErrPicture) {
			t.Errorf("%s: %v", c.story, err)
		}
	}
}

// Nothing that prints a picture tells of it, and no snapshot carries one.
func TestPicturesAreMasked(t *testing.T) {
	p := local.Picture{W: 1, H: 1, RGB: []byte("eye")}
	visit := local.Visit{Compare: &local.Compare{Picture: &p}}
	snapshot, err := json.Marshal(visit)
	if err != nil {
		t.Fatal(err)
	}
	alone, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "picture", p, "pointer", &p)
	for _, said := range []string{string(snapshot), string(alone), log.String(), fmt.Sprintf("%v %+v %#v %s %x", p, p, p, p, p)} {
		for _, secret := range []string{"eye", "ZXll", "657965", "101 121 101"} {
			if strings.Contains(said, secret) {
				t.Errorf("%q tells of the picture", said)
			}
		}
	}
	if strings.Contains(string(snapshot), "face") {
		t.Errorf("a snapshot has the picture: %s", snapshot)
	}
}

func FuzzPicture(f *testing.F) {
	f.Add([]byte{0, 1, 0, 1, 7, 8, 9})
	f.Fuzz(func(t *testing.T, b []byte) {
		if p, err := local.ParsePicture(b); err == nil && !bytes.Equal(p.Bytes(), b) {
			t.Errorf("%d by %d is written otherwise", p.W, p.H)
		}
	})
}
