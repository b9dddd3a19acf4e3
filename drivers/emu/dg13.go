package emu

import (
	"slices"

	"motcua/protocol/tlv"
)

// oidDG13 is 1.0.10646.1.0.8, which Vietnamese cards put before the fields.
var oidDG13 = fromHex("28D316010008")

// endless is the expiry of a card without one.
const endless = "Không thời hạn"

// DG13 is how much of the holder's data a chip holds openly.
type DG13 string

// Kinds of DG13.
const (
	DG13Full   DG13 = ""       // the identity card of 2021: sixteen fields
	DG13Nested DG13 = "nested" // both parents in one sequence, as some were reported
	// DG13Reduced is what Circular 16/2024/TT-BCA, article 6, leaves encoded as
	// ICAO does: name, number, nationality, birth, sex, expiry, origin.
	DG13Reduced DG13 = "reduced"
)

// reducedFields are those of [DG13Reduced].
var reducedFields = []byte{1, 2, 3, 4, 5, 8, 12}

// encodeDG13 writes the sixteen fields of the Vietnamese card in the types and
// order that real cards were seen to use: SEQUENCE { INTEGER n, value } in a SET.
func encodeDG13(p *Persona, kind DG13) []byte {
	expires := p.Expires.vietnam()
	if expires == "" {
		expires = endless
	}
	parents := [][]byte{tlv.Encode(derSequence, utf8(p.Father)), tlv.Encode(derSequence, utf8(p.Mother))}
	if kind == DG13Nested {
		parents = [][]byte{tlv.Encode(derSequence, utf8(p.Father), utf8(p.Mother))}
	}
	var old [][]byte
	if p.OldNumber != "" {
		old = [][]byte{printable(p.OldNumber)}
	}
	fields := []struct {
		number byte
		values [][]byte
	}{
		{1, [][]byte{printable(p.Number)}},
		{2, [][]byte{utf8(p.Name)}},
		{3, [][]byte{printable(p.Birth.vietnam())}},
		{4, [][]byte{utf8(p.Sex)}},
		{5, [][]byte{utf8(p.Nationality)}},
		{6, [][]byte{utf8(p.Ethnicity)}},
		{7, [][]byte{utf8(p.Religion)}},
		{8, [][]byte{utf8(p.Origin)}},
		{9, [][]byte{utf8(p.Residence)}},
		{10, [][]byte{utf8(p.Marks)}},
		{11, [][]byte{printable(p.Issued.vietnam())}},
		{12, [][]byte{utf8(expires)}},
		{13, parents},
		{14, spouses(p.Spouses)},
		{15, old},
		{16, [][]byte{printable(p.ChipID)}},
	}
	var present [][]byte
	for _, f := range fields {
		if f.number == 15 && old == nil || kind == DG13Reduced && !slices.Contains(reducedFields, f.number) {
			continue
		}
		present = append(present, tlv.Encode(derSequence, append([][]byte{derNumber(f.number)}, f.values...)...))
	}
	body := [][]byte{derNumber(1), tlv.Encode(derOID, oidDG13), tlv.Encode(derSet, present...)}
	return tlv.Encode(0x6D, tlv.Encode(derSequence, body...))
}

func spouses(names []string) [][]byte {
	var out [][]byte
	for _, name := range names {
		out = append(out, tlv.Encode(derSequence, utf8(name)))
	}
	return out
}

func utf8(s string) []byte      { return tlv.Encode(derUTF8, []byte(s)) }
func printable(s string) []byte { return tlv.Encode(derPrintable, []byte(s)) }
