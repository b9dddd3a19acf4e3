package duty

import (
	"bytes"
	"encoding/hex"
	"errors"
	"testing"

	"motcua/drivers"
	"motcua/protocol/roster"
)

// written is a file that was sealed once, so that what is sealed today opens
// tomorrow.
const written = "4d544653018367cd66fdd136bba8ba23f8805bb050dd6289401c8ec3b0be44a3c233eef90d077a666d2d35313236935d670c304d57f4d1ce363c00591b7902db74d0df697513445c5093c3a3bae7f5a5a81f77315ec22b2b05f8551f69aea213208c5716"

func testSealer(t testing.TB, device string) sealer {
	t.Helper()
	s, err := newSealer(bytes.Repeat([]byte{7}, secretSize), device)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var (
	ownCard = roster.CardOf([]byte("card"))
	ridges  = drivers.Template{Kind: "zfm-512", Data: []byte("ridges")}
)

func TestSealedFormat(t *testing.T) {
	file, err := hex.DecodeString(written)
	if err != nil {
		t.Fatal(err)
	}
	got, err := testSealer(t, "demo-k01").open("op-1", ownCard, file)
	if err != nil || got.Kind != ridges.Kind || !bytes.Equal(got.Data, ridges.Data) {
		now, _ := testSealer(t, "demo-k01").seal("op-1", ownCard, ridges)
		t.Errorf("%v; it would be %x", err, now)
	}
}

// A template is its device's, officer's and card's, and no names run together.
func TestSealedIsBound(t *testing.T) {
	file, err := testSealer(t, "demo-k01").seal("op-1", ownCard, ridges)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		device, ref string
		card        roster.Card
	}{
		"device":   {"demo-k02", "op-1", ownCard},
		"officer":  {"demo-k01", "op-2", ownCard},
		"card":     {"demo-k01", "op-1", roster.CardOf([]byte("another"))},
		"boundary": {"demo-k01o", "p-1", ownCard},
	} {
		s := testSealer(t, c.device)
		s.aead = testSealer(t, "demo-k01").aead // the bond counts, not the key alone
		if _, err := s.open(c.ref, c.card, file); !errors.Is(err, errSealed) {
			t.Errorf("another %s: %v", name, err)
		}
	}
	if _, err := testSealer(t, "demo-k02").open("op-1", ownCard, file); !errors.Is(err, errSealed) {
		t.Errorf("another device's key: %v", err)
	}
}

func FuzzOpenSealed(f *testing.F) {
	s := testSealer(f, "demo-k01")
	good, err := hex.DecodeString(written) // workers seal with nonces of their own
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(good[:fixedHeader])
	f.Add([]byte(sealedMagic))
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := s.open("op-1", ownCard, b); err == nil && !bytes.Equal(b, good) {
			t.Fatal("another file opens")
		} else if err != nil && !errors.Is(err, errSealed) {
			t.Fatalf("error of another kind: %v", err)
		}
	})
}
