package catalogue_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"motcua/protocol/catalogue"
	"motcua/protocol/catalogue/cataloguetest"
	"motcua/protocol/request"
	"motcua/protocol/schematest"
)

// TestSchemas keeps docs/schemas equal to the catalogue.
func TestSchemas(t *testing.T) {
	for _, s := range catalogue.Services() {
		golden(t, "schemas/form-"+s.ID+".json", string(s.Schema()))
	}
}

func schemaOf(t testing.TB, s catalogue.Service) *schematest.Schema {
	t.Helper()
	schema, err := schematest.Parse(s.Schema())
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// generic are the services with a generic form.
func generic() []catalogue.Service {
	return slices.DeleteFunc(catalogue.Services(), func(s catalogue.Service) bool {
		return s.ID == catalogue.CheckIn || s.ID == catalogue.CardValidity
	})
}

// TestGoodForms: a form in which everything was answered is taken by the catalogue,
// by its schema, and by the decoder, in every variant.
func TestGoodForms(t *testing.T) {
	for _, s := range generic() {
		schema := schemaOf(t, s)
		for i, form := range cataloguetest.Variants(s) {
			where := fmt.Sprintf("%s, variant %d", s.ID, i)
			if faults := s.Validate(form.Values); len(faults) > 0 {
				t.Errorf("%s: %v", where, faults)
			}
			if faults := schema.Value(catalogue.Plain(form.Values)); len(faults) > 0 {
				t.Errorf("%s: the schema says %v", where, faults)
			}
			b, err := request.Encode(form)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := request.DecodeGenericForm(b); err != nil {
				t.Errorf("%s: %v", where, err)
			}
		}
	}
}

// TestBadForms: each way of spoiling a field is found by the catalogue and by the
// schema alike.
func TestBadForms(t *testing.T) {
	for _, s := range generic() {
		schema := schemaOf(t, s)
		for _, form := range cataloguetest.Variants(s) {
			for _, f := range s.Fields {
				if _, given := form.Values[f.ID]; !given {
					spoil(t, s, schema, form, f.ID, catalogue.NotAsked, cataloguetest.Answer(f, ""))
					continue
				}
				for problem, values := range bad(f) {
					for _, v := range values {
						spoil(t, s, schema, form, f.ID, problem, v)
					}
				}
			}
			spoil(t, s, schema, form, "zz-nobody-asked", catalogue.Unknown, request.YesNoValue(true))
		}
	}
}

// spoil puts a value into a form and wants the problem found; the zero value takes
// the field out.
func spoil(t *testing.T, s catalogue.Service, schema *schematest.Schema, form request.GenericForm, id string, want catalogue.Problem, v request.Value) {
	t.Helper()
	values := maps.Clone(form.Values)
	values[id] = v
	if want == catalogue.Missing {
		delete(values, id)
	}
	faults := s.Validate(values)
	if !slices.ContainsFunc(faults, func(e catalogue.FieldError) bool { return e.Field.ID == id && e.Problem == want }) {
		t.Errorf("%s %s: got %v, want %s", s.ID, id, faults, want)
	}
	for _, e := range faults {
		text := e.Text()
		complete(t, s.ID+" "+e.Error(), text)
	}
	if len(schema.Value(catalogue.Plain(values))) == 0 {
		t.Errorf("%s %s: the schema takes what is wrong as %q", s.ID, id, want)
	}
}

// bad are the values that a field refuses, by what is wrong with them.
func bad(f catalogue.Field) map[catalogue.Problem][]request.Value {
	text := func(all ...string) (values []request.Value) {
		for _, s := range all {
			values = append(values, request.TextValue(s))
		}
		return values
	}
	all := map[catalogue.Problem][]request.Value{}
	if f.Required {
		all[catalogue.Missing] = []request.Value{{}}
	}
	switch f.Kind {
	case catalogue.KindNumber, catalogue.KindAmount:
		all[catalogue.OutOfRange] = []request.Value{request.NumberValue(uint64(f.Max) + 1)}
		if f.Min > 0 {
			all[catalogue.OutOfRange] = append(all[catalogue.OutOfRange], request.NumberValue(uint64(f.Min)-1))
		}
		all[catalogue.WrongType] = text("7")
	case catalogue.KindYesNo:
		all[catalogue.WrongType] = append(text("yes"), request.NumberValue(1))
	case catalogue.KindChoice:
		all[catalogue.NoChoice], all[catalogue.WrongType] = text("alchemy", ""), []request.Value{request.YesNoValue(true)}
	case catalogue.KindChoices:
		all[catalogue.NoChoice] = []request.Value{request.ListValue("alchemy")}
		all[catalogue.Twice] = []request.Value{request.ListValue(f.Choices[0].ID, f.Choices[0].ID)}
	case catalogue.KindCodes:
		all[catalogue.OutOfRange] = []request.Value{request.ListValue(), request.ListValue(make33()...)}
		all[catalogue.Malformed] = []request.Value{request.ListValue("LOT 1"), request.ListValue(strings.Repeat("a", 65))}
	case catalogue.KindPerson:
		all[catalogue.WrongType] = text("099090000123")
		all[catalogue.Malformed] = []request.Value{request.PersonValue(request.Subject{Number: "099090000123", Name: "M4U", Birth: "1990"})}
	case catalogue.KindAttachments:
		all[catalogue.WrongType] = []request.Value{request.ListValue("scan.pdf")}
		all[catalogue.OutOfRange] = []request.Value{request.AttachmentsValue(make([]request.Attachment, f.Max+1)...)}
	default:
		all[catalogue.WrongType] = []request.Value{request.NumberValue(7)}
		maps.Copy(all, badText(f, text))
	}
	return all
}

func make33() (all []string) {
	for i := range 33 {
		all = append(all, fmt.Sprint(i))
	}
	return all
}

func badText(f catalogue.Field, text func(...string) []request.Value) map[catalogue.Problem][]request.Value {
	letters := map[catalogue.Kind]string{
		catalogue.KindName: "Mẫu 2", catalogue.KindPlace: "Mẫu <b>", catalogue.KindDigits: "12a456", catalogue.KindCode: "mã số 12",
		catalogue.KindAccount: "0990-000",
	}
	if s, ok := letters[f.Kind]; ok {
		return map[catalogue.Problem][]request.Value{
			catalogue.Letters:  text(strings.Repeat(s, f.Max/len([]rune(s)))),
			catalogue.TooShort: text(strings.Repeat("9", f.Min-1)), catalogue.TooLong: text(strings.Repeat("9", f.Max+1)),
		}
	}
	if f.Kind == catalogue.KindText {
		return map[catalogue.Problem][]request.Value{catalogue.TooShort: text(strings.Repeat("a", f.Min-1)), catalogue.TooLong: text(strings.Repeat("ế", f.Max+1))}
	}
	return map[catalogue.Problem][]request.Value{catalogue.Malformed: text("", "099", strings.Repeat("9", 80), "2026-03-02", "GD0990990000123", "x")}
}

// TestTexts: what is more than a schema can say, and every letter of a name.
func TestTexts(t *testing.T) {
	field := func(k catalogue.Kind) catalogue.Field { return catalogue.Field{Kind: k, Min: 1, Max: 100} }
	for _, c := range []struct {
		kind catalogue.Kind
		text string
		want catalogue.Problem
	}{
		{catalogue.KindDay, "29/02/2024", ""},
		{catalogue.KindDay, "29/02/2023", catalogue.Malformed},
		{catalogue.KindDay, "31/04/2026", catalogue.Malformed},
		{catalogue.KindDay, "00/01/2026", catalogue.Malformed},
		{catalogue.KindDay, "01/01/1899", catalogue.Malformed},
		{catalogue.KindDay, "01/01/2100", catalogue.Malformed},
		{catalogue.KindDay, "1/1/2026", catalogue.Malformed},
		{catalogue.KindDay, "1990", catalogue.Malformed},
		{catalogue.KindDayOrYear, "1990", ""},
		{catalogue.KindDayOrYear, "0990", catalogue.Malformed},
		{catalogue.KindMonth, "13/2026", catalogue.Malformed},
		{catalogue.KindTime, "02/03/2026 24:00", catalogue.Malformed},
		{catalogue.KindTime, "02/03/2026 23:59", ""},
		{catalogue.KindPhone, "1990000123", catalogue.Malformed},
		{catalogue.KindInsurance, "0990000123", ""},
		{catalogue.KindInsurance, "gd4990990000123", catalogue.Malformed},
		{catalogue.KindName, "NGUYỄN THỊ MẪU", ""},
		{catalogue.KindName, "Đặng Ỷ Ương", ""},
		{catalogue.KindName, "H’Čĭm Ƀuôn Yă", ""},
		{catalogue.KindName, norm.NFC.String("Rơ Mah Đê\u0306u Kpă Ñŏ Ơ\u0306i"), ""},
		{catalogue.KindName, "O'Brien-Smith Jr.", ""},
		{catalogue.KindName, norm.NFD.String("Mẫu"), catalogue.Letters},
		{catalogue.KindName, " Mẫu", catalogue.Letters},
		{catalogue.KindName, "Mẫu\u202e", catalogue.Letters},
		{catalogue.KindPlace, "Số 9/2, ngõ 3, tổ dân phố 4 (cũ), phường Mẫu", ""},
		{catalogue.KindText, "50 % & hơn", ""},
		{catalogue.KindText, norm.NFD.String("ế"), catalogue.Letters},
	} {
		if got := field(c.kind).Check(request.TextValue(c.text)); got != c.want {
			t.Errorf("%s %q: got %q, want %q", c.kind, c.text, got, c.want)
		}
	}
	for _, r := range "aăâbcdđeêghiklmnoôơpqrstuưvxyAĂÂBCDĐEÊGHIKLMNOÔƠPQRSTUƯVXY" {
		for _, tone := range []string{"", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"} {
			if name := norm.NFC.String(string(r) + tone); field(catalogue.KindName).Check(request.TextValue(name)) != "" {
				t.Errorf("%q is in no name", name)
			}
		}
	}
}

// FuzzText: whatever the catalogue takes is within the published schema, and what
// the schema takes and the catalogue does not is written otherwise in Unicode, has
// spaces around it, or is no day of the calendar.
func FuzzText(f *testing.F) {
	for _, s := range []string{"29/02/2024", "31/02/2024", "1990", "GD4990990000123", "0990000123", "H’Čĭm", "Số 9", "A-1", " a", "09/2026"} {
		f.Add(s)
	}
	calendar := []catalogue.Kind{catalogue.KindDay, catalogue.KindDayOrYear, catalogue.KindMonth, catalogue.KindTime}
	schemas := map[catalogue.Kind]*schematest.Schema{}
	of := func(k catalogue.Kind) catalogue.Service {
		return catalogue.Service{ID: "T01", Fields: []catalogue.Field{{ID: "x", Kind: k, Min: 1, Max: 20}}}
	}
	for _, k := range append(calendar,
		catalogue.KindName, catalogue.KindPlace, catalogue.KindDigits, catalogue.KindCode, catalogue.KindAccount, catalogue.KindIDNumber,
		catalogue.KindInsurance, catalogue.KindPhone, catalogue.KindDigest) {
		schemas[k] = schemaOf(f, of(k))
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			return
		}
		tidy := norm.NFC.IsNormalString(text) && strings.TrimSpace(text) == text
		for k, schema := range schemas {
			values := map[string]request.Value{"x": request.TextValue(text)}
			ours := len(of(k).Validate(values)) == 0
			theirs := len(schema.Value(catalogue.Plain(values))) == 0
			if ours && !theirs || theirs && !ours && tidy && !slices.Contains(calendar, k) {
				t.Errorf("%s %q: catalogue %v, schema %v", k, text, ours, theirs)
			}
		}
	})
}

// TestAskedInOrder: one question after the other, and those that an answer makes
// needless are left out.
func TestAskedInOrder(t *testing.T) {
	s, _ := catalogue.Lookup(catalogue.Residence)
	ask := func(answers map[string]string) (asked []string) {
		form, values := cataloguetest.Fill(s, answers), map[string]request.Value{}
		for {
			f, more := s.NextField(values, asked)
			if !more {
				return asked
			}
			asked = append(asked, f.ID)
			if f.ID != "documents" { // would rather not
				values[f.ID] = form.Values[f.ID]
			}
		}
	}
	for want, answers := range map[string]map[string]string{
		"type address home documents phone":                                      {"home": "own"},
		"type address home householder householder_agrees documents phone":       {"home": "rented"},
		"type address home householder householder_agrees until documents phone": {"home": "family", "type": "temporary"},
	} {
		if got := strings.Join(ask(answers), " "); got != want {
			t.Errorf("asked %s, want %s", got, want)
		}
	}
	if reused, all := s.Reuse(cataloguetest.Fill(s, map[string]string{"home": "rented"}).Values); reused != 2 || all != 7 {
		t.Errorf("%d of %d values were typed by nobody, want 2 of 7", reused, all)
	}
}

// TestEntries: each form has a name of its own, and another form has another name.
func TestEntries(t *testing.T) {
	seen := map[request.Digest]string{}
	for _, s := range catalogue.Services() {
		e := s.Entry()
		if other, twice := seen[e]; twice || e == (request.Digest{}) {
			t.Errorf("%s has the name of %q", s.ID, other)
		}
		seen[e] = s.ID
	}
}
