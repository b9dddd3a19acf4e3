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
	"motcua/protocol/pki/pkitest"
)

func TestAnchorsTakeAuthoritiesOnly(t *testing.T) {
	a := pkitest.NewAuthority(t, "VN")
	if _, err := pki.NewAnchors(a.Cert.DER(t), a.Signer(pkitest.NewKey(t), nil).DER(t)); !errors.Is(err, pki.ErrNotAnchored) {
		t.Errorf("a document signer is trusted: %v", err)
	}
	if _, err := pki.NewAnchors([]byte("-----BEGIN CERTIFICATE-----")); !errors.Is(err, der.ErrMalformed) {
		t.Errorf("no certificate: %v", err)
	}
	if empty := must[pki.Anchors](t)(pki.NewAnchors()); empty.Len() != 0 {
		t.Error("somebody is trusted")
	}
	own := a.Cert.DER(t)
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
	old := pkitest.NewAuthority(t, "VN")
	next, link := old.Next(t, 2)
	third, secondLink := next.Next(t, 4)
	of := func(a *pkitest.Authority) *pki.Certificate {
		return must[*pki.Certificate](t)(pki.ParseCertificate(a.Signer(pkitest.NewKey(t), nil).DER(t)))
	}
	signers := map[string]*pki.Certificate{"first": of(old), "second": of(next), "third": of(third)}
	for _, c := range []struct {
		name    string
		certs   []pkitest.Certificate
		trusted []string
	}{
		{"the old key only", []pkitest.Certificate{old.Cert}, []string{"first"}},
		{"the new key only", []pkitest.Certificate{next.Cert}, []string{"second"}},
		{"old key and link", []pkitest.Certificate{old.Cert, link}, []string{"first", "second"}},
		{"link first", []pkitest.Certificate{link, old.Cert}, []string{"first", "second"}},
		{"two links, backwards", []pkitest.Certificate{secondLink, link, old.Cert}, []string{"first", "second", "third"}},
		{"both keys and link", []pkitest.Certificate{next.Cert, old.Cert, link}, []string{"first", "second"}},
		{"a link from the new key", []pkitest.Certificate{next.Cert, secondLink}, []string{"second", "third"}},
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
	old := pkitest.NewAuthority(t, "VN")
	_, link := old.Next(t, 2)
	stranger := pkitest.NewAuthority(t, "VN")
	forged := link
	forged.By = stranger.Key // names the old key's identifier
	a, b := pkitest.NewAuthority(t, "VN"), pkitest.NewAuthority(t, "VN")
	circle := func(of, by *pkitest.Authority) pkitest.Certificate {
		c := of.Cert
		c.By, c.AKI = by.Key, pkitest.KeyID(by.Key)
		return c
	}
	critical := link
	critical.Critical = "\x2a\x03\x04"
	for name, certs := range map[string][]pkitest.Certificate{
		"a link":              {link},
		"a circle of two":     {circle(a, b), circle(b, a)},
		"a forged link":       {old.Cert, forged},
		"an unknown demand":   {old.Cert, critical},
		"a signer as a link":  {old.Cert, old.Signer(pkitest.NewKey(t), nil)},
		"a link of a strange": {stranger.Cert, link},
	} {
		var list [][]byte
		for _, c := range certs {
			list = append(list, c.DER(t))
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
	a := pkitest.NewAuthority(t, "VN")
	list := [][]byte{a.Cert.DER(t)}
	for i := range 12 {
		next, link := a.Next(t, byte(10+2*i))
		list, a = append(list, link.DER(t)), next
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
func chainOf(t *testing.T, anchors pki.Anchors, c pkitest.Certificate, at pki.Times) pki.Chain {
	t.Helper()
	if at.Reading.IsZero() {
		at.Reading = now
	}
	return anchors.Check(must[*pki.Certificate](t)(pki.ParseCertificate(c.DER(t))), pki.SigningDocuments, at)
}

func TestSignersAreHeldToTheirProfile(t *testing.T) {
	a := pkitest.NewAuthority(t, "VN")
	anchors := anchorsOf(t, a.Cert)
	weak := pkitest.AuthorityOf(pkitest.NewECKey(t, ec.P256(), crypto.SHA1), "VN", 9)
	day := 24 * time.Hour
	for _, c := range []struct {
		name    string
		change  func(*pkitest.Certificate)
		at      pki.Times
		anchors *pki.Anchors
		want    []pki.Finding
	}{
		{name: "good"},
		{name: "key usage of another kind", change: func(c *pkitest.Certificate) { c.Usage = 0x08 }, want: []pki.Finding{pki.SignerNotAllowed}},
		{name: "an authority", change: func(c *pkitest.Certificate) { c.CA = true }, want: []pki.Finding{pki.SignerNotAllowed}},
		{
			name: "a signer of master lists", change: func(c *pkitest.Certificate) { c.Purposes = []string{pkitest.OIDMasterListSigner} },
			want: []pki.Finding{pki.SignerNotAllowed},
		},
		{
			name: "a signer of deviation lists", change: func(c *pkitest.Certificate) { c.Purposes = []string{pkitest.OIDICAO + "\x08"} },
			want: []pki.Finding{pki.SignerNotAllowed},
		},
		{name: "an unknown demand", change: func(c *pkitest.Certificate) { c.Critical = "\x2a\x03\x04" }, want: []pki.Finding{pki.SignerNotAllowed}},
		{name: "another country", change: func(c *pkitest.Certificate) { c.Subject = pkitest.NameIn("LA", "DS") }, want: []pki.Finding{pki.CountryMismatch}},
		{name: "a country in small letters", change: func(c *pkitest.Certificate) { c.Subject = pkitest.NameIn("vn", "DS") }},
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
			change: func(c *pkitest.Certificate) {
				c.PrivateFrom, c.PrivateTo = now.AddDate(-1, 0, 0), now.AddDate(0, -9, 0)
			},
			want: []pki.Finding{pki.SignedOutside},
		},
		{
			name: "signed while the key was to be used", at: pki.Times{Signing: now.AddDate(0, -10, 0)},
			change: func(c *pkitest.Certificate) {
				c.PrivateFrom, c.PrivateTo = now.AddDate(-1, 0, 0), now.AddDate(0, -9, 0)
			},
		},
		{
			name: "signed before the key was to be used", at: pki.Times{Signing: now.AddDate(-1, 0, 2)},
			change: func(c *pkitest.Certificate) {
				c.PrivateFrom, c.PrivateTo = now.AddDate(0, -9, 0), now.AddDate(0, -6, 0)
			},
			want: []pki.Finding{pki.SignedOutside},
		},
		{name: "issued some weeks before", at: pki.Times{Issued: now.AddDate(-1, 0, 0).Add(-30 * day)}},
		{name: "issued long before", at: pki.Times{Issued: now.AddDate(-2, 0, 0)}, want: []pki.Finding{pki.SignedOutside}},
		{name: "unknown issuer", change: func(c *pkitest.Certificate) {
			c.Issuer, c.AKI = pkitest.NameIn("VN", "Nobody"), nil
		}, want: []pki.Finding{pki.IssuerUnknown}},
		{name: "issuer by its name", change: func(c *pkitest.Certificate) { c.AKI = nil }},
		{name: "issuer by its key", change: func(c *pkitest.Certificate) { c.Issuer = pkitest.NameIn("VN", "Renamed") }},
		{name: "false issuer", change: func(c *pkitest.Certificate) { c.By = pkitest.NewKey(t) }, want: []pki.Finding{pki.IssuerFalse}},
		{name: "false issuer of the same name", change: func(c *pkitest.Certificate) { c.By, c.AKI = pkitest.NewKey(t), nil }, want: []pki.Finding{pki.IssuerUnknown}},
		{name: "nobody trusted", anchors: &pki.Anchors{}, want: []pki.Finding{pki.NoAnchors}},
		{
			name: "SHA-1", change: func(c *pkitest.Certificate) { c.By, c.AKI = weak.Key, pkitest.KeyID(weak.Key) },
			anchors: new(anchorsOf(t, weak.Cert)), want: []pki.Finding{pki.WeakAlgorithm},
		},
	} {
		trust := anchors
		if c.anchors != nil {
			trust = *c.anchors
		}
		chain := chainOf(t, trust, a.Signer(pkitest.NewKey(t), c.change), c.at)
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
	a := pkitest.NewAuthority(t, "VN")
	expired := a.Cert
	expired.Serial, expired.To = 2, now.AddDate(0, 0, -1)
	for _, order := range [][]pkitest.Certificate{{expired, a.Cert}, {a.Cert, expired}} {
		if chain := chainOf(t, anchorsOf(t, order...), a.Signer(pkitest.NewKey(t), nil), pki.Times{}); !chain.Trusted() {
			t.Errorf("%v", chain.Findings)
		}
	}
}

func TestDocumentTypes(t *testing.T) {
	a := pkitest.NewAuthority(t, "VN")
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
		cert := must[*pki.Certificate](t)(pki.ParseCertificate(a.Signer(pkitest.NewKey(t), func(d *pkitest.Certificate) { d.Types = c.types }).DER(t)))
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
