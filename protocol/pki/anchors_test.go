package pki_test

import (
	"crypto"
	"errors"
	"slices"
	"testing"
	"time"

	"motcua/protocol/der"
	"motcua/protocol/ec"
	"motcua/protocol/pki"
)

func TestAnchorsTakeAuthoritiesOnly(t *testing.T) {
	a := newAuthority(t, "VN")
	if _, err := pki.NewAnchors(a.cert.der(t), a.signer(newKey(t), nil).der(t)); !errors.Is(err, pki.ErrNotAnchored) {
		t.Errorf("a document signer is trusted: %v", err)
	}
	if _, err := pki.NewAnchors([]byte("-----BEGIN CERTIFICATE-----")); !errors.Is(err, der.ErrMalformed) {
		t.Errorf("no certificate: %v", err)
	}
	if empty := must[pki.Anchors](t)(pki.NewAnchors()); empty.Len() != 0 {
		t.Error("somebody is trusted")
	}
	own := a.cert.der(t)
	if twice := must[pki.Anchors](t)(pki.NewAnchors(own, own)); twice.Len() != 1 {
		t.Errorf("%d authorities", twice.Len())
	}
	own[len(own)-1] ^= 1
	if _, err := pki.NewAnchors(own); !errors.Is(err, pki.ErrNotAnchored) {
		t.Errorf("a false signature of its own: %v", err)
	}
}

// A key changes: documents of both generations are good with the old authority
// and the link, whoever comes first in the list.
func TestLinkCertificatesAnchorTheNextKey(t *testing.T) {
	old := newAuthority(t, "VN")
	next, link := old.next(t, 2)
	third, secondLink := next.next(t, 4)
	of := func(a *authority) *pki.Certificate {
		return must[*pki.Certificate](t)(pki.ParseCertificate(a.signer(newKey(t), nil).der(t)))
	}
	signers := map[string]*pki.Certificate{"first": of(old), "second": of(next), "third": of(third)}
	for _, c := range []struct {
		name    string
		certs   []certificate
		trusted []string
	}{
		{"the old key only", []certificate{old.cert}, []string{"first"}},
		{"the new key only", []certificate{next.cert}, []string{"second"}},
		{"old key and link", []certificate{old.cert, link}, []string{"first", "second"}},
		{"link first", []certificate{link, old.cert}, []string{"first", "second"}},
		{"two links, backwards", []certificate{secondLink, link, old.cert}, []string{"first", "second", "third"}},
		{"both keys and link", []certificate{next.cert, old.cert, link}, []string{"first", "second"}},
		{"a link from the new key", []certificate{next.cert, secondLink}, []string{"second", "third"}},
	} {
		anchors := anchorsOf(t, c.certs...)
		var trusted []string
		for name, s := range signers {
			if chain := anchors.Check(s, pki.SigningDocuments, pki.Times{Reading: now}); chain.Trusted() {
				trusted = append(trusted, name)
			}
		}
		slices.Sort(trusted)
		if !slices.Equal(trusted, c.trusted) {
			t.Errorf("%s: %v are trusted", c.name, trusted)
		}
	}
}

func TestLinksAloneAnchorNothing(t *testing.T) {
	old := newAuthority(t, "VN")
	_, link := old.next(t, 2)
	stranger := newAuthority(t, "VN")
	forged := link
	forged.by = stranger.key // names the old key's identifier
	a, b := newAuthority(t, "VN"), newAuthority(t, "VN")
	circle := func(of, by *authority) certificate {
		c := of.cert
		c.by, c.aki = by.key, keyID(by.key)
		return c
	}
	critical := link
	critical.critical = "\x2a\x03\x04"
	for name, certs := range map[string][]certificate{
		"a link":              {link},
		"a circle of two":     {circle(a, b), circle(b, a)},
		"a forged link":       {old.cert, forged},
		"an unknown demand":   {old.cert, critical},
		"a signer as a link":  {old.cert, old.signer(newKey(t), nil)},
		"a link of a strange": {stranger.cert, link},
	} {
		var list [][]byte
		for _, c := range certs {
			list = append(list, c.der(t))
		}
		anchors, errs := pki.GatherAnchors(list...)
		if last := errs[len(errs)-1]; !errors.Is(last, pki.ErrNotAnchored) {
			t.Errorf("%s: %v", name, last)
		}
		if anchors.Len() >= len(list) {
			t.Errorf("%s: %d are trusted", name, anchors.Len())
		}
	}
}

// More changes of key than any authority makes are not followed.
func TestLinksHaveAnEnd(t *testing.T) {
	a := newAuthority(t, "VN")
	list := [][]byte{a.cert.der(t)}
	for i := range 12 {
		next, link := a.next(t, byte(10+2*i))
		list, a = append(list, link.der(t)), next
	}
	slices.Reverse(list)
	anchors, errs := pki.GatherAnchors(list...)
	refused := 0
	for _, err := range errs {
		if err != nil {
			refused++
		}
	}
	if anchors.Len() != 9 || refused != 4 {
		t.Errorf("%d are trusted, %d are not", anchors.Len(), refused)
	}
}

// chainOf checks a signer at the time of the tests.
func chainOf(t *testing.T, anchors pki.Anchors, c certificate, at pki.Times) pki.Chain {
	t.Helper()
	if at.Reading.IsZero() {
		at.Reading = now
	}
	return anchors.Check(must[*pki.Certificate](t)(pki.ParseCertificate(c.der(t))), pki.SigningDocuments, at)
}

func TestSignersAreHeldToTheirProfile(t *testing.T) {
	a := newAuthority(t, "VN")
	anchors := anchorsOf(t, a.cert)
	weak := authorityOf(newECKey(t, ec.P256(), crypto.SHA1), "VN", 9)
	day := 24 * time.Hour
	for _, c := range []struct {
		name    string
		change  func(*certificate)
		at      pki.Times
		anchors *pki.Anchors
		want    []pki.Finding
	}{
		{name: "good"},
		{name: "key usage of another kind", change: func(c *certificate) { c.usage = 0x08 }, want: []pki.Finding{pki.SignerNotAllowed}},
		{name: "an authority", change: func(c *certificate) { c.ca = true }, want: []pki.Finding{pki.SignerNotAllowed}},
		{
			name: "a signer of master lists", change: func(c *certificate) { c.purposes = []string{oidLister} },
			want: []pki.Finding{pki.SignerNotAllowed},
		},
		{
			name: "a signer of deviation lists", change: func(c *certificate) { c.purposes = []string{oidICAO + "\x08"} },
			want: []pki.Finding{pki.SignerNotAllowed},
		},
		{name: "an unknown demand", change: func(c *certificate) { c.critical = "\x2a\x03\x04" }, want: []pki.Finding{pki.SignerNotAllowed}},
		{name: "another country", change: func(c *certificate) { c.subject = nameOf("LA", "DS") }, want: []pki.Finding{pki.CountryMismatch}},
		{name: "a country in small letters", change: func(c *certificate) { c.subject = nameOf("vn", "DS") }},
		{name: "expired", at: pki.Times{Reading: now.AddDate(10, 0, 0)}, want: []pki.Finding{pki.SignerExpired}},
		{
			name: "expired, signed while it was valid", at: pki.Times{Reading: now.AddDate(10, 0, 0), Signing: now},
			want: []pki.Finding{pki.SignerExpired},
		},
		{name: "not valid yet", at: pki.Times{Reading: now.AddDate(-2, 0, 0)}, want: []pki.Finding{pki.SignerExpired}},
		{
			name: "everything expired", at: pki.Times{Reading: now.AddDate(30, 0, 0)},
			want: []pki.Finding{pki.IssuerExpired, pki.SignerExpired},
		},
		{name: "signed in the period", at: pki.Times{Signing: now.AddDate(0, -1, 0)}},
		{name: "signed before the certificate", at: pki.Times{Signing: now.AddDate(-2, 0, 0)}, want: []pki.Finding{pki.SignedOutside}},
		{name: "signed hours before", at: pki.Times{Signing: now.AddDate(-1, 0, 0).Add(-7 * time.Hour)}},
		{
			name: "signed after the key was to be used", at: pki.Times{Signing: now.AddDate(0, -3, 0)},
			change: func(c *certificate) { c.privateFrom, c.privateTo = now.AddDate(-1, 0, 0), now.AddDate(0, -9, 0) },
			want:   []pki.Finding{pki.SignedOutside},
		},
		{
			name: "signed while the key was to be used", at: pki.Times{Signing: now.AddDate(0, -10, 0)},
			change: func(c *certificate) { c.privateFrom, c.privateTo = now.AddDate(-1, 0, 0), now.AddDate(0, -9, 0) },
		},
		{
			name: "signed before the key was to be used", at: pki.Times{Signing: now.AddDate(-1, 0, 2)},
			change: func(c *certificate) { c.privateFrom, c.privateTo = now.AddDate(0, -9, 0), now.AddDate(0, -6, 0) },
			want:   []pki.Finding{pki.SignedOutside},
		},
		{name: "issued some weeks before", at: pki.Times{Issued: now.AddDate(-1, 0, 0).Add(-30 * day)}},
		{name: "issued long before", at: pki.Times{Issued: now.AddDate(-2, 0, 0)}, want: []pki.Finding{pki.SignedOutside}},
		{name: "unknown issuer", change: func(c *certificate) {
			c.issuer, c.aki = nameOf("VN", "Nobody"), nil
		}, want: []pki.Finding{pki.IssuerUnknown}},
		{name: "issuer by its name", change: func(c *certificate) { c.aki = nil }},
		{name: "issuer by its key", change: func(c *certificate) { c.issuer = nameOf("VN", "Renamed") }},
		{name: "false issuer", change: func(c *certificate) { c.by = newKey(t) }, want: []pki.Finding{pki.IssuerFalse}},
		{name: "false issuer of the same name", change: func(c *certificate) { c.by, c.aki = newKey(t), nil }, want: []pki.Finding{pki.IssuerUnknown}},
		{name: "nobody trusted", anchors: &pki.Anchors{}, want: []pki.Finding{pki.NoAnchors}},
		{
			name: "SHA-1", change: func(c *certificate) { c.by, c.aki = weak.key, keyID(weak.key) },
			anchors: new(anchorsOf(t, weak.cert)), want: []pki.Finding{pki.WeakAlgorithm},
		},
	} {
		trust := anchors
		if c.anchors != nil {
			trust = *c.anchors
		}
		chain := chainOf(t, trust, a.signer(newKey(t), c.change), c.at)
		slices.Sort(chain.Findings)
		slices.Sort(c.want)
		if !slices.Equal(chain.Findings, c.want) {
			t.Errorf("%s: %v, want %v", c.name, chain.Findings, c.want)
		}
		if chain.Trusted() != (len(c.want) == 0 || c.want[0] == pki.WeakAlgorithm) {
			t.Errorf("%s: trusted %v", c.name, chain.Trusted())
		}
	}
}

// Of two certificates of the authority's key, the one that is good now counts.
func TestTheBetterCertificateOfAKeyCounts(t *testing.T) {
	a := newAuthority(t, "VN")
	expired := a.cert
	expired.serial, expired.to = 2, now.AddDate(0, 0, -1)
	for _, order := range [][]certificate{{expired, a.cert}, {a.cert, expired}} {
		if chain := chainOf(t, anchorsOf(t, order...), a.signer(newKey(t), nil), pki.Times{}); !chain.Trusted() {
			t.Errorf("%v", chain.Findings)
		}
	}
}

func TestDocumentTypes(t *testing.T) {
	a := newAuthority(t, "VN")
	for _, c := range []struct {
		types []string
		code  string
		may   bool
	}{
		{nil, "ID", true},
		{[]string{"P"}, "P", true},
		{[]string{"P"}, "PM", true},
		{[]string{"P"}, "ID", false},
		{[]string{"P", "ID"}, "ID", true},
		{[]string{"ID"}, "I", false},
		{[]string{"I<"}, "ID", true},
		{[]string{"PM"}, "P", false},
		{[]string{}, "P", false},
	} {
		cert := must[*pki.Certificate](t)(pki.ParseCertificate(a.signer(newKey(t), func(d *certificate) { d.types = c.types }).der(t)))
		if got := cert.MayIssue(c.code); got != c.may {
			t.Errorf("%v may issue %s: %v", c.types, c.code, got)
		}
	}
}

func TestStates(t *testing.T) {
	for _, c := range []struct {
		state, country string
		same           bool
	}{
		{"VNM", "VN", true},
		{"VNM", "vn", true},
		{"VNM", "LA", false},
		{"VNM", "VNM", true},
		{"D", "DE", true},
		{"D<<", "DE", true},
		{"DEU", "DE", true},
		{"GBR", "GB", true},
		{"GBD", "GB", true},
		{"UNO", "UN", true},
		{"EUE", "EU", true},
		{"RKS", "KS", true},
		{"CHN", "HK", true},
		{"HKG", "CN", false},
		{"UTO", "UT", true},
		{"QQQ", "QQ", false},
		{"VN", "VN", false},
		{"VNM", "", false},
		{"", "VN", false},
		{"AFG", "AF", true},
		{"ZWE", "ZW", true},
		{"FGA", "GA", false},
	} {
		if got := pki.SameState(c.state, c.country); got != c.same {
			t.Errorf("%s signed by %s: %v", c.state, c.country, got)
		}
	}
}
