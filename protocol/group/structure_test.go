package group_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// What may decide a branch, an index or a division in any function: the size of
// the field and positions in loops over it.
var publicNames = []string{"f", "n", "size", "i", "j", "at", "nil"}

// setUp are functions that see nothing but constants of a group.
var setUp = []string{"New", "Limbs", "newField", "newComb"}

// secretPath are the functions that a private key, a nonce or a shared secret
// passes through, with the further names that may decide something there.
var secretPath = map[string]map[string][]string{
	"../montgomery": {
		"Field.SetBytes": {"over", "borrow"}, // tells whether the integer is in range
		"Field.Reduce":   {"first", "whole"}, // by the length alone
		"Field.Mul":      {"fewLimbs"},       // by the size of the field
		"load":           nil, "Field.Bytes": nil, "Field.Add": nil, "Field.Sub": nil, "Field.settle": nil,
		"step": nil, "mulAdd": nil, "IsZero": nil, "Equal": nil,
	},
	"../ec": {
		"field.fromBytes": nil, "field.reduce": nil, "field.toBytes": nil, "field.add": nil, "field.sub": nil, "field.mul": nil,
		"choose": nil, "field.isZero": nil, "field.equal": nil, "field.invert": nil,
		"field.power": {"digit"}, // of the exponent, which is public
		"add4":        nil, "choose4": nil, "sub4": nil, "mul4": nil, "mul6": nil, "mul8": nil,
		"Point.add": nil, "Point.double": nil, "Point.pick": nil, "Point.ScalarMult": nil, "Point.multiples": nil,
		"comb.mult": {"s"}, "bit": nil, "Curve.ScalarBaseMult": {"c", "OrderSize"},
		"Curve.MapInteger":   {"m", "undefined", "c", "contains", "p", "x", "y"}, // tells whether there is an image
		"mapping.rightSide":  nil,
		"Curve.signOnce":     {"err"},
		"Curve.RandomScalar": {"c", "scalar", "fromBytes", "isZero", "e", "k", "err"}, // tells that a try was thrown away
	},
	"../modp": {
		"field.fromBytes": nil, "field.mul": nil, "field.equal": nil, "field.power": nil, "field.pick": nil, "inRange": nil, "Element.Exp": nil,
	},
}

// wholly are the files of which every function is of the one or the other kind.
var wholly = map[string][]string{
	"../montgomery": {"field.go"},
	"../ec":         {"field.go", "field4.go", "field6.go", "field8.go", "formulas.go", "comb.go"},
	"../modp":       {"field.go"},
}

// The arithmetic on secrets has no branch, index or division that depends on
// them, as far as the source can tell.
func TestNothingIsDecidedBySecrets(t *testing.T) {
	for dir, functions := range secretPath {
		seen := map[string]bool{}
		files, err := filepath.Glob(dir + "/*.go")
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: no files: %v", dir, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			for name, fn := range functionsOf(t, file, nil) {
				public, listed := functions[name]
				seen[name] = true
				if !listed {
					if slices.Contains(wholly[dir], filepath.Base(file)) && !slices.Contains(setUp, name) {
						t.Errorf("%s: %s is not listed here: does it see secrets?", file, name)
					}
					continue
				}
				for _, what := range decisions(fn, public) {
					t.Errorf("%s: %s %s", file, name, what)
				}
			}
		}
		for name := range functions {
			if !seen[name] {
				t.Errorf("%s: %s is gone; take it off the list", dir, name)
			}
		}
	}
}

// functionsOf names the functions of a source file, methods by their type.
func functionsOf(t *testing.T, file string, src any) map[string]*ast.FuncDecl {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, src, 0)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]*ast.FuncDecl{}
	for _, d := range parsed.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		name := fn.Name.Name
		if fn.Recv != nil {
			kind := fn.Recv.List[0].Type
			if star, ok := kind.(*ast.StarExpr); ok {
				kind = star.X
			}
			name = kind.(*ast.Ident).Name + "." + name
		}
		all[name] = fn
	}
	return all
}

// decisions are the places where something other than the public names decides
// what is executed, which memory is read, or how long a division takes.
func decisions(fn *ast.FuncDecl, public []string) (bad []string) {
	check := func(what string, exprs ...ast.Expr) {
		for name := range secretNames(exprs, public) {
			bad = append(bad, what+" by "+name)
		}
	}
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.IfStmt:
			check("branches", n.Cond)
		case *ast.ForStmt:
			check("loops", n.Cond)
		case *ast.SwitchStmt:
			check("branches", n.Tag)
		case *ast.CaseClause:
			check("branches", n.List...)
		case *ast.IndexExpr:
			check("indexes", n.Index)
		case *ast.SliceExpr:
			check("slices", n.Low, n.High, n.Max)
		case *ast.BinaryExpr:
			switch n.Op {
			case token.QUO, token.REM:
				check("divides", n.X, n.Y)
			case token.LAND, token.LOR:
				check("branches", n.X, n.Y)
			}
		case *ast.BranchStmt:
			if n.Tok != token.CONTINUE {
				bad = append(bad, "leaves a loop")
			}
		}
		return true
	})
	return bad
}

// secretNames are the names in expressions that are not public. The length of
// anything is.
func secretNames(exprs []ast.Expr, public []string) map[string]bool {
	secret := map[string]bool{}
	for _, e := range exprs {
		if e == nil {
			continue
		}
		ast.Inspect(e, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if f, ok := call.Fun.(*ast.Ident); ok && f.Name == "len" {
					return false
				}
			}
			if id, ok := n.(*ast.Ident); ok && !slices.Contains(publicNames, id.Name) && !slices.Contains(public, id.Name) {
				secret[id.Name] = true
			}
			return true
		})
	}
	return secret
}

// The rule finds what it is there for.
func TestTheRuleFindsDecisions(t *testing.T) {
	const source = `package p
func branch(k byte) int { if k > 3 { return 1 }; return 0 }
func early(table []byte, digit byte) { for i := range table { if i > 3 { break } } }
func index(table []byte, digit byte) byte { return table[digit] }
func loop(k int) { for k > 0 { k-- } }
func both(a, b bool) bool { return a && b }
func divide(k int) int { return 100 % k }
func choice(k byte) { switch k { case 1: } }
func fine(x []uint64, n int) (sum uint64) { for i := range n { if i < len(x) { sum |= x[i] } }; return sum }
`
	found := map[string]int{}
	for name, fn := range functionsOf(t, "planted.go", source) {
		found[name] = len(decisions(fn, nil))
	}
	want := map[string]int{"branch": 1, "early": 1, "index": 1, "loop": 1, "both": 2, "divide": 1, "choice": 1, "fine": 0}
	if !maps.Equal(found, want) {
		t.Errorf("found %v", found)
	}
}
