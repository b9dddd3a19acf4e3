package linked_test

import (
	"os"
	"strings"
	"testing"

	"motcua/protocol/catalogue"
	"motcua/protocol/code/birthfile"
	"motcua/protocol/code/ticket"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/request"
	"motcua/protocol/simcentral/hub"
)

// TestDraftIsTold: whoever has the token goes on with the hospital's file, with a card of
// their own; with the short code of a slip only the mother does. Nobody else is told that
// there is one, and nothing in the inbox tells what it says.
func TestDraftIsTold(t *testing.T) {
	c := newCentre(t, hub.Scenario{})
	m, reply := c.send(catalogue.BirthFile, mother(), form(catalogue.BirthFile, nil, map[string]request.Value{"certificate_no": request.TextValue("CS-0990-7")}), matched)
	_, a := c.open(reply, m)
	token := birthfile.Token(a.Filed.No)
	slip, err := ticket.Of("h001", m.Outer.ID)
	if err != nil || !token.Valid() {
		t.Fatalf("token %q, %v", token, err)
	}
	other := slip
	other.Number = "0000000000"
	asked := func(who request.Subject, code string, change ...func(*request.Outer, *request.Inner)) (gatewaytest.Message, request.Status, *request.AnswerDraft) {
		m, reply := c.send(catalogue.DossierStatus, who, form(catalogue.DossierStatus, map[string]string{"by": "draft"}, map[string]request.Value{"dossier": request.TextValue(code)}), change...)
		if reply.Status != request.StatusAccepted {
			return m, reply.Status, nil
		}
		_, a := c.open(reply, m)
		return m, reply.Status, a.Draft
	}
	for _, q := range []struct {
		name       string
		who        request.Subject
		code       string
		told, mine bool
	}{
		{"the mother, by token", mother(), token.Code(), true, true},
		{"the father, by token", father(), token.Code(), true, false},
		{"the mother, by slip", mother(), slip.Code(), true, true},
		{"the father, by slip", father(), slip.Code(), false, false},
		{"by another token", mother(), birthfile.Token("0123456789ABCDEFGHJKMNPQ").Code(), false, false},
		{"by another slip", mother(), other.Code(), false, false},
		{"by something else", mother(), "CS-0990-7", false, false},
	} {
		_, status, d := asked(q.who, q.code)
		if d == nil {
			t.Errorf("%s: %s", q.name, status)
			continue
		}
		no, told := d.Values["certificate_no"].Text()
		if told != q.told || d.Mine != q.mine || told && no != "CS-0990-7" {
			t.Errorf("%s: told %t, mine %t", q.name, told, d.Mine)
		}
	}
	if _, status, _ := asked(mother(), token.Code(), c.claimed); status == request.StatusAccepted {
		t.Error("it is told to somebody without a card")
	}
	for _, file := range []string{c.file, c.file + "-wal"} {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"CS-0990-7", string(token), mother().Number} {
			if strings.Contains(string(b), word) {
				t.Errorf("the inbox tells %q", word)
			}
		}
	}
}
