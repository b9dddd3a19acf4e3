package vietqr_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"motcua/protocol/code/vietqr"
	"motcua/protocol/personal/personaltest"
)

// The account is the sample of NAPAS's own examples.
const (
	onTheWall = "00020101021138560010A0000007270126000697041501121133666688880208QRIBFTTA53037045802VN6304F443"
	forOnce   = "00020101021238560010A0000007270126000697041501121133666688880208QRIBFTTA53037045405790005802VN62220818Ung Ho Quy Vac Xin63043ACF"
)

var sample = vietqr.Payment{Bank: "970415", Account: "113366668888", Amount: 79_000, Purpose: "Ung Ho Quy Vac Xin"}

func TestCheck(t *testing.T) {
	if got := vietqr.CRC16("123456789"); got != 0x29B1 { // the catalogue's check value
		t.Errorf("%04X", got)
	}
}

func TestExamples(t *testing.T) {
	got, err := vietqr.Make(sample)
	if err != nil || got != forOnce {
		t.Errorf("%s, %v", got, err)
	}
	c, err := vietqr.Parse(forOnce)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sample, c.Payment); diff != "" || !c.Once {
		t.Errorf("once %v (-want +got):\n%s", c.Once, diff)
	}
	c, err = vietqr.Parse(onTheWall)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(vietqr.Payment{Bank: "970415", Account: "113366668888"}, c.Payment); diff != "" || c.Once {
		t.Errorf("once %v (-want +got):\n%s", c.Once, diff)
	}
	if again := vietqr.Seal(c.Fields); again != onTheWall {
		t.Errorf("written again: %s", again)
	}
}

// Every payment that has a code is read again as it was, and no other has one.
func TestRoundTrip(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	text := func(set string, n int) string {
		var b strings.Builder
		for range n {
			b.WriteByte(set[random.IntN(len(set))])
		}
		return b.String()
	}
	for range 2000 {
		p := vietqr.Payment{
			Bank: text("0123456789", 6), Account: text("0123456789ABCXYZabcxyz", 1+random.IntN(19)), Card: random.IntN(2) == 0,
			Amount: 1 + random.Uint64N(9_999_999_999_999), Purpose: text("ABC abc 0123-./", random.IntN(26)),
		}
		s, err := vietqr.Make(p)
		if err != nil {
			t.Fatal(err)
		}
		c, err := vietqr.Parse(s)
		if err != nil {
			t.Fatalf("%s: %v", s, err)
		}
		if diff := cmp.Diff(p, c.Payment); diff != "" || !c.Once {
			t.Fatalf("once %v (-want +got):\n%s", c.Once, diff)
		}
	}
}

func TestPaymentsWithoutACode(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*vietqr.Payment)
		want   error
	}{
		"nothing to pay":          {func(p *vietqr.Payment) { p.Amount = 0 }, vietqr.ErrNoAmount},
		"fourteen digits":         {func(p *vietqr.Payment) { p.Amount = 10_000_000_000_000 }, vietqr.ErrPayment},
		"five digits of the bank": {func(p *vietqr.Payment) { p.Bank = "97041" }, vietqr.ErrPayment},
		"a bank of letters":       {func(p *vietqr.Payment) { p.Bank = "97041A" }, vietqr.ErrPayment},
		"no account":              {func(p *vietqr.Payment) { p.Account = "" }, vietqr.ErrPayment},
		"a blank in the account":  {func(p *vietqr.Payment) { p.Account = "1133 6666" }, vietqr.ErrPayment},
		"twenty characters":       {func(p *vietqr.Payment) { p.Account = strings.Repeat("1", 20) }, vietqr.ErrPayment},
		"a purpose too long":      {func(p *vietqr.Payment) { p.Purpose = strings.Repeat("a", 26) }, vietqr.ErrPayment},
		"a purpose with marks":    {func(p *vietqr.Payment) { p.Purpose = "Viện phí" }, vietqr.ErrPayment},
		"a line end":              {func(p *vietqr.Payment) { p.Purpose = "a\nb" }, vietqr.ErrPayment},
	} {
		p := sample
		c.change(&p)
		if s, err := vietqr.Make(p); !errors.Is(err, c.want) || s != "" {
			t.Errorf("%s: %q, %v", name, s, err)
		}
	}
}

// fields writes a code with changes: a field without a value is left out, one of
// another id added.
func fields(changes ...vietqr.Field) string {
	account := vietqr.Objects([]vietqr.Field{{ID: "00", Value: "970415"}, {ID: "01", Value: "113366668888"}})
	all := []vietqr.Field{
		{ID: "00", Value: "01"},
		{ID: "01", Value: "11"},
		{ID: "38", Value: napas("A000000727", account, "QRIBFTTA")},
		{ID: "53", Value: "704"},
		{ID: "54", Value: "5000"},
		{ID: "58", Value: "VN"},
	}
	for _, c := range changes {
		switch i := slices.IndexFunc(all, func(f vietqr.Field) bool { return f.ID == c.ID }); {
		case i < 0:
			all = append(all, c)
		case c.Value == "":
			all = slices.Delete(all, i, i+1)
		default:
			all[i] = c
		}
	}
	return vietqr.Seal(all)
}

func napas(guid, account, service string) string {
	return vietqr.Objects([]vietqr.Field{{ID: "00", Value: guid}, {ID: "01", Value: account}, {ID: "02", Value: service}})
}

func TestTakesWhatOthersWrite(t *testing.T) {
	for name, c := range map[string]struct {
		text   string
		amount uint64
	}{
		"the code that the others differ from": {fields(), 5000},
		"a fraction of zeros":                  {fields(vietqr.Field{ID: "54", Value: "5000.00"}), 5000},
		"no amount":                            {fields(vietqr.Field{ID: "54"}), 0},
		"fields of tomorrow":                   {fields(vietqr.Field{ID: "59", Value: "BENH VIEN MAU"}, vietqr.Field{ID: "85", Value: "x"}), 5000},
		"a check in small letters":             {onTheWall[:len(onTheWall)-4] + "f443", 0},
	} {
		got, err := vietqr.Parse(c.text)
		if err != nil || got.Amount != c.amount || got.Bank != "970415" {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

func TestRefused(t *testing.T) {
	account := vietqr.Objects([]vietqr.Field{{ID: "00", Value: "970415"}, {ID: "01", Value: "113366668888"}})
	for name, c := range map[string]struct {
		text string
		want error
	}{
		"nothing":                   {"", vietqr.ErrDamaged},
		"the beginning":             {"000201", vietqr.ErrDamaged},
		"only a check":              {"6304F443", vietqr.ErrDamaged},
		"torn":                      {forOnce[:60], vietqr.ErrDamaged},
		"a changed amount":          {strings.Replace(forOnce, "79000", "19000", 1), vietqr.ErrDamaged},
		"a changed check":           {forOnce[:len(forOnce)-1] + "0", vietqr.ErrDamaged},
		"more behind":               {forOnce + "0", vietqr.ErrDamaged},
		"endless":                   {forOnce + strings.Repeat("0", vietqr.MaxSize), vietqr.ErrDamaged},
		"letters with marks":        {fields(vietqr.Field{ID: "59", Value: "Bệnh viện"}), vietqr.ErrDamaged},
		"another version":           {fields(vietqr.Field{ID: "00", Value: "02"}), vietqr.ErrDamaged},
		"no point of initiation":    {fields(vietqr.Field{ID: "01"}), vietqr.ErrDamaged},
		"another currency":          {fields(vietqr.Field{ID: "53", Value: "840"}), vietqr.ErrForeign},
		"another country":           {fields(vietqr.Field{ID: "58", Value: "TH"}), vietqr.ErrForeign},
		"another network":           {fields(vietqr.Field{ID: "38", Value: napas("A000000677", account, "QRIBFTTA")}), vietqr.ErrForeign},
		"no account information":    {fields(vietqr.Field{ID: "38"}), vietqr.ErrForeign},
		"a payment to a merchant":   {fields(vietqr.Field{ID: "38", Value: napas("A000000727", account, "QRPUSH")}), vietqr.ErrForeign},
		"no bank":                   {fields(vietqr.Field{ID: "38", Value: napas("A000000727", account[10:], "QRIBFTTA")}), vietqr.ErrDamaged},
		"lengths that do not fit":   {fields(vietqr.Field{ID: "38", Value: napas("A000000727", account[:20], "QRIBFTTA")}), vietqr.ErrDamaged},
		"account twice":             {fields(vietqr.Field{ID: "38", Value: napas("A000000727", account+"0106970416", "QRIBFTTA")}), vietqr.ErrDamaged},
		"an amount of zero":         {fields(vietqr.Field{ID: "54", Value: "0"}), vietqr.ErrDamaged},
		"an amount below zero":      {fields(vietqr.Field{ID: "54", Value: "-1"}), vietqr.ErrDamaged},
		"a fraction of a đồng":      {fields(vietqr.Field{ID: "54", Value: "1.50"}), vietqr.ErrDamaged},
		"an amount beyond counting": {fields(vietqr.Field{ID: "54", Value: strings.Repeat("9", 30)}), vietqr.ErrDamaged},
		"additional data broken":    {fields(vietqr.Field{ID: "62", Value: "08"}), vietqr.ErrDamaged},
		"an object of no length":    {vietqr.Seal([]vietqr.Field{{ID: "00", Value: "01"}, {ID: "01"}}), vietqr.ErrDamaged},
		"two checks":                {vietqr.Seal([]vietqr.Field{{ID: "00", Value: "01"}, {ID: "63", Value: "0000"}}), vietqr.ErrDamaged},
	} {
		if got, err := vietqr.Parse(c.text); !errors.Is(err, c.want) || got != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestMasked(t *testing.T) {
	c, err := vietqr.Parse(forOnce)
	if err != nil {
		t.Fatal(err)
	}
	personaltest.Hides(t, []any{c, *c, c.Payment, c.Fields, sample}, "113366668888", "79000", "Vac Xin")
}

func FuzzParse(f *testing.F) {
	f.Add(onTheWall)
	f.Add(forOnce)
	f.Add(fields(vietqr.Field{ID: "54", Value: "5000.0"}))
	f.Fuzz(func(t *testing.T, s string) {
		c, err := vietqr.Parse(s)
		if err != nil {
			if !errors.Is(err, vietqr.ErrDamaged) && !errors.Is(err, vietqr.ErrForeign) {
				t.Fatalf("error of another kind: %v", err)
			}
			return
		}
		if again := vietqr.Seal(c.Fields); !strings.EqualFold(again, s) {
			t.Fatalf("%q is written as %q", s, again)
		}
	})
}

// FuzzPayment: whatever can be written is read again as it was, fits into a code of
// EMVCo, and what cannot says why.
func FuzzPayment(f *testing.F) {
	f.Add("970415", "113366668888", uint64(79_000), "Ung Ho Quy Vac Xin", false)
	f.Add("970415", "", uint64(0), "", true)
	f.Fuzz(func(t *testing.T, bank, account string, amount uint64, purpose string, card bool) {
		p := vietqr.Payment{Bank: bank, Account: account, Amount: amount, Purpose: purpose, Card: card}
		s, err := vietqr.Make(p)
		if err != nil {
			if !errors.Is(err, vietqr.ErrNoAmount) && !errors.Is(err, vietqr.ErrPayment) {
				t.Fatalf("error of another kind: %v", err)
			}
			return
		}
		c, err := vietqr.Parse(s)
		if err != nil || len(s) > vietqr.MaxSize {
			t.Fatalf("%q is not read again: %v", s, err)
		}
		if diff := cmp.Diff(p, c.Payment); diff != "" || !c.Once {
			t.Fatalf("once %v (-want +got):\n%s", c.Once, diff)
		}
	})
}
