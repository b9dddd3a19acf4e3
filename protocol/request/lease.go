package request

import (
	"fmt"
	"time"
)

// Bounds of leases.
const (
	MaxLeases  = 32   // wishes in one Hello, leases in one Welcome
	MaxReturns = 32   // of one Hello
	maxNumbers = 1000 // of one lease
	maxNumber  = 1 << 20
	maxPrefix  = 8 // bytes of the letters before a number
)

// LeaseWish asks for a block of numbers of a queue on a day.
type LeaseWish struct {
	Queue string `cbor:"queue"`
	Day   string `cbor:"day"` // in Viet Nam, yymmdd
}

// Lease is a block of numbers that one device alone may give out, with or without
// a connection. Numbers of one queue and day are in one lease only.
type Lease struct {
	ID    string `cbor:"id"` // the centre's name of the block
	Queue string `cbor:"queue"`
	Day   string `cbor:"day"` // yymmdd: the numbers are good on that day alone
	// Prefix are the letters before the number on the ticket. They tell blocks of a
	// queue apart, so that numbers are called in the order of the people who hold
	// them: the first of each block, the second of each, and so on.
	Prefix string `cbor:"prefix"`
	From   uint32 `cbor:"from"`
	To     uint32 `cbor:"to"` // included
	// Place is what else the ticket says, so that one can be printed whole without a
	// connection; nil: no ticket is to be made of these numbers.
	Place *QueuePlace `cbor:"place,omitempty"`
}

// QueuePlace is what a ticket says of a queue beside the number.
type QueuePlace struct {
	Service string `cbor:"service"` // catalogue id of the service that gives its numbers out
	VI      string `cbor:"vi"`      // the queue's name, in Vietnamese
	EN      string `cbor:"en"`      // and in English
	Room    string `cbor:"room"`
	Floor   string `cbor:"floor"`
	// FirstOf is the queue before whose people those of this one are called; empty:
	// of none. Priority groups take a number of the one, everybody else of the other.
	FirstOf string `cbor:"first_of,omitempty"`
}

// LeaseReturn gives numbers back: this device will give none of them out any more,
// and has given none of them out.
type LeaseReturn struct {
	Queue string `cbor:"queue"`
	Day   string `cbor:"day"` // yymmdd
	From  uint32 `cbor:"from"`
	To    uint32 `cbor:"to"` // included
}

// Shown is a number of l as it stands on the ticket, behind the prefix: the first
// of the block is 1.
func (l Lease) Shown(number uint32) uint32 { return number - l.From + 1 }

// Has tells whether a number is one of l.
func (l Lease) Has(number uint32) bool { return number >= l.From && number <= l.To }

// Validate checks every field of w against its bounds.
func (w LeaseWish) Validate() error {
	return first(name("leases.queue", w.Queue), leaseDay(w.Day))
}

// Validate checks every field of l against its bounds.
func (l Lease) Validate() error {
	err := first(
		word("leases.id", l.ID), name("leases.queue", l.Queue), leaseDay(l.Day),
		check(len(l.Prefix) <= maxPrefix && prefixed(l.Prefix), "leases.prefix", "up to 8 letters"),
		numbers(l.From, l.To),
	)
	if err == nil && l.Place != nil {
		err = l.Place.Validate()
	}
	return err
}

// Validate checks every field of p against its bounds.
func (p QueuePlace) Validate() error {
	return first(
		name("leases.place.service", p.Service), optional(name, "leases.place.first_of", p.FirstOf),
		check(p.VI != "" && p.EN != "" && p.Room != "", "leases.place", "names and a room"),
		text("leases.place.vi", p.VI), text("leases.place.en", p.EN), text("leases.place.room", p.Room), text("leases.place.floor", p.Floor),
	)
}

// Validate checks every field of r against its bounds.
func (r LeaseReturn) Validate() error {
	return first(name("returns.queue", r.Queue), leaseDay(r.Day), numbers(r.From, r.To))
}

func numbers(from, to uint32) error {
	return check(from > 0 && from <= to && to <= maxNumber && to-from < maxNumbers, "leases.from", "1 to 1000 numbers")
}

func leaseDay(day string) error {
	_, err := time.Parse("060102", day)
	return check(err == nil, "leases.day", "yymmdd")
}

func prefixed(s string) bool {
	for _, c := range []byte(s) {
		if c < 'A' || c > 'Z' {
			return false
		}
	}
	return true
}

// each checks a list of wishes, leases or returns.
func each[T interface{ Validate() error }](field string, all []T, most int) error {
	err := check(len(all) <= most, field, fmt.Sprintf("at most %d entries", most))
	for _, one := range all {
		err = first(err, one.Validate())
	}
	return err
}
