package drivers

import (
	"cmp"
	"slices"
)

// Slip is what a visit ends with, in plain texts of the person's language. It has
// no place for who the person is: a slip that is lost or left in the tray tells
// no name, no number of a card and nothing about health but where to wait.
//
// Texts that are empty are left out.
type Slip struct {
	Facility string
	Service  string
	// Number is what is called out, such as A012, or the number under which the
	// request is saved; Caption says which of the two.
	Caption, Number string
	// Facts are room, floor, people before, minutes to wait, and the fee.
	Facts []Fact
	// Pay is a payment code (VietQR) that people scan, with what stands above it.
	Pay  Fact
	Next string // what to do next
	// Reference is the code by which the centre knows the request, for people. Code
	// is the QR code for staff to scan; empty: the reference itself.
	Reference Fact
	Code      string
	Time      string
	Note      string // small print, such as the mark of a demonstration
}

// Fact is a row of a slip.
type Fact struct{ Label, Value string }

// Ticket sets the slip: where it is from, the number and what belongs to it, then
// what to do and how to ask about it.
func (s Slip) Ticket() Ticket {
	from := blocks(Block{Kind: BlockCaption, Text: s.Facility}, Block{Kind: BlockHeading, Text: s.Service})
	number := blocks(Block{Kind: BlockCaption, Text: s.Caption}, Block{Kind: BlockNumber, Text: s.Number})
	for _, f := range s.Facts {
		number = append(number, f.row()...)
	}
	var pay []Block
	if s.Pay.Value != "" {
		pay = blocks(Block{Kind: BlockText, Text: s.Pay.Label}, Block{Kind: BlockCode, Text: s.Pay.Value})
	}
	rest := blocks(Block{Kind: BlockText, Text: s.Next}, Block{Kind: BlockCode, Text: cmp.Or(s.Code, s.Reference.Value)})
	if s.Reference.Value != "" {
		rest = append(rest, blocks(Block{Kind: BlockCaption, Text: s.Reference.Label}, Block{Kind: BlockHeading, Text: s.Reference.Value})...)
	}
	rest = append(rest, blocks(Block{Kind: BlockCaption, Text: s.Time}, Block{Kind: BlockSmall, Text: s.Note})...)

	var t Ticket
	for _, part := range [][]Block{from, number, pay, rest} {
		if len(part) > 0 && len(t.Blocks) > 0 {
			t.Blocks = append(t.Blocks, Block{Kind: BlockRule})
		}
		t.Blocks = append(t.Blocks, part...)
	}
	return t
}

// blocks are those that have a text.
func blocks(all ...Block) []Block {
	return slices.DeleteFunc(all, func(b Block) bool { return b.Text == "" })
}

// row is the fact as a block, if there is something to tell.
func (f Fact) row() []Block {
	if f.Value == "" {
		return nil
	}
	return []Block{{Kind: BlockFact, Text: f.Label, Value: f.Value}}
}
