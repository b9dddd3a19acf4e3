package request

import (
	"fmt"
	"time"
)

// Bounds of leases.
const (
	MaxLeases  = 32   // wishes in one Hello, leases in one Welcome
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
	return first(
		word("leases.id", l.ID), name("leases.queue", l.Queue), leaseDay(l.Day),
		check(len(l.Prefix) <= maxPrefix && prefixed(l.Prefix), "leases.prefix", "up to 8 letters"),
		check(l.From > 0 && l.From <= l.To && l.To <= maxNumber && l.To-l.From < maxNumbers, "leases.from", "1 to 1000 numbers"),
	)
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

// leases checks a list of wishes or leases.
func leases[T interface{ Validate() error }](all []T) error {
	err := check(len(all) <= MaxLeases, "leases", fmt.Sprintf("at most %d entries", MaxLeases))
	for _, l := range all {
		err = first(err, l.Validate())
	}
	return err
}
