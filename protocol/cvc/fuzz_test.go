package cvc_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"motcua/protocol/cvc"
)

// FuzzParse: no bytes make the reader panic, and what it accepts has one
// encoding only.
func FuzzParse(f *testing.F) {
	files, err := filepath.Glob(filepath.Join("testdata", "openpace", "*.cv"))
	if err != nil || len(files) == 0 {
		f.Fatal("no seeds")
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	trusted := file(f, "bp256-cvca")
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := cvc.Parse(b)
		if err != nil {
			return
		}
		again, err := cvc.ParseSigned(c.Signed())
		if err != nil || !bytes.Equal(again.Raw, b) {
			t.Errorf("%x is read and not written", b)
		}
		v, err := cvc.NewVerifier(day("2026-04-01"), trusted)
		if err != nil {
			t.Fatal(err)
		}
		if err := v.Import(c); err == nil && !v.Knows(c.Holder) {
			t.Error("imported and not known")
		}
	})
}
