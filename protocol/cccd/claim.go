package cccd

import (
	"slices"
	"strings"

	"motcua/protocol/mrz"
	"motcua/protocol/personal"
)

// Claim is who something else than the card says its holder is: a certificate,
// another card.
type Claim struct {
	personal.Masked
	// Names are ways to write one name; one that is the card's is enough.
	Names []string
	Birth string // dd/mm/yyyy, in which 00 is not known, or yyyy
}

// Mismatch is in what a claim does not fit the card. It holds no value.
type Mismatch string

// Mismatches of names, compared as a machine readable zone writes them.
const (
	NameNotSaid      Mismatch = "name-not-said"
	NameOrder        Mismatch = "name-order"         // the same words in another order
	NameWordsMissing Mismatch = "name-words-missing" // some words of the card's name, in their order
	NameWordsAdded   Mismatch = "name-words-added"   // the card's name, and more words
	NameOneWord      Mismatch = "name-one-word"      // as many words, and one is another
	NameDiffers      Mismatch = "name-differs"
)

// Mismatches of dates of birth, compared as far as both are known.
const (
	BirthNotSaid   Mismatch = "birth-not-said"
	BirthExchanged Mismatch = "birth-exchanged" // day and month are exchanged
	BirthYear      Mismatch = "birth-year"      // the year is another, day and month are not
	BirthDay       Mismatch = "birth-day"       // day or month are others, the year is not
	BirthDiffers   Mismatch = "birth-differs"
)

// Mismatches holds a claim against a card that was read, and explains what does
// not fit: one answer for the name and one for the date of birth at most. The
// card's own name is that of DG13, and of the zone, which may have cut it, where
// there is no DG13.
func Mismatches(zone mrz.Document, dg13 *DG13, c Claim) []Mismatch {
	card := side{}
	if len(zone.Lines) > 0 {
		card = sideOfMRZ(zone)
	}
	if dg13 != nil {
		full := sideOfDG13(dg13)
		if full.name != "" {
			card.name, card.cut = full.name, false
		}
		if full.birth != (day{}) {
			card.birth = full.birth
		}
	}
	var found []Mismatch
	if m := card.mismatchOfName(c.Names); m != "" {
		found = append(found, m)
	}
	if m := card.birth.mismatch(dayOf(c.Birth)); m != "" {
		found = append(found, m)
	}
	return found
}

func (a side) mismatchOfName(names []string) Mismatch {
	var first string
	for _, n := range names {
		claimed := fold(n)
		if claimed != "" && a.name != "" && sameName(a, side{name: claimed}) {
			return ""
		}
		if first == "" {
			first = claimed
		}
	}
	if first == "" || a.name == "" {
		return NameNotSaid
	}
	return explainName(strings.Fields(a.name), strings.Fields(first))
}

func explainName(card, claimed []string) Mismatch {
	switch {
	case slices.Equal(slices.Sorted(slices.Values(card)), slices.Sorted(slices.Values(claimed))):
		return NameOrder
	case within(claimed, card):
		return NameWordsMissing
	case within(card, claimed):
		return NameWordsAdded
	case len(card) == len(claimed) && differing(card, claimed) == 1:
		return NameOneWord
	}
	return NameDiffers
}

// within tells whether the words of few stand among those of many, in order.
func within(few, many []string) bool {
	for _, w := range many {
		if len(few) > 0 && few[0] == w {
			few = few[1:]
		}
	}
	return len(few) == 0
}

func differing(a, b []string) (n int) {
	for i := range a {
		if a[i] != b[i] {
			n++
		}
	}
	return n
}

func (d day) mismatch(o day) Mismatch {
	year := day{year: d.year}.same(day{year: o.year})
	rest := day{month: d.month, date: d.date}.same(day{month: o.month, date: o.date})
	switch {
	case d.year == "" || o.year == "":
		return BirthNotSaid
	case year && rest:
		return ""
	case year && d.month == o.date && d.date == o.month:
		return BirthExchanged
	case year:
		return BirthDay
	case rest:
		return BirthYear
	}
	return BirthDiffers
}
