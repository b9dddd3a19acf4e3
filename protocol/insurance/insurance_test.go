package insurance_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"motcua/protocol/insurance"
	"motcua/protocol/request"
)

var update = flag.Bool("update", false, "write what is generated in docs anew")

// TestCodes is the table of the 27 codes and their classes, held against the one of
// the domain.
func TestCodes(t *testing.T) {
	want := map[request.Class]string{
		request.ClassOK:          "000",
		request.ClassNewCard:     "003 004",
		request.ClassReception:   "001 002",
		request.ClassPending:     "010 050 110 120 121 122 123 124",
		request.ClassDiscrepancy: "051 052 053 060 061 070",
		request.ClassChild:       "130",
		request.ClassRetry:       "100 101 500",
		request.ClassOps:         "054 055 205 401",
	}
	got := map[request.Class][]string{}
	for _, a := range insurance.Codes() {
		got[a.Class] = append(got[a.Class], a.Code)
		if found := insurance.Of(a.Code); found != a {
			t.Errorf("%s is found as %+v", a.Code, found)
		}
	}
	if n := len(insurance.Codes()); n != 27 {
		t.Errorf("%d codes", n)
	}
	for class, codes := range want {
		if strings.Join(got[class], " ") != codes {
			t.Errorf("%s: %v, want %s", class, got[class], codes)
		}
	}
	if len(got) != len(want) {
		t.Errorf("classes: %v", got)
	}
}

// TestNothingIsMissing: every answer, also an unknown one and none at all, has words
// for everybody.
func TestNothingIsMissing(t *testing.T) {
	for _, a := range append(insurance.Codes(), insurance.Silence(), insurance.Unasked(), insurance.Of("999")) {
		for what, s := range map[string]string{
			"meaning": a.Means, "class": string(a.Class), "text": a.TextKey, "next": string(a.Next),
			"staff vi": a.Staff.VI, "staff en": a.Staff.EN, "slip vi": a.Slip.VI, "slip en": a.Slip.EN,
		} {
			if s == "" {
				t.Errorf("%q has no %s", a.Code, what)
			}
		}
		if n := len([]rune(a.Slip.VI)); n > 24 {
			t.Errorf("%q: %d characters do not stand beside a label on a slip", a.Code, n)
		}
	}
}

// TestPays: paying instead is offered where insurance is not there, differs or is not
// known, and never to who is insured, whose card staff look at, or to a child.
func TestPays(t *testing.T) {
	for _, a := range append(insurance.Codes(), insurance.Silence(), insurance.Of("999")) {
		want := slices.Contains([]request.Class{request.ClassPending, request.ClassDiscrepancy, request.ClassRetry, request.ClassOps, request.ClassUnavailable}, a.Class)
		if a.Pays != want {
			t.Errorf("%q, %s: pays %v", a.Code, a.Class, a.Pays)
		}
	}
}

// TestUnknown: a code of tomorrow is for staff, and never an insured person.
func TestUnknown(t *testing.T) {
	for code, class := range map[string]request.Class{
		"999": request.ClassReception, "0": request.ClassReception, "OK": request.ClassReception, "": request.ClassUnavailable,
	} {
		if a := insurance.Of(code); a.Class != class || a.Code != "" {
			t.Errorf("%q: %+v", code, a)
		}
	}
}

// TestOfClass: where the code is not known, the class alone finds words.
func TestOfClass(t *testing.T) {
	for _, a := range insurance.Codes() {
		c := insurance.OfClass(a.Class)
		if c.Class != a.Class && !slices.Contains([]request.Class{request.ClassRetry, request.ClassOps}, a.Class) {
			t.Errorf("%s is told as %s", a.Class, c.Class)
		}
	}
	if insurance.OfClass("of-tomorrow").Class != request.ClassReception {
		t.Error("an unknown class")
	}
}

// TestDocumented keeps the table of docs/insurance.md equal to the codes.
func TestDocumented(t *testing.T) {
	file := filepath.Join("..", "..", "docs", "insurance.md")
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "-update writes it -->\n", "<!-- end of codes -->"
	head, rest, ok := strings.Cut(string(page), begin)
	_, tail, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatal("docs/insurance.md has no place for the codes")
	}
	want := head + begin + table() + end + tail
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if want != string(page) {
		t.Error("docs/insurance.md is not what the codes say: go test ./protocol/insurance -update")
	}
}

func table() string {
	var b strings.Builder
	b.WriteString("\n| code | the insurer says | class | screen | next | may pay instead | staff | slip |\n|---|---|---|---|---|---|---|---|\n")
	for _, a := range append(insurance.Codes(), insurance.Of("none of these"), insurance.Silence(), insurance.Unasked()) {
		code := a.Code
		if code == "" {
			code = "–"
		}
		pays := "–"
		if a.Pays {
			pays = "yes"
		}
		fmt.Fprintf(&b, "| %s | %s | `%s` | `%s` | %s | %s | %s | %s |\n", code, a.Means, a.Class, a.TextKey, a.Next, pays, a.Staff.EN, a.Slip.EN)
	}
	return b.String() + "\n"
}
