package lds_test

import (
	"errors"
	"testing"

	"golang.org/x/text/unicode/norm"

	"motcua/protocol/emrtd/lds"
	"motcua/protocol/mrz"
	"motcua/protocol/tlv"
	"motcua/protocol/vectors"
)

// FuzzFiles gives the bytes to every parser: each reads them or says that they
// are malformed.
func FuzzFiles(f *testing.F) {
	v, err := vectors.LoadCCCD()
	if err != nil {
		f.Fatal(err)
	}
	one := tlv.Encode(0x02, []byte{1})
	f.Add([]byte(v.DG1))
	f.Add(unhex(f, "60165F0104303130375F36063034303030305C046175766C"))
	f.Add(tlv.Encode(0x6B, do(0x5F0E, "A<<B"), do(0x5F2B, "19610700"), tlv.Encode(0xA0, one, do(0x5F0F, "C")), do(0x5F42, "1<2")))
	f.Add(tlv.Encode(0x6C, do(0x5F19, "A"), do(0x5F26, "\x20\x02\x05\x31"), tlv.Encode(0xA0, one, do(0x5F1A, "C"))))
	f.Add(tlv.Encode(0x70, one, tlv.Encode(0xA1, do(0x5F50, "20020101"), do(0x5F51, "A"))))
	f.Add(tlv.Encode(0x65, one, do(0x5F40, "x")))
	f.Add(tlv.Encode(0x67, one, do(0x5F43, "x")))
	f.Add(tlv.Encode(0x68, one, do(0x5F44, "x")))
	f.Add(unhex(f, "4703B481C07F6608020208000202040000"))
	f.Add(unhex(f, "61094F07A0000002471001"))
	f.Add(group(0x63, bit(0x5F2E, []byte("FIR\x00010\x00"))))
	f.Fuzz(func(t *testing.T, b []byte) {
		_, com := lds.ParseCOM(b)
		_, dg1 := lds.ParseDG1(b)
		_, dg5 := lds.ParseDG5(b)
		_, dg7 := lds.ParseDG7(b)
		_, dg8 := lds.ParseFeatures(b, 8)
		personal, dg11 := lds.ParseDG11(b)
		_, dg12 := lds.ParseDG12(b)
		_, dg16 := lds.ParseDG16(b)
		_, atr := lds.ParseATRInfo(b)
		_, dir := lds.ParseDIR(b)
		for i, err := range []error{com, dg1, dg5, dg7, dg8, dg11, dg12, dg16, atr, dir} {
			_, digits := errors.AsType[*mrz.CheckError](err)
			if err != nil && !digits && !errors.Is(err, lds.ErrMalformed) && !errors.Is(err, mrz.ErrFormat) {
				t.Fatalf("parser %d: error of another kind: %v", i, err)
			}
		}
		if !norm.NFC.IsNormalString(personal.Title.Shown) || personal.Birth.Month > 12 || personal.Birth.Day > 31 {
			t.Fatal("details that cannot be shown")
		}
	})
}

// FuzzDG2 reads faces, fingers and irises.
func FuzzDG2(f *testing.F) {
	f.Add(group(0x75, bit(0x5F2E, record(0, face(1, 0, 2, jpegStart)))))
	f.Add(group(0x75, bit(0x5F2E, record(8, face(1, 1, 0, jp2Start), face(0, 0, 0, jpegStart)))))
	f.Add(group(0x75, bit(0x7F2E, block(4, jp2Start, size))))
	f.Add(group(0x75, bit(0x7F2E, block(2, jpegStart)), bit(0x5F2E, record(0, face(1, 0, 0, []byte("?"))))))
	f.Add(group(0x63, bit(0x5F2E, append([]byte("FIR\x00010\x00"), make([]byte, 26)...))))
	f.Add(group(0x76, bit(0x5F2E, append([]byte("IIR\x00010\x00"), make([]byte, 37)...))))
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := lds.ParseDG2(b)
		if err != nil && !errors.Is(err, lds.ErrMalformed) {
			t.Fatalf("error of another kind: %v", err)
		}
		if shown, ok := d.Face(); err == nil && (!ok || len(shown.Picture) == 0 || len(shown.Picture) > len(b) || shown.Width > 0xFFFF) {
			t.Fatal("no face, and no error")
		}
		for _, parse := range []func([]byte) ([]lds.Biometric, error){lds.ParseDG3, lds.ParseDG4} {
			all, err := parse(b)
			if err != nil && !errors.Is(err, lds.ErrMalformed) {
				t.Fatalf("error of another kind: %v", err)
			}
			for _, template := range all {
				_, finger := template.Finger()
				_, iris := template.Iris()
				if err := errors.Join(finger, iris); err != nil && !errors.Is(err, lds.ErrMalformed) {
					t.Fatalf("error of another kind: %v", err)
				}
			}
		}
	})
}
