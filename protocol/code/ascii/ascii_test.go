package ascii_test

import (
	"testing"

	"motcua/protocol/code/ascii"
)

func TestOnly(t *testing.T) {
	for s, want := range map[string]bool{"": true, "0189": true, "01a": false, "a01": false, "0a1": false, "٠": false, "０": false} {
		if ascii.Only(s, ascii.Digits) != want {
			t.Errorf("%q", s)
		}
	}
}

func TestPrintable(t *testing.T) {
	for s, want := range map[string]bool{"": true, " ~Az09": true, "a\n": false, "\x7f": false, "é": false, "\x00": false, "\xff": false} {
		if ascii.Printable(s) != want {
			t.Errorf("%q", s)
		}
	}
}
