package hc1_test

import (
	"bytes"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"motcua/protocol/cccd"
	"motcua/protocol/code/hc1"
	"motcua/protocol/mrz"
)

// day is a policy that takes lists of a day.
var day = hc1.Policy{SignersAge: 24 * time.Hour, RevocationsAge: 24 * time.Hour, Leeway: time.Minute}

// an is the holder of token's certificate.
func an() *hc1.Holder {
	return &hc1.Holder{DG13: &cccd.DG13{Name: "Nguyễn Văn An", Birth: "01/01/1999"}}
}

// found writes a verdict as a line of a table.
func found(v hc1.Verdict) string { return strings.TrimSpace(fmt.Sprintln(v.Status(), v.Reasons)) }

func TestValid(t *testing.T) {
	for name, i := range map[string]issuer{
		"ES256": vietnam(t), "PS256": vietnamRSA(t),
	} {
		v := hc1.Verify(decode(t, i.sign(t, token()).text(t)), lists(t, nil, vietnam(t), i), day, an(), began)
		want := hc1.Verdict{HolderChecked: true, Country: "VN", Signers: head(), Revocations: head()}
		if diff := cmp.Diff(want, v); diff != "" || v.Status() != hc1.Valid {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	vn := vietnam(t)
	v := hc1.Verify(decode(t, vn.sign(t, token()).text(t)), lists(t, nil, vn), day, nil, began)
	if v.Status() != hc1.Valid || v.HolderChecked {
		t.Errorf("without a holder: %+v", v)
	}
	m := vn.sign(t, token())
	m = unprotectedKeyID(m)
	m.signature = vn.signature(t, m)
	if v := hc1.Verify(decode(t, m.text(t)), lists(t, nil, vn), day, an(), began); v.Status() != hc1.Valid {
		t.Errorf("the key's name not protected: %+v", v)
	}
	m = vn.sign(t, token())
	id := hc1.KeyID(vn.der)
	m.header = slices.Concat([]byte{0xA2, 0x04, 0x48}, id[:], []byte{0x01, 0x26}) // alg last
	m.signature = vn.signature(t, m)
	if v := hc1.Verify(decode(t, m.text(t)), lists(t, nil, vn), day, an(), began); v.Status() != hc1.Valid {
		t.Errorf("a header that is not canonical: %+v", v)
	}
}

// Every byte of the signed parts and of the signature counts.
func TestTampered(t *testing.T) {
	step := 1
	if testing.Short() { // signatures take their time on a small processor
		step = 11
	}
	vn := vietnam(t)
	all := lists(t, nil, vn)
	good := vn.sign(t, token())
	check := func(name string, m message) {
		c, err := hc1.Decode(m.text(t))
		if err != nil {
			return // the change made it something else
		}
		if v := hc1.Verify(c, all, day, an(), began); found(v) != "tampered [signature-false]" {
			t.Errorf("%s: %s", name, found(v))
		}
	}
	for i := 0; i < len(good.payload); i += step {
		m := good
		m.payload = bytes.Clone(good.payload)
		m.payload[i] ^= 0x01
		check(fmt.Sprintf("byte %d of the payload", i), m)
	}
	for i := 0; i < len(good.signature); i += step {
		m := good
		m.signature = bytes.Clone(good.signature)
		m.signature[i] ^= 0x80
		check(fmt.Sprintf("byte %d of the signature", i), m)
	}
	for name, change := range map[string]func(*message){
		"somebody else's token": func(m *message) { m.payload = marshal(t, changed(func(h fields) { h["dob"] = "1990-01-01" })) },
		"another signer":        func(m *message) { m.signature = vietnam(t).signature(t, *m) },
		"a short signature":     func(m *message) { m.signature = m.signature[:63] },
		"a long signature":      func(m *message) { m.signature = append(bytes.Clone(m.signature), 0) },
		"zeros":                 func(m *message) { m.signature = make([]byte, 64) },
		"another algorithm":     func(m *message) { m.protected = fields{1: -37, 4: m.protected[4]} },
		"one more header":       func(m *message) { m.protected = fields{1: -7, 4: m.protected[4], 99: 1} },
	} {
		m := good
		change(&m)
		if v := hc1.Verify(decode(t, m.text(t)), all, day, an(), began); found(v) != "tampered [signature-false]" {
			t.Errorf("%s: %s", name, found(v))
		}
	}
}

func TestIssuers(t *testing.T) {
	usage := func(oids ...asn1.ObjectIdentifier) *x509.Certificate {
		c := template("VN")
		c.UnknownExtKeyUsage = oids
		return c
	}
	arc := func(n int) asn1.ObjectIdentifier { return asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 1847, 2021, 1, n} }
	mistaken := func(n int) asn1.ObjectIdentifier {
		return asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 0, 1847, 2021, 1, n}
	}
	younger, ended := template("VN"), template("VN")
	younger.NotBefore = began.Add(time.Second)
	ended.NotAfter = began.Add(time.Hour)
	for name, c := range map[string]struct {
		signer *x509.Certificate
		token  fields
		at     time.Time
		want   string
	}{
		"for vaccinations":                   {usage(arc(2)), token(), began, "valid []"},
		"for all three":                      {usage(arc(1), arc(2), arc(3)), token(), began, "valid []"},
		"for vaccinations, in the other arc": {usage(mistaken(2)), token(), began, "valid []"},
		"for something else":                 {usage(asn1.ObjectIdentifier{1, 2, 3}), token(), began, "valid []"},
		"for tests":                          {usage(arc(1)), token(), began, "untrusted-issuer [signer-not-for-vaccinations]"},
		"for recoveries, in the other arc":   {usage(mistaken(3)), token(), began, "untrusted-issuer [signer-not-for-vaccinations]"},
		"of another country":                 {template("LA"), token(), began, "untrusted-issuer [signer-of-another-country]"},
		"of a country that is not said":      {template("LA"), without(token(), 1), began, "valid []"},
		"not yet a signer":                   {younger, token(), began.Add(time.Hour), "untrusted-issuer [signer-not-then]"},
		"a signer no more":                   {ended, token(), began.Add(2 * time.Hour), "untrusted-issuer [signer-ended]"},
		"a signer no more when it signed":    {ended, with(token(), 6, began.Add(2*time.Hour).Unix()), began.Add(3 * time.Hour), "untrusted-issuer [signer-not-then signer-ended]"},
		// What else is wrong with it is not said: nobody's word stands for it.
		"of another country, and expired": {template("LA"), with(token(), 4, began.Unix()), began.Add(time.Hour), "untrusted-issuer [signer-of-another-country]"},
	} {
		i := newIssuer(t, ecKey(t, elliptic.P256()), c.signer)
		v := hc1.Verify(decode(t, i.sign(t, c.token).text(t)), lists(t, nil, i), day, an(), c.at)
		if found(v) != c.want {
			t.Errorf("%s: %s, want %s", name, found(v), c.want)
		}
	}
	vn := vietnam(t)
	nameless := vn.sign(t, token())
	delete(nameless.protected, 4)
	short := vn.sign(t, token())
	short.protected[4] = []byte("1234567")
	for name, m := range map[string]message{"not listed": vietnam(t).sign(t, token()), "no name of a key": nameless, "a short name": short} {
		if v := hc1.Verify(decode(t, m.text(t)), lists(t, nil, vn), day, an(), began); found(v) != "untrusted-issuer [signer-not-listed]" || v.Country != "" {
			t.Errorf("%s: %s", name, found(v))
		}
	}
}

func TestTimes(t *testing.T) {
	vn := vietnam(t)
	all := lists(t, nil, vn)
	for name, c := range map[string]struct {
		token fields
		at    time.Time
		want  string
	}{
		"the last second":          {with(token(), 4, began.Add(time.Hour).Unix()), began.Add(time.Hour), "valid []"},
		"a second later":           {with(token(), 4, began.Add(time.Hour).Unix()), began.Add(time.Hour + time.Second), "expired [ended]"},
		"issued a minute later":    {with(token(), 6, began.Add(time.Minute).Unix()), began, "valid []"},
		"issued two minutes later": {with(token(), 6, began.Add(2*time.Minute).Unix()), began, "not-yet-valid [issued-in-the-future]"},
		"valid from tomorrow on":   {with(token(), 5, began.Add(12*time.Hour).Unix()), began, "not-yet-valid [not-before-in-the-future]"},
		"valid from an hour on":    {with(token(), 5, began.Add(time.Hour).Unix()), began.Add(time.Hour), "valid []"},
		"ended before it began":    {with(with(token(), 6, began.Add(time.Hour).Unix()), 4, began.Add(-time.Hour).Unix()), began, "not-yet-valid [issued-in-the-future ended]"},
	} {
		v := hc1.Verify(decode(t, vn.sign(t, c.token).text(t)), all, day, an(), c.at)
		if found(v) != c.want {
			t.Errorf("%s: %s, want %s", name, found(v), c.want)
		}
	}
}

func TestListsThatAreTooOld(t *testing.T) {
	vn := vietnam(t)
	c := decode(t, vn.sign(t, with(token(), 4, began.AddDate(0, 2, 0).Unix())).text(t))
	all := lists(t, nil, vn)
	week := hc1.Policy{SignersAge: 30 * 24 * time.Hour, RevocationsAge: 24 * time.Hour}
	month := hc1.Policy{SignersAge: 30 * 24 * time.Hour, RevocationsAge: 30 * 24 * time.Hour}
	for name, x := range map[string]struct {
		lists  hc1.Lists
		policy hc1.Policy
		at     time.Duration
		want   string
	}{
		"a day":                       {all, day, 24 * time.Hour, "valid []"},
		"a second more":               {all, day, 24*time.Hour + time.Second, "list-too-old [signers-old revocations-old]"},
		"signers may be older":        {all, week, 48 * time.Hour, "list-too-old [revocations-old]"},
		"both may be, but have ended": {all, month, 8 * 24 * time.Hour, "list-too-old [signers-old revocations-old]"},
		"no policy":                   {all, hc1.Policy{}, time.Second, "list-too-old [signers-old revocations-old]"},
		"the clock a minute behind":   {all, day, -time.Minute, "valid []"},
		"the clock an hour behind":    {all, day, -time.Hour, "list-too-old [signers-ahead revocations-ahead]"},
		"no lists":                    {hc1.Lists{}, day, 0, "list-too-old [no-signers no-revocations]"},
		"no list of signers":          {hc1.Lists{Revocations: all.Revocations}, day, 0, "list-too-old [no-signers]"},
		"no list of the revoked":      {hc1.Lists{Signers: all.Signers}, day, 25 * time.Hour, "list-too-old [signers-old no-revocations]"},
	} {
		v := hc1.Verify(c, x.lists, x.policy, nil, began.Add(x.at))
		if found(v) != x.want {
			t.Errorf("%s: %s, want %s", name, found(v), x.want)
		}
	}
	// Nothing else is said: neither that it is another's, nor that it has ended.
	if v := hc1.Verify(c, all, day, &hc1.Holder{}, began.AddDate(1, 0, 0)); found(v) != "list-too-old [signers-old revocations-old]" || v.HolderChecked {
		t.Errorf("%s", found(v))
	}
}

// The hashes are those of the European Union's gateway, computed here by hand.
func TestRevoked(t *testing.T) {
	hash := func(b []byte) hc1.Hash {
		sum := sha256.Sum256(b)
		return hc1.Hash(sum[:16])
	}
	vn, rsa := vietnam(t), vietnamRSA(t)
	m, other := vn.sign(t, token()), rsa.sign(t, token())
	turned := m
	turned.signature = turn(m.signature)
	id := "URN:UVCI:01:VN:0990000123#X"
	for name, c := range map[string]struct {
		message message
		revoked []hc1.Batch
		want    string
	}{
		"nothing":                             {m, nil, "valid []"},
		"by the first half of the signature":  {m, batch("VN", hc1.BySignature, hash(m.signature[:32])), "revoked [revoked-by-signature]"},
		"and with the second half turned":     {turned, batch("VN", hc1.BySignature, hash(m.signature[:32])), "revoked [revoked-by-signature]"},
		"by the whole signature":              {m, batch("VN", hc1.BySignature, hash(m.signature)), "valid []"},
		"of RSA, by the whole signature":      {other, batch("VN", hc1.BySignature, hash(other.signature)), "revoked [revoked-by-signature]"},
		"by id":                               {m, batch("VN", hc1.ByID, hash([]byte(id))), "revoked [revoked-by-id]"},
		"by country and id":                   {m, batch("VN", hc1.ByCountryAndID, hash([]byte("VN"+id))), "revoked [revoked-by-country-and-id]"},
		"by country and id, country not said": {vn.sign(t, without(token(), 1)), batch("VN", hc1.ByCountryAndID, hash([]byte("VN"+id))), "revoked [revoked-by-country-and-id]"},
		"by another country":                  {m, batch("LA", hc1.ByID, hash([]byte(id))), "valid []"},
		"named in another way":                {m, batch("VN", hc1.ByCountryAndID, hash([]byte(id))), "valid []"},
		"another one":                         {m, batch("VN", hc1.ByID, hash([]byte(id+"0"))), "valid []"},
		"twice":                               {m, append(batch("VN", hc1.ByID, hash([]byte(id))), batch("VN", hc1.BySignature, hash(m.signature[:32]))...), "revoked [revoked-by-signature revoked-by-id]"},
		"the second of two vaccinations": {vn.sign(t, changed(func(h fields) {
			second := dose()
			second["ci"] = "URN:UVCI:01:VN:0990000124#Y"
			h["v"] = []any{dose(), second}
		})), batch("VN", hc1.ByID, hash([]byte("URN:UVCI:01:VN:0990000124#Y"))), "revoked [revoked-by-id]"},
	} {
		v := hc1.Verify(decode(t, c.message.text(t)), lists(t, c.revoked, vn, rsa), day, an(), began)
		if found(v) != c.want {
			t.Errorf("%s: %s, want %s", name, found(v), c.want)
		}
	}
	// Ninety-one certificates of phantom sessions, revoked together.
	var all []hc1.Hash
	var phantoms []*hc1.Certificate
	for n := range 91 {
		c := decode(t, vn.sign(t, changed(func(h fields) { h["v"].([]any)[0].(fields)["ci"] = fmt.Sprintf("URN:UVCI:01:VN:%d", n) })).text(t))
		all = append(all, c.Hashes(hc1.ByID, "VN")...)
		phantoms = append(phantoms, c)
	}
	revoked := lists(t, batch("VN", hc1.ByID, all...), vn)
	for n, c := range phantoms {
		if v := hc1.Verify(c, revoked, day, an(), began); v.Status() != hc1.Revoked {
			t.Errorf("phantom %d: %s", n, found(v))
		}
	}
	if v := hc1.Verify(decode(t, m.text(t)), revoked, day, an(), began); v.Status() != hc1.Valid {
		t.Errorf("an honest one among them: %s", found(v))
	}
}

func batch(country string, by hc1.By, hashes ...hc1.Hash) []hc1.Batch {
	return []hc1.Batch{{Country: country, By: by, Hashes: hashes}}
}

// turn makes the other signature that verifies: n - s for s.
func turn(signature []byte) []byte {
	s := new(big.Int).SetBytes(signature[32:])
	out := bytes.Clone(signature)
	s.Sub(elliptic.P256().Params().N, s).FillBytes(out[32:])
	return out
}

func TestHolders(t *testing.T) {
	vn := vietnam(t)
	all := lists(t, nil, vn)
	zone := func(surname, given, birth string) mrz.Document {
		return mrz.Document{Surname: surname, Given: given, Birth: birth, Format: mrz.TD1, Lines: []string{"", "", surname + "<<" + given}}
	}
	dg13 := func(name, birth string) *hc1.Holder { return &hc1.Holder{DG13: &cccd.DG13{Name: name, Birth: birth}} }
	swapped := fields{"fn": "Văn An", "fnt": "VAN<AN", "gn": "Nguyễn", "gnt": "NGUYEN"}
	crossed := fields{"fn": "Đặng", "fnt": "DJANG", "gn": "Thị Ơn", "gnt": "THI<ON"} // made for machines by another table
	for name, c := range map[string]struct {
		token  fields
		holder *hc1.Holder
		want   string
	}{
		"by DG13":                    {token(), an(), "valid []"},
		"by the zone":                {token(), &hc1.Holder{Zone: zone("NGUYEN", "VAN AN", "990101")}, "valid []"},
		"in capitals":                {token(), dg13("NGUYỄN VĂN AN", "01/01/1999"), "valid []"},
		"family and given exchanged": {changed(func(h fields) { h["nam"] = swapped }), an(), "valid []"},
		"another table for machines": {changed(func(h fields) { h["nam"] = crossed }), dg13("Đặng Thị Ơn", "01/01/1999"), "valid []"},
		"only the year":              {changed(func(h fields) { h["dob"] = "1999" }), an(), "valid []"},
		"year and month":             {changed(func(h fields) { h["dob"] = "1999-01" }), an(), "valid []"},
		"another month":              {changed(func(h fields) { h["dob"] = "1999-02" }), an(), "not-holder [birth-day]"},
		"no date of birth":           {changed(func(h fields) { h["dob"] = "" }), an(), "not-holder [birth-not-said]"},
		"day and month exchanged":    {changed(func(h fields) { h["dob"] = "1999-02-01" }), dg13("Nguyễn Văn An", "02/01/1999"), "not-holder [birth-exchanged]"},
		"another year":               {token(), dg13("Nguyễn Văn An", "01/01/1989"), "not-holder [birth-year]"},
		"the middle name left out":   {changed(func(h fields) { h["nam"] = fields{"fnt": "NGUYEN", "gnt": "AN"} }), an(), "not-holder [name-words-missing]"},
		"another given name":         {token(), dg13("Nguyễn Văn Bình", "01/01/1999"), "not-holder [name-one-word]"},
		"words in another order":     {token(), dg13("Văn Nguyễn An", "01/01/1999"), "not-holder [name-order]"},
		"somebody else":              {token(), dg13("Trần Thị Bình", "02/03/1980"), "not-holder [name-differs birth-differs]"},
		"nobody":                     {token(), &hc1.Holder{}, "not-holder [name-not-said birth-not-said]"},
		"somebody else's, and ended": {with(token(), 4, began.Unix()), dg13("Trần Thị Bình", "01/01/1999"), "not-holder [name-differs ended]"},
	} {
		v := hc1.Verify(decode(t, vn.sign(t, c.token).text(t)), all, day, c.holder, began.Add(time.Second))
		if found(v) != c.want || !v.HolderChecked {
			t.Errorf("%s: %s, want %s", name, found(v), c.want)
		}
	}
}

// Statuses are never merged: all that is wrong is said, the gravest first.
func TestEverythingIsSaid(t *testing.T) {
	vn := vietnam(t)
	c := decode(t, vn.sign(t, with(with(token(), 4, began.Add(-time.Hour).Unix()), 5, began.Add(time.Hour).Unix())).text(t))
	v := hc1.Verify(c, lists(t, batch("VN", hc1.ByID, c.Hashes(hc1.ByID, "VN")...), vn), day, &hc1.Holder{DG13: &cccd.DG13{Name: "Trần B", Birth: "1980"}}, began)
	if want := "revoked [revoked-by-id name-differs birth-year not-before-in-the-future ended]"; found(v) != want {
		t.Errorf("%s, want %s", found(v), want)
	}
	grave := []hc1.Status{hc1.ListTooOld, hc1.Tampered, hc1.UntrustedIssuer, hc1.Revoked, hc1.NotHolder, hc1.NotYetValid, hc1.Expired}
	at := 0
	for _, e := range hc1.Explanations() {
		for at < len(grave) && grave[at] != e.Status {
			at++
		}
		if at == len(grave) {
			t.Fatalf("%s: %s comes after something less grave", e.Reason, e.Status)
		}
		if e.Reason.Status() != e.Status || e.Text == "" {
			t.Errorf("%s: %s, %q", e.Reason, e.Reason.Status(), e.Text)
		}
	}
	if hc1.Reason("none of ours").Status() == hc1.Valid {
		t.Error("an unknown reason is taken for none")
	}
}

// The page and the code tell the same reasons.
func TestReasonsAreDocumented(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "codes.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range hc1.Explanations() {
		if row := fmt.Sprintf("| `%s` | `%s` | %s |", e.Status, e.Reason, e.Text); !strings.Contains(string(page), row) {
			t.Errorf("docs/codes.md lacks: %s", row)
		}
	}
}

// What is in testdata stays as it is: other programs, and other packages, check
// themselves against it.
func TestVectors(t *testing.T) {
	if *update {
		vn := vietnam(t)
		for name, token := range map[string]fields{
			"vaccination.txt": token(),
			"test.txt":        changed(func(h fields) { h["v"], h["t"] = nil, []any{fields{}} }),
			"version2.txt":    changed(func(h fields) { h["ver"] = "2.0.0" }),
		} {
			writeFile(t, name, []byte(vn.sign(t, token).text(t)))
		}
		writeFile(t, "signer.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: vn.der}))
	}
	signer, _ := pem.Decode([]byte(readFile(t, "signer.pem")))
	all := lists(t, nil, issuer{der: signer.Bytes})
	if v := hc1.Verify(decode(t, readFile(t, "vaccination.txt")), all, day, an(), began); v.Status() != hc1.Valid {
		t.Errorf("%s", found(v))
	}
	for name, want := range map[string]error{"test.txt": hc1.ErrNotHandled, "version2.txt": hc1.ErrSchema} {
		if _, err := hc1.Decode(readFile(t, name)); !errors.Is(err, want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

var update = flag.Bool("update", false, "make testdata anew")

func writeFile(t *testing.T, name string, b []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join("testdata", name), b, 0o644); err != nil {
		t.Fatal(err)
	}
}

func readFile(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
