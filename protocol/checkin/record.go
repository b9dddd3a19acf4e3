package checkin

import (
	"errors"
	"fmt"
	"time"

	"motcua/protocol/personal"
	"motcua/protocol/request"
	"motcua/protocol/workday"
)

// Record is one person's CHECK-IN record, with its fields as they are written. The
// fields that are not here are written empty.
type Record struct {
	personal.Masked
	Stay          string // MA_LK: the hospital's number of the stay
	Name          string // HO_TEN: Unicode NFC, as the card writes it
	Number        string // SO_CCCD: 12 digits
	Birth         string // NGAY_SINH: yyyyMMddHHmm; what is not known is zeros
	Sex           string // GIOI_TINH: 1 man, 2 woman, 3 not known
	Card          string // MA_THE_BHYT: number of the insurance card; may be empty
	ValidFrom     string // GT_THE_TU: yyyyMMdd; may be empty
	ValidTo       string // GT_THE_DEN: yyyyMMdd; may be empty
	ArrivedAt     string // NGAY_VAO: yyyyMMddHHmm, time of Viet Nam
	KindOfService string // MA_LOAI_KCB: 01, an examination
	Facility      string // MA_CSKCB
}

// examination is the kind of service that people check in for at a kiosk
// (MA_LOAI_KCB of Decision 824/QD-BYT).
const examination = "01"

// Made is what a record is made of.
type Made struct {
	Stay, Facility string
	Subject        request.Subject
	// Seen is what the kiosk was told of the insurance, and Insurance what the centre
	// was told later; nil where nobody was asked.
	Seen      *request.InsuranceSeen
	Insurance *request.AnswerInsurance
	At        time.Time // of the check-in
}

// New makes the record of a check-in.
func New(m Made) (Record, error) {
	r := Record{
		Stay: m.Stay, Name: m.Subject.Name, Number: m.Subject.Number, Sex: sexes()[m.Subject.Sex], Facility: m.Facility,
		ArrivedAt: m.At.In(workday.Zone()).Format(minutes), KindOfService: examination,
	}
	if m.Seen != nil {
		r.Card = m.Seen.CardNo
	}
	var faults [3]error
	if i := m.Insurance; i != nil {
		if i.CardNo != "" {
			r.Card = i.CardNo
		}
		r.ValidFrom, faults[0] = turned(i.ValidFrom)
		r.ValidTo, faults[1] = turned(i.ValidTo)
	}
	r.Birth, faults[2] = turned(m.Subject.Birth)
	r.Birth += "0000" // no card tells the hour
	if err := errors.Join(faults[:]...); err != nil {
		return Record{}, err
	}
	return r, r.validate()
}

// Layouts of time.
const (
	minutes = "200601021504"
	day     = "20060102"
)

// sexes are the codes of GIOI_TINH.
func sexes() map[string]string { return map[string]string{"M": "1", "F": "2", "": "3"} }

// turned is a date of a request, dd/mm/yyyy or yyyy, with the year first.
func turned(date string) (string, error) {
	switch len(date) {
	case 0:
		return "", nil
	case 4:
		return date + "0000", nil
	}
	t, err := time.Parse("02/01/2006", date)
	if err != nil {
		return "", errors.New("a date of a check-in is not dd/mm/yyyy")
	}
	return t.Format(day), nil
}

// Bounds of the decision, in characters.
const (
	stayMost     = 100
	nameMost     = 255
	facilityMost = 32 // kiosks name facilities longer than the decision's five
	cardMost     = 15
)

// validate holds a record to its form. What is wrong is told without the value.
func (r Record) validate() error {
	for _, c := range []struct {
		field string
		good  bool
	}{
		{"MA_LK", plain(r.Stay, stayMost) && r.Stay != ""},
		{"HO_TEN", plain(r.Name, nameMost) && r.Name != ""},
		{"SO_CCCD", digits(r.Number, 12)},
		{"NGAY_SINH", knownFrom(r.Birth)},
		{"GIOI_TINH", r.Sex == "1" || r.Sex == "2" || r.Sex == "3"},
		{"MA_THE_BHYT", plain(r.Card, cardMost)},
		{"GT_THE_TU", r.ValidFrom == "" || is(day, r.ValidFrom)},
		{"GT_THE_DEN", r.ValidTo == "" || is(day, r.ValidTo)},
		{"NGAY_VAO", is(minutes, r.ArrivedAt)},
		{"MA_LOAI_KCB", digits(r.KindOfService, 2)},
		{"MA_CSKCB", plain(r.Facility, facilityMost) && r.Facility != ""},
	} {
		if !c.good {
			return fmt.Errorf("a check-in record: %s is not as it has to be", c.field)
		}
	}
	return nil
}

func digits(s string, n int) bool {
	ok := len(s) == n
	for _, c := range []byte(s) {
		ok = ok && c >= '0' && c <= '9'
	}
	return ok
}

func is(layout, s string) bool {
	_, err := time.Parse(layout, s)
	return err == nil && len(s) == len(layout)
}

// knownFrom takes a day of birth, or a year with zeros.
func knownFrom(birth string) bool {
	return is(minutes, birth) || len(birth) == len(minutes) && birth[4:] == "00000000" && is("2006", birth[:4])
}
