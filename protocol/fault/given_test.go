package fault_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestEveryFaultHappens: a code that no program ever gives is a promise to technicians
// that nobody keeps.
func TestEveryFaultHappens(t *testing.T) {
	given := map[string]bool{}
	declared := map[string]token.Position{}
	err := filepath.WalkDir("../..", func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && (e.Name() == "build" || e.Name() != ".." && strings.HasPrefix(e.Name(), ".")):
			return fs.SkipDir
		case !strings.HasSuffix(name, ".go"), strings.HasSuffix(name, "_test.go"):
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, name, text, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		switch filepath.ToSlash(filepath.Dir(name)) {
		case "../../protocol/fault":
			for n, pos := range codesOf(f) {
				declared[n] = fset.Position(pos)
			}
		case "../../kiosk/text", "../../kiosk/gallery": // what is said of a fault, and pictures of it
		default:
			for n := range faultsOf(f) {
				given[n] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(declared) < 50 {
		t.Fatalf("%d codes found: they are not where they were", len(declared))
	}
	for n, at := range declared {
		if !given[n] {
			t.Errorf("%s: no program gives fault.%s", at, n)
		}
	}
}

// codesOf are the constants of type Code that f declares.
func codesOf(f *ast.File) map[string]token.Pos {
	found := map[string]token.Pos{}
	ast.Inspect(f, func(n ast.Node) bool {
		if s, ok := n.(*ast.ValueSpec); ok {
			if id, ok := s.Type.(*ast.Ident); ok && id.Name == "Code" {
				for _, name := range s.Names {
					found[name.Name] = name.Pos()
				}
			}
		}
		return true
	})
	return found
}

// faultsOf are the names that f takes from package fault.
func faultsOf(f *ast.File) map[string]bool {
	found := map[string]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := s.X.(*ast.Ident); ok && id.Name == "fault" {
				found[s.Sel.Name] = true
			}
		}
		return true
	})
	return found
}
