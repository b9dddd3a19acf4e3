package pcsc

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// Calls of scard that lie, panic or freeze are not made, and those that are safe in
// one place only are made there only.
func TestOnlySafeCalls(t *testing.T) {
	never := map[string]string{
		"IsValid":     "stays true after pcscd died",
		"GetAttrib":   "its question for the length fails",
		"Reconnect":   "a session that ended is begun anew, with a context of its own",
		"UserData":    "is not handed over",
		"Atr: ":       "panics when it is longer than 33 bytes",
		"ShareDirect": "makes the next Transmit panic",
		"Error()":     "is read from a buffer that other threads write",
	}
	once := map[string]string{"GetStatusChange": "listen.go", "Cancel": "listen.go", "Transmit": "card.go"}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]int{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for _, name := range namesUsed(t, file) {
			if why, bad := never[name]; bad {
				t.Errorf("%s: %s %s", file, name, why)
			}
			if home, bound := once[name]; bound {
				found[name]++
				if file != home {
					t.Errorf("%s: %s belongs into %s", file, name, home)
				}
			}
		}
	}
	for name := range once {
		if found[name] != 1 {
			t.Errorf("%s is called in %d places, want one", name, found[name])
		}
	}
}

// namesUsed lists what a file that uses scard selects, and the fields of readers'
// states that it sets.
func namesUsed(t *testing.T, file string) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	uses := false
	for _, i := range f.Imports {
		uses = uses || i.Path.Value == `"github.com/ebfe/scard"`
	}
	if !uses {
		return nil
	}
	var names []string
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			names = append(names, n.Sel.Name)
		case *ast.KeyValueExpr:
			if key, ok := n.Key.(*ast.Ident); ok {
				names = append(names, key.Name+": ")
			}
		case *ast.CallExpr:
			if s, ok := n.Fun.(*ast.SelectorExpr); ok && len(n.Args) == 0 {
				names = append(names, s.Sel.Name+"()")
			}
		}
		return true
	})
	return names
}
