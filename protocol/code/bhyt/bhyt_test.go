package bhyt_test

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/quick"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"

	"motcua/protocol/code/bhyt"
	"motcua/protocol/emrtd/lds"
	"motcua/protocol/personal/personaltest"
)

func inHex(s string) string { return hex.EncodeToString([]byte(s)) }

// older and newer are the two forms; the people are invented.
func older() []string {
	return []string{
		"GD4990990000123", inHex("Nguyễn Văn Mẫu"), "01/02/1990", "1", inHex("Số 1 Đường Mẫu"), "79 - 000", "01/01/2026", "31/12/2026", "01/01/2026",
		"00000000000000", "-", "4", "01/01/2029", "0123456789abcdef-0000", "$",
	}
}

func newer() []string {
	return []string{
		"0990000123", inHex("Nguyễn Thị Mẫu"), "1990", "2", "-", "01 - 2AB", "01/01/2026", "-", "01/01/2026",
		"00000000000000", "-", "4", "01/01/2029", "0123456789abcdef-0000", "K1", inHex("Hà Nội"), "$",
	}
}

func join(fields []string) string { return strings.Join(fields, "|") }

// with puts other values into fields.
func with(fields []string, values map[int]string) string {
	for i, v := range values {
		fields[i] = v
	}
	return join(fields)
}

var (
	olderCard = bhyt.Card{
		Number: "GD4990990000123", Name: "Nguyễn Văn Mẫu", Birth: "01/02/1990", Sex: "M", Address: "Số 1 Đường Mẫu", Facility: "79000",
		From: "01/01/2026", Until: "31/12/2026", Issued: "01/01/2026", Manager: "00000000000000", Level: "4", FiveYears: "01/01/2029",
		Check: "0123456789abcdef-0000", Whole: true,
	}
	newerCard = bhyt.Card{
		Number: "0990000123", Name: "Nguyễn Thị Mẫu", Birth: "1990", Sex: "F", Facility: "012AB", From: "01/01/2026", Issued: "01/01/2026",
		Manager: "00000000000000", Level: "4", FiveYears: "01/01/2029", Check: "0123456789abcdef-0000", Area: "K1", Place: "Hà Nội", Whole: true,
	}
)

func change(c bhyt.Card, change func(*bhyt.Card)) bhyt.Card {
	change(&c)
	return c
}

func TestReadsBothForms(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want bhyt.Card
	}{
		"older":                           {join(older()), olderCard},
		"newer":                           {join(newer()), newerCard},
		"the number of the identity card": {with(newer(), map[int]string{0: "099090000123"}), change(newerCard, func(c *bhyt.Card) { c.Number = "099090000123" })},
		"a child's":                       {with(older(), map[int]string{10: inHex("Trần Thị Mẫu")}), change(olderCard, func(c *bhyt.Card) { c.Guardian = "Trần Thị Mẫu" })},
		"capital hexadecimal":             {with(older(), map[int]string{1: strings.ToUpper(inHex("Nguyễn Văn Mẫu"))}), olderCard},
		"decomposed letters":              {with(older(), map[int]string{1: inHex(norm.NFD.String("Nguyễn Văn Mẫu"))}), olderCard},
		"a facility without blanks":       {with(older(), map[int]string{5: "79-000"}), olderCard},
		"nothing known":                   {"GD4990990000123|" + inHex("An") + "|1990|1|-|-|-|-|-|-|-|-|-|-|$", bhyt.Card{Number: "GD4990990000123", Name: "An", Birth: "1990", Sex: "M", Whole: true}},
		"the twenty-ninth of February":    {with(older(), map[int]string{2: "29/02/2000"}), change(olderCard, func(c *bhyt.Card) { c.Birth = "29/02/2000" })},
		"few fields, and their end":       {join(append(older()[:4], "$")), bhyt.Card{Number: olderCard.Number, Name: olderCard.Name, Birth: olderCard.Birth, Sex: "M", Whole: true}},
	} {
		got, err := bhyt.Parse(c.text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(&c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Whatever stands in the fields comes out as it went in.
func TestRoundTrip(t *testing.T) {
	err := quick.Check(func(number uint64, name, address string, days uint16, female bool) bool {
		name, address = lds.Shown("A"+name), lds.Shown("B"+address)
		birth := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, -int(days)/2).Format("02/01/2006")
		digit, sex := "1", "M"
		if female {
			digit, sex = "2", "F"
		}
		old := fmt.Sprintf("GD4%012d", number%1e12)
		c, err := bhyt.Parse(with(older(), map[int]string{0: old, 1: inHex(name), 2: birth, 3: digit, 4: inHex(address)}))
		return err == nil && c.Number == old && c.Name == name && c.Birth == birth && c.Sex == sex && c.Address == address && c.Whole
	}, nil)
	if err != nil {
		t.Error(err)
	}
}

// However short a code is cut, each field that comes out is one of the whole
// card: none is half of it.
func TestCutAnywhere(t *testing.T) {
	for name, text := range map[string]string{"older": join(older()), "newer": join(newer())} {
		whole, err := bhyt.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		read := 0
		for n := range len(text) {
			c, err := bhyt.Parse(text[:n])
			if err != nil {
				continue
			}
			read++
			if c.Whole {
				t.Fatalf("%s: %d of %d bytes are said to be whole", name, n, len(text))
			}
			got, want := values(c), values(whole)
			for i := range got {
				if got[i] != "" && got[i] != want[i] {
					t.Fatalf("%s, %d bytes: half a field %q of %q", name, n, got[i], want[i])
				}
			}
		}
		if read < 50 {
			t.Errorf("%s: read %d times only", name, read)
		}
	}
}

func values(c *bhyt.Card) []string {
	return []string{
		c.Number, c.Name, c.Birth, c.Sex, c.Address, c.Facility, c.From, c.Until, c.Issued, c.Manager, c.Guardian, c.Level, c.FiveYears, c.Check, c.Area, c.Place,
	}
}

func TestRefused(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want error
	}{
		"nothing":                        {"", bhyt.ErrNotCard},
		"an identity card":               {"099090000123||Nguyễn Văn Mẫu|01021990|Nam|Phố|01012022", bhyt.ErrNotCard},
		"a name in letters":              {with(older(), map[int]string{1: "Nguyễn Văn Mẫu"}), bhyt.ErrNotCard},
		"half a byte of a name":          {with(older(), map[int]string{1: "4e6"}), bhyt.ErrNotCard},
		"a name that is no UTF-8":        {with(older(), map[int]string{1: "ff"}), bhyt.ErrNotCard},
		"a name of control characters":   {with(older(), map[int]string{1: "0001"}), bhyt.ErrNotCard},
		"no name":                        {with(older(), map[int]string{1: "-"}), bhyt.ErrNotCard},
		"no date of birth":               {with(older(), map[int]string{2: "-"}), bhyt.ErrNotCard},
		"the thirtieth of February":      {with(older(), map[int]string{2: "30/02/1990"}), bhyt.ErrNotCard},
		"endless":                        {join(older()[:14]) + "|" + strings.Repeat("x", bhyt.MaxSize), bhyt.ErrNotCard},
		"fourteen characters of number":  {with(older(), map[int]string{0: "GD499099000012"}), bhyt.ErrMalformed},
		"small letters in the number":    {with(older(), map[int]string{0: "gd4990990000123"}), bhyt.ErrMalformed},
		"benefits that there are not":    {with(older(), map[int]string{0: "GD9990990000123"}), bhyt.ErrMalformed},
		"eleven digits":                  {with(newer(), map[int]string{0: "09909900001"}), bhyt.ErrMalformed},
		"no sex":                         {with(older(), map[int]string{3: "-"}), bhyt.ErrMalformed},
		"another sex":                    {with(older(), map[int]string{3: "3"}), bhyt.ErrMalformed},
		"an address in letters":          {with(older(), map[int]string{4: "Số 1"}), bhyt.ErrMalformed},
		"an empty address":               {with(older(), map[int]string{4: ""}), bhyt.ErrMalformed},
		"a facility of four":             {with(older(), map[int]string{5: "79 - 00"}), bhyt.ErrMalformed},
		"a date the other way round":     {with(older(), map[int]string{6: "2026/01/01"}), bhyt.ErrMalformed},
		"a date of one digit":            {with(older(), map[int]string{6: "1/1/2026"}), bhyt.ErrMalformed},
		"a day that there is not":        {with(older(), map[int]string{7: "31/11/2026"}), bhyt.ErrMalformed},
		"a year long ago":                {with(older(), map[int]string{8: "01/01/0026"}), bhyt.ErrMalformed},
		"valid until before it is valid": {with(older(), map[int]string{7: "31/12/2025"}), bhyt.ErrMalformed},
		"an agency with marks":           {with(older(), map[int]string{9: "Hà Nội"}), bhyt.ErrMalformed},
		"a long word":                    {with(older(), map[int]string{13: strings.Repeat("a", 65)}), bhyt.ErrMalformed},
		"an older card with more fields": {with(newer(), map[int]string{0: "GD4990990000123"}), bhyt.ErrMalformed},
		"a newer card with more fields":  {join(append(newer()[:16], "x", "$")), bhyt.ErrMalformed},
		"something after the end":        {join(older()) + "|x|", bhyt.ErrMalformed},
		"cut after the date of birth":    {join(older()[:3]) + "|1", bhyt.ErrMalformed},
	} {
		got, err := bhyt.Parse(c.text)
		if !errors.Is(err, c.want) || got != nil {
			t.Errorf("%s: %v, %v", name, got, err)
		}
		if err != nil && (strings.Contains(err.Error(), "0990") || strings.Contains(err.Error(), "Nguy")) {
			t.Errorf("%s: the error quotes the card: %v", name, err)
		}
	}
}

func TestMasked(t *testing.T) {
	personaltest.Hides(t, []any{olderCard, &olderCard, []bhyt.Card{newerCard}}, "0990000123", "Nguy", "1990", "Đường")
}

func FuzzParse(f *testing.F) {
	f.Add(join(older()))
	f.Add(join(newer()))
	f.Add(join(older()[:9]))
	f.Fuzz(func(t *testing.T, s string) {
		c, err := bhyt.Parse(s)
		if err != nil {
			if !errors.Is(err, bhyt.ErrNotCard) && !errors.Is(err, bhyt.ErrMalformed) {
				t.Fatalf("error of another kind: %v", err)
			}
			return
		}
		if !bhyt.IsNumber(c.Number) || c.Name == "" || c.Birth == "" || c.Sex == "" || !norm.NFC.IsNormalString(c.Name) {
			t.Fatal("half a card")
		}
	})
}
