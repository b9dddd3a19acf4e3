package arrival_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"motcua/protocol/arrival"
	"motcua/protocol/request"
)

var update = flag.Bool("update", false, "write what is generated in docs anew")

// TestEveryOutcome: each outcome that the hospital may give has words for everybody, and
// what is none of them is told as no answer.
func TestEveryOutcome(t *testing.T) {
	outcomes := []request.ArrivalOutcome{
		request.Arrived, request.Early, request.Late, request.OtherDay, request.Cancelled, request.OtherPerson, request.NoSuch, arrival.Silent,
	}
	if len(arrival.Actions()) != len(outcomes) {
		t.Errorf("%d actions", len(arrival.Actions()))
	}
	for _, o := range outcomes {
		a := arrival.Of(o)
		if a.Outcome != o {
			t.Errorf("%s is told as %s", o, a.Outcome)
		}
		for what, s := range map[string]string{
			"meaning": a.Means, "text": a.TextKey, "next": a.Next,
			"staff vi": a.Staff.VI, "staff en": a.Staff.EN, "slip vi": a.Slip.VI, "slip en": a.Slip.EN,
		} {
			if s == "" {
				t.Errorf("%s has no %s", o, what)
			}
		}
		if n := len([]rune(a.Slip.VI)); n > 24 {
			t.Errorf("%s: %d characters do not stand beside a label on a slip", o, n)
		}
	}
	for _, o := range []request.ArrivalOutcome{"", request.Listed, "of-tomorrow"} {
		if arrival.Of(o).Outcome != arrival.Silent {
			t.Errorf("%q is told as something", o)
		}
	}
}

// TestDocumented keeps the table of docs/hospital.md equal to the outcomes.
func TestDocumented(t *testing.T) {
	file := filepath.Join("..", "..", "docs", "hospital.md")
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "-update writes it -->\n", "<!-- end of outcomes -->"
	head, rest, ok := strings.Cut(string(page), begin)
	_, tail, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatal("docs/hospital.md has no place for the outcomes")
	}
	want := head + begin + table() + end + tail
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if want != string(page) {
		t.Error("docs/hospital.md is not what the outcomes say: go test ./protocol/arrival -update")
	}
}

func table() string {
	var b strings.Builder
	b.WriteString("\n| outcome | the hospital says | screen | next | staff | slip |\n|---|---|---|---|---|---|\n")
	for _, a := range arrival.Actions() {
		fmt.Fprintf(&b, "| `%s` | %s | `%s` | %s | %s | %s |\n", a.Outcome, a.Means, a.TextKey, a.Next, a.Staff.EN, a.Slip.EN)
	}
	return b.String() + "\n"
}
