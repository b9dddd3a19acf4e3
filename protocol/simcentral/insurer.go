package simcentral

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"motcua/protocol/gateway"
	"motcua/protocol/request"
)

// Record is what the insurer knows about one person. Dates are yyyy-mm-dd.
type Record struct {
	Code         string `json:"code"` // result code, or "timeout"
	Name         string `json:"name,omitempty"`
	Birth        string `json:"birth,omitempty"`
	CardNo       string `json:"card_no,omitempty"` // 15 characters
	ValidFrom    string `json:"valid_from,omitempty"`
	ValidTo      string `json:"valid_to,omitempty"`
	Facility     string `json:"facility,omitempty"` // code of the first registered facility
	FacilityName string `json:"facility_name,omitempty"`
	FiveYears    string `json:"five_years,omitempty"`
	NewCardNo    string `json:"new_card_no,omitempty"` // with codes 003 and 004
	NewValidFrom string `json:"new_valid_from,omitempty"`
	NewValidTo   string `json:"new_valid_to,omitempty"`
}

// Insurer simulates the insurance gateway; it answers service H09.
type Insurer struct {
	byNumber map[string]Record
	byCard   map[string]Record
}

// ReadInsurer reads bhyt.json: an object of records by personal number.
func ReadInsurer(data []byte) (*Insurer, error) {
	var records map[string]Record
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&records); err != nil {
		return nil, fmt.Errorf("reading insurance records: %w", err)
	}
	return NewInsurer(records)
}

// NewInsurer makes an insurer from records by personal number.
func NewInsurer(records map[string]Record) (*Insurer, error) {
	in := &Insurer{byNumber: map[string]Record{}, byCard: map[string]Record{}}
	n := 0
	for number, r := range records {
		n++
		if err := r.check(); err != nil {
			return nil, fmt.Errorf("reading insurance records: record %d of %d: %w", n, len(records), err)
		}
		in.byNumber[number] = r
		for _, card := range []string{r.CardNo, r.NewCardNo} {
			if card != "" {
				in.byCard[card] = r
			}
		}
	}
	return in, nil
}

func (r Record) check() error {
	for _, d := range []string{r.Birth, r.ValidFrom, r.ValidTo, r.FiveYears, r.NewValidFrom, r.NewValidTo} {
		if d == "" {
			continue
		}
		if _, err := time.Parse(time.DateOnly, d); err != nil {
			return fmt.Errorf("a date is not yyyy-mm-dd")
		}
	}
	if r.Code == "" {
		return fmt.Errorf("no result code")
	}
	return nil
}

// Handle implements gateway.Service for H09.
func (in *Insurer) Handle(_ context.Context, _ gateway.State, r gateway.Request) (gateway.Outcome, error) {
	form, ok := r.Form.(request.CardValidity)
	if !ok {
		return gateway.Outcome{}, fmt.Errorf("looking a card up: not the form of this service")
	}
	card := ""
	if form.LookupBy == request.LookupCard {
		card = form.CardNo
	}
	a := in.Look(*r.Inner.Subject, card, r.Now)
	return gateway.Outcome{Class: a.Class, Codes: codes(a), Answer: &request.Answer{Insurance: &a}}, nil
}

// Known implements [Insurance]: everything is known at once.
func (in *Insurer) Known(_ gateway.State, r gateway.Request) (a request.AnswerInsurance, again bool, err error) {
	return in.Look(*r.Inner.Subject, "", r.Now), false, nil
}

// Ask implements [Insurance].
func (in *Insurer) Ask(_ context.Context, _ gateway.State, r gateway.Request) (request.AnswerInsurance, error) {
	return in.Look(*r.Inner.Subject, "", r.Now), nil
}

// codes are the result codes that travel in clear.
func codes(a request.AnswerInsurance) []string {
	if a.Code == "" {
		return nil
	}
	return []string{a.Code}
}

// Look asks for a person by personal number, or by card number when that is not
// empty. As the real gateway does, it compares name and date of birth.
func (in *Insurer) Look(s request.Subject, card string, now time.Time) request.AnswerInsurance {
	record, found := in.byNumber[s.Number]
	if card != "" {
		record, found = in.byCard[card]
	}
	if !found {
		return answer(Record{Code: "050"}, now)
	}
	record.Code = record.CodeFor(s, now)
	return answer(record, now)
}

// CodeFor is the record's code, unless the person or the day makes it another.
func (r Record) CodeFor(s request.Subject, now time.Time) string {
	switch ClassOf(r.Code) {
	case request.ClassOK, request.ClassNewCard:
	default:
		return r.Code
	}
	switch {
	case r.Name != "" && fold(r.Name) != fold(s.Name) && initials(r.Name) == initials(s.Name):
		return "061"
	case r.Name != "" && fold(r.Name) != fold(s.Name):
		return "060"
	case r.Birth != "" && !sameBirth(r.Birth, s.Birth):
		return "070"
	case r.Code == "000" && r.ValidTo != "" && r.ValidTo < now.In(time.FixedZone("+07", 7*60*60)).Format(time.DateOnly):
		return "010"
	}
	return r.Code
}

func answer(r Record, now time.Time) request.AnswerInsurance {
	a := request.AnswerInsurance{Class: ClassOf(r.Code), Code: r.Code, AsOf: now.UnixMilli()}
	switch {
	case r.Code == Timeout:
		a.Code = ""
	case a.Class == request.ClassNewCard:
		a.CardNo, a.ValidFrom, a.ValidTo = r.NewCardNo, day(r.NewValidFrom), day(r.NewValidTo)
	case a.Class == request.ClassOK, r.Code == "010":
		a.CardNo, a.ValidFrom, a.ValidTo = r.CardNo, day(r.ValidFrom), day(r.ValidTo)
	}
	if a.CardNo != "" {
		a.Facility, a.FiveYears = r.FacilityName, day(r.FiveYears)
	}
	return a
}

// day turns yyyy-mm-dd into dd/mm/yyyy.
func day(iso string) string {
	t, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return ""
	}
	return t.Format("02/01/2006")
}

// sameBirth compares yyyy-mm-dd with dd/mm/yyyy, or with the year alone.
func sameBirth(iso, birth string) bool {
	if len(birth) == 4 {
		return strings.HasPrefix(iso, birth)
	}
	return day(iso) == birth
}

// fold makes two writings of one name equal.
func fold(name string) string {
	return strings.ToUpper(strings.Join(strings.Fields(norm.NFC.String(name)), " "))
}

func initials(name string) string {
	var out strings.Builder
	for word := range strings.FieldsSeq(fold(name)) {
		for _, r := range word {
			out.WriteRune(r)
			break
		}
	}
	return out.String()
}
