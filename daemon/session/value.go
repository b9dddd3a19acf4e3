package session

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"motcua/protocol/catalogue"
	"motcua/protocol/cccd"
	"motcua/protocol/request"
)

// parse makes a value of what a person answered, and holds it against the catalogue.
// Nothing at all is no answer.
func parse(q catalogue.Field, text string) (v request.Value, given bool, p catalogue.Problem) {
	text = norm.NFC.String(strings.TrimSpace(text))
	if text == "" {
		return request.Value{}, false, ""
	}
	switch q.Kind {
	case catalogue.KindNumber, catalogue.KindAmount:
		n, err := strconv.ParseUint(text, 10, 63)
		if err != nil {
			return request.Value{}, true, catalogue.OutOfRange
		}
		v = request.NumberValue(n)
	case catalogue.KindYesNo:
		if text != "yes" && text != "no" {
			return request.Value{}, true, catalogue.NoChoice
		}
		v = request.YesNoValue(text == "yes")
	case catalogue.KindPerson:
		qr, err := cccd.ParseQR(text)
		if err != nil {
			return request.Value{}, true, catalogue.Malformed
		}
		v = request.PersonValue(request.Subject{Number: qr.Number, Name: qr.Name, Birth: qr.Birth})
	case catalogue.KindChoices:
		v = request.ListValue(strings.Split(text, "\n")...)
	case catalogue.KindCodes: // none of them has a space
		v = request.ListValue(strings.Fields(text)...)
	case catalogue.KindInsurance, catalogue.KindAccount: // letters of these are capitals
		v = request.TextValue(strings.ToUpper(text))
	default:
		v = request.TextValue(text)
	}
	return v, true, q.CheckAt(v, time.Now())
}

// written is a value as [parse] reads it; empty for none.
func written(v request.Value) string {
	if text, ok := v.Text(); ok {
		return text
	}
	if n, ok := v.Number(); ok {
		return strconv.FormatUint(n, 10)
	}
	if yes, ok := v.YesNo(); ok {
		if yes {
			return "yes"
		}
		return "no"
	}
	list, _ := v.List()
	return strings.Join(list, "\n")
}

// fills tells whether the kiosk itself puts a value into a field of a form.
func fills(service, field string) bool {
	return slices.Contains([][2]string{
		{catalogue.Pension, "month"},
		{catalogue.RecordConsent, "text_version"},
		{catalogue.ElectronicID, "nonce"},
		{catalogue.Discrepancy, "chip"},
		{catalogue.Death, "card_shown"},
		{catalogue.BirthFile, "certificate_facility"},
		{catalogue.BirthFile, "birth_place"},
		{catalogue.RecordDose, "session"},
		{catalogue.VaccineCert, "act"},
	}, [2]string{service, field})
}

// filled is the value that the kiosk puts into a field; empty for none.
func (s *Session) filled(field string) (string, error) {
	v := s.visit
	switch field {
	case "month":
		return time.Now().Format("01/2006"), nil
	case "text_version":
		agreed := catalogue.ConsentHash(v.service, v.lang)
		return hex.EncodeToString(agreed[:8]), nil
	case "nonce":
		var once [16]byte
		_, err := io.ReadFull(s.cfg.Rand, once[:])
		return hex.EncodeToString(once[:]), err
	case "chip":
		return v.chipDigest(), nil
	case "card_shown":
		deceased, _ := v.form.service().Other("deceased")
		return map[bool]string{true: "yes", false: "no"}[v.form.by(deceased) == string(request.KnownByCard)], nil
	case "certificate_facility":
		return s.cfg.Device.Facility, nil
	case "birth_place":
		return s.cfg.Device.FacilityName, nil
	case "session", "act": // as it was when the form began
		text, _ := v.form.values[field].Text()
		return text, nil
	}
	return "", nil
}

// chipDigest is the SHA-256 of what the chip says in the field that a discrepancy is
// about; empty where a chip says nothing.
func (v *visit) chipDigest() string {
	about, _ := v.form.values["field"].Text()
	value := map[string]string{
		"name": v.chip.subject.Name, "birth": v.chip.subject.Birth, "sex": v.chip.subject.Sex, "number": v.chip.subject.Number,
	}[about]
	if value == "" {
		return ""
	}
	digest := sha256.Sum256([]byte(value))
	return hex.EncodeToString(digest[:])
}

// complete is the form as it is sent: what was answered, and what the kiosk puts in.
func (s *Session) complete() (request.GenericForm, error) {
	f := &s.visit.form
	svc, values := f.service(), map[string]request.Value{}
	for id, v := range f.values { // how people are known is said beside the form
		if _, sent := svc.Field(id); sent {
			values[id] = v
		}
	}
	for _, o := range svc.Others() {
		if p, known := s.whoIs(o); known {
			o.Put(values, p)
		}
	}
	for _, q := range svc.Fields {
		if !fills(svc.ID, q.ID) || !svc.Asks(q, values) {
			continue
		}
		text, err := s.filled(q.ID)
		if err != nil {
			return request.GenericForm{}, err
		}
		if text != "" {
			values[q.ID], _, _ = parse(q, text)
		}
	}
	if wrong := svc.Validate(values); len(wrong) > 0 {
		return request.GenericForm{}, fmt.Errorf("the form of %s: %w", svc.ID, wrong[0])
	}
	return request.GenericForm{Entry: svc.Entry(), Values: values}, nil
}
