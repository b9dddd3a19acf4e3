package r503

import (
	"encoding/binary"
	"io"
)

// packet is one packet that the module heard.
type packet struct {
	address uint32
	pid     byte
	body    []byte
	intact  bool // its checksum is right
}

const (
	pidCommand = 0x01
	pidData    = 0x02
	pidAck     = 0x07
	pidEnd     = 0x08
)

// hear reads the next packet off the wire, skipping what is none.
func hear(r io.ByteReader) (packet, error) {
	for {
		if err := header(r); err != nil {
			return packet{}, err
		}
		var head [7]byte
		if err := fill(r, head[:]); err != nil {
			return packet{}, err
		}
		length := int(head[5])<<8 + int(head[6])
		if length < 3 || length > 258 {
			continue
		}
		rest := make([]byte, length)
		if err := fill(r, rest); err != nil {
			return packet{}, err
		}
		body, sum := rest[:length-2], int(rest[length-2])<<8+int(rest[length-1])
		for _, b := range append(head[4:], body...) {
			sum -= int(b)
		}
		return packet{binary.BigEndian.Uint32(head[:4]), head[4], body, sum&0xFFFF == 0}, nil
	}
}

func header(r io.ByteReader) error {
	for last := byte(0); ; {
		b, err := r.ReadByte()
		if err != nil {
			return err
		}
		if last == 0xEF && b == 0x01 {
			return nil
		}
		last = b
	}
}

func fill(r io.ByteReader, b []byte) (err error) {
	for i := range b {
		if b[i], err = r.ReadByte(); err != nil {
			return err
		}
	}
	return nil
}

// say is the bytes of a packet.
func say(address uint32, pid byte, body []byte) []byte {
	length := len(body) + 2
	b := []byte{0xEF, 0x01, byte(address >> 24), byte(address >> 16), byte(address >> 8), byte(address), pid, byte(length >> 8), byte(length)}
	b = append(b, body...)
	sum := 0
	for _, v := range b[6:] {
		sum += int(v)
	}
	return append(b, byte(sum>>8), byte(sum))
}
