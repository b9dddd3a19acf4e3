package checkin_test

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"motcua/protocol/checkin"
	"motcua/protocol/personal/personaltest"
	"motcua/protocol/request"
)

var update = flag.Bool("update", false, "write the golden file anew")

// at is 2026-03-02 07:30 in Viet Nam.
func at() time.Time { return time.UnixMilli(1772411400000) }

func made() checkin.Made {
	return checkin.Made{
		Stay: "h001-26030200001", Facility: "h001", At: at(),
		Subject:   request.Subject{Number: "099090000001", Name: "NGUYỄN THỊ MẪU", Birth: "01/02/1990", Sex: "F"},
		Seen:      &request.InsuranceSeen{Class: request.ClassOK, Code: "000", CardNo: "GD4990990000001"},
		Insurance: &request.AnswerInsurance{Class: request.ClassOK, ValidFrom: "01/01/2026", ValidTo: "31/12/2026"},
	}
}

// TestRecord holds the file against a golden one with all fields of the decision.
func TestRecord(t *testing.T) {
	r, err := checkin.New(made())
	if err != nil {
		t.Fatal(err)
	}
	got, err := r.XML()
	if err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/record.xml"
	if *update {
		if err := os.WriteFile(golden, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("got %s", got)
	}
	if back, err := checkin.Parse(got); err != nil || back != r {
		t.Errorf("read back: %v", err)
	}
	personaltest.Hides(t, []any{r, &r}, "MẪU", "099090000001")
}

// TestFields: what of a person comes into which field.
func TestFields(t *testing.T) {
	for story, c := range map[string]struct {
		change func(*checkin.Made)
		want   func(checkin.Record) bool
	}{
		"only the year of birth":   {func(m *checkin.Made) { m.Subject.Birth = "1990" }, func(r checkin.Record) bool { return r.Birth == "199000000000" }},
		"a day of birth":           {func(*checkin.Made) {}, func(r checkin.Record) bool { return r.Birth == "199002010000" }},
		"a man":                    {func(m *checkin.Made) { m.Subject.Sex = "M" }, func(r checkin.Record) bool { return r.Sex == "1" }},
		"neither":                  {func(m *checkin.Made) { m.Subject.Sex = "" }, func(r checkin.Record) bool { return r.Sex == "3" }},
		"after midnight":           {func(m *checkin.Made) { m.At = time.Date(2026, 3, 1, 17, 5, 0, 0, time.UTC) }, func(r checkin.Record) bool { return r.ArrivedAt == "202603020005" }},
		"the insurer never asked":  {func(m *checkin.Made) { m.Seen, m.Insurance = nil, nil }, func(r checkin.Record) bool { return r.Card == "" && r.ValidTo == "" }},
		"the insurer's newer card": {func(m *checkin.Made) { m.Insurance.CardNo = "GD4990990000002" }, func(r checkin.Record) bool { return r.Card == "GD4990990000002" }},
	} {
		m := made()
		c.change(&m)
		r, err := checkin.New(m)
		if err != nil || !c.want(r) {
			t.Errorf("%s: %v", story, err)
			continue
		}
		b, err := r.XML()
		if back, parsed := checkin.Parse(b); err != nil || parsed != nil || back != r {
			t.Errorf("%s: read back: %v, %v", story, err, parsed)
		}
	}
}

// TestEveryLetter: each letter of Vietnamese, with each tone, large and small, comes
// through.
func TestEveryLetter(t *testing.T) {
	letters := "aăâbcdđeêghiklmnoôơpqrstuưvxy"
	vowels, tones := "aăâeêioôơuưy", []string{"", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
	var all []string
	for _, l := range letters {
		all = append(all, string(l))
	}
	for _, v := range vowels {
		for _, tone := range tones {
			all = append(all, norm.NFC.String(string(v)+tone))
		}
	}
	for _, l := range append(all, "H’Čĭm", "Ƀuôn", "O'Brien", "Lê-Anh & <Sơn>") {
		for _, name := range []string{l, strings.ToUpper(l)} {
			m := made()
			m.Subject.Name = name
			r, err := checkin.New(m)
			if err != nil {
				t.Errorf("%q: %v", name, err)
				continue
			}
			b, err := r.XML()
			if back, parsed := checkin.Parse(b); err != nil || parsed != nil || back.Name != name {
				t.Errorf("%q became %q: %v, %v", name, back.Name, err, parsed)
			}
		}
	}
}

// TestRefused: what is no record is refused, without telling what was in it.
func TestRefused(t *testing.T) {
	for field, spoil := range map[string]func(*checkin.Made){
		"MA_LK":       func(m *checkin.Made) { m.Stay = "" },
		"HO_TEN":      func(m *checkin.Made) { m.Subject.Name = norm.NFD.String("Mẫu") },
		"SO_CCCD":     func(m *checkin.Made) { m.Subject.Number = "09909000000x" },
		"NGAY_SINH":   func(m *checkin.Made) { m.Subject.Birth = "" },
		"dd/mm/yyyy":  func(m *checkin.Made) { m.Subject.Birth = "31/02/1990" },
		"MA_THE_BHYT": func(m *checkin.Made) { m.Seen.CardNo = "GD49909900000011" },
		"MA_CSKCB":    func(m *checkin.Made) { m.Facility = "h001\n" },
	} {
		m := made()
		spoil(&m)
		if _, err := checkin.New(m); err == nil || !strings.Contains(err.Error(), field) {
			t.Errorf("%s: %v", field, err)
		} else if strings.Contains(err.Error(), "0990") || strings.Contains(err.Error(), "MẪU") {
			t.Errorf("%s: tells about the person: %v", field, err)
		}
	}
	r, err := checkin.New(made())
	if err != nil {
		t.Fatal(err)
	}
	good, err := r.XML()
	if err != nil {
		t.Fatal(err)
	}
	for story, b := range map[string][]byte{
		"nothing":           nil,
		"another document":  []byte("<html></html>"),
		"two records":       bytes.Replace(good, []byte("</TRANG_THAI_KCB>"), []byte("</TRANG_THAI_KCB><TRANG_THAI_KCB></TRANG_THAI_KCB>"), 1),
		"a field more":      bytes.Replace(good, []byte("<STT>"), []byte("<X>1</X><STT>"), 1),
		"a reason":          bytes.Replace(good, []byte("<LY_DO_VNT></LY_DO_VNT>"), []byte("<LY_DO_VNT>đau bụng</LY_DO_VNT>"), 1),
		"followed by other": append(bytes.Clone(good), "<x/>"...),
		"too long":          append(bytes.Clone(good), bytes.Repeat([]byte(" "), checkin.Most)...),
	} {
		if _, err := checkin.Parse(b); err == nil {
			t.Errorf("%s was taken", story)
		}
	}
}

// FuzzParse: whatever is read is written as it was.
func FuzzParse(f *testing.F) {
	good, err := os.ReadFile("testdata/record.xml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := checkin.Parse(b)
		if err != nil {
			return
		}
		if again, err := r.XML(); err != nil || !bytes.Equal(again, b) {
			t.Errorf("%v", err)
		}
	})
}
