package catalogue_test

import (
	"slices"
	"testing"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/request"
)

// TestPeopleAreAskedFor: how somebody is known is asked first, number, name and birth only
// where there are but words, and nothing of who asks. None of it is in the form that is sent.
func TestPeopleAreAskedFor(t *testing.T) {
	for _, c := range []struct {
		service string
		answers map[string]string
		asked   []string // of these
		not     []string
	}{
		{catalogue.Birth, map[string]string{"relation": "mother"}, []string{"father.by", "householder.by"}, []string{"mother.by", "mother.number", "father.number", "father.code", "mother"}},
		{catalogue.Birth, map[string]string{"relation": "relative", "father.by": "word"}, []string{"mother.by", "father.number", "father.name", "father.birth"}, []string{"father.code", "father"}},
		{catalogue.Birth, map[string]string{"relation": "father", "mother.by": "code"}, []string{"mother.code"}, []string{"father.by", "mother.name"}},
		{catalogue.Birth, map[string]string{"relation": "father", "mother.by": "card"}, nil, []string{"mother.code", "mother.name"}},
		{catalogue.Death, map[string]string{"relation": "child", "deceased.by": "card"}, []string{"deceased.by"}, []string{"deceased_number", "deceased_name", "deceased_birth"}},
		{catalogue.Death, map[string]string{"relation": "child", "deceased.by": "word"}, []string{"deceased_number", "deceased_name", "deceased_birth"}, []string{"deceased.code"}},
		{catalogue.Residence, map[string]string{"type": "permanent", "home": "own"}, nil, []string{"householder.by"}},
		{catalogue.Residence, map[string]string{"type": "permanent", "home": "rented"}, []string{"householder.by"}, nil},
	} {
		svc, _ := catalogue.Lookup(c.service)
		questions, values := svc.Questions(), map[string]request.Value{}
		for id, text := range c.answers {
			values[id] = request.TextValue(text)
		}
		asks := func(id string) bool {
			q, known := questions.Field(id)
			return known && questions.Asks(q, values)
		}
		for _, id := range c.asked {
			if !asks(id) {
				t.Errorf("%s after %v: %s is not asked", c.service, c.answers, id)
			}
		}
		if i := slices.IndexFunc(c.not, asks); i >= 0 {
			t.Errorf("%s after %v: %s is asked", c.service, c.answers, c.not[i])
		}
		for _, q := range questions.Fields {
			if o, about := svc.About(q.ID); about && q.ID == o.By() {
				if _, sent := svc.Field(q.ID); sent {
					t.Errorf("%s is sent", q.ID)
				}
			}
		}
	}
}

// TestPeopleOfForms: whoever is put into a form is found in it again, flat or whole.
func TestPeopleOfForms(t *testing.T) {
	p := request.Subject{Number: "099090000002", Name: "TRẦN VĂN GIẢ", Birth: "03/04/1988"}
	for service, who := range map[string]string{catalogue.Birth: "father", catalogue.Death: "deceased", catalogue.Residence: "householder"} {
		svc, _ := catalogue.Lookup(service)
		o, known := svc.Other(who)
		values := map[string]request.Value{}
		if _, named := o.In(values); !known || named {
			t.Errorf("%s: %s is known %t, in an empty form %t", service, who, known, named)
		}
		o.Put(values, p)
		if got, named := o.In(values); !named || got != p {
			t.Errorf("%s: somebody else is in the form", service)
		}
		for id := range values {
			if _, sent := svc.Field(id); !sent {
				t.Errorf("%s has no field %s", service, id)
			}
		}
	}
}

// TestCheckAt: a day that is still to come is wrong, one after the law's days late.
func TestCheckAt(t *testing.T) {
	now := time.Date(2026, time.March, 2, 9, 0, 0, 0, time.FixedZone("", 7*3600))
	birth, _ := catalogue.Lookup(catalogue.Birth)
	death, _ := catalogue.Lookup(catalogue.Death)
	for _, c := range []struct {
		svc         catalogue.Service
		field, text string
		want        catalogue.Problem
	}{
		{birth, "birth_date", "02/03/2026", ""},
		{birth, "birth_date", "03/03/2026", catalogue.NotYet},
		{birth, "birth_date", "01/01/2026", ""}, // 60 days ago
		{birth, "birth_date", "31/12/2025", catalogue.Late},
		{birth, "birth_date", "31/02/2026", catalogue.Malformed},
		{death, "died_at", "02/03/2026 08:59", ""},
		{death, "died_at", "02/03/2026 09:01", catalogue.NotYet},
		{death, "died_at", "15/02/2026 23:00", ""},
		{death, "died_at", "13/02/2026 23:00", catalogue.Late},
	} {
		f, _ := c.svc.Field(c.field)
		if got := f.CheckAt(request.TextValue(c.text), now); got != c.want {
			t.Errorf("%s %s: %q, want %q", c.field, c.text, got, c.want)
		}
	}
	father, _ := birth.Questions().Field("father.birth")
	for text, want := range map[string]catalogue.Problem{"1988": "", "2026": "", "2027": catalogue.NotYet, "03/04/2026": catalogue.NotYet} {
		if got := father.CheckAt(request.TextValue(text), now); got != want {
			t.Errorf("born %s: %q, want %q", text, got, want)
		}
	}
}
