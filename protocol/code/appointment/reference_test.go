package appointment_test

import (
	"errors"
	"strings"
	"testing"
	"testing/quick"

	"motcua/protocol/code/appointment"
	"motcua/protocol/code/own"
)

// TestCode: the code and the printed number of docs/codes.md.
func TestCode(t *testing.T) {
	r, err := appointment.Of("h001", "7K2P9M4T")
	if err != nil {
		t.Fatal(err)
	}
	if r.Code() != "MA1:h001:7K2P9M4T94" || r.Printed() != "7K2P-9M4T-94" {
		t.Errorf("%s, %s", r.Code(), r.Printed())
	}
}

func TestRoundTrip(t *testing.T) {
	err := quick.Check(func(letters [appointment.MaxNumber]byte, n uint8) bool {
		for i, c := range letters {
			letters[i] = own.Alphabet[c%32]
		}
		number := string(letters[:appointment.MinNumber+int(n)%(appointment.MaxNumber-appointment.MinNumber+1)])
		r, err := appointment.Of("H-1_x", number)
		if err != nil {
			return false
		}
		scanned, err := appointment.Parse(r.Code())
		typed, errTyped := appointment.ParseTyped(r.Facility, strings.ToLower(r.Printed()))
		return err == nil && errTyped == nil && scanned == r && typed == r
	}, nil)
	if err != nil {
		t.Error(err)
	}
}

func TestRefused(t *testing.T) {
	good, err := appointment.Of("h001", "7K2P9M4T")
	if err != nil {
		t.Fatal(err)
	}
	code := good.Code()
	for _, c := range []struct {
		story, text string
		want        error
	}{
		{"empty", "", appointment.ErrNotAppointment},
		{"a ticket", "MC1:h001:014D2PF2DB76", appointment.ErrNotAppointment},
		{"another version", strings.Replace(code, "MA1", "MA2", 1), appointment.ErrVersion},
		{"no number", "MA1:h001:", appointment.ErrNotAppointment},
		{"too short", "MA1:h001:7K2P900", appointment.ErrNotAppointment},
		{"endless", "MA1:h001:" + strings.Repeat("7", 4000), appointment.ErrNotAppointment},
		{"no facility", "MA1::7K2P9M4T94", appointment.ErrNotAppointment},
		{"another letter", "MA1:h001:7K2P9M4U94", appointment.ErrNotAppointment},
		{"letters for check digits", "MA1:h001:7K2P9M4TAB", appointment.ErrNotAppointment},
		{"more fields", code + ":x", appointment.ErrNotAppointment},
		{"misread", strings.Replace(code, "7K", "1K", 1), appointment.ErrCheck},
		{"another facility", strings.Replace(code, "h001", "h002", 1), appointment.ErrCheck},
	} {
		if r, err := appointment.Parse(c.text); !errors.Is(err, c.want) || r != (appointment.Reference{}) {
			t.Errorf("%s: %v", c.story, err)
		}
	}
	if _, err := appointment.ParseTyped("h002", good.Printed()); !errors.Is(err, appointment.ErrCheck) {
		t.Errorf("typed at another facility: %v", err)
	}
	if _, err := appointment.ParseTyped("h001", strings.Repeat("7", 100)); !errors.Is(err, appointment.ErrNotAppointment) {
		t.Errorf("typed without an end: %v", err)
	}
	if _, err := appointment.Of("h 1", "7K2P9M4T"); err == nil {
		t.Error("a name that is none")
	}
}

func FuzzParse(f *testing.F) {
	f.Add("MA1:h001:7K2P9M4T94")
	f.Add("MA2:h001:7K2P9M4T94")
	f.Add("MA1:h001:7")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := appointment.Parse(text)
		if err == nil && r.Code() != text {
			t.Fatalf("%q is written as %q", text, r.Code())
		}
	})
}
