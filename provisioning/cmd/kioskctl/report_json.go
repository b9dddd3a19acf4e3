package main

import (
	"encoding/json"
	"io"
	"time"

	"motcua/protocol/emrtd"
	"motcua/provisioning/cardread"
)

// report is the JSON object of "card read". Fields may be added; none changes its
// meaning.
type report struct {
	Reader  string        `json:"reader,omitempty"`
	Verdict emrtd.Verdict `json:"verdict,omitempty"` // absent when the reading failed
	Reasons []string      `json:"reasons,omitempty"`
	// Explanations say what the reasons mean, in words that may change.
	Explanations []explanation `json:"explanations,omitempty"`
	Differences  []difference  `json:"differences,omitempty"`
	Masked       bool          `json:"masked"`
	Identity     *person       `json:"identity,omitempty"`
	MRZ          []string      `json:"mrz,omitempty"` // lines; only with --reveal
	Access       string        `json:"access,omitempty"`
	Channel      string        `json:"channel,omitempty"`
	ChipProof    *proof        `json:"chip_proof,omitempty"`
	Signature    *signed       `json:"signature,omitempty"`
	Groups       []group       `json:"groups,omitempty"`
	Details      []details     `json:"details,omitempty"` // of DG11, DG12, DG13, DG16
	PhotoBytes   int           `json:"photo_bytes,omitempty"`
	Photo        *savedPhoto   `json:"photo,omitempty"` // where it was written
	Learned      *emrtd.Habits `json:"learned,omitempty"`
	Exchanges    *exchanges    `json:"exchanges,omitempty"`
	ElapsedMS    int64         `json:"elapsed_ms"`
	Fault        *problem      `json:"fault,omitempty"`
}

type person struct {
	Number      string `json:"number,omitempty"`
	Name        string `json:"name,omitempty"`
	Birth       string `json:"birth,omitempty"` // dd/mm/yyyy
	Sex         string `json:"sex,omitempty"`
	Nationality string `json:"nationality,omitempty"`
	Expires     string `json:"expires,omitempty"`
}

type difference struct {
	Field string    `json:"field"`
	In    [2]string `json:"in"`
}

// proof counts only when it is covered: by a key that the issuer signed.
type proof struct {
	Kind      string `json:"kind"` // AA, CA or CAM
	Algorithm string `json:"algorithm,omitempty"`
	Valid     bool   `json:"valid"`
	Covered   bool   `json:"covered"`
}

type signed struct {
	Hash      string `json:"hash"`
	Algorithm string `json:"algorithm"`
	Authority string `json:"authority,omitempty"` // the trusted one
	LDS       string `json:"lds,omitempty"`
	SignedAt  string `json:"signed_at,omitempty"` // RFC 3339, UTC
}

type explanation struct {
	Reason string `json:"reason"`
	Means  string `json:"means"`
	Action string `json:"action"`
}

type group struct {
	Number int            `json:"number"`
	Read   bool           `json:"read"`
	Match  bool           `json:"match"`
	State  cardread.State `json:"state"`
	Bytes  int            `json:"bytes,omitempty"`
}

type details struct {
	Group  int     `json:"group"`
	Fields []field `json:"fields,omitempty"` // absent when the group cannot be understood
	// NotOnChip are fields of DG13 that this card does not carry.
	NotOnChip []string `json:"not_on_chip,omitempty"`
}

type field struct {
	Name   string   `json:"name"`
	Values []string `json:"values,omitempty"` // only with --reveal
}

type exchanges struct {
	APDUs    int `json:"apdus"`
	BytesOut int `json:"bytes_out"`
	BytesIn  int `json:"bytes_in"`
}

// writeJSON prints a reading for a program to read, also one that failed.
func writeJSON(w io.Writer, o outcome, p *problem, reveal bool) error {
	r := o.reading
	out := report{Reader: r.Reader, Masked: !reveal, Fault: p, ElapsedMS: r.Took.Milliseconds()}
	if d := r.Document; d != nil {
		out.Access, out.Channel = d.Access, d.Channel
		out.Exchanges = &exchanges{d.Stats.APDUs, d.Stats.BytesOut, d.Stats.BytesIn}
		if p == nil || p.judged {
			out.judged(r, reveal)
			out.Photo = o.photo
		}
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(out)
}

// judged adds what is known of a card that was read to its end.
func (o *report) judged(r *cardread.Reading, reveal bool) {
	d := r.Document
	v := d.Trust
	o.Verdict = v.Verdict
	for _, reason := range v.Reasons {
		words := wordsFor(reason)
		o.Reasons = append(o.Reasons, string(reason))
		o.Explanations = append(o.Explanations, explanation{string(reason), words.means, words.todo})
	}
	for _, x := range r.Differences {
		o.Differences = append(o.Differences, difference{string(x.Field), [2]string{string(x.A), string(x.B)}})
	}
	who := r.Identity.Masked()
	if reveal {
		who = r.Identity
		o.MRZ = d.MRZ.Lines
	}
	o.Identity = &person{who.Number, who.Name, who.Birth, who.Sex, who.Nationality, who.Expires}
	if kind, algorithm := proofOf(d); kind != "" {
		o.ChipProof = &proof{kind, algorithm, !v.Has(emrtd.ReasonChipProofFalse), v.ChipProof != ""}
	}
	if v.Signature != "" {
		o.Signature = signedOf(v)
	}
	for _, g := range r.Groups {
		o.Groups = append(o.Groups, group{g.Number, g.Bytes > 0, g.State == cardread.StateRead, g.State, g.Bytes})
	}
	for _, x := range cardread.DetailsOf(d) {
		o.Details = append(o.Details, detailsFrom(x, reveal))
	}
	o.PhotoBytes = len(d.DG(2))
	if d.Habits != (emrtd.Habits{}) {
		o.Learned = &d.Habits
	}
}

func signedOf(v emrtd.Verification) *signed {
	s := &signed{Hash: v.Hash, Algorithm: v.Signature, Authority: v.Anchor, LDS: v.LDS}
	if !v.SignedAt.IsZero() {
		s.SignedAt = v.SignedAt.UTC().Format(time.RFC3339)
	}
	return s
}

func detailsFrom(d cardread.Details, reveal bool) details {
	out := details{Group: d.Group, NotOnChip: d.NotOnChip}
	for _, f := range d.Fields {
		shown := field{Name: f.Name}
		if reveal {
			shown.Values = f.Values
		}
		out.Fields = append(out.Fields, shown)
	}
	return out
}
