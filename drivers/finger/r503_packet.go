package finger

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"motcua/drivers"
)

// Kinds of packets (R503 manual v1.2.2, chapter IV, "Data package format").
const (
	r503Command byte = 0x01
	r503Data    byte = 0x02 // more follows
	r503Ack     byte = 0x07
	r503End     byte = 0x08 // the last of the data
)

const (
	r503Head = 9   // header 2, address 4, kind 1, length 2
	r503Sum  = 2   // checksum
	r503Max  = 256 // greatest content
)

var r503Header = []byte{0xEF, 0x01}

// r503Packet is one packet between host and module. The same form carries
// commands, answers and data.
type r503Packet struct {
	Address uint32
	Kind    byte
	Content []byte
}

// append adds the packet's bytes to dst.
func (p r503Packet) append(dst []byte) []byte {
	dst = append(dst, r503Header...)
	dst = binary.BigEndian.AppendUint32(dst, p.Address)
	from := len(dst)
	dst = append(dst, p.Kind)
	dst = binary.BigEndian.AppendUint16(dst, uint16(len(p.Content)+r503Sum))
	dst = append(dst, p.Content...)
	return binary.BigEndian.AppendUint16(dst, sum16(dst[from:]))
}

// splitR503 finds the next packet of a stream. What comes before it is noise: a
// module says 55 when it is ready. A length or a checksum that cannot be is
// [drivers.ErrProtocol].
func splitR503(b []byte, _ bool) (advance int, frame []byte, err error) {
	at := bytes.Index(b, r503Header)
	if at < 0 {
		n := len(b)
		if n > 0 && b[n-1] == r503Header[0] {
			n-- // the second byte may be under way
		}
		return n, nil, nil
	}
	f := b[at:]
	if len(f) < r503Head {
		return at, nil, nil
	}
	length := int(binary.BigEndian.Uint16(f[7:]))
	if length <= r503Sum || length > r503Max+r503Sum {
		return at + len(r503Header), nil, fmt.Errorf("packet of %d bytes: %w", length, drivers.ErrProtocol)
	}
	end := r503Head + length
	if len(f) < end {
		return at, nil, nil
	}
	body := end - r503Sum
	if want, got := sum16(f[6:body]), binary.BigEndian.Uint16(f[body:]); want != got {
		return at + end, nil, fmt.Errorf("checksum %04X, want %04X: %w", got, want, drivers.ErrProtocol)
	}
	return at + end, f[:end], nil
}

// parseR503 takes a frame of splitR503 apart. The content lies in the frame.
func parseR503(frame []byte) r503Packet {
	return r503Packet{
		Address: binary.BigEndian.Uint32(frame[2:]),
		Kind:    frame[6],
		Content: frame[r503Head : len(frame)-r503Sum],
	}
}

// sum16 is the sum of all bytes, modulo 65536.
func sum16(b []byte) (s uint16) {
	for _, c := range b {
		s += uint16(c)
	}
	return s
}
