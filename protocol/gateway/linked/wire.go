package linked

import (
	"encoding/json"
	"errors"
	"time"
	"unicode/utf8"

	"motcua/protocol/catalogue"
	"motcua/protocol/dossier"
	"motcua/protocol/gateway/remote"
	"motcua/protocol/personal"
	"motcua/protocol/request"
)

// filing is a dossier as it is put to the hub.
type filing struct {
	personal.Masked

	service   string
	reference string // the centre's number
	facility  string // where it was filed
	filed     int64  // unix milliseconds
	informant request.Subject
	known     map[string]request.Level
	form      map[string]any // by the published schema
}

// body is what is sent; the same of every try.
func (f filing) body() map[string]any {
	b := map[string]any{"service": f.service, "reference": f.reference, "facility": f.facility, "filed": f.filed, "informant": person(f.informant), "form": f.form}
	if len(f.known) > 0 {
		b["known"] = f.known
	}
	return b
}

// supply is what a citizen brings.
type supply struct {
	personal.Masked

	item string
	made int64 // by the kiosk's clock, unix milliseconds
	by   request.Subject
	form map[string]any
}

func (s supply) body() map[string]any {
	return map[string]any{"item": s.item, "made": s.made, "by": person(s.by), "handed": s.form["handed"], "documents": s.form["documents"], "note": s.form["note"]}
}

// draft is what a hospital begins.
type draft struct {
	personal.Masked

	made   int64 // by the kiosk's clock, unix milliseconds
	mother request.Subject
	form   map[string]any
}

func (d draft) body() map[string]any {
	return map[string]any{"made": d.made, "mother": person(d.mother), "form": d.form}
}

func person(s request.Subject) map[string]any {
	return catalogue.Plain(map[string]request.Value{"": request.PersonValue(s)})[""].(map[string]any)
}

// told is what the hub tells of a dossier.
type told struct {
	news  []news
	heard map[dossier.Procedure]time.Time
}

// news is what an agency said.
type news struct {
	N      int
	Leg    dossier.Procedure
	State  dossier.State
	Reason dossier.Reason
	Item   string
	At     int64
}

// errAnswer is the error of an answer; it quotes nothing.
var errAnswer = errors.New("the hub's answer is not of the known form")

// newsMost is how many news one answer has at most: there may be more.
const newsMost = 64

// decode reads an answer that is JSON in UTF-8.
func decode(b []byte, into any) error {
	if len(b) > remote.AnswerMost || !utf8.Valid(b) || json.Unmarshal(b, into) != nil {
		return errAnswer
	}
	return nil
}

func decodeToken(b []byte) (token string, life time.Duration, err error) {
	var w struct {
		Token   string `json:"token"`
		Expires int64  `json:"expires_in"` // seconds
	}
	if err := decode(b, &w); err != nil || !isWord(w.Token, 4096) || w.Expires <= 0 || w.Expires > 30*24*3600 {
		return "", 0, errAnswer
	}
	return w.Token, time.Duration(w.Expires) * time.Second, nil
}

func decodeFiled(b []byte) (string, error) {
	var w struct {
		Dossier string `json:"dossier"`
	}
	if err := decode(b, &w); err != nil || !isName(w.Dossier) {
		return "", errAnswer
	}
	return w.Dossier, nil
}

// decodeRefusal is always an error.
func decodeRefusal(status int, b []byte) error {
	var w struct {
		Fault string `json:"fault"`
		About string `json:"about"`
	}
	if err := decode(b, &w); err != nil || !isName(w.Fault) || w.About != "" && !isName(w.About) {
		return errAnswer
	}
	return &refusal{status, w.Fault, w.About}
}

func decodeNews(b []byte) (told, error) {
	var w struct {
		News []struct {
			N      int    `json:"n"`
			Leg    string `json:"leg"`
			State  string `json:"state"`
			Reason string `json:"reason"`
			Item   string `json:"item"`
			At     int64  `json:"at"`
		} `json:"news"`
		Heard map[string]int64 `json:"heard"`
	}
	if err := decode(b, &w); err != nil || len(w.News) > newsMost || len(w.Heard) > 16 {
		return told{}, errAnswer
	}
	t := told{heard: map[dossier.Procedure]time.Time{}}
	for _, n := range w.News {
		if n.N <= 0 || !isName(n.Leg) || !isName(n.State) || n.Reason != "" && !isName(n.Reason) || n.Item != "" && !isName(n.Item) || !isInstant(n.At) {
			return told{}, errAnswer
		}
		t.news = append(t.news, news{n.N, dossier.Procedure(n.Leg), dossier.State(n.State), dossier.Reason(n.Reason), n.Item, n.At})
	}
	for leg, at := range w.Heard {
		if !isName(leg) || !isInstant(at) {
			return told{}, errAnswer
		}
		t.heard[dossier.Procedure(leg)] = time.UnixMilli(at)
	}
	return t, nil
}

// isName: 1 to 64 letters, digits, hyphens, dots or underscores. It may be a part of a
// path and a word of an answer.
func isName(s string) bool {
	ok := s != "" && len(s) <= 64 && s != "." && s != ".."
	for _, c := range []byte(s) {
		ok = ok && (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.')
	}
	return ok
}

// isWord: visible ASCII, at most so long.
func isWord(s string, most int) bool {
	ok := s != "" && len(s) <= most
	for _, c := range []byte(s) {
		ok = ok && c > ' ' && c < 0x7f
	}
	return ok
}

// isInstant: after 2020 and before 2200, in unix milliseconds.
func isInstant(ms int64) bool { return ms > 1577836800000 && ms < 7258118400000 }
