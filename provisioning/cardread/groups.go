package cardread

import (
	"slices"

	"motcua/protocol/emrtd"
)

// State is what became of a data group.
type State string

// States. Programs read them; they do not change.
const (
	StateRead     State = "read"     // and as it was signed
	StateAltered  State = "altered"  // read, and not as it was signed
	StateUnsigned State = "unsigned" // read, and not in the signed list
	StateWithheld State = "withheld" // listed and asked for, and the chip does not give it
	StateNotRead  State = "not-read" // listed, and not asked for
)

// Group is a data group of a card.
type Group struct {
	Number int
	State  State
	Bytes  int // as they stand on the chip; 0 when it was not read
}

// groupsOf lists the data groups that the card's signed index names or that were
// read, by number.
func groupsOf(d *emrtd.Document, asked []int) []Group {
	var all []Group
	listed := map[int]bool{}
	for _, g := range d.Trust.Groups {
		listed[g.Number] = true
		state := StateNotRead
		switch {
		case g.Read && g.Match:
			state = StateRead
		case g.Read:
			state = StateAltered
		case slices.Contains(asked, g.Number):
			state = StateWithheld
		}
		all = append(all, Group{g.Number, state, len(d.DG(g.Number))})
	}
	for number, b := range d.Groups {
		if b != nil && !listed[number] {
			all = append(all, Group{number, StateUnsigned, len(b)})
		}
	}
	slices.SortFunc(all, func(a, b Group) int { return a.Number - b.Number })
	return all
}
