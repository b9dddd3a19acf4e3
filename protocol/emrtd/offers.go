package emrtd

import (
	"bytes"
	"slices"
)

// judgeOffers holds what EF.CardAccess offered before any session against the
// signed copy in DG14 (Doc 9303 part 11, 9.2.9): somebody between reader and chip
// can leave out the stronger offers. That is worth knowing and changes no
// verdict, since a session stands only between terminal and chip, and DG14 of
// older cards repeats nothing.
func (t *terminal) judgeOffers(v *Verification) {
	if t.doc.CardAccess == nil || !v.covers(14) {
		return
	}
	signed, err := ParseDG14(t.doc.DG(14))
	if err != nil || len(signed.PACE) == 0 {
		return
	}
	if !allIn(t.offers, signed.PACE) || !allIn(signed.PACE, t.offers) {
		v.note(ReasonOffersDiffer)
	}
}

// allIn tells whether every offer of one list is in the other.
func allIn(offers, list []PACEInfo) bool {
	return !slices.ContainsFunc(offers, func(p PACEInfo) bool {
		return !slices.ContainsFunc(list, func(q PACEInfo) bool { return bytes.Equal(p.OID, q.OID) && p.Parameter == q.Parameter })
	})
}
