package qr

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"

	"motcua/drivers"
)

// Kinds of GM65 commands.
const (
	gm65Read  = 0x07
	gm65Write = 0x08
)

// gm65Command is "7E 00 kind length address data crc", the checksum from kind on.
func gm65Command(kind byte, address uint16, data ...byte) []byte {
	body := append([]byte{kind, byte(len(data)), byte(address >> 8), byte(address)}, data...)
	if kind == gm65Read {
		body[1] = 1 // the data is how many bytes to read
	}
	return binary.BigEndian.AppendUint16(append([]byte{0x7E, 0x00}, body...), crcXMODEM(body))
}

// gm65Answers finds an answer, "02 00 kind length data crc", with n bytes of data,
// or one that says that the command failed. Whatever else is on the line is
// skipped.
func gm65Answers(n int) bufio.SplitFunc {
	return func(data []byte, silent bool) (int, []byte, error) {
		for skip := 0; skip < len(data); {
			at := bytes.IndexByte(data[skip:], 0x02)
			if at < 0 {
				break
			}
			skip += at
			size, answer, err := gm65Answer(data[skip:])
			switch {
			case size < 0 && !silent:
				return skip, nil, nil // may become one
			case size <= 0:
				skip++
			case err != nil || len(answer) == n:
				return skip + size, answer, err
			default:
				skip += size
			}
		}
		return len(data), nil, nil
	}
}

// gm65Answer decodes data as an answer of so many bytes. It is none if the size is
// 0, and the beginning of one if it is below.
func gm65Answer(data []byte) (size int, answer []byte, err error) {
	if len(data) > 1 && data[1] != 0x00 {
		return 0, nil, nil
	}
	if len(data) < 4 {
		return -1, nil, nil
	}
	end := 4 + int(data[3])
	if len(data) < end+2 {
		return -1, nil, nil
	}
	if crcXMODEM(data[2:end]) != binary.BigEndian.Uint16(data[end:]) {
		return 0, nil, nil
	}
	switch data[2] {
	case 0x00:
		return end + 2, data[4:end], nil
	case 0x01:
		return end + 2, nil, fmt.Errorf("%w: the command was damaged on its way", drivers.ErrProtocol)
	}
	return end + 2, nil, fmt.Errorf("%w (answer %#02x)", drivers.ErrRefused, data[2])
}

// crcXMODEM is CRC-16 with the polynomial 0x1021, from 0.
func crcXMODEM(data []byte) (crc uint16) {
	for _, b := range data {
		crc ^= uint16(b) << 8
		for range 8 {
			if crc&0x8000 != 0 {
				crc = crc<<1 ^ 0x1021
			} else {
				crc <<= 1
			}
		}
	}
	return crc
}
