package catalogue_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/fxamacker/cbor/v2"

	"motcua/protocol/catalogue"
	"motcua/protocol/catalogue/cataloguetest"
	"motcua/protocol/request"
)

// vector is one form of testdata/forms.json: what another implementation needs to
// check that it reads forms, and holds them against the schemas, as this one does.
type vector struct {
	Service string          `json:"service"`
	Story   string          `json:"story"`
	CBOR    string          `json:"cbor"`             // the form, hexadecimal
	JSON    json.RawMessage `json:"json,omitempty"`   // its values
	Reason  string          `json:"reason,omitempty"` // why a centre refuses it; empty: it is taken
}

// reasons are those of receipts that refuse a form.
var reasons = map[string]error{"": nil, "form": catalogue.ErrForm, "form-of-another-catalogue": catalogue.ErrOtherCatalogue}

const vectorsFile = "testdata/forms.json"

// TestVectors reads the published forms as another implementation would: CBOR by a
// library that knows nothing of ours, and the schemas from their files.
func TestVectors(t *testing.T) {
	if *update {
		writeVectors(t)
	}
	data, err := os.ReadFile(vectorsFile)
	if err != nil {
		t.Fatal(err)
	}
	var all []vector
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	taken := map[string]bool{}
	for _, v := range all {
		form, err := hex.DecodeString(v.CBOR)
		if err != nil {
			t.Fatal(err)
		}
		s, _ := catalogue.Lookup(v.Service)
		where := v.Service + ", " + v.Story
		if _, err := s.Read(form); !errors.Is(err, reasons[v.Reason]) {
			t.Errorf("%s: %v, the file says %q", where, err, v.Reason)
		}
		if v.JSON == nil {
			continue
		}
		var want any
		if err := json.Unmarshal(v.JSON, &want); err != nil {
			t.Fatal(err)
		}
		if got := plainValues(t, s, form); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: the CBOR holds %v, the JSON %v", where, got, want)
		}
		if faults := schemaOf(t, s).Value(want); (len(faults) == 0) != (v.Reason == "") {
			t.Errorf("%s: the schema says %v, the centre %q", where, faults, v.Reason)
		}
		taken[v.Service] = taken[v.Service] || v.Reason == ""
	}
	for _, s := range catalogue.Services() {
		if !taken[s.ID] {
			t.Errorf("there is no good form of %s", s.ID)
		}
	}
}

// plainValues are the values of a form as JSON has them, from the bytes alone.
func plainValues(t *testing.T, s catalogue.Service, form []byte) any {
	t.Helper()
	var values map[string]any
	if err := cbor.Unmarshal(form, &values); err != nil {
		t.Fatal(err)
	}
	if s.ID != catalogue.CheckIn && s.ID != catalogue.CardValidity {
		inner, _ := values["values"].(map[any]any)
		return asJSON(inner)
	}
	outer := map[any]any{}
	for k, v := range values {
		outer[k] = v
	}
	return asJSON(outer)
}

// asJSON turns what CBOR has into what JSON has.
func asJSON(v any) any {
	switch v := v.(type) {
	case map[any]any:
		members := map[string]any{}
		for k, e := range v {
			members[fmt.Sprint(k)] = asJSON(e)
		}
		return members
	case []any:
		entries := []any{}
		for _, e := range v {
			entries = append(entries, asJSON(e))
		}
		return entries
	case []byte:
		return hex.EncodeToString(v)
	case uint64:
		return float64(v)
	}
	return v
}

func writeVectors(t *testing.T) {
	t.Helper()
	var all []vector
	add := func(s catalogue.Service, story string, form, values any, reason string) {
		b, err := request.Encode(form)
		if err != nil {
			t.Fatal(err)
		}
		v := vector{Service: s.ID, Story: story, CBOR: hex.EncodeToString(b), Reason: reason}
		if values != nil {
			if v.JSON, err = json.Marshal(values); err != nil {
				t.Fatal(err)
			}
		}
		all = append(all, v)
	}
	addOwn(add)
	for _, s := range generic() {
		for i, f := range cataloguetest.Variants(s) {
			add(s, fmt.Sprintf("good, variant %d", i), f, catalogue.Plain(f.Values), "")
		}
		f := cataloguetest.Fill(s, nil)
		f.Values["nobody-asked"] = request.YesNoValue(true)
		add(s, "an unknown field", f, catalogue.Plain(f.Values), "form")
		f.Entry[0]++
		add(s, "an unknown field, of another catalogue", f, catalogue.Plain(f.Values), "form-of-another-catalogue")
		delete(f.Values, "nobody-asked")
		add(s, "of another catalogue, and good by this one", f, catalogue.Plain(f.Values), "")
		add(s, "a value of no kind", map[string]any{"entry": f.Entry, "values": map[string]any{"x": -1}}, nil, "form")
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	out.WriteString("[\n")
	for i, v := range all {
		if i > 0 {
			out.Truncate(out.Len() - 1)
			out.WriteString(",\n")
		}
		if err := enc.Encode(v); err != nil {
			t.Fatal(err)
		}
	}
	out.WriteString("]\n")
	if err := os.MkdirAll(filepath.Dir(vectorsFile), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(vectorsFile, out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// addOwn adds the two forms of their own.
func addOwn(add func(catalogue.Service, string, any, any, string)) {
	checkIn, _ := catalogue.Lookup(catalogue.CheckIn)
	add(checkIn, "good", request.CheckIn{
		Specialty: "internal", Group: "over-75",
		Insurance: &request.InsuranceSeen{Class: request.ClassOK, Code: "000", CardNo: "GD4990990000123", AsOf: 1772411400000},
	}, map[string]any{
		"specialty": "internal", "group": "over-75",
		"insurance": map[string]any{"class": "ok", "code": "000", "card_no": "GD4990990000123", "as_of": int64(1772411400000)},
	}, "")
	add(checkIn, "an unknown field", map[string]any{"specialty": "internal", "room": "1"}, map[string]any{"specialty": "internal", "room": "1"}, "form")
	validity, _ := catalogue.Lookup(catalogue.CardValidity)
	add(checkIn, "an unknown department", request.CheckIn{Specialty: "alchemy"}, map[string]any{"specialty": "alchemy"}, "form")
	add(validity, "by number", request.CardValidity{LookupBy: request.LookupNumber}, map[string]any{"lookup_by": "number"}, "")
	add(validity, "by card", request.CardValidity{LookupBy: request.LookupCard, CardNo: "GD4990990000123"}, map[string]any{"lookup_by": "card", "card_no": "GD4990990000123"}, "")
	add(validity, "by card, without its number", request.CardValidity{LookupBy: request.LookupCard}, map[string]any{"lookup_by": "card"}, "form")
	add(validity, "by number, with that of a card", request.CardValidity{LookupBy: request.LookupNumber, CardNo: "GD4990990000123"},
		map[string]any{"lookup_by": "number", "card_no": "GD4990990000123"}, "form")
}
