package emrtd

import (
	"context"
	"errors"
	"slices"

	"motcua/protocol/apdu"
	"motcua/protocol/group"
)

// camProof is what PACE with chip authentication mapping leaves: the chip's
// public key of the mapping, and the number that makes it of the chip's static
// key (Doc 9303 part 11, 4.4.3.5).
type camProof struct {
	mapping group.Element
	data    []byte // nil when the chip sent nothing that makes sense
}

// by tells whether the chip holds the private half of this key: KA(data, key)
// is the mapping key.
func (c *camProof) by(key ChipKey) bool {
	if c == nil || key.Group == nil || c.mapping.Group() != key.Group || len(c.data) != len(key.Group.Order()) {
		return false
	}
	return key.Public.Mult(c.data).Equal(c.mapping)
}

// byAny tells whether one of the keys is the one that was used.
func (c *camProof) byAny(keys []ChipKey) bool {
	return slices.ContainsFunc(keys, c.by)
}

// cardSecurity reads EF.CardSecurity in the master file under the session, where
// the chip used the mapping that needs it. That it is not to be had is no error:
// DG14 may name the same key.
func (t *terminal) cardSecurity(ctx context.Context) error {
	if t.cam == nil || t.doc.CardSecurity != nil || t.noCardSecurity {
		return nil
	}
	t.noCardSecurity = true // one try, whatever becomes of it
	for _, bySFI := range []bool{true, false} {
		if bySFI && t.doc.Habits.NoSFI {
			continue
		}
		r := fileReader{
			ch: &t.ch, file: EFCardSecurity, chunk: t.ch.sm.Suite().MaxShortData(), bySFI: bySFI, strictEnd: t.doc.Habits.StrictEnd,
		}
		b, err := r.read(ctx)
		if err == nil {
			t.doc.CardSecurity = b
			return nil
		}
		if _, told := errors.AsType[*apdu.StatusError](err); told && !t.ch.sm.Alive() {
			return t.reopen(ctx) // without the file
		}
		if err := onlyFatal(err); err != nil {
			return err
		}
	}
	return nil
}
