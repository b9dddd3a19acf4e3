package finger

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"

	"motcua/drivers"
)

// r503Vectors are packets of the maker's manual (R503 v1.2.2; page numbers are
// those printed), of older manuals of the family, and of traces that people
// published. Each checksum was computed anew by adding up the bytes.
var r503Vectors = []struct {
	source  string
	address uint32
	kind    byte
	content string
	packet  string
}{
	{"p. 11, VfyPwd", 0xFFFFFFFF, r503Command, "13 00000000", "EF01 FFFFFFFF 01 0007 13 00000000 001B"},
	{"p. 11, its answer", 0xFFFFFFFF, r503Ack, "00", "EF01 FFFFFFFF 07 0003 00 000A"},
	{"p. 12, SetSysPara, packets of 256", 0xFFFFFFFF, r503Command, "0E 06 03", "EF01 FFFFFFFF 01 0005 0E 06 03 001D"},
	{"p. 13, ReadSysPara", 0xFFFFFFFF, r503Command, "0F", "EF01 FFFFFFFF 01 0003 0F 0013"},
	{
		"its answer by an R503 (github.com/brianrho/FPM, pull 25)", 0xFFFFFFFF, r503Ack, "00 0004 0000 00C8 0003 FFFFFFFF 0002 0006",
		"EF01 FFFFFFFF 07 0013 00 0004 0000 00C8 0003 FFFFFFFF 0002 0006 04ED",
	},
	{"p. 14, TempleteNum", 0xFFFFFFFF, r503Command, "1D", "EF01 FFFFFFFF 01 0003 1D 0021"},
	{"p. 15, GetImage", 0xFFFFFFFF, r503Command, "01", "EF01 FFFFFFFF 01 0003 01 0005"},
	{"p. 17, GenChar 1", 0xFFFFFFFF, r503Command, "02 01", "EF01 FFFFFFFF 01 0004 02 01 0008"},
	{"p. 18, RegModel", 0xFFFFFFFF, r503Command, "05", "EF01 FFFFFFFF 01 0003 05 0009"},
	{"p. 18, UpChar 1", 0xFFFFFFFF, r503Command, "08 01", "EF01 FFFFFFFF 01 0004 08 01 000E"},
	{"p. 19, DownChar 2", 0xFFFFFFFF, r503Command, "09 02", "EF01 FFFFFFFF 01 0004 09 02 0010"},
	{"p. 16, UpImage", 0xFFFFFFFF, r503Command, "0A", "EF01 FFFFFFFF 01 0003 0A 000E"},
	{"p. 21, Empty", 0xFFFFFFFF, r503Command, "0D", "EF01 FFFFFFFF 01 0003 0D 0011"},
	{"p. 22, Match", 0xFFFFFFFF, r503Command, "03", "EF01 FFFFFFFF 01 0003 03 0007"},
	{"answer to Search, found 1 with 96 (FPM, pull 25)", 0xFFFFFFFF, r503Ack, "00 0001 0060", "EF01 FFFFFFFF 07 0007 00 0001 0060 006F"},
	{"answer to Search, not found (FPM, pull 25)", 0xFFFFFFFF, r503Ack, "09 01EE 0000", "EF01 FFFFFFFF 07 0007 09 01EE 0000 0106"},
	{"p. 23, GetImageEx", 0xFFFFFFFF, r503Command, "28", "EF01 FFFFFFFF 01 0003 28 002C"},
	{"p. 24, CheckSensor", 0xFFFFFFFF, r503Command, "36", "EF01 FFFFFFFF 01 0003 36 003A"},
	{"p. 25, GetFwVer", 0xFFFFFFFF, r503Command, "3A", "EF01 FFFFFFFF 01 0003 3A 003E"},
	{"p. 26, ReadProdInfo", 0xFFFFFFFF, r503Command, "3C", "EF01 FFFFFFFF 01 0003 3C 0040"},
	{"p. 26, SoftRst", 0xFFFFFFFF, r503Command, "3D", "EF01 FFFFFFFF 01 0003 3D 0041"},
	{"p. 27, AuraLedConfig, blue, breathing", 0xFFFFFFFF, r503Command, "35 01 80 02 00", "EF01 FFFFFFFF 01 0007 35 01 80 02 00 00C0"},
	{"p. 32, GetRandomCode", 0xFFFFFFFF, r503Command, "14", "EF01 FFFFFFFF 01 0003 14 0018"},
	{"another address, which no checksum covers", 0x01020304, r503Command, "01", "EF01 01020304 01 0003 01 0005"},
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestR503Packets(t *testing.T) {
	for _, v := range r503Vectors {
		packet, content := unhex(t, v.packet), unhex(t, v.content)
		if got := (r503Packet{v.address, v.kind, content}).append(nil); !bytes.Equal(got, packet) {
			t.Errorf("%s: made % X, want % X", v.source, got, packet)
		}
		n, frame, err := splitR503(packet, false)
		if err != nil || n != len(packet) {
			t.Errorf("%s: took %d of %d bytes, %v", v.source, n, len(packet), err)
			continue
		}
		if p := parseR503(frame); p.Address != v.address || p.Kind != v.kind || !bytes.Equal(p.Content, content) {
			t.Errorf("%s: read %+v", v.source, p)
		}
	}
}

// TestR503PacketsInNoise finds each packet behind bytes that are none, however the
// bytes arrive.
func TestR503PacketsInNoise(t *testing.T) {
	want := unhex(t, r503Vectors[1].packet)
	for _, noise := range []string{"", "55", "5555", "EF", "EFEF", "01", "EF00", "55EF55", "00 EF01 0000", "EF01 FFFFFFFF 07 FFFF"} {
		stream := append(unhex(t, noise), want...)
		var frame []byte
		var held []byte
		for _, b := range stream {
			held = append(held, b)
			for {
				n, token, err := splitR503(held, false)
				held = held[n:]
				if token != nil {
					frame = bytes.Clone(token)
				}
				if n == 0 || token != nil {
					break
				}
				_ = err // a false start, which is skipped
			}
		}
		if !bytes.Equal(frame, want) && noise != "00 EF01 0000" { // which takes the packet's bytes for its own
			t.Errorf("behind %q: found % X", noise, frame)
		}
	}
}

func TestR503BadPackets(t *testing.T) {
	for what, packet := range map[string]string{
		"no content":     "EF01 FFFFFFFF 07 0002 0009",
		"length 0":       "EF01 FFFFFFFF 07 0000 0007",
		"too long":       "EF01 FFFFFFFF 07 0103 00",
		"longest length": "EF01 FFFFFFFF 07 FFFF 00",
		"checksum":       "EF01 FFFFFFFF 07 0003 00 000B",
	} {
		n, frame, err := splitR503(unhex(t, packet), false)
		if !errors.Is(err, drivers.ErrProtocol) || frame != nil || n == 0 {
			t.Errorf("%s: %d bytes, frame % X, %v", what, n, frame, err)
		}
	}
}

// TestR503Codes holds every code of the manual to a meaning, and all others to that
// of a broken protocol.
func TestR503Codes(t *testing.T) {
	meanings := []error{
		drivers.ErrProtocol, drivers.ErrRefused, drivers.ErrDeviceFault,
		drivers.ErrNoFinger, drivers.ErrPoorFinger, drivers.ErrFingersDiffer, drivers.ErrTemplate,
	}
	// Manual v1.2.2, pages 9 and 10.
	manual := unhex(t, "01 02 03 06 07 08 09 0A 0B 0C 0D 0E 0F 10 11 13 15 18 19 20 21 22 24 26 27 29 1A 1B 1C 1D 1F FC FD FE")
	for c := range 256 {
		code := R503Code(c)
		means := 0
		for _, m := range meanings {
			if errors.Is(code, m) {
				means++
			}
		}
		if means != 1 {
			t.Errorf("%v has %d meanings", code, means)
		}
		reserved := strings.Contains(code.Error(), "does not name")
		if inManual := bytes.Contains(manual, []byte{byte(c)}); inManual == reserved {
			t.Errorf("%v: in the manual %v", code, inManual)
		}
		if reserved && !errors.Is(code, drivers.ErrProtocol) {
			t.Errorf("%v: a code that nobody knows must break the protocol", code)
		}
	}
}

func TestR503Parameters(t *testing.T) {
	got, err := parseR503Parameters(unhex(t, "0004 0000 00C8 0003 FFFFFFFF 0002 0006"))
	want := r503Parameters{Status: 4, Capacity: 200, Security: 3, Address: 0xFFFFFFFF, Packet: 128, Baud: 57600}
	if err != nil || got != want {
		t.Errorf("got %+v, %v", got, err)
	}
	for _, bad := range []string{"", "0004", "0004 0000 00C8 0003 FFFFFFFF 0004 0006", "0004 0000 00C8 0003 FFFFFFFF 0002 0000", "0004 0000 00C8 0003 FFFFFFFF 0002 000D"} {
		if _, err := parseR503Parameters(unhex(t, bad)); !errors.Is(err, drivers.ErrProtocol) {
			t.Errorf("%q: got %v", bad, err)
		}
	}
}

func TestR503Product(t *testing.T) {
	field := func(s string, n int) string { return s + strings.Repeat("\x00", n-len(s)) }
	text := field("R503", 16) + "BN07" + "EMU\x1b[2J0" + "\x01\x02" + field("FPC 1", 8) + "\x00\xC0\x00\xC0\x06\x00\x00\xC8"
	got, err := parseR503Product([]byte(text))
	want := r503Product{
		Model: "R503", Batch: "BN07", Serial: "EMU[2J0", Sensor: "FPC 1", Hardware: [2]byte{1, 2},
		Width: 192, Height: 192, Template: 1536, Capacity: 200,
	}
	if err != nil || got != want {
		t.Errorf("got %+v, %v", got, err)
	}
	for i, bad := range []string{"", text[:45], text[:38] + "\x00\x00" + text[40:], text[:38] + "\xFF\xFF" + text[40:], text[:42] + "\xFF\xFF" + text[44:]} {
		if _, err := parseR503Product([]byte(bad)); !errors.Is(err, drivers.ErrProtocol) {
			t.Errorf("case %d: got %v", i, err)
		}
	}
}

func TestR503SpreadsPixels(t *testing.T) {
	if got := fmt.Sprintf("%X", spread([]byte{0x0F, 0xA5})); got != "00FFAA55" {
		t.Errorf("got %s", got)
	}
}

// FuzzR503Stream reads a stream of any bytes: no panic, no byte taken twice, and
// every packet that is found is one that could have been sent.
func FuzzR503Stream(f *testing.F) {
	for _, v := range r503Vectors {
		f.Add(append([]byte{0x55, 0xEF}, unhex(f, v.packet)...))
	}
	f.Add(bytes.Repeat([]byte{0xEF, 0x01}, 20))
	f.Fuzz(func(t *testing.T, stream []byte) {
		for rest := stream; len(rest) > 0; {
			n, frame, err := splitR503(rest, false)
			if n < 0 || n > len(rest) || err != nil && !errors.Is(err, drivers.ErrProtocol) {
				t.Fatalf("took %d of %d bytes, %v", n, len(rest), err)
			}
			if frame != nil {
				if p := parseR503(frame); !bytes.Equal(p.append(nil), frame) {
					t.Fatalf("% X was read as %+v", frame, p)
				}
			}
			if n == 0 {
				return // it waits for more
			}
			rest = rest[n:]
		}
	})
}

// FuzzR503Answers reads answers of any content.
func FuzzR503Answers(f *testing.F) {
	f.Add(unhex(f, "0004 0000 00C8 0003 FFFFFFFF 0002 0006"))
	f.Add(make([]byte, r503ProductLen))
	f.Add([]byte{0, 0x12, 0})
	f.Add([]byte{0, 3, 0, 1, 0, 96})
	f.Fuzz(func(t *testing.T, content []byte) {
		if p, err := parseR503Parameters(content); err == nil && (p.Packet < 32 || p.Packet > 256 || p.Baud <= 0) {
			t.Fatalf("%+v", p)
		}
		if p, err := parseR503Product(content); err == nil && p.Width*p.Height > maxSide*maxSide {
			t.Fatalf("%+v", p)
		}
		var enrol R503EnrolSteps
		var identify R503IdentifySteps
		for range 20 {
			if s, _, err := enrol.Next(content); err == nil && (s.Picture < 0 || s.Picture > 6) {
				t.Fatalf("%+v", s)
			}
			if s, _, err := identify.Next(content); err == nil && s.Kind == 0 {
				t.Fatalf("%+v", s)
			}
		}
	})
}
