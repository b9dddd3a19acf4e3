package bhytportal

import (
	"slices"
	"strings"
	"time"

	"motcua/protocol/insurance"
	"motcua/protocol/request"
)

// question is the body of a look-up.
type question struct {
	Card          string `json:"maThe"` // card number, or personal number
	Name          string `json:"hoTen"`
	Birth         string `json:"ngaySinh"` // dd/MM/yyyy or yyyy
	OfficerName   string `json:"hoTenCb"`
	OfficerNumber string `json:"cccdCb"`
}

func (q question) incomplete() bool {
	return q.Card == "" || q.Name == "" || q.Birth == "" || q.OfficerName == "" || q.OfficerNumber == ""
}

// find finds a person by personal number or by the number of a card.
func (s Scenario) find(card string) (number string, p Person, found bool) {
	if p, ok := s.People[card]; ok {
		return card, p, true
	}
	for number, p := range s.People {
		if card != "" && (card == p.CardNo || card == p.NewCardNo) {
			return number, p, true
		}
	}
	return "", Person{}, false
}

func (s Scenario) answer(q question, now time.Time) map[string]any {
	i := slices.IndexFunc(s.Officers, func(o Officer) bool { return o.Number == q.OfficerNumber })
	switch {
	case i < 0:
		return only("054")
	case s.Officers[i].Name != q.OfficerName:
		return only("055")
	}
	number, p, found := s.find(q.Card)
	if !found {
		return only("050")
	}
	if p.ByCard != "" && q.Card != number {
		return only(p.ByCard)
	}
	return p.tell(p.code(number, q, now))
}

// code is the code of the record, unless what was asked makes it another.
func (p Person) code(number string, q question, now time.Time) string {
	insured := slices.Contains([]request.Class{request.ClassOK, request.ClassNewCard}, insurance.Of(p.Code).Class)
	switch {
	case insured && p.Exact && p.Name != q.Name:
		return "060"
	case insured && p.Year && len(q.Birth) != len("2006"):
		return "070"
	}
	return p.CodeFor(request.Subject{Number: number, Name: q.Name, Birth: q.Birth}, now)
}

func only(code string) map[string]any {
	return map[string]any{"maKetQua": code, "ghiChu": DemoNote}
}

// tell is the answer with everything that the portal says about an insured person,
// but the history of treatment.
func (p Person) tell(code string) map[string]any {
	out := only(code)
	class := insurance.Of(code).Class
	if class != request.ClassOK && class != request.ClassNewCard && code != "010" {
		return out
	}
	birth := day(p.Birth)
	if p.Year && len(p.Birth) >= 4 {
		birth = p.Birth[:4]
	}
	for key, value := range map[string]string{
		"maThe": p.CardNo, "hoTen": p.Name, "ngaySinh": birth, "maDKBD": p.Facility, "tenDKBDMoi": p.FacilityName,
		"gtTheTu": day(p.ValidFrom), "gtTheDen": day(p.ValidTo), "ngayDu5Nam": day(p.FiveYears),
		"maTheMoi": p.NewCardNo, "gtTheTuMoi": day(p.NewValidFrom), "gtTheDenMoi": day(p.NewValidTo),
	} {
		out[key] = value
	}
	out["dsLichSu"] = nil
	return out
}

// day turns yyyy-mm-dd into dd/mm/yyyy.
func day(iso string) string {
	parts := strings.Split(iso, "-")
	slices.Reverse(parts)
	return strings.Join(parts, "/")
}
