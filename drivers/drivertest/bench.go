package drivertest

import (
	"bytes"
	"sync"
	"testing"

	"motcua/drivers"
)

// Card is what a story places on a reader.
type Card struct {
	// ATR is the answer to reset, 2 to 33 bytes.
	ATR []byte
	// Answer gives the response to a command. It is called for one command at a
	// time and may block, which is how a story makes a mute chip; it must not be
	// waited for when the card is lifted.
	Answer func(command []byte) []byte
}

// Bench is an implementation under test and the hands that act on it. The hands
// fail the test themselves when they cannot do what they are asked.
type Bench struct {
	Readers drivers.CardReaders
	// Names are the readers of the bench: two or more, no card on any.
	Names []string
	// Place puts a card on a reader that has none. It returns when the card lies
	// there, which may be before the implementation has noticed.
	Place func(reader string, c Card)
	// Lift takes the card away; a Transmit under way fails.
	Lift func(reader string)
	// StopService kills whatever owns the readers, at any moment; StartService
	// starts it again and returns when it answers. Cards stay on their readers.
	StopService, StartService func()
}

// Factory makes a fresh bench and cleans it up when the test ends.
type Factory func(t *testing.T) *Bench

// ATR of the cards in the stories: what a reader makes up for a contactless chip
// (PC/SC part 3, 3.1.3.2.3.1), and a second one to tell two cards apart.
var (
	atrOne = []byte{0x3B, 0x88, 0x80, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0x09}
	atrTwo = []byte{0x3B, 0x88, 0x80, 0x01, 1, 0, 0, 0, 0, 0, 0, 0, 0x08}
)

var (
	command = []byte{0x00, 0xB0, 0x81, 0x00, 0x04}
	swOK    = []byte{0x90, 0x00}
)

// speaker answers every command with its text and 9000.
func speaker(atr []byte, text string) Card {
	answer := append([]byte(text), swOK...)
	return Card{ATR: atr, Answer: func([]byte) []byte { return bytes.Clone(answer) }}
}

// mute is a card that takes a command and never answers it.
type mute struct {
	Card
	heard chan struct{} // closed when a command has arrived
}

func newMute(t *testing.T) mute {
	heard, stop := make(chan struct{}), make(chan struct{})
	t.Cleanup(func() { close(stop) })
	var once sync.Once
	answer := func([]byte) []byte {
		once.Do(func() { close(heard) })
		<-stop
		return swOK
	}
	return mute{Card: Card{ATR: atrOne, Answer: answer}, heard: heard}
}
