package finger

import (
	"bytes"
	"fmt"

	"motcua/drivers"
)

// Packets of the UART Fingerprint Sensor (C) (Waveshare manual V1.0, pages 5 and 6):
// commands and answers have 8 bytes, F5, command, three parameters, 0, the exclusive
// or of what is between, F5. Where more is to be said, two parameters are the length
// of a data packet behind: F5, data, exclusive or, F5.
const (
	wsEdge   = 0xF5
	wsLen    = 8
	wsAround = 3 // of a data packet: both edges and the check
)

// wsPacket is a command, or an answer to it. An answer's third parameter is mostly
// its code.
type wsPacket struct {
	Command    byte
	P1, P2, P3 byte
}

func (p wsPacket) append(dst []byte) []byte {
	from := len(dst) + 1
	dst = append(dst, wsEdge, p.Command, p.P1, p.P2, p.P3, 0)
	return append(dst, xor8(dst[from:]), wsEdge)
}

// length is that of the data behind the packet.
func (p wsPacket) length() int { return int(p.P1)<<8 | int(p.P2) }

// appendWSData adds a data packet to dst.
func appendWSData(dst, data []byte) []byte {
	dst = append(append(dst, wsEdge), data...)
	return append(dst, xor8(data), wsEdge)
}

// checkWSData holds a data packet to its form.
func checkWSData(packet []byte) error {
	end := len(packet) - 2
	if end < 1 || packet[0] != wsEdge || packet[end+1] != wsEdge {
		return fmt.Errorf("something else instead of %d bytes of data: %w", max(end-1, 0), drivers.ErrProtocol)
	}
	if want, got := xor8(packet[1:end]), packet[end]; want != got {
		return fmt.Errorf("data with check %02X, want %02X: %w", got, want, drivers.ErrProtocol)
	}
	return nil
}

// splitWS finds the next answer of a stream.
func splitWS(b []byte, _ bool) (advance int, frame []byte, err error) {
	at := bytes.IndexByte(b, wsEdge)
	if at < 0 {
		return len(b), nil, nil
	}
	if len(b) < at+wsLen {
		return at, nil, nil
	}
	f := b[at : at+wsLen]
	if f[wsLen-1] != wsEdge {
		return at + 1, nil, fmt.Errorf("a packet that does not end: %w", drivers.ErrProtocol)
	}
	if want, got := xor8(f[1:wsLen-2]), f[wsLen-2]; want != got {
		return at + 1, nil, fmt.Errorf("check %02X, want %02X: %w", got, want, drivers.ErrProtocol)
	}
	return at + wsLen, f, nil
}

// splitWSEdge finds the first byte of the next data packet.
func splitWSEdge(b []byte, _ bool) (advance int, edge []byte, err error) {
	at := bytes.IndexByte(b, wsEdge)
	if at < 0 {
		return len(b), nil, nil
	}
	return at + 1, b[at : at+1], nil
}

// parseWS takes an answer of splitWS apart.
func parseWS(frame []byte) wsPacket { return wsPacket{frame[1], frame[2], frame[3], frame[4]} }

// xor8 is the exclusive or of all bytes.
func xor8(b []byte) (x byte) {
	for _, c := range b {
		x ^= c
	}
	return x
}
