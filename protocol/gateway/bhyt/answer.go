package bhyt

import (
	"encoding/json"
	"errors"
	"slices"
	"time"
	"unicode/utf8"

	"motcua/protocol/code/bhyt"
	"motcua/protocol/gateway/remote"
	"motcua/protocol/insurance"
	"motcua/protocol/personal"
	"motcua/protocol/request"
)

// errAnswer is the error of an answer; it quotes nothing.
var errAnswer = errors.New("the portal's answer is not of the known form")

// record is what the portal says: a code, and about whom it knows something, what.
type record struct {
	personal.Masked
	code      string
	name      string
	birth     string // dd/mm/yyyy, or yyyy
	card      string
	from, to  string // dd/mm/yyyy
	facility  string // name, or else code, of the first registered one
	fiveYears string
}

// answerJSON is the answer as it is sent; what is not named here is not read.
type answerJSON struct {
	Code        field `json:"maKetQua"`
	Card        field `json:"maThe"`
	Name        field `json:"hoTen"`
	Birth       field `json:"ngaySinh"`
	Facility    field `json:"maDKBD"`
	From        field `json:"gtTheTu"`
	To          field `json:"gtTheDen"`
	FiveYears   field `json:"ngayDu5Nam"`
	NewCard     field `json:"maTheMoi"`
	NewFrom     field `json:"gtTheTuMoi"`
	NewTo       field `json:"gtTheDenMoi"`
	NewFacility field `json:"maDKBDMoi"`
	NewName     field `json:"tenDKBDMoi"`
}

// fieldMost bounds a text in bytes.
const fieldMost = 300

// field is a text, or null.
type field string

// UnmarshalJSON takes no other type, no control characters and no long texts.
func (f *field) UnmarshalJSON(b []byte) error {
	var s *string
	if err := json.Unmarshal(b, &s); err != nil {
		return errAnswer
	}
	if s == nil {
		return nil
	}
	if len(*s) > fieldMost || slices.ContainsFunc([]rune(*s), func(r rune) bool { return r < ' ' || r == 0x7f || r == utf8.RuneError }) {
		return errAnswer
	}
	*f = field(*s)
	return nil
}

// decodeAnswer reads an answer to a look-up. An insured person without a card of a
// known form, or with dates that are none, is no answer.
func decodeAnswer(b []byte) (record, error) {
	var w answerJSON
	if len(b) > remote.AnswerMost || !utf8.Valid(b) || json.Unmarshal(b, &w) != nil || !isCode(string(w.Code)) {
		return record{}, errAnswer
	}
	r := record{code: string(w.Code), name: string(w.Name), birth: string(w.Birth), card: string(w.Card), from: string(w.From), to: string(w.To), fiveYears: string(w.FiveYears)}
	r.facility = string(w.NewName)
	if r.facility == "" {
		r.facility = string(w.Facility)
	}
	class := insurance.Of(r.code).Class
	if class == request.ClassNewCard {
		r.card, r.from, r.to = string(w.NewCard), string(w.NewFrom), string(w.NewTo)
		if w.NewName == "" && w.NewFacility != "" {
			r.facility = string(w.NewFacility)
		}
	}
	insured := class == request.ClassOK || class == request.ClassNewCard
	switch {
	case insured && !bhyt.IsNumber(r.card), r.card != "" && !bhyt.IsNumber(r.card):
		return record{}, errAnswer
	case insured && r.from == "":
		return record{}, errAnswer
	}
	for _, day := range []string{r.from, r.to, r.fiveYears} {
		if day != "" && !isDay(day) {
			return record{}, errAnswer
		}
	}
	if r.birth != "" && !isDay(r.birth) && !isYear(r.birth) {
		return record{}, errAnswer
	}
	return r, nil
}

func isCode(s string) bool { return len(s) == 3 && digits(s) }

func isYear(s string) bool { return len(s) == 4 && digits(s) }

func isDay(s string) bool {
	_, err := time.Parse("02/01/2006", s)
	return err == nil && len(s) == len("02/01/2006")
}

func digits(s string) bool {
	return !slices.ContainsFunc([]byte(s), func(b byte) bool { return b < '0' || b > '9' })
}

// decodeToken reads the answer to a log-in.
func decodeToken(b []byte) (token, error) {
	var w struct {
		Code field `json:"maKetQua"`
		Key  *struct {
			Access secret `json:"access_token"`
			ID     secret `json:"id_token"`
		} `json:"APIKey"`
	}
	if len(b) > remote.AnswerMost || !utf8.Valid(b) || json.Unmarshal(b, &w) != nil {
		return token{}, errAnswer
	}
	switch {
	case w.Code == "401":
		return token{}, errRefused
	case w.Code != "200", w.Key == nil, w.Key.Access == "", w.Key.ID == "":
		return token{}, errAnswer
	}
	return token{access: string(w.Key.Access), id: string(w.Key.ID)}, nil
}

// secret is a part of a token: visible ASCII of at most 4 KiB.
type secret string

// UnmarshalJSON implements json.Unmarshaler.
func (s *secret) UnmarshalJSON(b []byte) error {
	var v string
	if err := json.Unmarshal(b, &v); err != nil || len(v) > 4096 || slices.ContainsFunc([]byte(v), func(c byte) bool { return c <= ' ' || c >= 0x7f }) {
		return errAnswer
	}
	*s = secret(v)
	return nil
}
