package ticket_test

import (
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/quick"
	"time"

	"motcua/protocol/code/ticket"
	"motcua/protocol/request"
)

func id(t testing.TB) request.ID {
	t.Helper()
	id, err := request.ParseID("0192f3a4-5b6c-7d8e-9fa0-0123456789ab")
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func reference(t testing.TB) ticket.Reference {
	t.Helper()
	r, err := ticket.Of("h001", id(t))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Number and check digits are computed in another way than the package does.
func TestOneInAnotherWay(t *testing.T) {
	r := reference(t)
	if r.Code() != "MC1:h001:014D2PF2DB76" { // as in docs/codes.md
		t.Error(r.Code())
	}
	if r.Number != divided(0x0123456789ab) {
		t.Errorf("number %s", r.Number)
	}
	if want := "MC1:h001:" + r.Number + mod97("1h001"+r.Number); r.Code() != want {
		t.Errorf("%s, want %s", r.Code(), want)
	}
	if want := r.Number[:5] + "-" + r.Number[5:] + "-" + mod97("1h001"+r.Number); r.Printed() != want {
		t.Errorf("%s, want %s", r.Printed(), want)
	}
}

// divided takes digits of base 32 from the end.
func divided(n uint64) string {
	s := ""
	for range 10 {
		s = string("0123456789ABCDEFGHJKMNPQRSTVWXYZ"[n%32]) + s
		n /= 32
	}
	return s
}

// mod97 finds the check digits by trying: those with which the whole leaves 1.
func mod97(s string) string {
	for check := range 100 {
		whole := 0
		for _, c := range s {
			whole = (whole*100 + strings.IndexRune("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_", c)) % 97
		}
		if (whole*100+check)%97 == 1 && check > 1 {
			return fmt.Sprintf("%02d", check)
		}
	}
	return "none"
}

func TestRoundTrip(t *testing.T) {
	err := quick.Check(func(bytes [16]byte, name uint16) bool {
		r, err := ticket.Of(fmt.Sprintf("H-%d_x", name), request.ID(bytes))
		if err != nil {
			return false
		}
		scanned, err := ticket.Parse(r.Code())
		typed, errTyped := ticket.ParseTyped(r.Facility, r.Printed())
		return err == nil && errTyped == nil && scanned == r && typed == r
	}, nil)
	if err != nil {
		t.Error(err)
	}
}

func TestTyped(t *testing.T) {
	r := ticket.Reference{Facility: "h001", Number: "01101ABCDE"}
	for _, text := range []string{
		r.Printed(), strings.ToLower(r.Printed()), strings.ReplaceAll(r.Printed(), "-", " "), strings.ReplaceAll(r.Printed(), "-", ""),
		strings.Replace(r.Printed(), "01101", "oIlO1", 1),
	} {
		if got, err := ticket.ParseTyped("h001", text); err != nil || got != r {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	if _, err := ticket.ParseTyped("h002", r.Printed()); !errors.Is(err, ticket.ErrCheck) {
		t.Errorf("at another facility: %v", err)
	}
	for _, text := range []string{"", r.Number, r.Printed() + "0", "U" + r.Printed()[1:], strings.Repeat(" ", 100), "0١101ABCDE00"} {
		if _, err := ticket.ParseTyped("h001", text); !errors.Is(err, ticket.ErrNotTicket) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// Every single wrong character and every two that changed places are found.
func TestCheckDigitsFindMistakes(t *testing.T) {
	const all = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	code := reference(t).Code()
	from := strings.LastIndex(code, ":") + 1
	found := 0
	try := func(b []byte) {
		if string(b) == code {
			return
		}
		found++
		if _, err := ticket.Parse(string(b)); err == nil {
			t.Errorf("%s was taken for %s", b, code)
		}
	}
	for i := from; i < len(code); i++ {
		for j := range len(all) {
			b := []byte(code)
			b[i] = all[j]
			try(b)
		}
		for j := from; j < i; j++ {
			b := []byte(code)
			b[i], b[j] = b[j], b[i]
			try(b)
		}
	}
	if found < 400 {
		t.Errorf("%d mistakes only", found)
	}
}

func TestRefused(t *testing.T) {
	code := reference(t).Code()
	for text, want := range map[string]error{
		"":                                 ticket.ErrNotTicket,
		"HC1:NCF":                          ticket.ErrNotTicket,
		"MC1:":                             ticket.ErrNotTicket,
		"MCX:h001:" + code[9:]:             ticket.ErrNotTicket,
		"MC:h001:" + code[9:]:              ticket.ErrNotTicket,
		"MC12345:h001:" + code[9:]:         ticket.ErrNotTicket,
		"MC2:anything":                     ticket.ErrVersion,
		strings.ToLower(code):              ticket.ErrNotTicket,
		code[:len(code)-1]:                 ticket.ErrNotTicket,
		code + "0":                         ticket.ErrNotTicket,
		code + "\n":                        ticket.ErrNotTicket,
		"MC1:h/1:" + code[9:]:              ticket.ErrNotTicket,
		"MC1::" + code[9:]:                 ticket.ErrNotTicket,
		strings.Replace(code, "h0", "", 1): ticket.ErrCheck,
		strings.Replace(code, "h", "H", 1): ticket.ErrCheck,
	} {
		if _, err := ticket.Parse(text); !errors.Is(err, want) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := ticket.Of("a b", id(t)); err == nil {
		t.Error("a name that is none was taken")
	}
}

func FuzzParse(f *testing.F) {
	f.Add(reference(f).Code())
	f.Add("MC2:x")
	f.Fuzz(func(t *testing.T, s string) {
		r, err := ticket.Parse(s)
		if err != nil {
			if !errors.Is(err, ticket.ErrNotTicket) && !errors.Is(err, ticket.ErrVersion) && !errors.Is(err, ticket.ErrCheck) {
				t.Fatalf("error of another kind: %v", err)
			}
			return
		}
		if r.Code() != s {
			t.Fatalf("%q is written as %q", s, r.Code())
		}
	})
}

// TailOf is the end of every id that a number names.
func TestTail(t *testing.T) {
	for range 100 {
		id, err := request.NewID(time.Now(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if got := ticket.TailOf(ticket.NumberOf(id)); got != [6]byte(id[10:]) {
			t.Errorf("%s ends with %x", id, got)
		}
	}
}
