package emu

import (
	"bytes"
	"cmp"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"slices"
	"strings"
	"time"
)

//go:embed personas/*.json
var personaFiles embed.FS

// ErrPersona is wrapped by every error about a persona's file.
var ErrPersona = errors.New("invalid persona")

// Persona is one invented person: what the card says, what the insurance says,
// and how the chip behaves. The meaning of each field is in personas/README.md.
type Persona struct {
	ID    string `json:"id"`
	Story Story  `json:"story"`

	Number string `json:"number"` // 12 digits, beginning with 099
	Name   string `json:"name"`   // with diacritics, NFC
	Birth  Date   `json:"birth"`
	Sex    string `json:"sex"` // "Nam" or "Nữ"

	Document Document `json:"document,omitzero"` // absent: the identity card

	Nationality string   `json:"nationality"`
	Ethnicity   string   `json:"ethnicity"`
	Religion    string   `json:"religion"`
	Origin      string   `json:"origin"`
	Residence   string   `json:"residence"`
	Marks       string   `json:"marks"`
	Issued      Date     `json:"issued"`
	Expires     Date     `json:"expires"` // absent: "Không thời hạn"
	Father      string   `json:"father"`
	Mother      string   `json:"mother"`
	Spouses     []string `json:"spouses,omitempty"`
	OldNumber   string   `json:"old_number,omitempty"` // 9 digits
	ChipID      string   `json:"chip_id"`              // 16 hexadecimal digits

	Photo     Photo     `json:"photo"`
	Insurance Insurance `json:"insurance"`
	Chip      Profile   `json:"chip"`
	Expect    Expect    `json:"expect"`
}

// Story says in one line what the persona is for.
type Story struct {
	VI string `json:"vi"`
	EN string `json:"en"`
}

// Insurance is what the national insurance gateway knows about the person, in the
// fields of protocol/simcentral. The code is the gateway's own: 000 correct, 004
// new card issued, 010 expired, 050 no data, 500 server error. "timeout" stands for
// no answer at all.
type Insurance struct {
	Code         string `json:"code"`
	CardNo       string `json:"card_no,omitempty"` // 15 characters
	ValidFrom    Date   `json:"valid_from,omitzero"`
	ValidTo      Date   `json:"valid_to,omitzero"`
	Facility     string `json:"facility,omitempty"` // code of the first registered facility
	FacilityName string `json:"facility_name,omitempty"`
	FiveYears    Date   `json:"five_years,omitzero"`   // when five years without a gap are reached
	NewCardNo    string `json:"new_card_no,omitempty"` // with codes 003 and 004
	NewValidFrom Date   `json:"new_valid_from,omitzero"`
	NewValidTo   Date   `json:"new_valid_to,omitzero"`
}

// Expect is what the software has to make of the persona; tests compare.
type Expect struct {
	Verdict   string `json:"verdict"`   // genuine, integrity-only, forged
	Access    string `json:"access"`    // protocol a terminal ends up with: PACE-CAN or BAC
	Insurance string `json:"insurance"` // class of the answer: ok, new-card, reception, retry, …
}

// Date is a calendar day; the zero value is no date. Its text is YYYY-MM-DD.
type Date struct{ time.Time }

// UnmarshalText reads YYYY-MM-DD; an empty text is no date.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	t, err := time.Parse(time.DateOnly, string(b))
	if err != nil {
		return fmt.Errorf("date %q is not of the form YYYY-MM-DD", b)
	}
	d.Time = t
	return nil
}

// MarshalText writes YYYY-MM-DD, or nothing for no date.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.iso()), nil }

// UnmarshalJSON takes the text form only; without it the time's own form would
// be read.
func (d *Date) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	return d.UnmarshalText([]byte(s))
}

// MarshalJSON writes the text form.
func (d Date) MarshalJSON() ([]byte, error) { return json.Marshal(d.iso()) }

func (d Date) iso() string       { return d.format(time.DateOnly) }
func (d Date) vietnam() string   { return d.format("02/01/2006") } // in DG13
func (d Date) mrz() string       { return d.format("060102") }
func (d Date) printed() string   { return d.format("02012006") } // in the QR code
func (d Date) after(e Date) bool { return d.Time.After(e.Time) }

func (d Date) format(layout string) string {
	if d.IsZero() {
		return ""
	}
	return d.Time.Format(layout)
}

// String names the persona without saying anything about the person.
func (p *Persona) String() string { return "persona " + p.ID }

// LogValue keeps the person out of logs.
func (p *Persona) LogValue() slog.Value { return slog.StringValue(p.ID) }

// CAN is the number that opens the chip: the last six digits of the personal
// number, which a person types or the QR code carries.
func (p *Persona) CAN() string { return p.Number[6:] }

// QR is the text of the code printed on the front of the card (seven fields, as
// on cards since 2021).
func (p *Persona) QR() string {
	return strings.Join([]string{
		p.Number, p.OldNumber, p.Name, p.Birth.printed(), p.Sex, p.Residence, p.Issued.printed(),
	}, "|")
}

// LoadPersonas returns the built-in people, sorted by id. The error, if any, is
// a mistake in one of the embedded files.
func LoadPersonas() ([]*Persona, error) { return LoadPersonasFS(personaFiles, "personas") }

// LoadPersonasFS reads every *.json file of a folder, strictly: an unknown field,
// a missing one, a file name that differs from the id and a number used twice
// are errors. All mistakes of all files are told at once.
func LoadPersonasFS(fsys fs.FS, dir string) ([]*Persona, error) {
	names, err := fs.Glob(fsys, dir+"/*.json")
	if err != nil {
		return nil, fmt.Errorf("listing personas: %w", err)
	}
	var all []*Persona
	var faults []error
	for _, name := range names {
		p, err := loadFile(fsys, name)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		all = append(all, p)
	}
	faults = append(faults, checkUnique(all)...)
	if len(names) == 0 {
		faults = append(faults, fmt.Errorf("no *.json file in %q: %w", dir, ErrPersona))
	}
	slices.SortFunc(all, func(a, b *Persona) int { return cmp.Compare(a.ID, b.ID) })
	return all, errors.Join(faults...)
}

// FindPersona picks one by id.
func FindPersona(all []*Persona, id string) (*Persona, error) {
	for _, p := range all {
		if p.ID == id {
			return p, nil
		}
	}
	return nil, fmt.Errorf("no persona %q: %w", id, fs.ErrNotExist)
}

func loadFile(fsys fs.FS, name string) (*Persona, error) {
	b, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("reading persona: %w", err)
	}
	p, err := ParsePersona(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if !strings.HasSuffix(name, "/"+p.ID+".json") {
		return nil, fmt.Errorf("%s: id is %q: %w", name, p.ID, ErrPersona)
	}
	return p, nil
}

// ParsePersona reads and checks one persona.
func ParsePersona(b []byte) (*Persona, error) {
	p := &Persona{Photo: Photo{Size: DefaultPhotoSize}, Chip: DefaultProfile()}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(p); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPersona, err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: something follows the object", ErrPersona)
	}
	if err := p.Validate(); err != nil {
		return nil, err
	}
	return p, nil
}
