package catalogue_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"motcua/protocol/catalogue"
	"motcua/protocol/request"
)

// TestServices: the two services are what the domain says (section 6, rows H01 and
// H09), and each is complete.
func TestServices(t *testing.T) {
	for _, c := range []struct {
		id      string
		offline catalogue.Offline
		key     []catalogue.KeyPart
		form    any
	}{
		{"H01", catalogue.OfflineQueue, []catalogue.KeyPart{catalogue.KeyFacility, catalogue.KeySubject, catalogue.KeyDate, catalogue.KeySpecialty}, request.CheckIn{}},
		{"H09", catalogue.OfflineNever, nil, request.CardValidity{}},
	} {
		s, ok := catalogue.Lookup(c.id)
		if !ok {
			t.Fatalf("%s is not in the catalogue", c.id)
		}
		if s.Evidence != request.E2 || s.Offline != c.offline || !slices.Equal(s.Key, c.key) || !s.Subject {
			t.Errorf("%s: got %+v", c.id, s)
		}
		if s.Expiry < time.Minute || s.Expiry > 24*time.Hour || s.Priority > 3 || len(s.Purposes) == 0 {
			t.Errorf("%s: expiry %v, priority %d, purposes %v", c.id, s.Expiry, s.Priority, s.Purposes)
		}
		complete(t, c.id, s.Name)
		if got, want := fieldIDs(s), tags(c.form); !slices.Equal(got, want) {
			t.Errorf("%s: fields %v, the form has %v", c.id, got, want)
		}
	}
	if _, ok := catalogue.Lookup("H99"); ok {
		t.Error("H99 is in the catalogue")
	}
}

func fieldIDs(s catalogue.Service) []string {
	var all []string
	for _, f := range s.Fields {
		all = append(all, f.ID)
	}
	return all
}

func tags(form any) []string {
	var all []string
	for f := range reflect.TypeOf(form).Fields() {
		key, _, _ := strings.Cut(f.Tag.Get("cbor"), ",")
		all = append(all, key)
	}
	return all
}

// complete checks that a text is there in both languages, in NFC.
func complete(t *testing.T, what string, text catalogue.Text) {
	t.Helper()
	for _, lang := range catalogue.Languages() {
		if s := text.In(lang); s == "" || !norm.NFC.IsNormalString(s) || strings.TrimSpace(s) != s {
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
		complete(t, c.ID, c.Name)
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

func TestConsent(t *testing.T) {
	vi, en := catalogue.ConsentText("H01", "vi"), catalogue.ConsentText("H01", "en")
	complete(t, "consent", catalogue.Text{VI: vi, EN: en})
	if catalogue.ConsentHash("H01", "vi") == catalogue.ConsentHash("H01", "en") {
		t.Error("two texts with one hash")
	}
	if catalogue.ConsentText("H99", "vi") != "" || catalogue.Purposes("H99") != nil {
		t.Error("consent to a service that does not exist")
	}
}
