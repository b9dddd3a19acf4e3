package qr

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"motcua/drivers"
)

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestCommands holds what is sent to the bytes that manuals print.
func TestCommands(t *testing.T) {
	parameter := func(number, value byte) []byte {
		return ssiPacket{op: ssiParameterSend, status: 0x08, data: []byte{0, number, value}}.encode()
	}
	command := func(op byte, data ...byte) []byte { return ssiPacket{op: op, data: data}.encode() }
	for _, c := range []struct {
		source, what, want string
		got                []byte
	}{
		{"GM65 V1.3", "trigger", "7E 00 08 01 00 02 01 02 DA", gm65Command(gm65Write, zoneTrigger, 1)},
		{"GM65 V1.3", "how fast it is", "7E 00 07 01 00 2A 02 D8 0F", gm65Command(gm65Read, 0x2A, 2)},
		{"GM65 V1.3", "9600 baud", "7E 00 08 02 00 2A 39 01 A7 EA", gm65Command(gm65Write, 0x2A, 0x39, 0x01)},
		{"GM65 V1.3", "115200 baud", "7E 00 08 02 00 2A 1A 00 E4 7E", gm65Command(gm65Write, 0x2A, 0x1A, 0x00)},
		{"GM65 V1.3", "save", "7E 00 09 01 00 00 00 DE C8", gm65Command(0x09, 0, 0)},
		{"specter-diy", "as it came", "7E 00 09 01 00 00 02 FE 8A", gm65Command(0x09, 0, 2)},
		{"GM812 V1.2.1", "heartbeat", "7E 00 0A 01 00 00 00 30 1A", gm65Command(0x0A, 0, 0)},

		{"GM72 page 27", "revision", "04 A3 04 00 FF 55", command(ssiRequestRevision)},
		{"GM72 page 27", "start", "04 E4 04 00 FF 14", command(ssiStartSession)},
		{"GM72 page 27", "stop", "04 E5 04 00 FF 13", command(ssiStopSession)},
		{"GM67", "taken", "04 D0 04 00 FF 28", command(ssiACK)},
		{"GM67", "again", "05 D1 04 00 01 FF 25", command(ssiNAK, ssiNAKResend)},
		{"GM72 page 27", "host mode", "07 C6 04 08 00 8A 08 FE 95", parameter(0x8A, 0x08)},
		{"GM72 page 27", "level mode", "07 C6 04 08 00 8A 00 FE 9D", parameter(0x8A, 0x00)},
		{"GM72 page 27", "continuous mode", "07 C6 04 08 00 8A 04 FE 99", parameter(0x8A, 0x04)},
		{"GM72 page 27", "115200 baud", "07 C6 04 08 00 9C 0A FE 81", parameter(0x9C, 0x0A)},
		{"GM67", "packets", "07 C6 04 08 00 EE 01 FE 38", parameter(0xEE, 0x01)},
		{"GM72 page 27", "as it came", "08 C6 04 08 00 F2 FF 00 FD 35", ssiPacket{op: ssiParameterSend, status: 8, data: []byte{0, 0xF2, 0xFF, 0}}.encode()},

		// with # in place of @, which is for good
		{"HR52 page 234", "data format", "7E 01 30 30 30 30 23 44 46 4D 41 44 44 30 36 39 39 39 30 30 33 39 39 39 39 46 31 34 31 3B 03", newlandCommand("DFMADD069990039999F141")},
		{"FM530 page 141", "query", "7E 01 30 30 30 30 23 43 31 31 2A 3B 03", newlandCommand("C11*")},

		{"N86XX chapter 10", "9600 baud", "16 4D 0D 32 33 32 42 41 44 39 2E", honeywellCommand("232BAD9", '.')},
		{"N431X chapter 9", "trigger", "16 54 0D", honeywellTrigger},
		{"N431X chapter 9", "release", "16 55 0D", honeywellRelease},
	} {
		if want := unhex(t, c.want); !bytes.Equal(c.got, want) {
			t.Errorf("%s, %s: % X, want % X", c.source, c.what, c.got, want)
		}
	}
}

// TestAnswers reads the answers that manuals print.
func TestAnswers(t *testing.T) {
	for _, c := range []struct {
		source, what, answer string
		split                func([]byte, bool) (int, []byte, error)
		want                 string // hex
		err                  error
	}{
		{"GM65 V1.3", "written", "02 00 00 01 00 33 31", gm65Answers(1), "00", nil},
		{"EM3095 page 9", "damaged command", "02 00 01 01 00 04 01", gm65Answers(1), "", drivers.ErrProtocol},
		{"EM3095 page 9", "unknown command", "02 00 03 01 00 6A 61", gm65Answers(1), "", drivers.ErrRefused},
		{"GM72 page 27", "taken", "04 D0 00 00 FF 2C", splitSSI, "D0 00", nil},
		{"GM72 page 27", "not in host mode", "05 D1 00 00 06 FF 24", splitSSI, "D1 00 06", nil},
		{"N86XX chapter 10", "taken", hex.EncodeToString([]byte("232BAD9\x06.")), honeywellAnswer("232BAD9", '.'), "", nil},
		{"N86XX chapter 10", "unknown", hex.EncodeToString([]byte("232XYZ9\x05.")), honeywellAnswer("232XYZ9", '.'), "", drivers.ErrRefused},
		{"N86XX chapter 10", "out of range", hex.EncodeToString([]byte("232BAD99\x15.")), honeywellAnswer("232BAD99", '.'), "", drivers.ErrRefused},
		{"HR52 page 234", "taken", "02 01 30 30 30 30 23 44 46 4D 41 44 44 30 36 39 39 39 30 30 33 39 39 39 39 46 31 34 31 06 3B 03", newlandAnswer("DFMADD069990039999F141"), "", nil},
		{"HR52 page 35", "out of range", hex.EncodeToString([]byte("\x02\x010000#SCNMOD9\x15;\x03")), newlandAnswer("SCNMOD9"), "", drivers.ErrRefused},
	} {
		answer := unhex(t, c.answer)
		n, got, err := c.split(answer, false)
		if n != len(answer) || !errors.Is(err, c.err) || err == nil && !bytes.Equal(got, unhex(t, c.want)) {
			t.Errorf("%s, %s: took %d of %d bytes, % X, %v", c.source, c.what, n, len(answer), got, err)
		}
	}
}

// TestNames reads what readers say about themselves.
func TestNames(t *testing.T) {
	// as a Voyager 1602g says it, put together from github.com/HenkVanAsselt/python_hon_usbhid
	f := factsOf([]byte("Product Name: Voyager 1602g\r\nBoot Revision: : 8992\r\nSoftware Part Number: CW000082BBA\r\n" +
		"Software Revision: $ProjectRevision: 16345 \r\nSerial Number: 099B1F0C\r\nSerial Number: other\r\n\x1b[2Jnoise\r\n"))
	for name, want := range map[string]string{
		"product name": "Voyager 1602g", "software revision": "$ProjectRevision: 16345", "serial number": "099B1F0C", "boot revision": ": 8992",
	} {
		if f[name] != want {
			t.Errorf("%s is %q, want %q", name, f[name], want)
		}
	}
	if len(f) != 5 {
		t.Errorf("read %q", f)
	}
	if long := factsOf([]byte("a: " + strings.Repeat("x", 1000)))["a"]; len(long) != maxFact {
		t.Errorf("kept %d characters", len(long))
	}
}
