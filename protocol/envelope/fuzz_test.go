package envelope_test

import (
	"bytes"
	"crypto/rand"
	"testing"

	"motcua/protocol/envelope"
)

// The fuzz targets look for a panic, for bytes that verify although nobody signed
// them, and for time or memory out of proportion.

func seeds(f *testing.F, good []byte) {
	f.Helper()
	f.Add(good)
	for _, at := range []int{0, 2, 4, 40, len(good) / 2, len(good) - 1} {
		b := bytes.Clone(good)
		b[at] ^= 0x40
		f.Add(b)
	}
	f.Add(good[:len(good)/2])
	f.Add([]byte{0xd2, 0x84, 0x40, 0xa0, 0xf6, 0x40})
	f.Add([]byte{0xd2, 0x84, 0x5b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
}

func FuzzVerify(f *testing.F) {
	fleet := newFleet(f)
	good := fleet.seal(f).Bytes
	seeds(f, good)
	f.Fuzz(func(t *testing.T, b []byte) {
		opened, err := envelope.Verify(b, fleet.roots, now())
		if err == nil && !bytes.Equal(b, good) {
			t.Fatalf("forged: %+v", opened.Outer)
		}
	})
}

func FuzzVerifyReceipt(f *testing.F) {
	fleet := newFleet(f)
	good, err := envelope.SignReceipt(rand.Reader, receipt(), fleet.receipt.key, fleet.receipt.chain)
	if err != nil {
		f.Fatal(err)
	}
	seeds(f, good)
	f.Fuzz(func(t *testing.T, b []byte) {
		if r, err := envelope.VerifyReceipt(b, fleet.roots, now()); err == nil && !bytes.Equal(b, good) {
			t.Fatalf("forged: %+v", r)
		}
	})
}

func FuzzVerifyResult(f *testing.F) {
	fleet := newFleet(f)
	a := answer()
	good, err := envelope.SignResult(rand.Reader, result(), &a, newReply(f).Public(), fleet.receipt.key, fleet.receipt.chain)
	if err != nil {
		f.Fatal(err)
	}
	seeds(f, good)
	f.Fuzz(func(t *testing.T, b []byte) {
		if r, err := envelope.VerifyResult(b, fleet.roots, now()); err == nil && !bytes.Equal(b, good) {
			t.Fatalf("forged: %+v", r)
		}
	})
}
