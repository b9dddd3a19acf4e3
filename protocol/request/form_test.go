package request_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"motcua/protocol/request"
)

// formOf encodes a form with one value, whatever that is.
func formOf(t *testing.T, value any) []byte {
	t.Helper()
	b, err := request.Encode(map[string]any{"entry": make([]byte, 32), "values": map[string]any{"x": value}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// kinds names what a value holds by asking for each kind.
func kinds(v request.Value) (all []string) {
	for kind, is := range map[string]func() bool{
		"text": func() bool { _, ok := v.Text(); return ok }, "number": func() bool { _, ok := v.Number(); return ok },
		"yes-no": func() bool { _, ok := v.YesNo(); return ok }, "list": func() bool { _, ok := v.List(); return ok },
		"attachments": func() bool { _, ok := v.Attachments(); return ok }, "person": func() bool { _, ok := v.Person(); return ok },
	} {
		if is() {
			all = append(all, kind)
		}
	}
	return all
}

// TestValues: a value is one of the alternatives that forms.cddl gives, and nothing
// else; the bytes tell which.
func TestValues(t *testing.T) {
	alternatives := readGrammar(t, cddlFiles...).aliases[union]
	attachment := map[string]any{"sha256": make([]byte, 32), "size": 1, "type": request.TypePDF}
	person := map[string]any{"number": "099090000123", "name": "MẪU", "birth": "1990", "sex": ""}
	for _, c := range []struct {
		cddl, kind string
		value      any
	}{
		{"form-text", "text", "một cửa"},
		{"uint", "number", 7},
		{"bool", "yes-no", true},
		{"[1*32 form-text]", "list", []string{"a", "b"}},
		{"[1*32 attachment]", "attachments", []any{attachment}},
		{"subject", "person", person},
	} {
		f, err := request.DecodeGenericForm(formOf(t, c.value))
		if err != nil {
			t.Errorf("%s: %v", c.cddl, err)
			continue
		}
		if got := kinds(f.Values["x"]); !slices.Equal(got, []string{c.kind}) {
			t.Errorf("%s is %v", c.cddl, got)
		}
		if !strings.Contains(alternatives, c.cddl) {
			t.Errorf("forms.cddl does not have %s", c.cddl)
		}
		alternatives = strings.Replace(alternatives, c.cddl, "", 1)
	}
	if rest := strings.Trim(alternatives, " /"); rest != "" {
		t.Errorf("forms.cddl has %q, too", rest)
	}
	for story, value := range map[string]any{
		"null": nil, "negative": -1, "fraction": 0.5, "bytes": []byte{1}, "empty text": "", "empty list": []string{}, "empty map": map[string]any{},
		"a list in a list": []any{[]any{"a"}}, "numbers": []int{1, 2}, "mixed": []any{"a", attachment}, "attachment and text": []any{attachment, "a"},
		"an empty entry": []string{"a", ""}, "too long": strings.Repeat("a", 2001), "too many": make33("a"), "control character": "a\nb", "too large": uint64(1) << 53,
		"an attachment of nothing": []any{map[string]any{"sha256": make([]byte, 32), "size": 0, "type": request.TypePDF}},
		"another type":             []any{map[string]any{"sha256": make([]byte, 32), "size": 1, "type": "text/html"}},
		"a person without number":  map[string]any{"number": "", "name": "MẪU", "birth": "1990", "sex": ""},
		"a person and more":        map[string]any{"number": "099090000123", "name": "MẪU", "birth": "1990", "sex": "", "religion": "x"},
	} {
		if _, err := request.DecodeGenericForm(formOf(t, value)); err == nil {
			t.Errorf("%s is taken", story)
		}
	}
	if _, err := request.Encode(request.Value{}); err == nil {
		t.Error("nothing is written as a value")
	}
}

func make33(s string) []string { return slices.Repeat([]string{s}, 33) }

// TestFormBounds: the bounds that all forms share.
func TestFormBounds(t *testing.T) {
	many := map[string]request.Value{}
	for i := range 49 {
		many[fmt.Sprintf("field-%d", i)] = request.YesNoValue(true)
	}
	for story, values := range map[string]map[string]request.Value{
		"too many fields": many, "a field without name": {"": request.YesNoValue(true)}, "a name with spaces": {"a b": request.YesNoValue(true)},
	} {
		b, err := request.Encode(request.GenericForm{Values: values})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := request.DecodeGenericForm(b); err == nil {
			t.Errorf("%s: taken", story)
		}
	}
	b := formOf(t, strings.Repeat("a", 1999))
	if _, err := request.DecodeGenericForm(append(b, make([]byte, request.MaxForm)...)); err == nil {
		t.Error("a form beyond the limit is taken")
	}
}
