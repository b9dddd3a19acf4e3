package code_test

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/unicode/norm"

	"motcua/protocol/cccd"
	"motcua/protocol/code"
	"motcua/protocol/code/appointment"
	"motcua/protocol/code/bhyt"
	"motcua/protocol/code/hc1"
	"motcua/protocol/code/pccovid"
	"motcua/protocol/code/ticket"
	"motcua/protocol/code/vietqr"
	"motcua/protocol/personal/personaltest"
)

// Everybody here is invented.
const (
	identity  = "099090000123|099000001|Nguyễn Văn Mẫu|01021990|Nam|Số 1 Đường Mẫu, Phường Mẫu, Thành phố Hồ Chí Minh|01012022"
	person    = "******000123|NGUYEN VAN MAU|1990-02-01|1|QID0001"
	payment   = "00020101021238560010A0000007270126000697041501121133666688880208QRIBFTTA53037045405790005802VN62220818Ung Ho Quy Vac Xin63043ACF"
	foreign   = "00020101021153038405802US6304F5CD"
	ticketOne = "MC1:h001:014D2PF2DB76"
	arrival   = "MA1:h001:7K2P9M4T94"
	newborn   = "MB1:0123456789ABCDEFGHJKMNPQ32"
)

// insurance is the newer card's code with the number of an identity card, the
// most alike of all codes to another one.
var insurance = "099090000123|" + hex.EncodeToString([]byte("Nguyễn Văn Mẫu")) + "|01/02/1990|1|-|79 - 000|01/01/2026|-|01/01/2026|00000000000000|-|4|01/01/2029|0123456789abcdef-0000|-|-|$"

// certificate reads one of hc1's vectors.
func certificate(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("hc1", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestClassify(t *testing.T) {
	vaccination := certificate(t, "vaccination.txt")
	vaccinated, err := hc1.Decode(vaccination)
	if err != nil {
		t.Fatal(err)
	}
	card := &cccd.QR{
		Number: "099090000123", OldNumber: "099000001", Name: "Nguyễn Văn Mẫu", Birth: "01/02/1990", Sex: "Nam",
		Address: "Số 1 Đường Mẫu, Phường Mẫu, Thành phố Hồ Chí Minh", Issued: "01/01/2022",
	}
	insured := &bhyt.Card{
		Number: "099090000123", Name: "Nguyễn Văn Mẫu", Birth: "01/02/1990", Sex: "M", Facility: "79000", From: "01/01/2026", Issued: "01/01/2026",
		Manager: "00000000000000", Level: "4", FiveYears: "01/01/2029", Check: "0123456789abcdef-0000", Whole: true,
	}
	hidden := &pccovid.Person{Number: "******000123", Name: "NGUYEN VAN MAU", Birth: "01/02/1990", Kind: "1", QID: "QID0001"}
	pay := vietqr.Payment{Bank: "970415", Account: "113366668888", Amount: 79_000, Purpose: "Ung Ho Quy Vac Xin"}
	for text, want := range map[string]code.Code{
		identity:                        {Kind: code.IdentityCard, Identity: card},
		norm.NFD.String(identity):       {Kind: code.IdentityCard, Identity: card},
		insurance:                       {Kind: code.InsuranceCard, Insurance: insured},
		person:                          {Kind: code.PersonalCode, Person: hidden},
		vaccination:                     {Kind: code.Vaccination, Vaccination: vaccinated},
		vaccination[:200]:               {Kind: code.Unknown, Reason: code.VaccinationDamaged},
		"HC1:":                          {Kind: code.Unknown, Reason: code.VaccinationDamaged},
		certificate(t, "test.txt"):      {Kind: code.Unknown, Reason: code.NotVaccination},
		certificate(t, "version2.txt"):  {Kind: code.Unknown, Reason: code.VaccinationMalformed},
		payment:                         {Kind: code.Payment, Payment: &vietqr.Code{Payment: pay, Once: true}},
		ticketOne:                       {Kind: code.Ticket, Ticket: &ticket.Reference{Facility: "h001", Number: "014D2PF2DB"}},
		"https://example.org/a?b=|c|d":  {Kind: code.Link, Link: "https://example.org/a?b=|c|d"},
		"HTTP://EXAMPLE.ORG":            {Kind: code.Link, Link: "HTTP://EXAMPLE.ORG"},
		"":                              {Kind: code.Unknown, Reason: code.Empty},
		"Xin chào":                      {Kind: code.Unknown, Reason: code.NoKnownForm},
		"099090000123":                  {Kind: code.Unknown, Reason: code.NoKnownForm},
		"099090000123|x":                {Kind: code.Unknown, Reason: code.NoKnownForm},
		"https://":                      {Kind: code.Unknown, Reason: code.NoKnownForm},
		"https://exa mple|x":            {Kind: code.Unknown, Reason: code.NoKnownForm},
		"ftp://example.org":             {Kind: code.Unknown, Reason: code.NoKnownForm},
		strings.Repeat("x", 4297):       {Kind: code.Unknown, Reason: code.TooLong},
		strings.Repeat("x", 1<<20):      {Kind: code.Unknown, Reason: code.TooLong},
		strings.Repeat("x|", 2148):      {Kind: code.Unknown, Reason: code.NoKnownForm},
		"0990900\x0000123||An|01021990": {Kind: code.Unknown, Reason: code.NotText},
		"a\tb":                          {Kind: code.Unknown, Reason: code.NotText},
		"\x1b[2J" + identity:            {Kind: code.Unknown, Reason: code.NotText},
		"\xff\x00\x81binary":            {Kind: code.Unknown, Reason: code.NotText},
		"Nguy\xe3n":                     {Kind: code.Unknown, Reason: code.NotText},
		identity + "\xff|x":             {Kind: code.Unknown, Reason: code.NotText},
		identity[:24]:                   {Kind: code.Unknown, Reason: code.IdentityDamaged},
		identity[:strings.Index(identity, "ễ")+1]:        {Kind: code.Unknown, Reason: code.CutOff},
		identity[:strings.Index(identity, "ễ")+2]:        {Kind: code.Unknown, Reason: code.CutOff},
		strings.Replace(identity, "01021990", "1990", 1): {Kind: code.Unknown, Reason: code.IdentityDamaged},
		strings.Replace(insurance, "|1|", "|3|", 1):      {Kind: code.Unknown, Reason: code.InsuranceDamaged},
		strings.Replace(person, "NGUYEN", "NGUYỄN", 1):   {Kind: code.Unknown, Reason: code.PersonalDamaged},
		strings.Replace(payment, "79000", "19000", 1):    {Kind: code.Unknown, Reason: code.PaymentDamaged},
		foreign: {Kind: code.Unknown, Reason: code.PaymentForeign},
		strings.Replace(ticketOne, "h001", "h002", 1): {Kind: code.Unknown, Reason: code.TicketDamaged},
		arrival: {Kind: code.Appointment, Appointment: &appointment.Reference{Facility: "h001", Number: "7K2P9M4T"}},
		strings.Replace(arrival, "h001", "h002", 1): {Kind: code.Unknown, Reason: code.AppointmentDamaged},
		"MA1:":         {Kind: code.Unknown, Reason: code.AppointmentDamaged},
		"MA2:anything": {Kind: code.Unknown, Reason: code.AppointmentNotKnown},
		newborn:        {Kind: code.BirthFile, BirthFile: "0123456789ABCDEFGHJKMNPQ"},
		newborn + "1":  {Kind: code.Unknown, Reason: code.BirthFileDamaged},
		"MB2:anything": {Kind: code.Unknown, Reason: code.BirthFileNotKnown},
		"MC2:anything": {Kind: code.Unknown, Reason: code.TicketNotKnown},
	} {
		for _, added := range [][2]string{{"", ""}, {"", "\r"}, {"", "\r\n"}, {"", "\t"}, {"", "\n\n"}, {"\xef\xbb\xbf", ""}, {"\xef\xbb\xbf", "\x00\x00"}, {"", " "}} {
			got := code.Classify([]byte(added[0] + text + added[1]))
			if diff := cmp.Diff(want, got, notCompared); diff != "" {
				t.Errorf("%.60q between %q (-want +got):\n%s", text, added, diff)
			}
		}
	}
}

// notCompared: what the errors say, how a payment's fields stand there, and what a
// certificate needs to be verified.
var notCompared = cmp.Options{cmpopts.IgnoreFields(code.Code{}, "Err"), cmpopts.IgnoreFields(vietqr.Code{}, "Fields"), cmpopts.IgnoreUnexported(hc1.Certificate{})}

// as writes text in another encoding; letters that it does not have become
// question marks, as readers do it.
func as(t testing.TB, e encoding.Encoding, text string) []byte {
	t.Helper()
	var out []byte
	for _, r := range text {
		b, err := e.NewEncoder().Bytes([]byte(string(r)))
		if err != nil {
			b = []byte("?")
		}
		out = append(out, b...)
	}
	return out
}

// twice is UTF-8 that was taken for the characters of set and encoded again. What
// the set does not have is passed on as a control character.
func twice(set *charmap.Charmap, text string) []byte {
	var b strings.Builder
	for _, c := range []byte(text) {
		r := set.DecodeByte(c)
		if r == '\uFFFD' {
			r = rune(c)
		}
		b.WriteRune(r)
	}
	return []byte(b.String())
}

// windows1258 writes Vietnamese as that set does: tone marks stand behind their
// letters.
func windows1258(t testing.TB, text string) []byte {
	t.Helper()
	var b strings.Builder
	for _, r := range text {
		if _, ok := charmap.Windows1258.EncodeRune(r); ok {
			b.WriteRune(r)
			continue
		}
		letter := []rune(norm.NFD.String(string(r)))
		tone := len(letter) - 1
		for i, mark := range letter {
			if strings.ContainsRune("\u0300\u0301\u0303\u0309\u0323", mark) {
				tone = i
			}
		}
		rest := append(append([]rune{}, letter[:tone]...), letter[tone+1:]...)
		b.WriteString(norm.NFC.String(string(rest)) + string(letter[tone]))
	}
	out := as(t, charmap.Windows1258, b.String())
	if strings.Contains(string(out), "?") {
		t.Fatalf("%q does not fit windows-1258", b.String())
	}
	return out
}

func TestReadersThatAreSetWrongly(t *testing.T) {
	latin := strings.Replace(identity, "Nguyễn Văn Mẫu", "Lê Hà", 1)
	latin = latin[:strings.Index(latin, "Số")] + "Ðà Lâm|01012022"
	for name, c := range map[string]struct {
		payload []byte
		want    code.Reason
	}{
		"windows-1258":                    {windows1258(t, identity), code.OneBytePerLetter},
		"windows-1258 and a line end":     {append(windows1258(t, identity), '\r', '\n'), code.OneBytePerLetter},
		"ISO 8859-1":                      {as(t, charmap.ISO8859_1, latin), code.OneBytePerLetter},
		"ISO 8859-1 without most letters": {as(t, charmap.ISO8859_1, identity), code.OneBytePerLetter},
		"letters lost":                    {[]byte("099090000123|099000001|Nguy?n V?n M?u|01021990|Nam|X|01012022"), code.LettersLost},
		"letters replaced":                {[]byte("099090000123|099000001|Nguy\uFFFDn|01021990|Nam|X|01012022"), code.LettersLost},
		"twice by windows-1252":           {twice(charmap.Windows1252, identity), code.EncodedTwice},
		"twice by windows-1258":           {twice(charmap.Windows1258, identity), code.EncodedTwice},
		"twice by ISO 8859-1":             {twice(charmap.ISO8859_1, identity), code.EncodedTwice},
		"UTF-16, big end first":           {as16(t, unicode.BigEndian, unicode.IgnoreBOM, identity), code.SixteenBit},
		"UTF-16, little end first":        {as16(t, unicode.LittleEndian, unicode.IgnoreBOM, identity), code.SixteenBit},
		"UTF-16 with its mark":            {as16(t, unicode.LittleEndian, unicode.UseBOM, identity), code.SixteenBit},
		"an insurance card in UTF-16":     {as16(t, unicode.BigEndian, unicode.IgnoreBOM, "GD4990990000123|4e|1990|1|-|$"), code.SixteenBit},
	} {
		got := code.Classify(c.payload)
		if diff := cmp.Diff(code.Code{Kind: code.Misread, Reason: c.want}, got, notCompared); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	for _, name := range []string{"Lê Hà", "Âu Ấn", "Ðặng Ý", "ĐỖ THỊ ẨN", "An"} { // names that nobody has changed
		if got := code.Classify([]byte(strings.Replace(identity, "Nguyễn Văn Mẫu", name, 1))); got.Kind != code.IdentityCard {
			t.Errorf("%s: %s %s", name, got.Kind, got.Reason)
		}
	}
}

func as16(t testing.TB, order unicode.Endianness, mark unicode.BOMPolicy, text string) []byte {
	t.Helper()
	b, err := unicode.UTF16(order, mark).NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestMasked(t *testing.T) {
	for _, text := range []string{identity, insurance, person, payment, certificate(t, "vaccination.txt"), "https://example.org/099090000123", strings.Replace(insurance, "|1|", "|3|", 1)} {
		c := code.Classify([]byte(text))
		values := []any{c, &c, []code.Code{c}}
		if c.Err != nil {
			values = append(values, c.Err.Error())
		}
		personaltest.Hides(t, values, "000123", "Nguy", "NGUYEN", "1990", "1999", "113366668888")
	}
}

func FuzzClassify(f *testing.F) {
	for _, text := range []string{identity, insurance, person, payment, ticketOne, "https://example.org", "\xef\xbb\xbf" + identity + "\r\n"} {
		f.Add([]byte(text))
	}
	for _, name := range []string{"vaccination.txt", "test.txt", "version2.txt"} {
		f.Add([]byte(certificate(f, name)))
	}
	f.Add(windows1258(f, identity))
	f.Add(twice(charmap.Windows1252, identity))
	f.Add(as16(f, unicode.LittleEndian, unicode.UseBOM, identity))
	f.Fuzz(func(t *testing.T, payload []byte) {
		c := code.Classify(payload)
		values := 0
		for _, set := range []bool{c.Identity != nil, c.Insurance != nil, c.Vaccination != nil, c.Person != nil, c.Payment != nil, c.Ticket != nil, c.Link != ""} {
			if set {
				values++
			}
		}
		failed := c.Kind == code.Unknown || c.Kind == code.Misread
		if failed != (c.Reason != "") || failed != (values == 0) || values > 1 {
			t.Fatalf("%s, %q, %d values", c.Kind, c.Reason, values)
		}
	})
}
