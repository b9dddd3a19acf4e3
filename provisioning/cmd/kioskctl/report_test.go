package main

import (
	"bytes"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"motcua/protocol/emrtd"
	"motcua/protocol/fault"
)

func TestProgressLine(t *testing.T) {
	var out bytes.Buffer
	l := progressLine{w: &out, on: true}
	l.clear()
	if out.Len() > 0 {
		t.Errorf("cleared a line that was not shown: %q", out.String())
	}
	l.show(emrtd.Progress{Stage: emrtd.StageIdentity})
	l.show(emrtd.Progress{Stage: emrtd.StagePhoto, Bytes: 446, Total: 14900})
	l.clear()
	want := "\rreading identity …\x1b[K\rreading the photo … 446 of 14900 bytes\x1b[K\r\x1b[K"
	if out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
	out.Reset()
	quiet := progressLine{w: &out}
	quiet.show(emrtd.Progress{Stage: emrtd.StageIdentity})
	quiet.clear()
	if out.Len() > 0 {
		t.Errorf("no terminal, and yet %q", out.String())
	}
}

func TestEveryStageAndReasonHasWords(t *testing.T) {
	for _, s := range []emrtd.Stage{emrtd.StageOpening, emrtd.StageIdentity, emrtd.StageVerifying, emrtd.StagePhoto, emrtd.StageGroups} {
		if stageText[s] == "" {
			t.Errorf("stage %q has no words", s)
		}
	}
	if got := wordsFor("new-one"); got.means != "new-one" || got.todo == "" {
		t.Errorf("a reason without words is shown as %q", got)
	}
	for _, r := range declaredReasons(t) {
		w, ok := reasonWords[r]
		if !ok || w.means == "" || w.todo == "" {
			t.Errorf("%s has no words, or no advice", r)
		}
		if r.Verdict() == emrtd.Genuine && !strings.HasSuffix(w.means, "(note)") {
			t.Errorf("%s changes no verdict, and its words do not say so", r)
		}
	}
}

// declaredReasons reads the constants from the source, so that none is forgotten.
func declaredReasons(t *testing.T) []emrtd.Reason {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "../../../protocol/emrtd/verdict.go", nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var all []emrtd.Reason
	ast.Inspect(f, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) == 0 {
			return true
		}
		if name, ok := spec.Type.(*ast.Ident); ok && name.Name == "Reason" {
			value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, emrtd.Reason(value))
		}
		return true
	})
	if len(all) < 20 {
		t.Fatalf("%d reasons found: the test looks in the wrong place", len(all))
	}
	return all
}

func TestGroupLists(t *testing.T) {
	for text, want := range map[string][]int{"": nil, "11": {11}, "16, 11,11": {16, 11}} {
		if got, err := parseGroups(text); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	if got, err := parseGroups("all"); err != nil || len(got) != 16 {
		t.Errorf("all: %v, %v", got, err)
	}
	for _, text := range []string{"0", "17", "1,", "DG1", "1-3", "-1"} {
		if got, err := parseGroups(text); err == nil {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// What a chip says of further keys reaches the technician, and programs.
func TestTriesLeft(t *testing.T) {
	for _, c := range []struct {
		err  emrtd.KeyError
		want string
		left bool
	}{
		{emrtd.KeyError{Left: -1}, "the chip refused the key", false},
		{emrtd.KeyError{Left: 1}, "the chip refused the key; it takes one more wrong one", true},
		{emrtd.KeyError{Left: 2}, "the chip refused the key; it takes 2 more wrong ones", true},
		{emrtd.KeyError{Left: 1, Suspended: true}, "the chip takes the PIN only after the card access number; it was not tried", true},
	} {
		p := problemOf(fault.Wrap(fault.WrongKey, &c.err))
		if p.Cause != c.want || (p.TriesLeft != nil) != c.left {
			t.Errorf("%+v: %q, tries left %v", c.err, p.Cause, p.TriesLeft)
		}
	}
	if p := problemOf(fault.Wrap(fault.KeyBlocked, &emrtd.KeyError{Left: 0, Blocked: true})); p.Code != fault.KeyBlocked {
		t.Errorf("blocked: %+v", p)
	}
}

// Each fault that a reading can end with has the exit code of the manual.
func TestExitCodes(t *testing.T) {
	for code, want := range map[fault.Code]int{
		fault.WrongKey: exitWrongKey, fault.KeyBlocked: exitWrongKey, fault.CardGone: exitRemoved,
		fault.NoReader: exitNoCard, fault.NoService: exitNoCard, fault.Denied: exitNoCard, fault.LibMismatch: exitNoCard,
		fault.CardBusy: exitNoCard, fault.ReaderMute: exitNoCard,
		fault.ReadTimeout: exitInternal, fault.CardForeign: exitInternal, fault.Unreadable: exitInternal, fault.Internal: exitInternal,
	} {
		if got := exitCodeOf(fault.Wrap(code, errors.New("x"))); got != want {
			t.Errorf("%s: exit code %d, want %d", code, got, want)
		}
	}
}

// TestManual keeps the manual's words equal to the program's.
func TestManual(t *testing.T) {
	manual, err := os.ReadFile("../../../docs/kioskctl.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range verbs() {
		var help bytes.Buffer
		v.usage(&help)
		if !strings.Contains(string(manual), help.String()) {
			t.Errorf("docs/kioskctl.md does not hold what kioskctl help %s says", v.name)
		}
	}
	for r, w := range reasonWords {
		if row := "| `" + string(r) + "` | " + strings.TrimSuffix(w.means, " (note)") + " | " + w.todo + " |"; !strings.Contains(string(manual), row) {
			t.Errorf("docs/kioskctl.md does not hold %q", row)
		}
	}
}
