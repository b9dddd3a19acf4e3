package drivers

import (
	"context"
	"errors"

	"motcua/protocol/apdu"
)

// What a card reader's methods fail with. Each is wrapped with its cause.
var (
	// ErrCardGone: the card was lifted, or its reader pulled, during an exchange.
	ErrCardGone = apdu.ErrCardGone
	// ErrTooLong: the reader does not carry a command or an answer of this length.
	// The card is still there, though its chip may have lost its session; try again
	// with less.
	ErrTooLong = apdu.ErrTooLong
	// ErrNoCard: there is no card on the reader, or none that answers to reset.
	// Retry when one is placed.
	ErrNoCard = errors.New("no card on the reader")
	// ErrNoReader: no reader of that name, or none at all. Retry when one arrives.
	ErrNoReader = errors.New("no card reader")
	// ErrNoService: the service that owns the readers (pcscd) is not running.
	// Retry: it may be started again.
	ErrNoService = errors.New("card reader service not running")
	// ErrAccessDenied: the service refuses this user (polkit). Permanent until a
	// technician changes the rule.
	ErrAccessDenied = errors.New("access to the card reader service denied")
	// ErrServiceMismatch: client library and service do not fit each other.
	// Permanent until a technician updates one of them.
	ErrServiceMismatch = errors.New("card reader library and service versions differ")
	// ErrBusy: another program holds the card. Retry.
	ErrBusy = errors.New("card in use by another program")
	// ErrReaderMute: a command that was given up earlier has not ended; the reader
	// takes no card until it does. Retry once the card was lifted.
	ErrReaderMute = errors.New("card reader does not answer")
)

// CardReaders is a set of card readers: those of the machine (drivers/pcsc) or
// an emulated one (drivers/emu).
type CardReaders interface {
	// Readers lists the readers present, in the service's order. No reader is an
	// empty list, not an error.
	Readers(ctx context.Context) ([]string, error)
	// Watch reports what happens at the readers until ctx ends, beginning with
	// what is there now. It survives a restart of the service, calls report from
	// one goroutine, and returns only ctx's error. A slow report delays later
	// ones and loses none.
	Watch(ctx context.Context, report func(CardEvent)) error
	// Connect powers the card on the named reader and takes it for this caller
	// alone.
	Connect(ctx context.Context, reader string) (Card, error)
}

// Card is a powered card. It belongs to one goroutine. Transmit fails with
// ErrCardGone once the card has left, also when it was put back since, and after
// an exchange was given up because its context ended.
type Card interface {
	apdu.Transmitter
	// ATR is the answer to reset.
	ATR() []byte
	// Close resets the card and lets go of the reader. It may be called twice.
	Close() error
}

// Sized is an optional ability of a [Card], found by assertion or with [MaxData].
type Sized interface {
	// MaxData is the longest data field, in bytes, that the reader and its driver
	// carry in a command or an answer: 256 where they know the short form only, up
	// to 65536, and 0 when they do not tell. A longer command may fail with
	// [ErrTooLong]; a reader may also claim more than it carries.
	MaxData() int
}

// MaxData is the card's [Sized.MaxData], and 0 for a card that has none.
func MaxData(c Card) int {
	if s, ok := c.(Sized); ok {
		return s.MaxData()
	}
	return 0
}

// CardEventKind says what a [CardEvent] is about.
type CardEventKind int

// Kinds of card events.
const (
	ReaderArrived CardEventKind = iota + 1
	ReaderGone
	CardPlaced
	CardLifted
	// ServiceLost carries the reason in Err; every reader and card is gone.
	ServiceLost
	// ServiceBack follows ServiceLost; readers and cards are reported anew.
	ServiceBack
)

func (k CardEventKind) String() string {
	switch k {
	case ReaderArrived:
		return "reader arrived"
	case ReaderGone:
		return "reader gone"
	case CardPlaced:
		return "card placed"
	case CardLifted:
		return "card lifted"
	case ServiceLost:
		return "service lost"
	case ServiceBack:
		return "service back"
	}
	return "unknown card event"
}

// CardEvent is something that happened at a reader.
type CardEvent struct {
	Kind   CardEventKind
	Reader string
	ATR    []byte // with CardPlaced
	Err    error  // with ServiceLost: ErrNoService, ErrAccessDenied or ErrServiceMismatch, wrapped
}
