package cccd_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/quick"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/text/unicode/norm"

	"motcua/protocol/cccd"
	"motcua/protocol/emrtd"
	"motcua/protocol/emrtd/lds"
	"motcua/protocol/mrz"
	"motcua/protocol/personal/personaltest"
	"motcua/protocol/tlv"
	"motcua/protocol/vectors"
)

func card(t testing.TB) vectors.CCCD {
	t.Helper()
	v, err := vectors.LoadCCCD()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func zone(t testing.TB) mrz.Document {
	t.Helper()
	d, err := mrz.Parse(strings.Join(card(t).MRZ, "\n"))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestReadsTheInventedCard(t *testing.T) {
	got, err := cccd.ParseDG13(card(t).DG13)
	if err != nil {
		t.Fatal(err)
	}
	want := cccd.DG13{
		Number: "001099012345", Name: "Nguyễn Văn An", Birth: "01/01/1999", Sex: "Nam", Nationality: "Việt Nam", Ethnicity: "Kinh",
		Religion: "Không", Origin: "Xã A, Huyện B, Tỉnh C", Residence: "Số 1, Đường D, Phường E, Quận F, Thành phố Hà Nội",
		Features: "Nốt ruồi cách 1 cm dưới mép trái", Issued: "01/05/2021", Expires: "01/01/2039",
		Father: "Nguyễn Văn Bình", Mother: "Trần Thị Cúc", OldNumber: "012345678", ChipID: "0123456789ABCDEF",
	}
	if diff := cmp.Diff(want, got, withoutFields); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// withoutFields compares what fields mean, not how they stand there.
var withoutFields = cmpopts.IgnoreFields(cccd.DG13{}, "Fields")

// dg13 builds a data group of fields.
func dg13(fields ...[]byte) []byte {
	return tlv.Encode(0x6D, tlv.Encode(0x30,
		tlv.Encode(0x02, []byte{1}), tlv.Encode(0x06, []byte{0x28, 0xD3, 0x16, 0x01, 0x00, 0x08}), tlv.Encode(0x31, fields...)))
}

func field(n byte, values ...[]byte) []byte {
	return tlv.Encode(0x30, append([][]byte{tlv.Encode(0x02, []byte{n})}, values...)...)
}

func utf8Text(s string) []byte { return tlv.Encode(0x0C, []byte(s)) }

func TestTakesWhatCardsDoDifferently(t *testing.T) {
	long := strings.Repeat("Đường ", 60)
	for _, c := range []struct {
		name   string
		fields [][]byte
		want   cccd.DG13
	}{
		{"parents as two sequences", [][]byte{field(13, tlv.Encode(0x30, utf8Text("Cha")), tlv.Encode(0x30, utf8Text("Mẹ")))}, cccd.DG13{Father: "Cha", Mother: "Mẹ"}},
		{"parents as one sequence", [][]byte{field(13, tlv.Encode(0x30, utf8Text("Cha"), utf8Text("Mẹ")))}, cccd.DG13{Father: "Cha", Mother: "Mẹ"}},
		{"one parent", [][]byte{field(13, tlv.Encode(0x30, utf8Text("Cha")))}, cccd.DG13{Father: "Cha"}},
		{"only the mother, father's sequence empty", [][]byte{field(13, tlv.Encode(0x30), tlv.Encode(0x30, utf8Text("Mẹ")))}, cccd.DG13{Mother: "Mẹ"}},
		{"only the mother, father's text empty", [][]byte{field(13, tlv.Encode(0x30, utf8Text(""), utf8Text("Mẹ")))}, cccd.DG13{Mother: "Mẹ"}},
		{"parents without sequences", [][]byte{field(13, utf8Text("Cha"), utf8Text("Mẹ"))}, cccd.DG13{Father: "Cha", Mother: "Mẹ"}},
		{"spouses in one sequence, one empty", [][]byte{field(14, tlv.Encode(0x30, utf8Text("A"), utf8Text(""), utf8Text("B")))}, cccd.DG13{Spouses: []string{"A", "B"}}},
		{"every string type", [][]byte{field(1, tlv.Encode(0x13, []byte("1"))), field(2, tlv.Encode(0x16, []byte("A"))), field(15, utf8Text("2")), field(16, tlv.Encode(0x1E, []byte{0, 'F'}))}, cccd.DG13{Number: "1", Name: "A", OldNumber: "2", ChipID: "F"}},
		{"lengths longer than needed", [][]byte{{0x30, 0x84, 0, 0, 0, 9, 2, 0x81, 1, 2, 0x0C, 0x82, 0, 1, 'A'}}, cccd.DG13{Name: "A"}},
		{"no parents, no spouse", [][]byte{field(13), field(14)}, cccd.DG13{}},
		{"two spouses", [][]byte{field(14, tlv.Encode(0x30, utf8Text("A"))), field(14, tlv.Encode(0x30, utf8Text("B")))}, cccd.DG13{Spouses: []string{"A", "B"}}},
		{"any order", [][]byte{field(5, utf8Text("Việt Nam")), field(1, utf8Text("099012345456"))}, cccd.DG13{Number: "099012345456", Nationality: "Việt Nam"}},
		{"nothing", nil, cccd.DG13{}},
		{"decomposed letters", [][]byte{field(2, utf8Text(norm.NFD.String("Nguyễn Thị Ế")))}, cccd.DG13{Name: "Nguyễn Thị Ế"}},
		{"sixteen-bit letters", [][]byte{field(2, tlv.Encode(0x1E, []byte{0x01, 0x10, 0x1E, 0xBF}))}, cccd.DG13{Name: "Đế"}},
		{"long value", [][]byte{field(9, utf8Text(long))}, cccd.DG13{Residence: strings.TrimSpace(long)}},
		{"fields of tomorrow", [][]byte{field(40, utf8Text("x"))}, cccd.DG13{Others: []int{40}}},
		{"bytes of a field inside a text", [][]byte{field(2, utf8Text("0\x0e\x02\x01\x0fx")), field(15)}, cccd.DG13{Name: "0 x"}},
		{"no end of validity", [][]byte{field(12, utf8Text("Không thời hạn"))}, cccd.DG13{Expires: "Không thời hạn"}},
		{"twice the same field", [][]byte{field(1, utf8Text("099000000001")), field(1, utf8Text("099000000002"))}, cccd.DG13{Number: "099000000001"}},
		{"turned writing direction", [][]byte{field(2, utf8Text("An\u202eB"))}, cccd.DG13{Name: "An B"}},
	} {
		got, err := cccd.ParseDG13(dg13(c.fields...))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if diff := cmp.Diff(c.want, got, withoutFields); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestRefusesMalformedData(t *testing.T) {
	good := card(t).DG13
	many := make([][]byte, 65)
	for i := range many {
		many[i] = field(1)
	}
	for name, b := range map[string][]byte{
		"nothing": nil, "cut": good[:len(good)-3], "more behind": append(bytes.Clone(good), 0), "another group": append([]byte{0x61}, good[1:]...),
		"broken letters": dg13(field(2, utf8Text("\xff\xfe"))), "odd letters": dg13(field(2, tlv.Encode(0x1E, []byte{1}))),
		"a number as text": dg13(field(2, tlv.Encode(0x02, []byte{1}))), "no number": dg13(tlv.Encode(0x30, utf8Text("x"))),
		"too many fields": dg13(many...), "text too long": dg13(field(2, utf8Text(strings.Repeat("a", 2000)))),
	} {
		if _, err := cccd.ParseDG13(b); !errors.Is(err, cccd.ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The card of 2024 leaves fields out: they are said to be not on the chip, and a
// field that is there without a value is another thing.
func TestTellsWhatIsNotOnTheChip(t *testing.T) {
	d, err := cccd.ParseDG13(dg13(field(cccd.FieldNoNumber, utf8Text("099012345456")), field(cccd.FieldNoReligion), field(cccd.FieldNoParents, tlv.Encode(0x30), tlv.Encode(0x30, utf8Text("Mẹ")))))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, l := range cccd.Describe(&d) {
		if !l.OnChip {
			got[l.Name] = "not on the chip"
		} else {
			got[l.Name] = strings.Join(l.Values, "|")
		}
	}
	want := map[string]string{"number": "099012345456", "religion": "", "parents": "|Mẹ"}
	for _, name := range []string{"name", "birth", "sex", "nationality", "ethnicity", "origin", "residence", "features", "issued", "expires", "spouses", "old number", "chip id"} {
		want[name] = "not on the chip"
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for _, l := range cccd.Describe(nil) {
		if l.OnChip || l.Values != nil {
			t.Errorf("a card without DG13 carries %s", l.Name)
		}
	}
	full, err := cccd.ParseDG13(card(t).DG13)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range cccd.Describe(&full) {
		if !l.OnChip || l.Values == nil && l.Field != cccd.FieldNoSpouses {
			t.Errorf("%s is missing", l.Name)
		}
	}
}

func TestKeepsWhatIsSigned(t *testing.T) {
	raw := norm.NFD.String("Nguyễn")
	d, err := cccd.ParseDG13(dg13(field(2, utf8Text(raw)), field(13, tlv.Encode(0x30, utf8Text("a"), utf8Text("b")))))
	if err != nil {
		t.Fatal(err)
	}
	if f := d.Fields[0]; f.Number != 2 || string(f.Texts[0].Raw) != raw || f.Texts[0].Shown != "Nguyễn" {
		t.Error("the name was altered")
	}
	if f := d.Fields[1]; len(f.Texts) != 2 {
		t.Errorf("%d texts of the parents", len(f.Texts))
	}
}

func TestReadsThePrintedCode(t *testing.T) {
	want := &cccd.QR{
		Number: "001099012345", OldNumber: "012345678", Name: "Nguyễn Văn An", Birth: "01/01/1999", Sex: "Nam",
		Address: "Số 1, Đường D, Phường E, Quận F, Thành phố Hà Nội", Issued: "01/05/2021",
	}
	got, err := cccd.ParseQR(card(t).QR + "\r\n")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for _, c := range []struct {
		name, text string
		want       cccd.QR
	}{
		{"no old number", "099012345456||An|02031980|Nữ|Phố|04052022", cccd.QR{Number: "099012345456", Name: "An", Birth: "02/03/1980", Sex: "Nữ", Address: "Phố", Issued: "04/05/2022"}},
		{"field of the old number missing", "099012345456|An|02031980|Nữ|Phố|04052022", cccd.QR{Number: "099012345456", Name: "An", Birth: "02/03/1980", Sex: "Nữ", Address: "Phố", Issued: "04/05/2022"}},
		{"more fields", "099012345456||An|02031980|Nữ|Phố|04052022|Cha|Mẹ| x", cccd.QR{Number: "099012345456", Name: "An", Birth: "02/03/1980", Sex: "Nữ", Address: "Phố", Issued: "04/05/2022", Extra: []string{"Cha", "Mẹ", " x"}}},
		{"date of issue missing", "099012345456||An|02031980|Nữ|Phố", cccd.QR{Number: "099012345456", Name: "An", Birth: "02/03/1980", Sex: "Nữ", Address: "Phố"}},
		{"dates with slashes", "099012345456||An|02/03/1980|Nữ|Phố|04/05/2022", cccd.QR{Number: "099012345456", Name: "An", Birth: "02/03/1980", Sex: "Nữ", Address: "Phố", Issued: "04/05/2022"}},
		{"only the year of birth", "099012345456||An|00001950|Nam|Phố|04052022", cccd.QR{Number: "099012345456", Name: "An", Birth: "00/00/1950", Sex: "Nam", Address: "Phố", Issued: "04/05/2022"}},
		{"decomposed letters", "099012345456||" + norm.NFD.String("Nguyễn") + "|02031980|Nữ|Phố|", cccd.QR{Number: "099012345456", Name: "Nguyễn", Birth: "02/03/1980", Sex: "Nữ", Address: "Phố"}},
	} {
		got, err := cccd.ParseQR(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if diff := cmp.Diff(&c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// Whatever stands in the fields comes out as it went in.
func TestPrintedCodeRoundTrip(t *testing.T) {
	err := quick.Check(func(number uint64, name, address string, days uint16, extra string) bool {
		plain := func(s string) string { return lds.Shown("A" + strings.ReplaceAll(s, "|", "")) }
		day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, -int(days))
		want := cccd.QR{
			Number: fmt.Sprintf("%012d", number%1e12), OldNumber: "099000001", Name: plain(name), Birth: day.Format("02/01/2006"), Sex: "Nam",
			Address: plain(address), Issued: "04/05/2022", Extra: []string{plain(extra), "x"},
		}
		got, err := cccd.ParseQR(strings.Join([]string{
			want.Number, want.OldNumber, want.Name, day.Format("02012006"), want.Sex, want.Address, "04052022", want.Extra[0], "x",
		}, "|"))
		return err == nil && cmp.Equal(*got, want)
	}, nil)
	if err != nil {
		t.Error(err)
	}
}

func TestRefusesOtherCodes(t *testing.T) {
	for name, text := range map[string]string{
		"nothing": "", "digits": "099012345456", "a link": "https://example.org/?a|b|c", "eleven digits": "09901234545||An|02031980|Nữ|Phố|04052022",
		"no date": "099012345456||An|x|Nữ|Phố|y", "old insurance card": "GD4990123456789|4E67|01/01/1999|1|48|01 - 001|x", "broken letters": "099012345456||\xff|02031980|Nữ|Phố|04052022",
		"insurance card with the card's number": "099012345456|4e67|01/01/1999|1|48|01 - 001|x",
		"no name":                               "099012345456|||02031980|Nữ|Phố|04052022", "endless": "099012345456||An|02031980|" + strings.Repeat("x", 5000),
	} {
		if _, err := cccd.ParseQR(text); !errors.Is(err, cccd.ErrNotQR) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestKeyFromText(t *testing.T) {
	want, err := emrtd.CAN("012345")
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"012345", " 012 345\n", "001099012345", "001099 012345", card(t).QR} {
		key, qr, err := cccd.KeyFromText(text)
		if err != nil || !bytes.Equal(key.PACEKey(emrtd.SuiteAES128), want.PACEKey(emrtd.SuiteAES128)) {
			t.Errorf("%d characters: %v", len(text), err)
		}
		if (qr != nil) != strings.Contains(text, "|") {
			t.Error("the code is told wrongly")
		}
	}
	for _, text := range []string{"", "12345", "1234567", "12345a", "０１２３４５", "|", "a|b", strings.Repeat("1", 100), "-12345"} {
		if _, _, err := cccd.KeyFromText(text); !errors.Is(err, cccd.ErrNoKey) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestMask(t *testing.T) {
	for in, want := range map[string]string{"099012345456": "0990•••••456", "": "", "123": "•••", "B1234567": "••••••••", "Đặng": "••••"} {
		if got := cccd.Mask(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestCrossCheck(t *testing.T) {
	dg, err := cccd.ParseDG13(card(t).DG13)
	if err != nil {
		t.Fatal(err)
	}
	qr, err := cccd.ParseQR(card(t).QR)
	if err != nil {
		t.Fatal(err)
	}
	z := zone(t)
	for _, c := range []struct {
		name string
		make func(*mrz.Document, *cccd.DG13, *cccd.QR)
		want string
	}{
		{"all agree", func(*mrz.Document, *cccd.DG13, *cccd.QR) {}, "[]"},
		{"tone marks placed otherwise", func(_ *mrz.Document, _ *cccd.DG13, q *cccd.QR) { q.Name = "NGUYỄN VĂN AN" }, "[]"},
		{"somebody else's code", func(_ *mrz.Document, _ *cccd.DG13, q *cccd.QR) { q.Number, q.Name = "099000000001", "Lê B" }, "[number differs between mrz and qr name differs between mrz and qr number differs between dg13 and qr name differs between dg13 and qr]"},
		{"another birth date", func(_ *mrz.Document, d *cccd.DG13, _ *cccd.QR) { d.Birth = "02/01/1999" }, "[birth differs between mrz and dg13 birth differs between dg13 and qr]"},
		{"another century", func(_ *mrz.Document, d *cccd.DG13, _ *cccd.QR) { d.Birth = "01/01/1899" }, "[birth differs between dg13 and qr]"},
		{"fields not on the chip", func(_ *mrz.Document, d *cccd.DG13, _ *cccd.QR) { *d = cccd.DG13{} }, "[]"},
		{"day and month not known", func(m *mrz.Document, _ *cccd.DG13, _ *cccd.QR) { m.Birth = "99<<<<" }, "[]"},
		{"a name cut by the zone", func(m *mrz.Document, d *cccd.DG13, q *cccd.QR) {
			d.Name = "Nguyễn Hoàng Phương Thảo Minh Châu Ngọc"
			q.Name = d.Name
			m.Surname, m.Given = "NGUYEN", "HOANG PHUONG THAO MINH C"
			m.Lines = []string{m.Lines[0], m.Lines[1], "NGUYEN<<HOANG<PHUONG<THAO<MINH"}
		}, "[]"},
		{"no zone", func(m *mrz.Document, _ *cccd.DG13, _ *cccd.QR) { *m = mrz.Document{} }, "[]"},
		{"every word of a name cut", func(m *mrz.Document, d *cccd.DG13, q *cccd.QR) {
			d.Name = "Nguyễn Hoàng Phương Thảo Minh Châu Ngọc Ánh"
			q.Name = d.Name
			m.Surname, m.Given = "NGUYEN", "HOANG PHUONG THAO M C N A"
			m.Lines = []string{m.Lines[0], m.Lines[1], "NGUYEN<<HOANG<PHUONG<THAO<MCNA"}
		}, "[]"},
		{"a cut name of somebody else", func(m *mrz.Document, d *cccd.DG13, q *cccd.QR) {
			d.Name = "Nguyễn Hoàng Phương Thảo Minh Châu Ngọc"
			q.Name = d.Name
			m.Surname, m.Given = "NGUYEN", "HOANG PHUONG THAO BINH A"
			m.Lines = []string{m.Lines[0], m.Lines[1], "NGUYEN<<HOANG<PHUONG<THAO<BINH"}
		}, "[name differs between mrz and dg13 name differs between mrz and qr]"},
		{"a short name is not a cut one", func(m *mrz.Document, _ *cccd.DG13, _ *cccd.QR) { m.Given = "VAN A" }, "[name differs between mrz and dg13 name differs between mrz and qr]"},
		{"letters of Vietnamese", func(m *mrz.Document, d *cccd.DG13, q *cccd.QR) {
			m.Surname, m.Given = "DANG", "THI DUONG"
			d.Name, q.Name = "Đặng Thị Dương", norm.NFD.String("ĐẶNG THỊ DƯƠNG")
		}, "[]"},
		{"another letter typed for the crossed D", func(m *mrz.Document, d *cccd.DG13, q *cccd.QR) {
			m.Surname, m.Given = "DANG", "VAN AN"
			d.Name, q.Name = "Ðặng Văn An", "Đặng Văn An"
		}, "[]"},
		{"hyphens and apostrophes", func(m *mrz.Document, d *cccd.DG13, q *cccd.QR) {
			m.Surname, m.Given = "Y", "HMONG EBAN"
			d.Name, q.Name = "Y H'Mông Ê-ban", "Y H’Mông Ê Ban"
		}, "[]"},
		{"another sex", func(m *mrz.Document, _ *cccd.DG13, q *cccd.QR) { m.Sex, q.Sex = "F", "Nữ" }, "[sex differs between mrz and dg13 sex differs between dg13 and qr]"},
		{"sex not said", func(m *mrz.Document, _ *cccd.DG13, q *cccd.QR) { m.Sex, q.Sex = "", "" }, "[]"},
		{"another end of validity", func(_ *mrz.Document, d *cccd.DG13, _ *cccd.QR) { d.Expires = "01/01/2040" }, "[expiry differs between mrz and dg13]"},
		{"no end, in words", func(_ *mrz.Document, d *cccd.DG13, _ *cccd.QR) { d.Expires = "Không thời hạn" }, "[]"},
		{"no end, in fillers", func(m *mrz.Document, _ *cccd.DG13, _ *cccd.QR) { m.Expiry = "<<<<<<" }, "[]"},
		{"only the year of birth", func(m *mrz.Document, d *cccd.DG13, q *cccd.QR) {
			m.Birth, d.Birth, q.Birth = "50<<<<", "1950", "00/00/1950"
		}, "[]"},
		{"another year of birth", func(m *mrz.Document, d *cccd.DG13, q *cccd.QR) {
			m.Birth, d.Birth, q.Birth = "50<<<<", "1951", "00/00/1950"
		}, "[birth differs between mrz and dg13 birth differs between dg13 and qr]"},
		{"no DG13 values, code of the back", func(_ *mrz.Document, d *cccd.DG13, q *cccd.QR) { *d, q.Extra = cccd.DG13{}, []string{"Cha", "Mẹ"} }, "[]"},
	} {
		m, d, q := z, dg, *qr
		c.make(&m, &d, &q)
		if got := fmt.Sprint(cccd.CrossCheck(m, &d, &q)); got != c.want {
			t.Errorf("%s: %s", c.name, got)
		}
	}
	if got := cccd.CrossCheck(z, nil, nil); got != nil {
		t.Errorf("one source differs from itself: %v", got)
	}
	if diffs, err := cccd.Check(&emrtd.Document{MRZ: z, Groups: map[int][]byte{13: card(t).DG13}}, qr); err != nil || diffs != nil {
		t.Errorf("document: %v, %v", diffs, err)
	}
	if _, err := cccd.Check(&emrtd.Document{Groups: map[int][]byte{13: {1}}}, nil); !errors.Is(err, cccd.ErrMalformed) {
		t.Errorf("malformed DG13: %v", err)
	}
}

func TestIdentity(t *testing.T) {
	at := time.Date(2026, 3, 15, 0, 0, 0, 0, time.UTC)
	full := &emrtd.Document{MRZ: zone(t), Groups: map[int][]byte{13: card(t).DG13}, ReadAt: at}
	id, err := cccd.IdentityOf(full)
	if err != nil {
		t.Fatal(err)
	}
	want := cccd.Identity{
		Number: "001099012345", Name: "Nguyễn Văn An", Birth: "01/01/1999", Sex: "M", Nationality: "Việt Nam",
		Residence: "Số 1, Đường D, Phường E, Quận F, Thành phố Hà Nội", Origin: "Xã A, Huyện B, Tỉnh C", Expires: "01/01/2039", OldNumber: "012345678",
	}
	if diff := cmp.Diff(want, id); diff != "" {
		t.Errorf("by DG13 (-want +got):\n%s", diff)
	}
	plain, err := cccd.IdentityOf(&emrtd.Document{MRZ: zone(t), ReadAt: at})
	if err != nil {
		t.Fatal(err)
	}
	want = cccd.Identity{Number: "001099012345", Name: "NGUYEN VAN AN", Birth: "01/01/1999", Sex: "M", Nationality: "VNM", Expires: "01/01/2039"}
	if diff := cmp.Diff(want, plain); diff != "" {
		t.Errorf("by the zone (-want +got):\n%s", diff)
	}
	for _, d := range []*emrtd.Document{{}, {Groups: map[int][]byte{13: {0x6D, 0}}, MRZ: zone(t)}, {Groups: map[int][]byte{13: dg13()}}} {
		if _, err := cccd.IdentityOf(d); !errors.Is(err, cccd.ErrNoIdentity) {
			t.Errorf("nobody: %v", err)
		}
	}
}

func TestSaysNothingAboutThePerson(t *testing.T) {
	dg, _ := cccd.ParseDG13(card(t).DG13)
	qr, _ := cccd.ParseQR(card(t).QR)
	id, _ := cccd.IdentityOf(&emrtd.Document{MRZ: zone(t), Groups: map[int][]byte{13: card(t).DG13}})
	personaltest.Hides(t, []any{qr, *qr, []cccd.QR{*qr}}, "Nguy", "012345", "1999")
	said := fmt.Sprintf("%v %+v %#v %s %v %+v %#v", dg, dg, dg, dg.LogValue(), id, id, id)
	_, broken := cccd.ParseDG13(dg13(field(2, utf8Text("Nguyễn\xff"))))
	_, noCode := cccd.ParseQR("001099012345|Nguyễn")
	said += fmt.Sprint(broken, noCode, id.LogValue())
	said += fmt.Sprintf("%v %+v %#v %v %+v %#v", dg.Fields, dg.Fields, dg.Fields, cccd.Describe(&dg), cccd.Describe(&dg), cccd.Describe(&dg))
	for _, secret := range []string{"Nguy", "012345", "1999"} {
		if strings.Contains(said, secret) {
			t.Errorf("%q is said: %s", secret, said)
		}
	}
}

func FuzzDG13(f *testing.F) {
	f.Add([]byte(card(f).DG13))
	f.Add(dg13())
	f.Add(dg13(field(13, tlv.Encode(0x30, utf8Text("a"), utf8Text("b"))), field(14), field(99)))
	f.Add(dg13(field(2, tlv.Encode(0x1E, []byte{0xD8, 0x00}))))
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := cccd.ParseDG13(b)
		if err != nil {
			if !errors.Is(err, cccd.ErrMalformed) {
				t.Fatalf("error of another kind: %v", err)
			}
			return
		}
		if !norm.NFC.IsNormalString(d.Name) || strings.ContainsAny(d.Name, "\n\x00") {
			t.Fatal("a name that is not fit to be shown")
		}
		cccd.CrossCheck(mrz.Document{}, &d, nil)
	})
}

func FuzzQR(f *testing.F) {
	f.Add(card(f).QR)
	f.Add("099012345456||An|02031980|Nữ|Phố|04052022|x")
	f.Add("099012345456|An|02031980")
	f.Add("||||||||")
	f.Fuzz(func(t *testing.T, s string) {
		q, err := cccd.ParseQR(s)
		if err != nil {
			if !errors.Is(err, cccd.ErrNotQR) {
				t.Fatalf("error of another kind: %v", err)
			}
			return
		}
		if !cccd.IsNumber(q.Number) || len(q.Birth) != 10 || q.Name == "" {
			t.Fatal("half a code")
		}
		if _, _, err := cccd.KeyFromText(s); err != nil {
			t.Fatalf("a code without a key: %v", err)
		}
	})
}
