package emu

import (
	"errors"
	"fmt"
	"regexp"
	"slices"

	"golang.org/x/text/unicode/norm"
)

var (
	idForm     = regexp.MustCompile(`^[a-z][a-z0-9-]{0,15}$`)
	numberForm = regexp.MustCompile(`^099[0-9]{9}$`)
	oldForm    = regexp.MustCompile(`^(099[0-9]{6})?$`)
	chipIDForm = regexp.MustCompile(`^[0-9A-F]{16}$`)
	cardNoForm = regexp.MustCompile(`^[A-Z]{2}[1-5]99[0-9]{10}$`)
)

// Smallest and greatest EF.DG2 a persona may ask for. The lower bound leaves
// room for the drawing, the upper one for what a reader has to stand.
const (
	MinPhotoSize = 10 << 10
	MaxPhotoSize = 96 << 10
	// DefaultPhotoSize of EF.DG2, in bytes: what cards are taken to carry.
	DefaultPhotoSize = 14_900
)

var (
	verdicts         = []string{"genuine", "integrity-only", "forged"}
	accesses         = []string{"PACE-CAN", "PACE-MRZ", "BAC"}
	insuranceClasses = []string{"ok", "new-card", "reception", "pending", "child", "retry", "discrepancy", "ops", "unavailable"}
	insuranceCodes   = []string{
		"000", "001", "002", "003", "004", "010", "050", "051", "052", "053", "054", "055", "060", "061", "070",
		"100", "101", "110", "120", "121", "122", "123", "124", "130", "205", "401", "500", "timeout",
	}
)

// checker collects faults, so that an author sees all of them at once.
type checker struct{ faults []error }

func (c *checker) need(ok bool, format string, args ...any) {
	if !ok {
		c.faults = append(c.faults, fmt.Errorf("%w: "+format, append([]any{ErrPersona}, args...)...))
	}
}

// Validate tells everything that is wrong with a persona.
func (p *Persona) Validate() error {
	c := &checker{}
	c.need(idForm.MatchString(p.ID), "id %q: want a short lower-case word", p.ID)
	c.need(p.Story.VI != "" && p.Story.EN != "", "story: want vi and en")
	p.checkPerson(c)
	p.checkDocument(c)
	p.checkCard(c)
	p.Insurance.check(c)
	p.Chip.check(c)
	c.need(slices.Contains(verdicts, p.Expect.Verdict), "expect.verdict %q: want one of %q", p.Expect.Verdict, verdicts)
	c.need(slices.Contains(accesses, p.Expect.Access), "expect.access %q: want one of %q", p.Expect.Access, accesses)
	c.need(slices.Contains(insuranceClasses, p.Expect.Insurance), "expect.insurance %q: want one of %q", p.Expect.Insurance, insuranceClasses)
	return errors.Join(c.faults...)
}

func (p *Persona) checkPerson(c *checker) {
	c.need(numberForm.MatchString(p.Number), "number: want 12 digits beginning with 099, which no real number does")
	c.need(p.Sex == "Nam" || p.Sex == "Nữ", `sex %q: want "Nam" or "Nữ"`, p.Sex)
	c.need(!p.Birth.IsZero(), "birth: want YYYY-MM-DD")
	if numberForm.MatchString(p.Number) && !p.Birth.IsZero() {
		c.need(p.Number[3:6] == p.genderAndYear(), "number: digits 4 to 6 have to be %s for this sex and year of birth", p.genderAndYear())
	}
	for _, f := range []struct{ field, text string }{
		{"name", p.Name},
		{"nationality", p.Nationality},
		{"ethnicity", p.Ethnicity},
		{"religion", p.Religion},
		{"origin", p.Origin},
		{"residence", p.Residence},
		{"marks", p.Marks},
		{"father", p.Father},
		{"mother", p.Mother},
	} {
		c.need(f.text != "", "%s: missing", f.field)
		c.need(norm.NFC.IsNormalString(f.text), "%s: write it composed (Unicode NFC)", f.field)
	}
	_, err := mrzName(p.Name, 39)
	c.need(err == nil, "name: %v", err)
}

func (p *Persona) checkCard(c *checker) {
	c.need(!p.Issued.IsZero() && p.Issued.after(p.Birth), "issued: want a day after the birth")
	c.need(p.Expires.IsZero() || p.Expires.after(p.Issued), "expires: want a day after issued, or leave it out")
	c.need(oldForm.MatchString(p.OldNumber), "old_number: want 9 digits beginning with 099, or leave it out")
	c.need(chipIDForm.MatchString(p.ChipID), "chip_id: want 16 hexadecimal digits")
	p.Photo.check(c)
}

// genderAndYear is what digits 4 to 6 of a personal number say: century and sex
// in one digit, then the year of birth.
func (p *Persona) genderAndYear() string {
	digit := (p.Birth.Year()/100 - 19) * 2
	if p.Sex == "Nữ" {
		digit++
	}
	return fmt.Sprintf("%d%02d", digit, p.Birth.Year()%100)
}

func (i *Insurance) check(c *checker) {
	c.need(slices.Contains(insuranceCodes, i.Code), "insurance.code %q: unknown", i.Code)
	c.need(i.CardNo == "" || cardNoForm.MatchString(i.CardNo), "insurance.card_no: want 15 characters, province 99, such as DN4990990000000")
	c.need(i.CardNo == "" || i.ValidTo.after(i.ValidFrom), "insurance.valid_to: want a day after valid_from")
	switch i.Code {
	case "000", "003", "004", "010":
		c.need(i.CardNo != "" && i.Facility != "" && i.FacilityName != "", "insurance: code %s needs card_no, facility and facility_name", i.Code)
	}
	renewed := i.Code == "003" || i.Code == "004"
	c.need(renewed == (i.NewCardNo != ""), "insurance.new_card_no: belongs to codes 003 and 004")
	c.need(!renewed || cardNoForm.MatchString(i.NewCardNo) && i.NewValidTo.after(i.NewValidFrom), "insurance.new_card_no, new_valid_from, new_valid_to: incomplete")
}

func checkUnique(all []*Persona) []error {
	seen := make(map[string]string)
	var faults []error
	for _, p := range all {
		if other, taken := seen[p.Number]; taken {
			faults = append(faults, fmt.Errorf("%w: %s and %s have the same number", ErrPersona, other, p.ID))
		}
		seen[p.Number] = p.ID
	}
	return faults
}
