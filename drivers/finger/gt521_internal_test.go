package finger

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"motcua/drivers"
)

// gt521Vectors are packets that were published: by the GT-521Fxx hookup guide of
// learn.sparkfun.com, by people who traced their modules, and by the maker's own
// example. Each checksum was computed anew by adding up the bytes.
var gt521Vectors = []struct {
	source    string
	parameter uint32
	code      uint16
	packet    string
}{
	{"hookup guide, light on", 1, gt521CmosLed, "55AA 0100 01000000 1200 1301"},
	{"hookup guide, light off", 0, gt521CmosLed, "55AA 0100 00000000 1200 1201"},
	{"answer, yes (forum.sparkfun.com, topic 48322)", 0, gt521Ack, "55AA 0100 00000000 3000 3001"},
	{"SetTemplate 2 (the same)", 2, gt521SetTemplate, "55AA 0100 02000000 7100 7301"},
	{"EnrollStart 23 (github.com/CretuAlexandru7/GT_511C3_DRV_SRV)", 23, gt521EnrollStart, "55AA 0100 17000000 2200 3901"},
	{"EnrollStart without a place", gt521NoPlace, gt521EnrollStart, "55AA 0100 FFFFFFFF 2200 1E05"},
	{"answer, no finger", uint32(gt521NotPressed), gt521Nack, "55AA 0100 12100000 3100 5301"},
}

func TestGT521Packets(t *testing.T) {
	for _, v := range gt521Vectors {
		packet := unhex(t, v.packet)
		if got := (gt521Packet{v.parameter, v.code}).append(nil); !bytes.Equal(got, packet) {
			t.Errorf("%s: made % X, want % X", v.source, got, packet)
		}
		for _, split := range []func([]byte, bool) (int, []byte, error){splitGT521, splitGT521Info} {
			n, frame, err := split(append([]byte{0x55, 0x00, 0xAA}, packet...), false)
			if err != nil || n != len(packet)+3 {
				t.Errorf("%s: took %d bytes, %v", v.source, n, err)
				continue
			}
			if p := parseGT521(frame); p.Parameter != v.parameter || p.Code != v.code {
				t.Errorf("%s: read %+v", v.source, p)
			}
		}
	}
}

// TestGT521Info reads the answer to Open, whose fields the maker's example names.
func TestGT521Info(t *testing.T) {
	packet := appendGT521Data(nil, unhex(t, "01 10 16 20 00 00 00 00 30313233343536373839414243444546"))
	if want := unhex(t, "5AA5 0100"); !bytes.HasPrefix(packet, want) || !isGT521Data(packet) {
		t.Fatalf("data begins with % X", packet[:4])
	}
	_, frame, err := splitGT521Info(append(unhex(t, "5A"), packet...), false)
	if err != nil || frame == nil {
		t.Fatalf("frame % X, %v", frame, err)
	}
	if got := parseGT521Info(frame); got.Firmware != 0x20161001 || string(got.Serial[:]) != "0123456789ABCDEF" {
		t.Errorf("got %+v", got)
	}
}

func TestGT521BadPackets(t *testing.T) {
	for what, packet := range map[string]string{
		"checksum":       "55AA 0100 01000000 1200 1401",
		"another device": "55AA 0200 01000000 1200 1401",
		"info":           "5AA5 0100" + strings.Repeat("00", gt521InfoLen) + "0102",
	} {
		n, frame, err := splitGT521Info(unhex(t, packet), false)
		if !errors.Is(err, drivers.ErrProtocol) || frame != nil || n == 0 {
			t.Errorf("%s: %d bytes, frame % X, %v", what, n, frame, err)
		}
	}
}

// TestGT521Codes holds every code of the datasheet to one meaning, and all others to
// that of a broken protocol.
func TestGT521Codes(t *testing.T) {
	meanings := []error{
		drivers.ErrProtocol, drivers.ErrRefused, drivers.ErrDeviceFault,
		drivers.ErrNoFinger, drivers.ErrPoorFinger, drivers.ErrFingersDiffer, drivers.ErrTemplate,
	}
	for c := GT521Code(0x0FF0); c < 0x1030; c++ {
		means := 0
		for _, m := range meanings {
			if errors.Is(c, m) {
				means++
			}
		}
		known := c >= 0x1001 && c <= 0x1012
		if means != 1 || known == strings.Contains(c.Error(), "does not name") && c >= gt521Places {
			t.Errorf("%v has %d meanings", c, means)
		}
		if c >= gt521Places && !known && !errors.Is(c, drivers.ErrProtocol) {
			t.Errorf("%v: a code that nobody knows must break the protocol", c)
		}
	}
}

func TestGT521TurnsPicturesUpright(t *testing.T) {
	if got := upright([]byte{1, 4, 2, 5, 3, 6}, 3, 2); !bytes.Equal(got, []byte{1, 2, 3, 4, 5, 6}) {
		t.Errorf("got %v", got)
	}
}

// FuzzGT521Stream reads a stream of any bytes, as answers and as data.
func FuzzGT521Stream(f *testing.F) {
	for _, v := range gt521Vectors {
		f.Add(append([]byte{0x5A, 0x55}, unhex(f, v.packet)...))
	}
	f.Add(appendGT521Data(nil, make([]byte, gt521InfoLen)))
	f.Add([]byte{0x5A, 0xA5, 0x55, 0xAA, 0x5A, 0xA5})
	f.Fuzz(func(t *testing.T, stream []byte) {
		for _, split := range []func([]byte, bool) (int, []byte, error){splitGT521, splitGT521Info, splitGT521Data} {
			for rest := stream; len(rest) > 0; {
				n, frame, err := split(rest, false)
				if n < 0 || n > len(rest) || err != nil && !errors.Is(err, drivers.ErrProtocol) {
					t.Fatalf("took %d of %d bytes, %v", n, len(rest), err)
				}
				switch {
				case len(frame) == gt521Len:
					if p := parseGT521(frame); !bytes.Equal(p.append(nil), frame) {
						t.Fatalf("% X was read as %+v", frame, p)
					}
				case len(frame) == gt521InfoLen+gt521Around:
					if again := appendGT521Data(nil, frame[4:4+gt521InfoLen]); !bytes.Equal(again, frame) {
						t.Fatalf("% X was read, % X made of it", frame, again)
					}
				}
				if n == 0 {
					break // it waits for more
				}
				rest = rest[n:]
			}
		}
	})
}
