package personal_test

import (
	"testing"

	"motcua/protocol/personal"
	"motcua/protocol/personal/personaltest"
)

type person struct {
	personal.Masked
	Name  string
	Birth *string
}

type open struct{ Name string }

func TestMasked(t *testing.T) {
	birth := "01/02/1990"
	p := person{Name: "Nguyễn Văn Mẫu", Birth: &birth}
	personaltest.Hides(t, []any{p, &p, []person{p}, map[string]any{"p": p}, struct{ Inside person }{p}}, "Nguy", "1990")
}

// The check itself finds what is not hidden.
func TestHidesFindsWhatIsShown(t *testing.T) {
	var found finder
	personaltest.Hides(&found, []any{open{Name: "Nguyen"}}, "Nguyen")
	if found == 0 {
		t.Error("a name that is shown was not found")
	}
}

type finder int

func (f *finder) Helper()               {}
func (f *finder) Errorf(string, ...any) { *f++ }
