package pccovid_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/quick"
	"time"

	"github.com/google/go-cmp/cmp"

	"motcua/protocol/code/pccovid"
	"motcua/protocol/personal/personaltest"
)

const whole = "099090000123|NGUYEN VAN MAU|1990-02-01|1|QID0001|x"

func TestReads(t *testing.T) {
	want := pccovid.Person{Number: "099090000123", Name: "NGUYEN VAN MAU", Birth: "01/02/1990", Kind: "1", QID: "QID0001", Extra: []string{"x"}}
	hidden, passport, plain := want, want, want
	hidden.Number = "******000123"
	passport.Number = "B9900001"
	plain.Extra = nil
	for text, want := range map[string]pccovid.Person{
		whole: want,
		"******000123|NGUYEN VAN MAU|1990-02-01|1|QID0001|x": hidden,
		"B9900001|NGUYEN  VAN MAU|1990-02-01|1|QID0001|x":    passport,
		strings.TrimSuffix(whole, "|x"):                      plain,
	} {
		got, err := pccovid.Parse(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if diff := cmp.Diff(&want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
		if got.Hidden() != strings.HasPrefix(text, "*") {
			t.Errorf("%s: hidden %v", text, got.Hidden())
		}
	}
}

// Whatever stands in the fields comes out as it went in.
func TestRoundTrip(t *testing.T) {
	err := quick.Check(func(number uint64, hidden bool, days uint16, kind bool, qid uint64) bool {
		want := pccovid.Person{Number: fmt.Sprintf("%012d", number%1e12), Name: "NGUYEN VAN MAU", Kind: "0", QID: fmt.Sprint(qid)}
		if hidden {
			want.Number = "******" + want.Number[6:]
		}
		if kind {
			want.Kind = "1"
		}
		day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, -int(days)/2)
		want.Birth = day.Format("02/01/2006")
		got, err := pccovid.Parse(strings.Join([]string{want.Number, want.Name, day.Format(time.DateOnly), want.Kind, want.QID}, "|"))
		return err == nil && cmp.Equal(*got, want)
	}, nil)
	if err != nil {
		t.Error(err)
	}
}

func TestRefused(t *testing.T) {
	for name, c := range map[string]struct {
		old, new string
		want     error
	}{
		"nothing":                {whole, "", pccovid.ErrNotCode},
		"four fields":            {"|QID0001|x", "", pccovid.ErrNotCode},
		"another date":           {"1990-02-01", "01/02/1990", pccovid.ErrNotCode},
		"no such day":            {"1990-02-01", "1990-02-30", pccovid.ErrNotCode},
		"a day long ago":         {"1990-02-01", "0090-02-01", pccovid.ErrNotCode},
		"another kind":           {"|1|", "|2|", pccovid.ErrNotCode},
		"endless":                {"|x", "|" + strings.Repeat("x", pccovid.MaxSize), pccovid.ErrNotCode},
		"five stars":             {"099090", "*****0", pccovid.ErrMalformed},
		"seven stars":            {"0990900", "*******", pccovid.ErrMalformed},
		"stars at the end":       {"000123", "******", pccovid.ErrMalformed},
		"only stars":             {"099090000123", "******", pccovid.ErrMalformed},
		"a number too long":      {"099090000123", "0990900001230000", pccovid.ErrMalformed},
		"small letters":          {"099090000123", "b9900001", pccovid.ErrMalformed},
		"no name":                {"NGUYEN VAN MAU", " ", pccovid.ErrMalformed},
		"a name with marks":      {"NGUYEN", "NGUYỄN", pccovid.ErrMalformed},
		"digits in the name":     {"NGUYEN", "NGUYEN1", pccovid.ErrMalformed},
		"no QID":                 {"QID0001", "", pccovid.ErrMalformed},
		"a QID of control bytes": {"QID0001", "Q\x01", pccovid.ErrMalformed},
		"many fields":            {"|x", strings.Repeat("|x", 12), pccovid.ErrMalformed},
	} {
		got, err := pccovid.Parse(strings.Replace(whole, c.old, c.new, 1))
		if !errors.Is(err, c.want) || got != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && (strings.Contains(err.Error(), "0990") || strings.Contains(err.Error(), "NGUY")) {
			t.Errorf("%s: the error quotes the code: %v", name, err)
		}
	}
}

func TestMasked(t *testing.T) {
	p, err := pccovid.Parse(whole)
	if err != nil {
		t.Fatal(err)
	}
	personaltest.Hides(t, []any{p, *p}, "000123", "NGUYEN", "1990", "QID0001")
}

func FuzzParse(f *testing.F) {
	f.Add(whole)
	f.Add("******000123|NGUYEN VAN MAU|1990-02-01|0|Q")
	f.Fuzz(func(t *testing.T, s string) {
		p, err := pccovid.Parse(s)
		if err != nil {
			if !errors.Is(err, pccovid.ErrNotCode) && !errors.Is(err, pccovid.ErrMalformed) {
				t.Fatalf("error of another kind: %v", err)
			}
			return
		}
		if p.Number == "" || p.Name == "" || len(p.Birth) != 10 || p.QID == "" {
			t.Fatal("half a person")
		}
	})
}
