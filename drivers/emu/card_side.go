package emu

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
