package fault_test

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"strconv"
	"testing"

	"motcua/protocol/fault"
)

// declared reads the constants of the package from its source, so that a code
// without a row in the table is found.
func declared(t *testing.T) []fault.Code {
	t.Helper()
	var codes []fault.Code
	for _, file := range []string{"fault.go", "devices.go", "duty.go", "token.go"} {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			if id, ok := spec.Type.(*ast.Ident); ok && id.Name == "Code" && len(spec.Values) == 1 {
				s, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				codes = append(codes, fault.Code(s))
			}
			return true
		})
	}
	return codes
}

func TestEveryCodeHasOneCompleteRow(t *testing.T) {
	codes := declared(t)
	seen := map[fault.Code]bool{}
	for _, i := range fault.All() {
		if seen[i.Code] {
			t.Errorf("%s: listed twice", i.Code)
		}
		seen[i.Code] = true
		if !regexp.MustCompile(`^[A-Z]+-\d\d$`).MatchString(string(i.Code)) {
			t.Errorf("%s: a code is GROUP-nn", i.Code)
		}
		if i.Cause == "" || i.Action == "" || (i.Class != fault.Retry && i.Class != fault.Permanent) {
			t.Errorf("%s: incomplete: %+v", i.Code, i)
		}
	}
	for _, c := range codes {
		if !seen[c] {
			t.Errorf("%s: has no row in the table", c)
		}
	}
	if len(codes) != len(seen) {
		t.Errorf("%d codes declared, %d in the table", len(codes), len(seen))
	}
}

func TestCodeOfFindsTheOutermostCode(t *testing.T) {
	inner := fault.Wrap(fault.DiskFull, errors.New("no space"))
	outer := fault.Wrap(fault.QueueBroken, fmt.Errorf("saving: %w", inner))
	if got := fault.CodeOf(fmt.Errorf("visit: %w", outer)); got != fault.QueueBroken {
		t.Errorf("got %s", got)
	}
	if got := fault.CodeOf(errors.New("anything")); got != fault.Internal {
		t.Errorf("without a code: got %s", got)
	}
	if fault.Wrap(fault.DiskFull, nil) != nil {
		t.Error("no error must stay no error")
	}
	if i := fault.Lookup("NEW-99"); i.Code != "NEW-99" || i.TextKey != fault.Lookup(fault.Internal).TextKey {
		t.Errorf("an unknown code: %+v", i)
	}
}
