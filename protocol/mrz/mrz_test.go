package mrz_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"motcua/protocol/mrz"
	"motcua/protocol/vectors"
)

func TestCheckDigitsOfDoc9303(t *testing.T) {
	for _, c := range []struct {
		fields []string
		want   byte
	}{
		{[]string{"520727"}, '3'},     // part 3, appendix A
		{[]string{"AB2134<<<"}, '5'},  // the same
		{[]string{"L898902C<"}, '3'},  // part 11, appendix D
		{[]string{"69", "0806"}, '1'}, // fields are read as one
	} {
		if got, ok := mrz.CheckDigit(c.fields...); !ok || got != c.want {
			t.Errorf("%v: %c", c.fields, got)
		}
	}
	if _, ok := mrz.CheckDigit("abc"); ok {
		t.Error("small letters accepted")
	}
}

// The specimens of Doc 9303 parts 4, 5 and 6: nobody's document.
var specimens = []struct {
	name, text string
	want       mrz.Document
}{
	{
		"TD3", "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10",
		mrz.Document{
			Format: mrz.TD3, Type: "P", Issuer: "UTO", Number: "L898902C3", Nationality: "UTO", Surname: "ERIKSSON", Given: "ANNA MARIA",
			Birth: "740812", Expiry: "120415", Sex: "F", Optional: "ZE184226B",
		},
	},
	{
		"TD2", "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6",
		mrz.Document{
			Format: mrz.TD2, Type: "I", Issuer: "UTO", Number: "D23145890", Nationality: "UTO", Surname: "ERIKSSON", Given: "ANNA MARIA",
			Birth: "740812", Expiry: "120415", Sex: "F",
		},
	},
	{
		"TD1", "I<UTOD231458907<<<<<<<<<<<<<<<\r\n7408122F1204159UTO<<<<<<<<<<<6\r\nERIKSSON<<ANNA<MARIA<<<<<<<<<<",
		mrz.Document{
			Format: mrz.TD1, Type: "I", Issuer: "UTO", Number: "D23145890", Nationality: "UTO", Surname: "ERIKSSON", Given: "ANNA MARIA",
			Birth: "740812", Expiry: "120415", Sex: "F",
		},
	},
	{
		"TD1 with a long number", "I<UTOD23145890<7349<<<<<<<<<<<3407127M9507122UTO<<<<<<<<<<<2STEVENSON<<PETER<JOHN<<<<<<<<<",
		mrz.Document{
			Format: mrz.TD1, Type: "I", Issuer: "UTO", Number: "D23145890734", Nationality: "UTO", Surname: "STEVENSON", Given: "PETER JOHN",
			Birth: "340712", Expiry: "950712", Sex: "M",
		},
	},
}

func TestReadsTheSpecimens(t *testing.T) {
	for _, s := range specimens {
		got, err := mrz.Parse(s.text)
		if err != nil {
			t.Errorf("%s: %v", s.name, err)
		}
		got.Lines = nil
		if diff := cmp.Diff(s.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", s.name, diff)
		}
	}
}

// Zones as states write them; check digits computed by the rule of part 3, 4.9.
func TestReadsUnusualZones(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       mrz.Document
	}{
		{
			"TD2 with a long number", "I<UTOSTEVENSON<<PETER<JOHN<<<<<<<<<<D23145890<UTO3407127M95071227349<<<8",
			mrz.Document{
				Format: mrz.TD2, Type: "I", Issuer: "UTO", Number: "D23145890734", Nationality: "UTO", Surname: "STEVENSON", Given: "PETER JOHN",
				Birth: "340712", Expiry: "950712", Sex: "M",
			},
		},
		{
			"number longer by one, other data after it", "I<UTOABCDEFGHI<11<EXTRA<<<<<<<3407127F9507122UTOOPT2<<<<<<<9A<B<<C<D<<<<<<<<<<<<<<<<<<<<<<",
			mrz.Document{
				Format: mrz.TD1, Type: "I", Issuer: "UTO", Number: "ABCDEFGHI1", Nationality: "UTO", Surname: "A B", Given: "C D",
				Birth: "340712", Expiry: "950712", Sex: "F", Optional: "EXTRA", Optional2: "OPT2",
			},
		},
		{
			"no end of validity, only the year of birth, one name", "IDUTO9900000011<<<<<<<<<<<<<<<99<<<<0<<<<<<<0UTO<<<<<<<<<<<4MONONYM<<<<<<<<<<<<<<<<<<<<<<<",
			mrz.Document{
				Format: mrz.TD1, Type: "ID", Issuer: "UTO", Number: "990000001", Nationality: "UTO", Surname: "MONONYM", Birth: "99<<<<", Expiry: "<<<<<<",
			},
		},
		{
			"no end of validity and no check digit of it", "IDUTO9900000011<<<<<<<<<<<<<<<99<<<<0<<<<<<<<UTO<<<<<<<<<<<4MONONYM<<<<<<<<<<<<<<<<<<<<<<<",
			mrz.Document{
				Format: mrz.TD1, Type: "ID", Issuer: "UTO", Number: "990000001", Nationality: "UTO", Surname: "MONONYM", Birth: "99<<<<", Expiry: "<<<<<<",
			},
		},
		{
			"TD3 without optional data, filler for its check digit", "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159<<<<<<<<<<<<<<<8",
			mrz.Document{
				Format: mrz.TD3, Type: "P", Issuer: "UTO", Number: "L898902C3", Nationality: "UTO", Surname: "ERIKSSON", Given: "ANNA MARIA",
				Birth: "740812", Expiry: "120415", Sex: "F",
			},
		},
	} {
		got, err := mrz.Parse(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		got.Lines = nil
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestLongNumbersThatAreNone(t *testing.T) {
	for _, text := range []string{
		"I<UTOD23145890<7340<<<<<<<<<<<3407127M9507122UTO<<<<<<<<<<<2STEVENSON<<PETER<JOHN<<<<<<<<<", // its check digit altered
		"I<UTOD23145890<<7349<<<<<<<<<<3407127M9507122UTO<<<<<<<<<<<2STEVENSON<<PETER<JOHN<<<<<<<<<", // a gap
		"I<UTOD23145890<<<<<<<<<<<<<<<<3407127M9507122UTO<<<<<<<<<<<2STEVENSON<<PETER<JOHN<<<<<<<<<", // nothing follows
		"I<UTOD2314589<<7349<<<<<<<<<<<3407127M9507122UTO<<<<<<<<<<<2STEVENSON<<PETER<JOHN<<<<<<<<<", // a field with room left does not overflow
	} {
		_, err := mrz.Parse(text)
		e, ok := errors.AsType[*mrz.CheckError](err)
		if !ok || e.Fields[0] != mrz.FieldNumber {
			t.Errorf("%v", err)
		}
	}
}

func TestReadsTheVietnameseCard(t *testing.T) {
	v, err := vectors.LoadCCCD()
	if err != nil {
		t.Fatal(err)
	}
	d, err := mrz.Parse(strings.Join(v.MRZ, "\n"))
	if err != nil {
		t.Fatal(err)
	}
	if d.Issuer != "VNM" || d.Number != "099012345" || !strings.HasPrefix(d.Optional, "001099012345") || d.Surname != "NGUYEN" || d.Given != "VAN AN" {
		t.Errorf("%s %s %s %s", d.Issuer, d.Number, d.Surname, d.Given)
	}
}

func TestEveryWrongDigitIsNamed(t *testing.T) {
	text := specimens[0].text
	for at, want := range map[int][]mrz.Field{
		44: {mrz.FieldNumber, mrz.FieldComposite}, 57: {mrz.FieldBirth, mrz.FieldComposite},
		66: {mrz.FieldExpiry, mrz.FieldComposite}, 73: {mrz.FieldOptional, mrz.FieldComposite}, 87: {mrz.FieldComposite},
	} {
		b := []byte(text)
		b[at] = map[bool]byte{true: '8', false: '9'}[b[at] == '9']
		d, err := mrz.Parse(string(b))
		e, ok := errors.AsType[*mrz.CheckError](err)
		if !ok {
			t.Errorf("position %d: %v", at, err)
			continue
		}
		got := map[mrz.Field]bool{}
		for _, f := range e.Fields {
			got[f] = true
		}
		for _, f := range want {
			if !got[f] {
				t.Errorf("position %d: %v, want %v", at, e.Fields, want)
			}
		}
		if d.Surname != "ERIKSSON" {
			t.Error("the document was thrown away")
		}
	}
}

func TestRefusesOtherTexts(t *testing.T) {
	for _, s := range []string{"", "P<UTO", strings.Repeat("<", 89), strings.ToLower(specimens[0].text), strings.Repeat("A", 5000), strings.Repeat("é", 45)} {
		if _, err := mrz.Parse(s); !errors.Is(err, mrz.ErrFormat) {
			t.Errorf("%d characters: %v", len(s), err)
		}
	}
}

func TestCenturies(t *testing.T) {
	ref := time.Date(2026, 3, 15, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct{ birth, want string }{
		{"990101", "1999-01-01"},
		{"260315", "2026-03-15"},
		{"260316", "1926-03-16"},
		{"000229", "2000-02-29"},
		{"280229", "1928-02-29"},
		{"990230", ""},
		{"99<<<<", ""},
		{"991301", ""},
		{"", ""},
	} {
		if got := day(mrz.Document{Birth: c.birth}.BirthDate(ref)); got != c.want {
			t.Errorf("birth %s: %s, want %s", c.birth, got, c.want)
		}
	}
	for _, c := range []struct{ expiry, want string }{
		{"390101", "2039-01-01"}, {"250101", "2025-01-01"}, {"760101", "2076-01-01"}, {"770101", "1977-01-01"}, {"<<<<<<", ""},
	} {
		if got := day(mrz.Document{Expiry: c.expiry}.ExpiryDate(ref)); got != c.want {
			t.Errorf("expiry %s: %s, want %s", c.expiry, got, c.want)
		}
	}
	late := time.Date(2099, 12, 31, 0, 0, 0, 0, time.UTC)
	if got := day(mrz.Document{Expiry: "090101"}.ExpiryDate(late)); got != "2109-01-01" {
		t.Errorf("expiry beyond the century: %s", got)
	}
}

func day(t time.Time, ok bool) string {
	if !ok {
		return ""
	}
	return t.Format(time.DateOnly)
}

func TestSaysNothingAboutThePerson(t *testing.T) {
	d, _ := mrz.Parse(specimens[0].text)
	for _, s := range []string{fmt.Sprint(d), fmt.Sprintf("%v %+v %#v %s", d, d, d, d), d.LogValue().String()} {
		if strings.Contains(s, "ERIKSSON") || strings.Contains(s, "L898902C3") {
			t.Errorf("tells who it is: %s", s)
		}
	}
	b := []byte(specimens[0].text)
	b[50] = '?'
	if _, err := mrz.Parse(string(b)); err == nil || strings.Contains(err.Error(), "?") {
		t.Errorf("error quotes what was read: %v", err)
	}
}

func FuzzMRZ(f *testing.F) {
	for _, s := range specimens {
		f.Add(s.text)
	}
	f.Add(strings.Repeat("<", 90))
	f.Add("IDVNM0990123459001099012345<<0\n9901018M3901016VNM<<<<<<<<<<<0\nNGUYEN<<VAN<AN<<<<<<<<<<<<<<<<")
	ref := time.Date(2026, 3, 15, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, s string) {
		d, err := mrz.Parse(s)
		if errors.Is(err, mrz.ErrFormat) {
			return
		}
		if d.Format.String() == "no format" || len(d.Birth) != 6 || len(d.Expiry) != 6 {
			t.Fatal("half a document")
		}
		if b, ok := d.BirthDate(ref); ok && b.After(ref) {
			t.Fatalf("born %v", b)
		}
		d.ExpiryDate(ref)
	})
}
