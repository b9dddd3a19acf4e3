package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"motcua/protocol/emrtd"
	"motcua/provisioning/cardread"
)

// rows writes labels and values in two columns.
type rows struct{ *tabwriter.Writer }

// add writes one row; without a value there is none.
func (r rows) add(label, value string) {
	if value != "" {
		fmt.Fprintf(r, "%s\t%s\n", label, value)
	}
}

// writeText prints a reading for a person to read.
func writeText(w io.Writer, o outcome, reveal bool) error {
	r := o.reading
	d := r.Document
	t := rows{tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)}
	t.add("verdict", string(d.Trust.Verdict))
	for _, reason := range d.Trust.Reasons {
		words := wordsFor(reason)
		t.add("because", words.means)
		if words.todo != adviceNothing {
			t.add("  do", words.todo)
		}
	}
	for _, x := range r.Differences {
		t.add("differs", x.String())
	}
	t.person(r, reveal)
	t.add("access", d.Access)
	t.add("channel", d.Channel)
	t.add("chip proof", chipProof(d))
	t.add("signature", signature(d.Trust))
	t.add("issuer", issuer(d.Trust))
	t.add("data groups", groupList(r.Groups))
	t.add("photo", photo(o))
	for _, details := range cardread.DetailsOf(d) {
		t.details(details, reveal)
	}
	t.add("learned", learned(d.Habits))
	t.add("exchanges", fmt.Sprintf("%d APDUs, %d bytes out, %d bytes in, %.2f s", d.Stats.APDUs, d.Stats.BytesOut, d.Stats.BytesIn, r.Took.Round(time.Millisecond).Seconds()))
	t.add("reader", r.Reader)
	return t.Flush()
}

func (t rows) person(r *cardread.Reading, reveal bool) {
	who := r.Identity
	if !reveal {
		who = who.Masked()
	}
	t.add("number", who.Number)
	t.add("name", who.Name)
	t.add("born", who.Birth)
	t.add("sex", who.Sex)
	t.add("nationality", who.Nationality)
	t.add("expires", who.Expires)
	if reveal {
		for i, line := range r.Document.MRZ.Lines {
			t.add([]string{"mrz", "", ""}[min(i, 2)], line)
		}
	}
}

// details tells what a group holds, and masked only of what kinds.
func (t rows) details(d cardread.Details, reveal bool) {
	label := fmt.Sprintf("DG%d", d.Group)
	if d.Err != nil {
		t.add(label, "cannot be understood")
		return
	}
	if len(d.NotOnChip) > 0 {
		t.add(label, "not on the chip: "+strings.ReplaceAll(strings.Join(d.NotOnChip, ", "), "_", " "))
	}
	if !reveal {
		var names []string
		for _, f := range d.Fields {
			names = append(names, fieldName(f))
		}
		t.add(label, "holds "+strings.Join(names, ", "))
		return
	}
	for _, f := range d.Fields {
		t.add(label+" "+fieldName(f), strings.Join(f.Values, "; "))
	}
}

func fieldName(f cardread.Field) string { return strings.ReplaceAll(f.Name, "_", " ") }

// groupList groups the numbers by what became of them.
func groupList(groups []cardread.Group) string {
	var parts []string
	for _, state := range []cardread.State{cardread.StateRead, cardread.StateAltered, cardread.StateUnsigned, cardread.StateWithheld, cardread.StateNotRead} {
		var numbers []string
		for _, g := range groups {
			if g.State == state {
				numbers = append(numbers, fmt.Sprint(g.Number))
			}
		}
		if len(numbers) > 0 {
			parts = append(parts, stateText[state]+" "+strings.Join(numbers, " "))
		}
	}
	return strings.Join(parts, "; ")
}

var stateText = map[cardread.State]string{
	cardread.StateRead: "read", cardread.StateAltered: "altered", cardread.StateUnsigned: "not signed",
	cardread.StateWithheld: "withheld by the chip", cardread.StateNotRead: "not read",
}

// chipProof says how the chip proved that it is the original.
func chipProof(d *emrtd.Document) string {
	kind, algorithm := proofOf(d)
	text := map[string]string{"AA": "active authentication", "CA": "chip authentication", "CAM": "chip authentication mapping"}[kind]
	switch {
	case d.Trust.Has(emrtd.ReasonChipProofFalse):
		return "false"
	case kind == "":
		return "none"
	case d.Trust.ChipProof == "":
		return text + ", " + algorithm + ", by a key that the issuer did not sign"
	}
	return text + ", " + algorithm
}

// proofOf tells what the chip did to prove itself, whether or not it counts, and by
// which algorithm; "" for nothing.
func proofOf(d *emrtd.Document) (kind, algorithm string) {
	opened, agreed, again := strings.Cut(d.Channel, " + ")
	switch {
	case d.Trust.ChipProof == "AA", d.Trust.ChipProof == "" && d.ActiveAuth != nil:
		if d.ActiveAuth != nil {
			algorithm = d.ActiveAuth.Algorithm
		}
		return "AA", algorithm
	case d.Trust.ChipProof == "CAM", d.Trust.ChipProof == "" && strings.Contains(opened, "-CAM "):
		return "CAM", strings.TrimPrefix(opened, "PACE-")
	case d.Trust.ChipProof == "CA", again:
		return "CA", strings.TrimPrefix(agreed, "CA-")
	}
	return "", ""
}

func signature(v emrtd.Verification) string {
	if v.Signature == "" {
		return "none"
	}
	text := v.Signature + " over " + v.Hash
	if v.LDS != "" {
		text += ", LDS " + v.LDS
	}
	if !v.SignedAt.IsZero() {
		text += ", signed on " + v.SignedAt.UTC().Format(time.DateOnly)
	}
	return text
}

func issuer(v emrtd.Verification) string {
	switch {
	case v.Anchor != "":
		return "trusted authority " + v.Anchor
	case v.Has(emrtd.ReasonNoAnchors):
		return "not checked, no authority given (--trust)"
	case v.Signer != nil:
		return "not a trusted authority"
	}
	return ""
}

func photo(o outcome) string {
	b := o.reading.Document.DG(2)
	switch {
	case b == nil:
		return "not read"
	case o.photo != nil:
		return fmt.Sprintf("%d bytes, %d by %d pixels, written to %s", len(b), o.photo.Width, o.photo.Height, o.photo.File)
	}
	return fmt.Sprintf("%d bytes", len(b))
}

// learned says what the reading taught about such cards.
func learned(h emrtd.Habits) string {
	var parts []string
	if h.Chunk > 0 {
		parts = append(parts, fmt.Sprintf("gives %d bytes at once", h.Chunk))
	}
	if h.Limit > 0 {
		parts = append(parts, fmt.Sprintf("refuses %d", h.Limit))
	}
	for _, habit := range []struct {
		is   bool
		text string
	}{
		{h.NoSFI, "takes no short identifiers"},
		{h.StrictEnd, "gives nothing across the end of a file"},
		{h.ShortOnly, "the reader carries no extended length"},
	} {
		if habit.is {
			parts = append(parts, habit.text)
		}
	}
	return strings.Join(parts, "; ")
}
