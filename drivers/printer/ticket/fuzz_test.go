package ticket_test

import (
	"errors"
	"testing"

	"motcua/drivers"
	"motcua/drivers/drivertest"
	"motcua/drivers/printer/ticket"
)

// Whatever a ticket says, it is set between the margins, within its limits, or
// refused for a reason that is documented.
func FuzzSet(f *testing.F) {
	for _, b := range drivertest.Tickets()["number.vi"].Blocks {
		f.Add(int(b.Kind), b.Text, b.Value)
	}
	f.Add(int(drivers.BlockText), "ê\u0306\u0306\u0306\u0323\x00\xff\t\n  \u00a0", "")
	f.Add(int(drivers.BlockFact), "", "\u0306")
	f.Add(int(drivers.BlockNumber), "\n", "")
	s := setter(f, ticket.Paper58)
	f.Fuzz(func(t *testing.T, kind int, text, value string) {
		b, err := s.Set(drivers.Ticket{Blocks: []drivers.Block{{Kind: drivers.BlockKind(kind), Text: text, Value: value}}})
		if err != nil {
			_, missing := errors.AsType[*ticket.MissingError](err)
			known := kind >= int(drivers.BlockHeading) && kind <= int(drivers.BlockCode)
			if known && !missing && !errors.Is(err, ticket.ErrTooLong) {
				t.Fatal(err)
			}
			return
		}
		if b.H > ticket.MaxHeight || len(b.Bits) != b.H*b.Stride || b.Stride*8 != b.W {
			t.Fatalf("a picture of %d by %d dots in %d bytes", b.W, b.H, len(b.Bits))
		}
	})
}
