package main

import (
	"encoding/json"
	"io"

	"motcua/protocol/emrtd"
	"motcua/provisioning/cardread"
)

// report is the JSON object of "card read". Fields may be added; none changes its
// meaning.
type report struct {
	Reader      string        `json:"reader,omitempty"`
	Verdict     emrtd.Verdict `json:"verdict,omitempty"` // absent when the reading failed
	Reasons     []string      `json:"reasons,omitempty"`
	Differences []difference  `json:"differences,omitempty"`
	Masked      bool          `json:"masked"`
	Identity    *person       `json:"identity,omitempty"`
	MRZ         []string      `json:"mrz,omitempty"` // lines; only with --reveal
	Access      string        `json:"access,omitempty"`
	ChipProof   *proof        `json:"chip_proof,omitempty"`
	Signature   *signed       `json:"signature,omitempty"`
	Groups      []group       `json:"groups,omitempty"`
	PhotoBytes  int           `json:"photo_bytes,omitempty"`
	Exchanges   *exchanges    `json:"exchanges,omitempty"`
	ElapsedMS   int64         `json:"elapsed_ms"`
	Fault       *problem      `json:"fault,omitempty"`
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
	Kind      string `json:"kind"` // AA
	Algorithm string `json:"algorithm,omitempty"`
	Valid     bool   `json:"valid"`
	Covered   bool   `json:"covered"`
}

type signed struct {
	Hash      string `json:"hash"`
	Algorithm string `json:"algorithm"`
	Authority string `json:"authority,omitempty"` // the trusted one
}

type group struct {
	Number int  `json:"number"`
	Read   bool `json:"read"`
	Match  bool `json:"match"`
}

type exchanges struct {
	APDUs    int `json:"apdus"`
	BytesOut int `json:"bytes_out"`
	BytesIn  int `json:"bytes_in"`
}

// writeJSON prints a reading for a program to read, also one that failed.
func writeJSON(w io.Writer, r *cardread.Reading, p *problem, reveal bool) error {
	out := report{Reader: r.Reader, Masked: !reveal, Fault: p, ElapsedMS: r.Took.Milliseconds()}
	if d := r.Document; d != nil {
		out.Access = d.Access
		out.Exchanges = &exchanges{d.Stats.APDUs, d.Stats.BytesOut, d.Stats.BytesIn}
		if p == nil || p.judged {
			out.judged(r, reveal)
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
		o.Reasons = append(o.Reasons, string(reason))
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
	if a := d.ActiveAuth; a != nil {
		o.ChipProof = &proof{"AA", a.Algorithm, a.Valid, v.ChipProof != ""}
	}
	if v.Signature != "" {
		o.Signature = &signed{v.Hash, v.Signature, v.Anchor}
	}
	for _, g := range v.Groups {
		o.Groups = append(o.Groups, group{g.Number, g.Read, g.Match})
	}
	o.PhotoBytes = len(d.DG(2))
}
