package emu

import "time"

// Power is what a reader does to a card's supply (the control bytes of vpcd).
type Power byte

// States of supply.
const (
	PowerOff Power = iota
	PowerOn
	Reset
)

// CardSide is what lies on an emulated reader: a [Chip], or anything else that
// answers commands. It is used by one goroutine at a time.
type CardSide interface {
	// ATR is the answer to reset.
	ATR() []byte
	// Power switches the card on or off, or resets it; each ends its session.
	Power(Power)
	// Transmit answers one command. An answer shorter than two bytes stands for
	// a card that left in the middle.
	Transmit(command []byte) []byte
}

// Link is how slow the air between reader and chip is. The zero value is
// instantaneous.
type Link struct {
	// PerExchange is spent on every command, whatever its length.
	PerExchange time.Duration
	// BytesPerSecond counts both directions; 0 is unlimited.
	BytesPerSecond int
}

// Link106k is a model of a chip at 106 kbit/s: 15 ms for each exchange and 45
// bytes in a millisecond.
var Link106k = Link{PerExchange: 15 * time.Millisecond, BytesPerSecond: 45_000}

// takes is the time of one exchange.
func (l Link) takes(bytes int) time.Duration {
	d := l.PerExchange
	if l.BytesPerSecond > 0 {
		d += time.Duration(bytes) * time.Second / time.Duration(l.BytesPerSecond)
	}
	return d
}
