package qr

import (
	"encoding/binary"
	"fmt"

	"motcua/drivers"
)

// Opcodes of SSI packets.
const (
	ssiRequestRevision = 0xA3
	ssiReplyRevision   = 0xA4
	ssiParameterSend   = 0xC6
	ssiACK             = 0xD0
	ssiNAK             = 0xD1
	ssiFlushQueue      = 0xD2
	ssiStartSession    = 0xE4
	ssiStopSession     = 0xE5
	ssiDecodeData      = 0xF3
	ssiDecodeLong      = 0xF4 // Grow's: a length of 16 bits
)

const (
	ssiNAKResend  = 0x01 // cause: damaged, send again
	ssiRetransmit = 0x01 // status: not sent for the first time
	ssiContinued  = 0x02 // status: another packet follows
	ssiHost       = 0x04 // source; the decoder's is 0
)

var errSSISum = fmt.Errorf("%w: wrong checksum", drivers.ErrProtocol)

// ssiPacket is a packet without its length and checksum.
type ssiPacket struct {
	op, status byte
	data       []byte
}

// encode is a packet of the host: length, opcode, source, status, data, checksum.
func (p ssiPacket) encode() []byte {
	b := append([]byte{byte(4 + len(p.data)), p.op, ssiHost, p.status}, p.data...)
	return binary.BigEndian.AppendUint16(b, ssiSum(b))
}

// ssiSum is the two's complement of the sum of all bytes.
func ssiSum(b []byte) (sum uint16) {
	for _, c := range b {
		sum -= uint16(c)
	}
	return sum
}

// splitSSI finds a packet of the decoder, and gives opcode, status and data. What
// cannot be the beginning of one is skipped; one with a wrong checksum is an error.
func splitSSI(data []byte, silent bool) (int, []byte, error) {
	for skip := range data {
		head, end := ssiLength(data[skip:])
		if end == 0 {
			continue
		}
		if end < ssiUnknown && end > maxSSI && len(data)-skip >= head {
			return skip + head, nil, errTooLong
		}
		if end+2 > len(data)-skip {
			if silent {
				continue
			}
			return skip, nil, nil
		}
		b := data[skip : skip+end+2]
		if ssiSum(b[:end]) != binary.BigEndian.Uint16(b[end:]) {
			return skip + end + 2, nil, errSSISum
		}
		frame := make([]byte, 0, 2+end-head)
		return skip + end + 2, append(append(frame, b[1], b[head-1]), b[head:end]...), nil
	}
	return len(data), nil, nil
}

// ssiLength tells where a packet's head and data end. The end is 0 if there is no
// packet, and beyond the data if it is not all there.
func ssiLength(b []byte) (head, end int) {
	head, end = 4, int(b[0])
	if len(b) > 1 && b[0] == 0xFF && b[1] == ssiDecodeLong {
		head, end = 7, ssiUnknown
		if len(b) > 3 {
			end = int(b[2])<<8 | int(b[3])
		}
		if len(b) > 4 && b[4] != ssiDecodeLong {
			return 0, 0
		}
	}
	if end < head {
		return 0, 0
	}
	if len(b) > 1 && !ssiFromDecoder(b[1]) || len(b) >= head && b[head-2] != 0 {
		return 0, 0
	}
	return head, end
}

const (
	ssiUnknown = 1 << 20             // length of a packet whose length has not arrived
	maxSSI     = drivers.MaxCode + 8 // length of a long packet with the longest code
)

func ssiFromDecoder(op byte) bool {
	switch op {
	case ssiReplyRevision, ssiACK, ssiNAK:
		return true
	}
	return ssiIsCode(op)
}

// splitSSIAnswer finds what answers a command: not the packets of a code.
func splitSSIAnswer(data []byte, silent bool) (int, []byte, error) {
	n, frame, err := splitSSI(data, silent)
	if frame != nil && ssiIsCode(frame[0]) {
		frame = nil
	}
	return n, frame, err
}

func ssiIsCode(op byte) bool { return op == ssiDecodeData || op == ssiDecodeLong }

// decodeSSI takes apart what splitSSI gave.
func decodeSSI(frame []byte) ssiPacket {
	return ssiPacket{op: frame[0], status: frame[1], data: frame[2:]}
}
