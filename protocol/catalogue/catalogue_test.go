package catalogue_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"motcua/protocol/catalogue"
	"motcua/protocol/request"
)

// table is the domain's list (section 6), a row for each service: evidence, who
// asks, offline, flow, key. What differs from the list is told in docs/services.md.
const table = `
H01 E2  citizen queue  own     @facility @subject @date specialty
H02 E1  citizen queue  generic @facility @subject @date specialty
H03 E0  citizen local  own     @facility queue day number
H04 E1  citizen ticket own     act appointment
H05 E1  citizen never  generic bill
H06 E1  citizen ticket generic prescription
H07 E2  citizen never  generic
H08 E2  citizen queue  generic @facility @subject from
H09 E2  citizen never  own
H10 E3  citizen queue  generic @subject purpose text_version
H11 E3  citizen queue  generic     certificate_no certificate_book birth_order
V01 E2  citizen local  own
V02 E4  officer never  own     plan act
V03 E3  citizen queue  generic @subject antigen dose
V04 E4  officer never  own     batch
V05 E3  citizen never  generic act @subject credential @date
C01 E3  citizen queue  generic     mother birth_date birth_order
C02 E3  citizen queue  generic     deceased_number
C03 E3  citizen queue  generic @subject event @date
C04 E3  citizen queue  generic @subject address type
C05 E2  citizen queue  generic place @subject from
C06 E2  citizen cached own
C07 E3  citizen queue  generic dossier item
C08 E3  citizen never  generic document @date
C09 E4  citizen never  generic @subject type purpose @date
C10 E0  citizen local  own     @facility queue day number
C11 E1  citizen never  generic nonce
C12 E2  citizen queue  generic @subject record field
C13 E4  officer never  own     act document
S01 E3  citizen queue  generic @subject month act
S02 E2  citizen never  generic
F01 E0  citizen queue  generic
F02 E2  citizen queue  generic
O01 E4  officer never  generic serial attempt
O02 E3  officer cached own     officer devices shift act
O03 E0  device  queue  generic @device @seq
`

// TestTable: the services are those of the domain and F02, in its order.
func TestTable(t *testing.T) {
	var rows []string
	for _, s := range catalogue.Services() {
		row := []string{s.ID, string(s.Evidence), string(s.Role), string(s.Offline), string(s.Flow)}
		for _, k := range s.Key {
			row = append(row, string(k))
		}
		rows = append(rows, strings.Join(row, " "))
	}
	want := strings.Split(strings.TrimSpace(table), "\n")
	if len(want) != 36 || len(rows) != len(want) {
		t.Fatalf("%d services, %d rows", len(rows), len(want))
	}
	for i, row := range want {
		if row = strings.Join(strings.Fields(row), " "); rows[i] != row {
			t.Errorf("%s\nwant %s", rows[i], row)
		}
	}
}

// TestReady: a kiosk offers what it can carry out, and nothing else.
func TestReady(t *testing.T) {
	var got []string
	for _, s := range catalogue.Offered() {
		got = append(got, s.ID)
	}
	if want := strings.Fields("H01 H02 H03 H04 H05 H06 H07 H08 H09 H10 H11 V01 V02 V03 V04 V05 C01 C02 C03 C04 C05 C06 C07 C09 C10 C11 C12 C13 S01 S02 F01 F02 O02"); !slices.Equal(got, want) {
		t.Errorf("offered: %v, want %v", got, want)
	}
	if _, ok := catalogue.Lookup("H99"); ok {
		t.Error("H99 is in the catalogue")
	}
}

// TestServices: each service is complete, and its parts fit together.
func TestServices(t *testing.T) {
	for _, s := range catalogue.Services() {
		t.Run(s.ID, func(t *testing.T) {
			complete(t, "name", s.Name)
			complete(t, "what to bring", s.Bring)
			complete(t, "what happens next", s.Next)
			for _, lang := range catalogue.Languages() {
				filed := request.AnswerFiled{No: "1", Next: s.Next.In(lang)}
				if err := (request.Answer{Filed: &filed}).Validate(); err != nil {
					t.Errorf("what happens next in %s: %v", lang, err)
				}
			}
			for what, text := range map[string]catalogue.Text{"due": s.Due, "fee": s.Fee} {
				if text != (catalogue.Text{}) {
					complete(t, what, text)
				}
			}
			if s.Expiry < time.Minute || s.Expiry > 72*time.Hour || s.Priority > 3 {
				t.Errorf("expiry %v, priority %d", s.Expiry, s.Priority)
			}
			if waits := s.Offline == catalogue.OfflineQueue || s.Offline == catalogue.OfflineLocal; waits && s.Expiry < time.Hour {
				t.Errorf("what is kept for later ends after %v", s.Expiry)
			}
			checkDemands(t, s)
			checkKey(t, s)
		})
	}
}

func checkDemands(t *testing.T, s catalogue.Service) {
	demands := []catalogue.Demand{s.Demand}
	for _, a := range s.Acts {
		f, _ := s.Field(a.Field)
		if !f.Required || f.When != nil || !slices.ContainsFunc(f.Choices, func(c catalogue.Choice) bool { return c.ID == a.Choice }) {
			t.Errorf("what is demanded hangs on %s %s, which is not always told", a.Field, a.Choice)
		}
		if got := s.With(func(field string) string { return map[string]string{a.Field: a.Choice}[field] }); got != a.Demand {
			t.Errorf("with %s %s: %+v", a.Field, a.Choice, got)
		}
		demands = append(demands, a.Demand)
	}
	if got := s.With(func(string) string { return "" }); got != s.Demand {
		t.Errorf("without an act: %+v", got)
	}
	for _, d := range demands {
		if d.Role == catalogue.RoleDevice && (d.Evidence != request.E0 || d.Subject) || d.Role == catalogue.RoleOfficer && (d.Subject || !d.Evidence.AtLeast(request.E3)) {
			t.Errorf("%+v", d)
		}
		// Who is named has agreed to it, or takes that back.
		if d.Subject && len(s.Purposes) == 0 && s.ID != catalogue.WithdrawConsent {
			t.Error("there is a subject, and no consent")
		}
	}
}

// checkKey: every part of a key is there whenever the key is made. Parts of one act
// alone are empty in the others, so the act is a part, too.
func checkKey(t *testing.T, s catalogue.Service) {
	for _, k := range s.Key {
		id, isField := k.Field()
		f, known := s.Field(id)
		switch {
		case isField && (!known || !f.Required || f.When != nil && !slices.Contains(s.Key, catalogue.KeyPart(f.When.Field))):
			t.Errorf("the key has %q, which is not always told", k)
		case !isField && !slices.Contains([]catalogue.KeyPart{catalogue.KeyFacility, catalogue.KeyDevice, catalogue.KeySeq, catalogue.KeySubject, catalogue.KeyDate}, k):
			t.Errorf("the key has %q", k)
		case k == catalogue.KeySubject && !s.Subject:
			t.Error("the key has a subject, the request has none")
		}
	}
}

// TestFields: each field is complete, and what it hangs on comes before it.
func TestFields(t *testing.T) {
	for _, s := range catalogue.Services() {
		var before []string
		for _, f := range s.Fields {
			where := s.ID + " " + f.ID
			complete(t, where, f.Name)
			if slices.Contains(before, f.ID) || !name(f.ID) || !slices.Contains(catalogue.Kinds(), f.Kind) || f.Min < 0 || f.Max < f.Min {
				t.Errorf("%s: %+v", where, f)
			}
			before = append(before, f.ID)
			if chosen := f.Kind == catalogue.KindChoice || f.Kind == catalogue.KindChoices; chosen != (len(f.Choices) > 0) {
				t.Errorf("%s: kind %s with %d choices", where, f.Kind, len(f.Choices))
			}
			var ids []string
			for _, c := range f.Choices {
				if complete(t, where+" "+c.ID, c.Name); slices.Contains(ids, c.ID) || !name(c.ID) {
					t.Errorf("%s: the choice %q", where, c.ID)
				}
				ids = append(ids, c.ID)
			}
			checkWhen(t, where, s, f, before)
		}
	}
}

func checkWhen(t *testing.T, where string, s catalogue.Service, f catalogue.Field, before []string) {
	if f.When == nil {
		return
	}
	on, known := s.Field(f.When.Field)
	if !known || !slices.Contains(before, on.ID) || !on.Required || on.When != nil {
		t.Errorf("%s hangs on %q, which is not always told before", where, f.When.Field)
	}
	for _, id := range f.When.In {
		if !slices.ContainsFunc(on.Choices, func(c catalogue.Choice) bool { return c.ID == id }) {
			t.Errorf("%s hangs on %s %q, which is no choice", where, on.ID, id)
		}
	}
}

// name is the rule for words that travel as names.
func name(id string) bool {
	return id != "" && len(id) <= 32 && strings.Trim(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == ""
}

// TestOwnForms: the services that had a form before the others have the fields of it.
func TestOwnForms(t *testing.T) {
	for id, form := range map[string]any{catalogue.CheckIn: request.CheckIn{}, catalogue.CardValidity: request.CardValidity{}} {
		s, _ := catalogue.Lookup(id)
		var fields, keys []string
		for _, f := range s.Fields {
			fields = append(fields, f.ID)
		}
		for f := range reflect.TypeOf(form).Fields() {
			key, _, _ := strings.Cut(f.Tag.Get("cbor"), ",")
			keys = append(keys, key)
		}
		if !slices.Equal(fields, keys) {
			t.Errorf("%s: fields %v, the form has %v", id, fields, keys)
		}
	}
}

// complete checks that a text is there in both languages, in NFC, and short enough
// to travel in an answer.
func complete(t *testing.T, what string, text catalogue.Text) {
	t.Helper()
	for _, lang := range catalogue.Languages() {
		if s := text.In(lang); s == "" || !norm.NFC.IsNormalString(s) || strings.TrimSpace(s) != s || utf8.RuneCountInString(s) > 300 {
			t.Errorf("%s: %q in %s", what, s, lang)
		}
	}
	if text.VI == text.EN {
		t.Errorf("%s: one text for both languages", what)
	}
}

func TestChoices(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range slices.Concat(catalogue.Specialties(), catalogue.Groups()) {
		if seen[c.ID] {
			t.Errorf("%s occurs twice", c.ID)
		}
		seen[c.ID] = true
		form := request.CheckIn{Specialty: c.ID}
		if err := form.Validate(); err != nil {
			t.Errorf("%s: %v", c.ID, err)
		}
	}
	if !catalogue.KnownSpecialty("internal") || catalogue.KnownSpecialty("alchemy") || !catalogue.KnownGroup("under-6") || catalogue.KnownGroup("") {
		t.Error("known choices are unknown, or the other way round")
	}
}

// TestConsent: whoever agrees reads what for, in a text of that service.
func TestConsent(t *testing.T) {
	seen := map[string]string{}
	for _, s := range catalogue.Services() {
		vi, en := catalogue.ConsentText(s.ID, "vi"), catalogue.ConsentText(s.ID, "en")
		if len(s.Purposes) == 0 {
			if vi != "" || en != "" {
				t.Errorf("%s: consent to nothing", s.ID)
			}
			continue
		}
		complete(t, s.ID, catalogue.Text{VI: vi, EN: en})
		if strings.Contains(vi, " để .") || strings.Contains(vi, ", ,") || strings.HasSuffix(en, " to .") {
			t.Errorf("%s: a purpose without words: %q", s.ID, vi)
		}
		if catalogue.ConsentHash(s.ID, "vi") == catalogue.ConsentHash(s.ID, "en") {
			t.Errorf("%s: two texts with one hash", s.ID)
		}
		purposes := strings.Join(s.Purposes, " ")
		if before, same := seen[vi]; same && before != purposes {
			t.Errorf("%s: the text of other purposes", s.ID)
		}
		seen[vi] = purposes
	}
	want := "Nếu đúng, ông/bà đồng ý cho bệnh viện dùng các thông tin này trong hôm nay để hỏi bảo hiểm y tế và đăng ký khám."
	if got := catalogue.ConsentText(catalogue.CheckIn, "vi"); got != want {
		t.Errorf("%q, and requests carry the hash of %q", got, want)
	}
	if catalogue.ConsentText("H99", "vi") != "" || catalogue.Purposes("H99") != nil {
		t.Error("consent to a service that does not exist")
	}
}

// TestAlone: who asks for their appointments asks for nothing that could be done twice;
// every other request of a service with a key has one.
func TestAlone(t *testing.T) {
	for _, c := range []struct {
		service, act string
		want         bool
	}{
		{catalogue.Appointment, catalogue.ActList, true},
		{catalogue.Appointment, catalogue.ActArrive, false},
		{catalogue.CheckIn, "", false},
		{catalogue.ResultReady, "", true},
	} {
		s, _ := catalogue.Lookup(c.service)
		if got := s.Alone(func(string) string { return c.act }); got != c.want {
			t.Errorf("%s, %q: %v", c.service, c.act, got)
		}
	}
}
