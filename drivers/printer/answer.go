package printer

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"motcua/drivers"
)

// answer is what a printer says.
type answer struct {
	kind answerKind
	bits byte   // of a status
	text string // of an identification
}

type answerKind int

const (
	// answerNoise is a byte that belongs to no answer.
	answerNoise answerKind = iota
	// answerStatus answers DLE EOT: 0xx1xx10.
	answerStatus
	// answerTold answers GS r 1: 0xx0 and two sensors, each in two bits.
	answerTold
	// answerCleared answers DLE DC4, fn 8: 37 25 00.
	answerCleared
	// answerIdentity answers GS I: 5F, a text, 00.
	answerIdentity
)

// paperOut: some printers answer to GS r without paper, and say so.
func (a answer) paperOut() bool { return a.kind == answerTold && a.bits&0x0C != 0 }

// maxIdentity is the longest text of an identification, more than any printer has.
const maxIdentity = 80

// decode takes the first answer off b, which has n bytes. None is there yet where n
// is 0. The kinds are told apart by fixed bits of their first byte.
func decode(b []byte) (a answer, n int) {
	if len(b) == 0 {
		return answer{}, 0
	}
	switch first := b[0]; {
	case first == 0x37:
		return decodeCleared(b)
	case first == 0x5F:
		return decodeIdentity(b)
	case first&0x93 == 0x12:
		return answer{kind: answerStatus, bits: first}, 1
	case first&0x90 == 0 && isPair(first) && isPair(first>>2):
		return answer{kind: answerTold, bits: first}, 1
	default:
		return answer{}, 1
	}
}

// isPair tells whether the lowest two bits are alike.
func isPair(b byte) bool { return b&3 == 0 || b&3 == 3 }

func decodeCleared(b []byte) (answer, int) {
	whole := []byte{0x37, 0x25, nul}
	switch {
	case bytes.HasPrefix(b, whole):
		return answer{kind: answerCleared}, len(whole)
	case bytes.HasPrefix(whole, b):
		return answer{}, 0
	default:
		return answer{}, 1
	}
}

func decodeIdentity(b []byte) (answer, int) {
	end := bytes.IndexByte(b, nul)
	switch {
	case end < 0 && len(b) <= maxIdentity:
		return answer{}, 0
	case end < 0 || end > maxIdentity:
		return answer{}, 1
	default:
		return answer{kind: answerIdentity, text: printable(b[1:end])}, end + 1
	}
}

// printable is a text that may be shown and logged.
func printable(b []byte) string {
	return string(bytes.TrimSpace(bytes.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, b)))
}

// maxNoise is how many bytes that are no answer may come before one.
const maxNoise = 512

// hear waits for the next answer.
func (d *Dev) hear(ctx context.Context, wait time.Duration) (answer, error) {
	end := time.Now().Add(wait)
	for noise := 0; noise < maxNoise; {
		if a, n := decode(d.held); n > 0 {
			d.held = d.held[n:]
			return a, nil
		}
		heard, err := d.read(ctx, time.Until(end))
		if err != nil {
			d.held = nil // the beginning of an answer that broke off
			return answer{}, err
		}
		if d.held = append(d.held, heard...); noisy(d.held) {
			noise += len(d.held)
			d.held = nil
		}
	}
	return answer{}, fmt.Errorf("%w: %d bytes that are no answer", drivers.ErrProtocol, maxNoise)
}

// noisy tells whether there is a byte that belongs to no answer. Then the others
// are not believed either: every second byte of noise would be one.
func noisy(b []byte) bool {
	for len(b) > 0 {
		a, n := decode(b)
		if n == 0 {
			return false
		}
		if a.kind == answerNoise {
			return true
		}
		b = b[n:]
	}
	return false
}

// read takes what there is off the line.
func (d *Dev) read(ctx context.Context, wait time.Duration) ([]byte, error) {
	if wait <= 0 {
		return nil, drivers.ErrNoAnswer
	}
	b := make([]byte, 64)
	n, err := d.line.Read(ctx, b, wait)
	return b[:n], err
}
