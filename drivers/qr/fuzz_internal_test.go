package qr

import (
	"bufio"
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"motcua/drivers"
)

// found lists what split makes of data that arrives in pieces and then ends, as
// uart.Line asks it. It fails when split takes what is not there, or comes to no end.
func found(t *testing.T, split bufio.SplitFunc, data []byte, piece int) (all []string) {
	t.Helper()
	var held []byte
	ask := func(silent bool) bool {
		if len(held) == 0 {
			return false
		}
		n, frame, err := split(slices.Clone(held), silent)
		if n < 0 || n > len(held) {
			t.Fatalf("took %d of %d bytes", n, len(held))
		}
		if err != nil && n == 0 {
			t.Fatalf("%v, and took nothing", err)
		}
		if err == nil && len(frame) > len(held) {
			t.Fatalf("%d bytes made a frame of %d", len(held), len(frame))
		}
		if err != nil {
			all = append(all, err.Error())
		} else if frame != nil {
			all = append(all, fmt.Sprintf("%q", frame))
		}
		held = held[n:]
		return n > 0
	}
	for part := range slices.Chunk(data, piece) {
		for held = append(held, part...); ask(false); {
		}
	}
	for ask(true) {
	}
	return all
}

// pieces checks that it does not matter in what pieces data arrives.
func pieces(t *testing.T, split bufio.SplitFunc, data []byte) {
	t.Helper()
	if len(data) == 0 {
		return
	}
	want := found(t, split, data, len(data))
	for _, piece := range []int{1, 3} {
		if got := found(t, split, data, piece); !slices.Equal(got, want) {
			t.Fatalf("in pieces of %d: %v, at once: %v", piece, got, want)
		}
	}
}

func FuzzGM65(f *testing.F) {
	f.Add([]byte("\x02\x00\x00\x01\x00\x33\x31"), byte(1))
	f.Add([]byte("\x55\x02\x00\x03\x01\x00\x6A\x61\x02\x00"), byte(1))
	f.Add([]byte("\x02\x00\x00\xff"), byte(3))
	f.Fuzz(func(t *testing.T, data []byte, n byte) { pieces(t, gm65Answers(int(n)), data) })
}

func FuzzSSI(f *testing.F) {
	f.Add([]byte("\x04\xD0\x00\x00\xFF\x2C\x05\xD1\x00\x00\x06\xFF\x24"))
	f.Add([]byte("\xff\xf4\x00\x0b\xf4\x00\x00\xf1abc"))
	f.Add([]byte("\xff\xf4\xff\xff\xf4\x00\x00\xf1abc"))
	f.Fuzz(func(t *testing.T, data []byte) {
		pieces(t, splitSSI, data)
		pieces(t, splitSSIAnswer, data)
		if n, frame, err := splitSSI(data, true); err == nil && frame != nil {
			p := decodeSSI(frame)
			if len(p.data) > n {
				t.Fatalf("%d bytes hold %d of data", n, len(p.data))
			}
		}
	})
}

func FuzzNewland(f *testing.F) {
	f.Add([]byte("\x02\x010000#QRYSYSProduct Name: x\r\n\x06;\x03"))
	f.Add([]byte("\x02\x010000#QRYSYS;\x03\x02\x010000#QRYSYS\x05;\x03"))
	f.Fuzz(func(t *testing.T, data []byte) { pieces(t, newlandAnswer("QRYSYS"), data) })
}

func FuzzHoneywell(f *testing.F) {
	f.Add([]byte("Product Name: x\r\nREVINF\x06."))
	f.Add([]byte("REVINFREVINF\x15."))
	f.Fuzz(func(t *testing.T, data []byte) { pieces(t, honeywellAnswer("REVINF", '.'), data) })
}

func FuzzTailed(f *testing.F) {
	f.Add([]byte("code\r\ncode\r\n"), "\r\n")
	f.Add([]byte("\r\r\ncode"), "\r\n")
	f.Fuzz(func(t *testing.T, data []byte, tail string) {
		if tail == "" {
			return // silenced
		}
		n, code, err := tailed(tail)(data, true)
		if err == nil && code != nil && (len(code) > drivers.MaxCode || bytes.Contains(code, []byte(tail)) || n != len(code)+len(tail)) {
			t.Fatalf("%q of %d bytes", code, n)
		}
		if len(data) < drivers.MaxCode {
			pieces(t, tailed(tail), data)
		}
	})
}

func FuzzSilenced(f *testing.F) {
	f.Add([]byte("code\r\ncode\r\n"), "\r\n")
	f.Fuzz(func(t *testing.T, data []byte, tail string) {
		_, code, err := silenced(tail)(data, true)
		if err == nil && string(code)+tail != string(data) {
			t.Fatalf("%q of %q", code, data)
		}
		if len(data) < drivers.MaxCode {
			pieces(t, silenced(tail), data)
			pieces(t, silencedAnyTail, data)
		}
	})
}

func FuzzTinyCode(f *testing.F) {
	f.Add(append([]byte{5, 0}, make([]byte, 254)...))
	f.Fuzz(func(t *testing.T, answer []byte) {
		code, err := decodeTinyCode(answer)
		if err == nil && (len(code) > TinyCodeMax || !bytes.Equal(code, answer[2:2+len(code)])) {
			t.Fatalf("%q", code)
		}
	})
}

func FuzzKeys(f *testing.F) {
	f.Add(make([]byte, 48), true)
	f.Fuzz(func(t *testing.T, events []byte, wide bool) {
		text := func(piece int) string {
			d := keyDecoder{word: 4}
			if wide {
				d.word = 8
			}
			var text strings.Builder
			for part := range slices.Chunk(events, piece) {
				d.put(part)
				text.WriteString(d.take(len(events)))
			}
			if rest := d.take(1); rest != "" {
				t.Fatalf("%q is left over", rest)
			}
			return text.String()
		}
		if len(events) > 0 && text(1) != text(len(events)) {
			t.Fatal("it matters in what pieces events arrive")
		}
	})
}

func FuzzFacts(f *testing.F) {
	f.Add([]byte("Product Name: x\r\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		for name, value := range factsOf(text) {
			if len(value) > maxFact {
				t.Fatalf("%q: %q", name, value)
			}
			for _, r := range name + value {
				if r < ' ' || r > '~' {
					t.Fatalf("%q: %q", name, value)
				}
			}
		}
	})
}
