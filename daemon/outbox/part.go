package outbox

import (
	"fmt"

	"motcua/protocol/fault"
	"motcua/protocol/wire"
)

// Part is how much of the queue somebody may fill, in tenths of its limits: who has
// not begun yet is refused first, and what is never refused while the others are has
// the last tenth for itself.
type Part int

// Parts.
const (
	ToBegin  Part = 8  // a visit that is about to begin
	Begun    Part = 9  // the requests of one that has begun
	Reserved Part = 10 // requests that are small and that nobody may be sent away for
)

// part is how much a request may fill.
func (d Draft) part() Part {
	if d.Reserved {
		return Reserved
	}
	return Begun
}

// full tells whether a part is used up by so many open requests of so many bytes. An
// envelope of any size fits into what is not.
func (o Options) full(p Part, open int, bytes int64) error {
	items, most := int64(o.MaxItems)*int64(p)/10, o.MaxBytes/10*int64(p)
	switch {
	case int64(open) >= items:
		return fault.Wrap(fault.QueueFull, fmt.Errorf("%w for this: %d requests wait, %d may", ErrFull, open, items))
	case bytes+wire.MaxRequest > most:
		return fault.Wrap(fault.QueueFull, fmt.Errorf("%w for this: %d MiB wait, %d may", ErrFull, bytes>>20, most>>20))
	}
	return nil
}
