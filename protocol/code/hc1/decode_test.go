package hc1_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"testing/quick"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/text/unicode/norm"

	"motcua/protocol/code/hc1"
	"motcua/protocol/emrtd/lds"
	"motcua/protocol/personal/personaltest"
)

// The examples of RFC 9285, 4.3 and 4.4.
func TestBase45(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "BB8": "AB", "%69 VD92EX0": "Hello!!", "UJCLQE7W581": "base-45", "QED8WEX0": "ietf!", "FGW": "\xff\xff", "U5": "\xff",
	} {
		got, ok := hc1.DecodeBase45(text)
		if !ok || string(got) != want {
			t.Errorf("%q: %q, %v", text, got, ok)
		}
		if again := hc1.EncodeBase45([]byte(want)); again != text {
			t.Errorf("%q is written as %q", want, again)
		}
	}
	for _, text := range []string{"A", "BB8A", "GGW", ":::", "V5", "::", "bb8", "B_8", "BB8\n", "ÄÖ", "BB\x00"} {
		if got, ok := hc1.DecodeBase45(text); ok {
			t.Errorf("%q is taken for %q", text, got)
		}
	}
	err := quick.Check(func(b []byte) bool {
		got, ok := hc1.DecodeBase45(hc1.EncodeBase45(b))
		return ok && bytes.Equal(got, b)
	}, nil)
	if err != nil {
		t.Error(err)
	}
}

func TestDecode(t *testing.T) {
	want := &hc1.Certificate{
		Issuer: "VN", Issued: began, Expires: began.AddDate(1, 0, 0), Version: "1.3.0", Birth: "1999-01-01",
		Name: hc1.Name{Family: "Nguyễn", Given: "Văn An", FamilyMRZ: "NGUYEN", GivenMRZ: "VAN<AN"},
		Vaccinations: []hc1.Vaccination{{
			Disease: "840539006", Vaccine: "1119349007", Product: "EU/1/20/1528", Maker: "ORG-100030215", Dose: 2, Doses: 2,
			Date: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC), Country: "VN", IssuedBy: "Bộ Y tế", ID: "URN:UVCI:01:VN:0990000123#X",
		}},
	}
	text := vietnam(t).sign(t, token()).text(t)
	want.Digest = sha256.Sum256([]byte(text))
	if diff := cmp.Diff(want, decode(t, text), cmpopts.IgnoreUnexported(hc1.Certificate{})); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if !hc1.Recognised(text) || hc1.Recognised("HC2:") {
		t.Error("it is not recognised, or another text is")
	}
}

// Whatever an issuer writes within the schema comes out as it went in.
func TestRoundTrip(t *testing.T) {
	vn := vietnam(t)
	err := quick.Check(func(family, given string, dose, doses uint8, days uint16, id uint64) bool {
		family, given = norm.NFC.String(fitName(family)), norm.NFC.String(fitName(given))
		birth := began.AddDate(0, 0, -int(days)/2).Format(time.DateOnly)
		c, err := hc1.Decode(vn.sign(t, changed(func(h fields) {
			h["nam"] = fields{"fn": family, "fnt": "NGUYEN", "gn": given, "gnt": "AN"}
			h["dob"] = birth
			v := h["v"].([]any)[0].(fields)
			v["dn"], v["sd"], v["ci"] = 1+dose%99, 1+doses%99, fmt.Sprintf("URN:UVCI:01:VN:%d", id)
		})).text(t))
		return err == nil && c.Name.Family == lds.Shown(family) && c.Name.Given == lds.Shown(given) && c.Birth == birth &&
			c.Vaccinations[0].Dose == uint(1+dose%99) && c.Vaccinations[0].Doses == uint(1+doses%99) &&
			c.Vaccinations[0].ID == fmt.Sprintf("URN:UVCI:01:VN:%d", id)
	}, &quick.Config{MaxCount: 50})
	if err != nil {
		t.Error(err)
	}
}

// fitName cuts a text to as many characters as a name may have.
func fitName(s string) string {
	letters := []rune(s)
	return string(letters[:min(len(letters), 40)])
}

func TestTakesWhatIssuersWrite(t *testing.T) {
	vn := vietnam(t)
	unending := vn.sign(t, token())
	unending.payload = indefinite(t)
	for name, text := range map[string]string{
		"no issuer":                    vn.sign(t, without(token(), 1)).text(t),
		"a date with a fraction":       vn.sign(t, with(token(), 6, 1772438400.5)).text(t),
		"fields of tomorrow":           vn.sign(t, with(changed(func(h fields) { h["x"] = []any{1, fields{"y": "z"}} }), 99, "x")).text(t),
		"a year of birth":              vn.sign(t, changed(func(h fields) { h["dob"] = "1999" })).text(t),
		"a month of birth":             vn.sign(t, changed(func(h fields) { h["dob"] = "1999-01" })).text(t),
		"no date of birth":             vn.sign(t, changed(func(h fields) { h["dob"] = "" })).text(t),
		"one name":                     vn.sign(t, changed(func(h fields) { h["nam"] = fields{"fnt": "AN"} })).text(t),
		"a group that is empty":        vn.sign(t, changed(func(h fields) { h["t"] = []any{} })).text(t),
		"a group that is nothing":      vn.sign(t, changed(func(h fields) { h["r"] = nil })).text(t),
		"an earlier version":           vn.sign(t, changed(func(h fields) { h["ver"] = "1.0.1" })).text(t),
		"two vaccinations":             vn.sign(t, changed(func(h fields) { h["v"] = []any{dose(), dose()} })).text(t),
		"indefinite lengths":           unending.text(t),
		"the key's name not protected": unprotectedKeyID(vn.sign(t, token())).text(t),
	} {
		if _, err := hc1.Decode(text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func with(token fields, key, value any) fields {
	token[key] = value
	return token
}

func without(token fields, key any) fields {
	delete(token, key)
	return token
}

// unprotectedKeyID moves the name of the key into the other header. The signature
// does not fit any more.
func unprotectedKeyID(m message) message {
	m.unprotected[4] = m.protected[4]
	delete(m.protected, 4)
	return m
}

// indefinite is a token whose maps do not say how long they are.
func indefinite(t *testing.T) []byte {
	t.Helper()
	b := []byte{0xBF}
	for key, value := range token() {
		b = append(append(b, marshal(t, key)...), marshal(t, value)...)
	}
	return append(b, 0xFF)
}

// Everything between the scanner and the message.
func TestDamagedOnTheWay(t *testing.T) {
	m := vietnam(t).sign(t, token())
	good := m.text(t)
	packed := deflate(t, m.cbor(t))
	unsigned, untagged := m, m
	unsigned.signature = []byte{}
	untagged.tag = 17
	for name, c := range map[string]struct {
		text string
		want error
	}{
		"nothing":                    {"", hc1.ErrNotCertificate},
		"another prefix":             {"HC2:" + good[4:], hc1.ErrNotCertificate},
		"small letters":              {strings.ToLower(good), hc1.ErrNotCertificate},
		"only the prefix":            {"HC1:", hc1.ErrDamaged},
		"another character":          {good[:40] + "_" + good[41:], hc1.ErrDamaged},
		"torn":                       {good[:len(good)-3], hc1.ErrDamaged},
		"one character less":         {good[:len(good)-1], hc1.ErrDamaged},
		"not compressed":             {"HC1:" + hc1.EncodeBase45(m.cbor(t)), hc1.ErrDamaged},
		"more behind the compressed": {"HC1:" + hc1.EncodeBase45(append(bytes.Clone(packed), 0)), hc1.ErrDamaged},
		"a false checksum":           {"HC1:" + hc1.EncodeBase45(append(bytes.Clone(packed[:len(packed)-1]), packed[len(packed)-1]^1)), hc1.ErrDamaged},
		"64 KiB come out":            {pack(t, make([]byte, 64<<10)), hc1.ErrDamaged},
		"more than 64 KiB come out":  {pack(t, make([]byte, 64<<10+1)), hc1.ErrDamaged},
		"a bomb":                     {pack(t, make([]byte, 2<<20)), hc1.ErrDamaged},
		"more than a code holds":     {"HC1:" + strings.Repeat("0", hc1.MaxSize), hc1.ErrDamaged},
		"no message":                 {pack(t, []byte{0xF6}), hc1.ErrDamaged},
		"another tag":                {untagged.text(t), hc1.ErrDamaged},
		"no tag":                     {pack(t, m.cbor(t)[1:]), hc1.ErrDamaged},
		"no signature":               {unsigned.text(t), hc1.ErrDamaged},
		"more behind the message":    {pack(t, append(m.cbor(t), 0)), hc1.ErrDamaged},
		"arrays without end":         {pack(t, bytes.Repeat([]byte{0x81}, 10000)), hc1.ErrDamaged},
	} {
		if got, err := hc1.Decode(c.text); !errors.Is(err, c.want) || got != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Well-signed messages whose content is not a certificate's.
func TestContentThatIsRefused(t *testing.T) {
	vn := vietnam(t)
	algorithm := func(alg any) string {
		m := vn.sign(t, token())
		m.protected[1] = alg
		m.signature = vn.signature(t, m)
		return m.text(t)
	}
	broken := vn.sign(t, token())
	broken.payload = []byte{0xFF}
	twice := vn.sign(t, token())
	twice.payload = []byte{0xA2, 0x01, 0x61, 'V', 0x01, 0x61, 'X'}
	noAlgorithm := vn.sign(t, token())
	delete(noAlgorithm.protected, 1)
	in := func(key string, value any) fields { return changed(func(h fields) { h[key] = value }) }
	inDose := func(key string, value any) fields {
		return changed(func(h fields) { h["v"].([]any)[0].(fields)[key] = value })
	}
	long := strings.Repeat("A", 81)
	for name, c := range map[string]struct {
		text string
		want error
	}{
		"ES384":                       {algorithm(-35), hc1.ErrSchema},
		"EdDSA":                       {algorithm(-8), hc1.ErrSchema},
		"a keyed hash":                {algorithm(5), hc1.ErrSchema},
		"no algorithm":                {noAlgorithm.text(t), hc1.ErrSchema},
		"no token":                    {vn.sign(t, []any{1}).text(t), hc1.ErrSchema},
		"not even CBOR":               {broken.text(t), hc1.ErrSchema},
		"an issuer of three letters":  {vn.sign(t, with(token(), 1, "VNM")).text(t), hc1.ErrSchema},
		"an issuer in small letters":  {vn.sign(t, with(token(), 1, "vn")).text(t), hc1.ErrSchema},
		"no end":                      {vn.sign(t, without(token(), 4)).text(t), hc1.ErrSchema},
		"no time of issue":            {vn.sign(t, without(token(), 6)).text(t), hc1.ErrSchema},
		"a time before 1970":          {vn.sign(t, with(token(), 6, -1)).text(t), hc1.ErrSchema},
		"a time beyond counting":      {vn.sign(t, with(token(), 4, uint64(math.MaxUint64))).text(t), hc1.ErrSchema},
		"no number for a time":        {vn.sign(t, with(token(), 4, math.NaN())).text(t), hc1.ErrSchema},
		"a time in letters":           {vn.sign(t, with(token(), 4, "2027")).text(t), hc1.ErrSchema},
		"no health data":              {vn.sign(t, without(token(), -260)).text(t), hc1.ErrSchema},
		"empty health data":           {vn.sign(t, with(token(), -260, fields{})).text(t), hc1.ErrSchema},
		"version 2":                   {vn.sign(t, in("ver", "2.0.0")).text(t), hc1.ErrSchema},
		"half a version":              {vn.sign(t, in("ver", "1..")).text(t), hc1.ErrSchema},
		"no group":                    {vn.sign(t, in("v", nil)).text(t), hc1.ErrSchema},
		"two groups":                  {vn.sign(t, in("t", []any{fields{}})).text(t), hc1.ErrSchema},
		"a test":                      {vn.sign(t, changed(func(h fields) { h["v"], h["t"] = nil, []any{fields{}} })).text(t), hc1.ErrNotHandled},
		"a recovery":                  {vn.sign(t, changed(func(h fields) { h["v"], h["r"] = nil, []any{fields{}} })).text(t), hc1.ErrNotHandled},
		"no name":                     {vn.sign(t, in("nam", fields{})).text(t), hc1.ErrSchema},
		"a machine's name with marks": {vn.sign(t, in("nam", fields{"fnt": "NGUYỄN"})).text(t), hc1.ErrSchema},
		"a machine's name too long":   {vn.sign(t, in("nam", fields{"fnt": long})).text(t), hc1.ErrSchema},
		"a name too long":             {vn.sign(t, in("nam", fields{"fnt": "A", "fn": long})).text(t), hc1.ErrSchema},
		"a name that is no UTF-8":     {vn.sign(t, in("nam", fields{"fnt": "A", "fn": cbor.RawMessage{0x61, 0xFF}})).text(t), hc1.ErrSchema},
		"a birth that is none":        {vn.sign(t, in("dob", "1999-02-30")).text(t), hc1.ErrSchema},
		"a birth day first":           {vn.sign(t, in("dob", "01/01/1999")).text(t), hc1.ErrSchema},
		"a birth long ago":            {vn.sign(t, in("dob", "0999")).text(t), hc1.ErrSchema},
		"a dose of no day":            {vn.sign(t, inDose("dt", "2026-02-30")).text(t), hc1.ErrSchema},
		"no id":                       {vn.sign(t, inDose("ci", "")).text(t), hc1.ErrSchema},
		"an id too long":              {vn.sign(t, inDose("ci", long)).text(t), hc1.ErrSchema},
		"an id of control characters": {vn.sign(t, inDose("ci", "a\x00")).text(t), hc1.ErrSchema},
		"dose zero":                   {vn.sign(t, inDose("dn", 0)).text(t), hc1.ErrSchema},
		"a hundred doses":             {vn.sign(t, inDose("sd", 100)).text(t), hc1.ErrSchema},
		"a dose below zero":           {vn.sign(t, inDose("dn", -1)).text(t), hc1.ErrSchema},
		"an authority too long":       {vn.sign(t, inDose("is", long)).text(t), hc1.ErrSchema},
		"many vaccinations":           {vn.sign(t, in("v", make([]fields, 65))).text(t), hc1.ErrSchema},
		"a key twice":                 {twice.text(t), hc1.ErrSchema},
	} {
		got, err := hc1.Decode(c.text)
		if !errors.Is(err, c.want) || got != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && (strings.Contains(err.Error(), "NGUY") || strings.Contains(err.Error(), "0990")) {
			t.Errorf("%s: the error quotes the certificate: %v", name, err)
		}
	}
}

func TestMasked(t *testing.T) {
	c := decode(t, vietnam(t).sign(t, token()).text(t))
	personaltest.Hides(t, []any{c, *c, c.Name, c.Vaccinations, []hc1.Certificate{*c}}, "Nguy", "NGUYEN", "VAN<AN", "1999", "0990000123", "840539006")
}

// FuzzBase45: there is one text for each sequence of bytes.
func FuzzBase45(f *testing.F) {
	f.Add("%69 VD92EX0")
	f.Add("FGWU5")
	f.Add("GGW")
	f.Fuzz(func(t *testing.T, s string) {
		if b, ok := hc1.DecodeBase45(s); ok && hc1.EncodeBase45(b) != s {
			t.Fatalf("%q is another way to write %x", s, b)
		}
	})
}

func FuzzDecode(f *testing.F) {
	vn := vietnam(f)
	f.Add(vn.sign(f, token()).text(f))
	f.Add("HC1:NCF")
	f.Add("HC1:")
	f.Fuzz(func(t *testing.T, s string) { decodesOrSaysWhy(t, s) })
}

// FuzzToken changes what is signed, behind the transport that FuzzDecode hardly
// gets through.
func FuzzToken(f *testing.F) {
	f.Add(marshal(f, token()))
	f.Add(marshal(f, changed(func(h fields) { h["dob"] = "1999" })))
	all := lists(f, nil, vietnam(f))
	f.Fuzz(func(t *testing.T, payload []byte) {
		m := message{protected: fields{1: -7, 4: []byte("12345678")}, unprotected: fields{}, payload: payload, tag: 18, signature: make([]byte, 64)}
		if c := decodesOrSaysWhy(t, m.text(t)); c != nil && hc1.Verify(c, all, day, an(), began).Status() == hc1.Valid {
			t.Fatal("what nobody signed is valid")
		}
	})
}

func decodesOrSaysWhy(t *testing.T, s string) *hc1.Certificate {
	t.Helper()
	c, err := hc1.Decode(s)
	if err != nil {
		for _, known := range []error{hc1.ErrNotCertificate, hc1.ErrDamaged, hc1.ErrSchema, hc1.ErrNotHandled} {
			if errors.Is(err, known) {
				return nil
			}
		}
		t.Fatalf("error of another kind: %v", err)
	}
	if len(c.Vaccinations) == 0 || c.Expires.IsZero() || c.Issued.IsZero() {
		t.Fatal("half a certificate")
	}
	return c
}
