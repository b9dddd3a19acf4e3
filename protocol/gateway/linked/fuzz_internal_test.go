package linked

import (
	"errors"
	"testing"
	"time"

	"motcua/protocol/dossier"
	"motcua/protocol/request"
	"motcua/protocol/workday"
)

// FuzzHub: whatever the hub sends, what is told of a dossier afterwards is what kiosks
// take, and it can be kept.
func FuzzHub(f *testing.F) {
	for _, s := range []string{
		`{"news":[{"n":1,"leg":"birth","state":"received","at":1772503200000},{"n":2,"leg":"birth","state":"needs-supplement","item":"witness","at":1772506800000}],"heard":{"birth":1772506800000}}`,
		`{"news":[{"n":1,"leg":"birth","state":"rejected","reason":"elsewhere","at":1772503200000}]}`, `{"news":[{"n":1,"leg":"../x","state":"done","at":1}]}`,
		`{"dossier":"LT-260303-000001"}`, `{"dossier":"../.."}`, `{"token":"abc","expires_in":3600}`, `{"token":"abc","expires_in":-1}`, `{"fault":"name","about":"mother"}`,
		`{"tasks":[{"document":"00000000000000000000000000000000000000000000000000000000000000ff","kind":"birth-extract","title":"x","pages":1,"due":1772503200000,"preview":"a\\nb"}]}`,
		`{"fault":"a b"}`, `[]`, `null`, `<html>`,
	} {
		f.Add([]byte(s))
	}
	c, err := workday.New()
	if err != nil {
		f.Fatal(err)
	}
	now := time.UnixMilli(1772510400000)
	f.Fuzz(func(t *testing.T, b []byte) {
		if token, life, err := decodeToken(b); err == nil && (token == "" || life <= 0) {
			t.Error("half a token")
		}
		if asked, err := decodeAsked(b); err == nil {
			var tasks []request.SignTask
			for _, a := range asked {
				tasks = append(tasks, request.SignTask{
					Document: a.Document, Kind: a.Kind, Title: a.Title, Pages: a.Pages, Preview: a.Preview, Due: a.Due, State: request.SignListed,
				})
			}
			if err := (request.Answer{Signing: &request.AnswerSigning{Tasks: tasks}}).Validate(); err != nil {
				t.Error(err)
			}
		}
		if no, err := decodeFiled(b); err == nil && !isName(no) {
			t.Error("a number that is none")
		}
		if r, no := errors.AsType[*refusal](decodeRefusal(400, b)); no && !isName(r.fault) {
			t.Error("a refusal without a word")
		}
		told, err := decodeNews(b)
		if err != nil {
			return
		}
		d, err := dossier.File(dossier.Birth, time.UnixMilli(1772503200000), c)
		if err != nil {
			t.Fatal(err)
		}
		r := &record{No: "h001-C01-260303-0001", Filed: time.UnixMilli(1772503200000), Matter: d.Record}
		for _, n := range told.news {
			if r.take(d, n, now) != nil {
				break
			}
		}
		r.hear(told, now)
		a := request.Answer{Linked: &request.AnswerLinked{Dossiers: []request.LinkedDossier{r.tell(d, now, false)}}}
		if err := a.Validate(); err != nil {
			t.Errorf("an answer that kiosks refuse: %v", err)
		}
		if _, err := dossier.Resume(d.Record, c); err != nil {
			t.Errorf("a dossier that cannot be kept: %v", err)
		}
	})
}
