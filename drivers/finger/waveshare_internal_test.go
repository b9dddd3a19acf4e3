package finger

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"motcua/drivers"
)

// wsVectors are packets that were published, and such as the manual (V1.0) lays out.
// Each check was computed anew as the exclusive or of the bytes.
var wsVectors = []struct {
	source string
	fields wsPacket
	packet string
}{
	{"github.com/leolleeoleo/sju-finger-health, features", wsPacket{Command: 0x23}, "F5 23 00 00 00 00 23 F5"},
	{"the same, delete users with permission 1", wsPacket{Command: 0x05, P3: 1}, "F5 05 00 00 01 00 04 F5"},
	{"manual, p. 7, first picture of user 1", wsPacket{0x01, 0, 1, 1}, "F5 01 00 01 01 00 01 F5"},
	{"manual, p. 7, template behind", wsPacket{0x06, 0, 196, 0}, "F5 06 00 C4 00 00 C2 F5"},
	{"manual, p. 9, picture of 9800 bytes behind", wsPacket{0x24, 0x26, 0x48, 0}, "F5 24 26 48 00 00 4A F5"},
	{"manual, p. 10, no finger in time", wsPacket{0x44, 0, 0, 8}, "F5 44 00 00 08 00 4C F5"},
	{"manual, p. 12, wait for four pictures", wsPacket{0x2E, 0, 4, 0}, "F5 2E 00 04 00 00 2A F5"},
	{"a check that is F5", wsPacket{0x0A, 0xFF, 0, 0}, "F5 0A FF 00 00 00 F5 F5"},
}

func TestWaveshareChecks(t *testing.T) {
	for _, v := range wsVectors {
		packet := unhex(t, v.packet)
		if got := v.fields.append([]byte{1, 2})[2:]; !bytes.Equal(got, packet) {
			t.Errorf("%s: made % X, want % X", v.source, got, packet)
		}
		n, frame, err := splitWS(append([]byte{0x00, 0x2A}, packet...), false)
		if err != nil || n != len(packet)+2 {
			t.Errorf("%s: took %d bytes, %v", v.source, n, err)
			continue
		}
		if p := parseWS(frame); p != v.fields {
			t.Errorf("%s: read %+v", v.source, p)
		}
	}
}

func TestWaveshareData(t *testing.T) {
	packet := appendWSData(nil, []byte{1, 2, 4, 0xF5})
	if want := unhex(t, "F5 01 02 04 F5 F2 F5"); !bytes.Equal(packet, want) {
		t.Fatalf("made % X, want % X", packet, want)
	}
	if err := checkWSData(packet); err != nil {
		t.Error(err)
	}
	for i := range packet {
		damaged := bytes.Clone(packet)
		damaged[i] ^= 0x10
		if err := checkWSData(damaged); !errors.Is(err, drivers.ErrProtocol) {
			t.Errorf("byte %d changed: %v", i, err)
		}
		if err := checkWSData(packet[:i]); !errors.Is(err, drivers.ErrProtocol) {
			t.Errorf("%d bytes: %v", i, err)
		}
	}
}

func TestWaveshareBadPackets(t *testing.T) {
	for _, packet := range []string{"F5 23 00 00 00 00 22 F5", "F5 23 00 00 00 00 23 00", "F5 F5 23 00 00 00 00 23"} {
		n, frame, err := splitWS(unhex(t, packet), false)
		if !errors.Is(err, drivers.ErrProtocol) || frame != nil || n != 1 {
			t.Errorf("%s: %d bytes, frame % X, %v", packet, n, frame, err)
		}
	}
}

func TestWaveshareCodes(t *testing.T) {
	for c := range 256 {
		code := WaveshareCode(c)
		known := strings.Contains(" 1 4 5 6 7 8 ", fmt.Sprintf(" %d ", c))
		if known == errors.Is(code, drivers.ErrProtocol) {
			t.Errorf("%v: in the manual %v", code, known)
		}
	}
}

// FuzzWaveshareStream reads a stream of any bytes, as answers and as data.
func FuzzWaveshareStream(f *testing.F) {
	for _, v := range wsVectors {
		f.Add(append([]byte{0x00, 0xF5}, unhex(f, v.packet)...))
	}
	f.Add(bytes.Repeat([]byte{0xF5}, 20))
	f.Fuzz(func(t *testing.T, stream []byte) {
		if checkWSData(stream) == nil {
			if again := appendWSData(nil, stream[1:len(stream)-2]); !bytes.Equal(again, stream) {
				t.Fatalf("% X is data, % X made of it", stream, again)
			}
		}
		for rest := stream; len(rest) > 0; {
			n, frame, err := splitWS(rest, false)
			if n < 0 || n > len(rest) || err != nil && !errors.Is(err, drivers.ErrProtocol) {
				t.Fatalf("took %d of %d bytes, %v", n, len(rest), err)
			}
			if frame != nil && frame[5] == 0 {
				if p := parseWS(frame); !bytes.Equal(p.append(nil), frame) {
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
