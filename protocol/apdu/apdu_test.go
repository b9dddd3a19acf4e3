package apdu_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"motcua/protocol/apdu"
)

func TestCommandForms(t *testing.T) {
	for _, tt := range []struct {
		name string
		c    apdu.Command
		want string
	}{
		{"case 1", apdu.Command{INS: 0xA4}, "00A40000"},
		{"case 2 short", apdu.Command{INS: 0xB0, Le: 4}, "00B0000004"},
		{"case 2 short, all there is", apdu.Command{INS: 0xB0, Le: 256}, "00B0000000"},
		{"case 3 short", apdu.Command{INS: 0xA4, P1: 2, P2: 0x0C, Data: []byte{1, 0x1E}}, "00A4020C02011E"},
		{"case 4 short", apdu.Command{INS: 0x88, Data: []byte{1, 2}, Le: 256}, "008800000201" + "0200"},
		{"case 2 extended", apdu.Command{INS: 0xB0, Le: 1024}, "00B00000000400"},
		{"case 2 extended, all there is", apdu.Command{INS: 0xB0, Le: 65536}, "00B00000000000"},
		{"case 2 extended when asked for", apdu.Command{INS: 0xB0, Le: 256, Extended: true}, "00B00000000100"},
		{"case 4 extended by Le", apdu.Command{INS: 0x88, Data: []byte{1, 2}, Le: 257}, "00880000000002" + "0102" + "0101"},
		{"case 3 extended by data", apdu.Command{INS: 0x86, Data: make([]byte, 256)}, "00860000000100" + strings.Repeat("00", 256)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.c.Bytes()
			if err != nil {
				t.Fatal(err)
			}
			if s := strings.ToUpper(hex.EncodeToString(got)); s != tt.want {
				t.Errorf("got  %s\nwant %s", s, tt.want)
			}
			back, err := apdu.ParseCommand(got)
			if err != nil {
				t.Fatalf("reading it back: %v", err)
			}
			back.Extended = tt.c.Extended
			if diff := cmp.Diff(tt.c, back); diff != "" {
				t.Errorf("reading it back (-want +got):\n%s", diff)
			}
		})
	}
}

// Lengths around 65280 are where a byte-wise division goes wrong elsewhere.
func TestExtendedLengthsRoundTrip(t *testing.T) {
	for _, n := range []int{256, 511, 512, 65279, 65280, 65281, 65535} {
		c := apdu.Command{INS: 0x86, Data: bytes.Repeat([]byte{0xA5}, n), Le: n}
		b, err := c.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		back, err := apdu.ParseCommand(b)
		if err != nil || len(back.Data) != n || back.Le != n {
			t.Errorf("%d: got %d data bytes, Le %d, %v", n, len(back.Data), back.Le, err)
		}
	}
}

func TestCommandRefusesWhatCannotBeEncoded(t *testing.T) {
	for name, c := range map[string]apdu.Command{
		"too much data": {Data: make([]byte, 65536)},
		"Le too large":  {Le: 65537},
		"Le negative":   {Le: -1},
	} {
		if _, err := c.Bytes(); !errors.Is(err, apdu.ErrMalformed) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, s := range []string{"", "00A404", "00A4000002 01", "00A40000 0001", "00A4000003 0102 0304 05", "00A40000 000000 01", "00A40000 000005 0102"} {
		b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
		if err != nil {
			t.Fatal(err)
		}
		if c, err := apdu.ParseCommand(b); !errors.Is(err, apdu.ErrMalformed) {
			t.Errorf("%q: got %+v, %v", s, c, err)
		}
	}
	for _, b := range [][]byte{nil, {0x90}} {
		if _, err := apdu.ParseResponse(b); !errors.Is(err, apdu.ErrMalformed) {
			t.Errorf("response %X: got %v", b, err)
		}
	}
}

func TestStatusWords(t *testing.T) {
	if n, ok := apdu.Status(0x63C2).Retries(); n != 2 || !ok {
		t.Errorf("63C2: %d %v", n, ok)
	}
	if _, ok := apdu.Status(0x6300).Retries(); ok {
		t.Error("6300 tells no number of tries")
	}
	if n, ok := apdu.Status(0x6110).More(); n != 16 || !ok {
		t.Errorf("6110: %d %v", n, ok)
	}
	if n, ok := apdu.Status(0x6C00).RightLe(); n != 256 || !ok {
		t.Errorf("6C00: %d %v", n, ok)
	}
	err := apdu.Response{Status: 0x6982}.Err(apdu.InsSelect)
	if se, ok := errors.AsType[*apdu.StatusError](err); !ok || se.Status != apdu.StatusSecurityStatus {
		t.Errorf("got %v", err)
	}
	if want := "command A4 answered 6982 (security status not satisfied)"; err.Error() != want {
		t.Errorf("got %q, want %q", err, want)
	}
}

type cardFunc func([]byte) ([]byte, error)

func (f cardFunc) Transmit(_ context.Context, c []byte) ([]byte, error) { return f(c) }

func TestExchangeKeepsTheCause(t *testing.T) {
	gone := cardFunc(func([]byte) ([]byte, error) { return nil, apdu.ErrCardGone })
	if _, err := apdu.Exchange(t.Context(), gone, apdu.Command{INS: 0xB0, Le: 1}); !errors.Is(err, apdu.ErrCardGone) {
		t.Errorf("got %v", err)
	}
	short := cardFunc(func([]byte) ([]byte, error) { return []byte{0x90}, nil })
	if _, err := apdu.Exchange(t.Context(), short, apdu.Command{INS: 0xB0, Le: 1}); !errors.Is(err, apdu.ErrMalformed) {
		t.Errorf("got %v", err)
	}
}

func FuzzParseCommand(f *testing.F) {
	for _, s := range []string{"00A40000", "00B0000004", "00A4020C02011E", "0088000002010200", "00B00000000400", "00860000000002010200FF"} {
		b, err := hex.DecodeString(s)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := apdu.ParseCommand(b)
		if err != nil {
			return
		}
		again, err := c.Bytes()
		if err != nil {
			t.Fatalf("parsed %+v from %X, which cannot be encoded: %v", c, b, err)
		}
		back, err := apdu.ParseCommand(again)
		if err != nil || !bytes.Equal(back.Data, c.Data) || back.Le != c.Le {
			t.Fatalf("%X: %+v became %+v, %v", b, c, back, err)
		}
	})
}
