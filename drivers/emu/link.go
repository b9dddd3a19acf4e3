package emu

import (
	"context"
	"fmt"
	"sync"
	"time"

	"motcua/drivers"
	"motcua/protocol/apdu"
)

// Link is how slow the way between terminal and chip is: a model, not a
// measurement. The zero value is instantaneous.
type Link struct {
	// Bitrate of the air in bits per second, the same in both directions; 0 is
	// unlimited.
	Bitrate int
	// Latency is spent on every exchange, whatever its length: the chip's own
	// work, the reader, its bus and its service.
	Latency time.Duration
	// Frame is the greatest block in bytes, header and check bytes included (FSC
	// and FSD of ISO/IEC 14443-4, 5.1 and 5.2.3); 0 stands for 256.
	Frame int
}

// Links at the four bit rates of ISO/IEC 14443-2 (13.56 MHz divided by 128, 64,
// 32 and 16). The latency is an assumption that the facts of the field bear out
// roughly: fast readers stay below it.
var (
	Link106k = Link{Bitrate: carrier / 128, Latency: 15 * time.Millisecond}
	Link212k = Link{Bitrate: carrier / 64, Latency: 15 * time.Millisecond}
	Link424k = Link{Bitrate: carrier / 32, Latency: 15 * time.Millisecond}
	Link848k = Link{Bitrate: carrier / 16, Latency: 15 * time.Millisecond}
)

const (
	carrier   = 13_560_000
	bitsAByte = 9 // eight and a parity bit (ISO/IEC 14443-3, 6.2.3.2)
	frameEnds = 2 // start and end of a frame, in bits
	// blockHead is one byte of header and two of check (ISO/IEC 14443-4, 7.1); a
	// block of nothing else acknowledges a chained one.
	blockHead = 3
	// frameGap is the least silence before the other side answers, 1172 periods of
	// the carrier (ISO/IEC 14443-3, 6.2.1.1).
	frameGap     = 1172 * time.Second / carrier
	frameDefault = 256
)

// Takes is the time of one exchange: out bytes of command, in bytes of answer.
// It computes and does not wait.
func (l Link) Takes(out, in int) time.Duration {
	if l.Bitrate <= 0 {
		return l.Latency
	}
	return l.Latency + l.way(out) + l.way(in)
}

// way is the time that n bytes take in one direction, in as many blocks as they
// need, each but the last acknowledged.
func (l Link) way(n int) time.Duration {
	frame := l.Frame
	if frame <= blockHead {
		frame = frameDefault
	}
	inside := frame - blockHead
	blocks := max(1, (n+inside-1)/inside)
	frames := 2*blocks - 1 // and the acknowledgements
	bits := (n+frames*blockHead)*bitsAByte + frames*frameEnds
	return time.Duration(bits)*time.Second/time.Duration(l.Bitrate) + time.Duration(frames)*frameGap
}

// Cost is what exchanges came to.
type Cost struct {
	Exchanges int
	Out, In   int // bytes of commands and of answers
	// Time is the modelled one; nobody waited for it.
	Time time.Duration
}

// Meter brings commands to a card at once and adds up what they would have cost
// over a link. It is an [apdu.Transmitter] that may be used from several
// goroutines.
type Meter struct {
	card CardSide
	link Link
	mu   sync.Mutex
	cost Cost
}

var _ apdu.Transmitter = (*Meter)(nil)

// NewMeter lays a card on a metered link and powers it.
func NewMeter(card CardSide, link Link) *Meter {
	card.Power(PowerOn)
	return &Meter{card: card, link: link}
}

// Transmit exchanges one command for one answer. A card without an answer is
// gone ([drivers.ErrCardGone]).
func (m *Meter) Transmit(ctx context.Context, command []byte) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("exchanging with the card: %w", err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	answer := m.card.Transmit(command)
	m.cost.Exchanges++
	m.cost.Out += len(command)
	m.cost.In += len(answer)
	m.cost.Time += m.link.Takes(len(command), len(answer)) + thought(m.card)
	if len(answer) < 2 {
		return nil, fmt.Errorf("exchanging with the card: %w", drivers.ErrCardGone)
	}
	return answer, nil
}

// Cost is what it came to so far.
func (m *Meter) Cost() Cost {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.cost
}
