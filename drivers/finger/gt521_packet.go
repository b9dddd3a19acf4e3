package finger

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"motcua/drivers"
)

// Packets of the GT-511 and GT-521 (GT-511C3 datasheet V1.1, chapter 2, "Protocol:
// Packet Structure"): commands and answers have 12 bytes, data packets as many as
// both sides expect. All numbers are little-endian.
const (
	gt521Len    = 12
	gt521Device = 1
	gt521Around = 6 // header 2, device 2 and checksum 2 around data
)

var (
	gt521Header = []byte{0x55, 0xAA}
	gt521Data   = []byte{0x5A, 0xA5}
)

// gt521Packet is a command with its parameter, or an answer with its own.
type gt521Packet struct {
	Parameter uint32
	Code      uint16
}

func (p gt521Packet) append(dst []byte) []byte {
	from := len(dst)
	dst = append(dst, gt521Header...)
	dst = binary.LittleEndian.AppendUint16(dst, gt521Device)
	dst = binary.LittleEndian.AppendUint32(dst, p.Parameter)
	dst = binary.LittleEndian.AppendUint16(dst, p.Code)
	return binary.LittleEndian.AppendUint16(dst, sum16(dst[from:]))
}

// appendGT521Data adds a data packet to dst.
func appendGT521Data(dst, data []byte) []byte {
	from := len(dst)
	dst = append(dst, gt521Data...)
	dst = binary.LittleEndian.AppendUint16(dst, gt521Device)
	dst = append(dst, data...)
	return binary.LittleEndian.AppendUint16(dst, sum16(dst[from:]))
}

// splitGT521 finds the next answer of a stream.
func splitGT521(b []byte, _ bool) (advance int, frame []byte, err error) {
	return cutGT521(b, bytes.Index(b, gt521Header), gt521Len)
}

// splitGT521Info finds the next answer or packet of device information, whichever
// comes first.
func splitGT521Info(b []byte, _ bool) (advance int, frame []byte, err error) {
	answer, info := bytes.Index(b, gt521Header), bytes.Index(b, gt521Data)
	if info >= 0 && (answer < 0 || info < answer) {
		return cutGT521(b, info, gt521InfoLen+gt521Around)
	}
	return cutGT521(b, answer, gt521Len)
}

// splitGT521Data finds the head of the next data packet: header and device.
func splitGT521Data(b []byte, _ bool) (advance int, head []byte, err error) {
	at := bytes.Index(b, gt521Data)
	switch {
	case at < 0:
		return noise(b), nil, nil
	case len(b) < at+4:
		return at, nil, nil
	}
	return at + 4, b[at : at+4], nil
}

// noise is how much of bytes without a header is of no use: the last may be the
// first of one.
func noise(b []byte) int {
	n := len(b)
	if n > 0 && (b[n-1] == gt521Header[0] || b[n-1] == gt521Data[0]) {
		n--
	}
	return n
}

// cutGT521 cuts the packet of n bytes whose header was found at a place, or was not.
func cutGT521(b []byte, at, n int) (advance int, frame []byte, err error) {
	if at < 0 {
		return noise(b), nil, nil
	}
	if len(b) < at+n {
		return at, nil, nil
	}
	f := b[at : at+n]
	if err := checkGT521(f); err != nil {
		return at + len(gt521Header), nil, err
	}
	return at + n, f, nil
}

// checkGT521 holds the device and the checksum of a packet of either kind to what
// they must be.
func checkGT521(f []byte) error {
	end := len(f) - 2
	if device := binary.LittleEndian.Uint16(f[2:]); device != gt521Device {
		return fmt.Errorf("a packet of device %04X: %w", device, drivers.ErrProtocol)
	}
	if want, got := sum16(f[:end]), binary.LittleEndian.Uint16(f[end:]); want != got {
		return fmt.Errorf("checksum %04X, want %04X: %w", got, want, drivers.ErrProtocol)
	}
	return nil
}

// parseGT521 takes an answer of splitGT521 apart.
func parseGT521(frame []byte) gt521Packet {
	return gt521Packet{Parameter: binary.LittleEndian.Uint32(frame[4:]), Code: binary.LittleEndian.Uint16(frame[8:])}
}

// isGT521Data tells a data packet from an answer.
func isGT521Data(frame []byte) bool { return bytes.HasPrefix(frame, gt521Data) }

// gt521Info is the answer to Open (datasheet V1.1, 5.1): what the module is.
type gt521Info struct {
	Firmware uint32 // in decimal digits, such as 20130410
	Serial   [16]byte
}

const gt521InfoLen = 24

func parseGT521Info(packet []byte) gt521Info {
	b := packet[4:]
	return gt521Info{Firmware: binary.LittleEndian.Uint32(b), Serial: [16]byte(b[8:24])}
}
