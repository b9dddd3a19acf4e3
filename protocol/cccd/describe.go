package cccd

import "log/slog"

// Detail is one line of what a Vietnamese card says about a person.
type Detail struct {
	Field int    // its number in DG13
	Name  string // of the field, stable: "residence"
	// Values are what the chip says, none when the field is there and empty.
	Values []string
	// OnChip is false when the chip does not carry the field. Nothing is put in
	// its place.
	OnChip bool
}

// LogValue keeps a person out of the logs and tells which field it is.
func (d Detail) LogValue() slog.Value { return slog.StringValue(d.String()) }

// String keeps a person out of messages and tells which field it is.
func (d Detail) String() string {
	if !d.OnChip {
		return "[" + d.Name + ": not on the chip]"
	}
	return "[" + d.Name + "]"
}

// GoString keeps a person out of %#v.
func (d Detail) GoString() string { return d.String() }

// fieldNames are the fields of DG13 by number, less one.
var fieldNames = [16]string{
	"number", "name", "birth", "sex", "nationality", "ethnicity", "religion", "origin", "residence", "features", "issued", "expires",
	"parents", "spouses", "old number", "chip id",
}

// Describe tells all sixteen fields in their order, also those that are not on
// the chip. dg may be nil: a card without DG13 carries none.
func Describe(dg *DG13) []Detail {
	all := make([]Detail, len(fieldNames))
	for i, name := range fieldNames {
		all[i] = Detail{Field: i + 1, Name: name, OnChip: dg.OnChip(i + 1)}
	}
	if dg == nil {
		return all
	}
	for i, value := range []string{
		dg.Number, dg.Name, dg.Birth, dg.Sex, dg.Nationality, dg.Ethnicity, dg.Religion, dg.Origin, dg.Residence, dg.Features, dg.Issued,
		dg.Expires, "", "", dg.OldNumber, dg.ChipID,
	} {
		if value != "" {
			all[i].Values = []string{value}
		}
	}
	if dg.Father != "" || dg.Mother != "" {
		all[FieldNoParents-1].Values = []string{dg.Father, dg.Mother}
	}
	all[FieldNoSpouses-1].Values = dg.Spouses
	return all
}
