package text_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"motcua/kiosk/text"
	"motcua/protocol/arrival"
	"motcua/protocol/fault"
	"motcua/protocol/insurance"
)

// declared reads the typed keys from the source, by name.
func declared(t *testing.T) map[string]text.Key {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "keys.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	keys := map[string]text.Key{}
	ast.Inspect(f, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		s, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		keys[spec.Names[0].Name] = text.Key(s)
		return true
	})
	return keys
}

// listed reads the names of the keys that a catalogue's source gives words to.
func listed(t *testing.T, file string) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	ast.Inspect(f, func(n ast.Node) bool {
		if kv, ok := n.(*ast.KeyValueExpr); ok {
			if id, ok := kv.Key.(*ast.Ident); ok {
				names = append(names, id.Name)
			}
		}
		return true
	})
	return names
}

var placeholder = regexp.MustCompile(`\{[a-z]+\}`)

func TestCataloguesAreCompleteBothWays(t *testing.T) {
	keys := declared(t)
	if len(keys) < 100 {
		t.Fatalf("only %d keys found in keys.go", len(keys))
	}
	for _, l := range text.Langs() {
		names := listed(t, string(l)+".go")
		for name, k := range keys {
			if s, ok := l.Lookup(k); !ok || strings.TrimSpace(s) == "" {
				t.Errorf("%s: %s (%s) has no words", l, name, k)
			}
		}
		for _, name := range names {
			if _, ok := keys[name]; !ok {
				t.Errorf("%s: %s has words and no key", l, name)
			}
		}
	}
}

func TestPlaceholdersAgree(t *testing.T) {
	for name, k := range declared(t) {
		vi, _ := text.Vietnamese.Lookup(k)
		want := placeholder.FindAllString(vi, -1)
		slices.Sort(want)
		for _, l := range text.Langs() {
			s, _ := l.Lookup(k)
			got := placeholder.FindAllString(s, -1)
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("%s: %s has %v, Vietnamese has %v", l, name, got, want)
			}
		}
	}
}

func TestTextsAreNormalAndTidy(t *testing.T) {
	for name, k := range declared(t) {
		for _, l := range text.Langs() {
			s, _ := l.Lookup(k)
			switch {
			case !norm.NFC.IsNormalString(s):
				t.Errorf("%s: %s is not in normal form C", l, name)
			case s != strings.TrimSpace(s) || strings.Contains(s, "  "):
				t.Errorf("%s: %s has stray spaces", l, name)
			case strings.ContainsAny(s, "'\"!") || strings.Contains(s, "..."):
				t.Errorf("%s: %s: straight quotes, shouting or dots in %q", l, name, s)
			}
		}
	}
}

func TestEveryFaultACitizenSeesHasTitleAndText(t *testing.T) {
	for _, l := range text.Langs() {
		internal, _ := l.Fault(fault.Lookup(fault.Internal).TextKey)
		for _, i := range fault.All() {
			if i.TextKey == "" {
				continue
			}
			title, body := l.Fault(i.TextKey)
			if title == "" || body == "" {
				t.Errorf("%s: %s (%s) has no title or no text", l, i.Code, i.TextKey)
			}
			if i.Code != fault.Internal && title == internal {
				t.Errorf("%s: %s (%s) has no words of its own", l, i.Code, i.TextKey)
			}
		}
		if title, _ := l.Fault("fault.from-the-future"); title != internal {
			t.Errorf("%s: an unknown fault is told as %q", l, title)
		}
	}
}

// Every answer of the insurer has words, and none of them a code.
func TestEveryAnswerOfTheInsurerHasTitleAndText(t *testing.T) {
	digits := regexp.MustCompile("[0-9]")
	for _, l := range text.Langs() {
		for _, a := range append(insurance.Codes(), insurance.Silence(), insurance.Of("999")) {
			for _, k := range []string{a.TextKey, a.TextKey + ".title"} {
				s, ok := l.Lookup(text.Key(k))
				if !ok || digits.MatchString(s) {
					t.Errorf("%s: %s is told by %s as %q", l, a.Code, k, s)
				}
			}
		}
	}
}

func TestFillIsolates(t *testing.T) {
	got := text.English.Say(text.KeyLeft, text.Fill("n", "2"))
	if want := "Tries left: \u20662\u2069."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := text.Plain(text.Vietnamese.Say(text.StaffLead)); !strings.Contains(got, "ông/bà") {
		t.Errorf("plain text keeps layout signs: %q", got)
	}
}

// TestArrivals: every outcome of an arrival has a title and a sentence.
func TestArrivals(t *testing.T) {
	for _, a := range arrival.Actions() {
		for _, l := range text.Langs() {
			for _, k := range []text.Key{text.Key(a.TextKey), text.Key(a.TextKey + ".title")} {
				if words, ok := l.Lookup(k); !ok || words == "" {
					t.Errorf("%s has no words in %s", k, l)
				}
			}
		}
	}
}
