package cvc_test

import (
	"errors"
	"slices"
	"testing"

	"motcua/protocol/cvc"
	"motcua/protocol/ec"
)

// story is a chip of 2026 with one trust point, a document verifier of each kind
// and a terminal.
func story(t *testing.T) (*pki, *cvc.Verifier) {
	p := newPKI(t)
	for _, name := range []cvc.Reference{root, root2, root3, dv, foreign, is} {
		p.holder(name, cvc.ECDSASHA256, ec.P256())
	}
	v, err := cvc.NewVerifier(day("2026-01-15"), p.sign(root, root, cvc.RoleCVCA, both, "2026-01-01", "2028-12-31"))
	if err != nil {
		t.Fatal(err)
	}
	return p, v
}

func (p *pki) imports(v *cvc.Verifier, c *cvc.Certificate) {
	p.t.Helper()
	if err := v.Import(c); err != nil {
		p.t.Fatal(err)
	}
}

func TestChipLearnsTheDayFromAccurateCertificates(t *testing.T) {
	p, v := story(t)
	wants := func(today string) {
		t.Helper()
		if !v.Today().Equal(day(today)) {
			t.Errorf("today is %v, want %s", v.Today(), today)
		}
	}
	p.imports(v, p.sign(root, foreign, cvc.RoleForeignDV, cvc.ReadDG3, "2026-02-01", "2026-12-31"))
	wants("2026-02-01")
	p.imports(v, p.sign(foreign, is, cvc.RoleTerminal, both, "2026-09-01", "2026-12-31"))
	wants("2026-02-01") // a foreign verifier's terminal is not believed
	if _, granted, ok := v.Terminal(is); !ok || granted.Rights() != cvc.ReadDG3 {
		t.Errorf("granted %v", granted)
	}
	p.imports(v, p.sign(root, dv, cvc.RoleDomesticDV, both, "2026-03-01", "2026-12-31"))
	p.imports(v, p.sign(dv, is, cvc.RoleTerminal, cvc.ReadDG4, "2026-04-01", "2026-06-30"))
	wants("2026-04-01")
	if _, granted, ok := v.Terminal(is); !ok || granted.Rights() != cvc.ReadDG4 {
		t.Errorf("granted %v", granted)
	}
	p.imports(v, p.sign(root, dv, cvc.RoleDomesticDV, both, "2026-01-20", "2026-12-31"))
	wants("2026-04-01") // never back
	v.Forget()
	if _, _, ok := v.Terminal(is); ok || v.Knows(dv) || !v.Knows(root) {
		t.Error("remembers what it forgot")
	}
}

func TestLinkCertificatesRollTheTrustPointOver(t *testing.T) {
	p, v := story(t)
	p.holder(root3, cvc.ECDSASHA384, ec.BrainpoolP384r1()) // another curve
	p.imports(v, p.sign(root, root2, cvc.RoleCVCA, cvc.ReadDG3, "2027-01-01", "2029-12-31"))
	if got := v.TrustPoints(); !slices.Equal(got, []cvc.Reference{root2, root}) {
		t.Errorf("trust points %v", got)
	}
	p.imports(v, p.sign(root2, root3, cvc.RoleCVCA, both, "2029-06-01", "2032-12-31"))
	if got := v.TrustPoints(); !slices.Equal(got, []cvc.Reference{root3, root2}) || v.Knows(root) {
		t.Errorf("trust points %v: want the two most recent", got)
	}
	p.holder(dv, cvc.ECDSASHA384, ec.BrainpoolP384r1())
	p.holder(is, cvc.ECDSASHA384, ec.BrainpoolP384r1())
	p.imports(v, p.sign(root3, dv, cvc.RoleDomesticDV, both, "2029-07-01", "2030-12-31"))
	p.imports(v, p.sign(dv, is, cvc.RoleTerminal, both, "2029-07-02", "2029-12-31"))
}

// TestLinkMadeElsewhere is the roll-over with a link certificate of OpenPACE.
func TestLinkMadeElsewhere(t *testing.T) {
	v, err := cvc.NewVerifier(day("2026-04-01"), file(t, "bp256-cvca"))
	if err != nil {
		t.Fatal(err)
	}
	if err := v.Import(file(t, "bp256-link")); err != nil {
		t.Fatal(err)
	}
	if got := v.TrustPoints(); !slices.Equal(got, []cvc.Reference{"XYMOTCVCA00002", "XYMOTCVCA00001"}) {
		t.Errorf("trust points %v", got)
	}
}

func TestWhatAChipRefuses(t *testing.T) {
	for _, tc := range []struct {
		name string
		do   func(*pki, *cvc.Verifier) error
		want error
	}{
		{"unknown authority", func(p *pki, v *cvc.Verifier) error {
			return v.Import(p.sign(root2, dv, cvc.RoleDomesticDV, both, "2026-01-01", "2026-12-31"))
		}, cvc.ErrReference},
		{"expired document verifier", func(p *pki, v *cvc.Verifier) error {
			return v.Import(p.sign(root, dv, cvc.RoleDomesticDV, both, "2025-01-01", "2026-01-14"))
		}, cvc.ErrExpired},
		{"last day of a document verifier", func(p *pki, v *cvc.Verifier) error {
			return v.Import(p.sign(root, dv, cvc.RoleDomesticDV, both, "2025-01-01", "2026-01-15"))
		}, nil},
		{"expired terminal", func(p *pki, v *cvc.Verifier) error {
			p.imports(v, p.sign(root, dv, cvc.RoleDomesticDV, both, "2026-02-01", "2026-12-31"))
			return v.Import(p.sign(dv, is, cvc.RoleTerminal, both, "2026-01-01", "2026-01-31"))
		}, cvc.ErrExpired},
		{"expired link", func(p *pki, v *cvc.Verifier) error {
			return v.Import(p.sign(root, root2, cvc.RoleCVCA, both, "2025-01-01", "2025-12-31"))
		}, nil},
		{"trust point that has expired", func(p *pki, v *cvc.Verifier) error {
			p.imports(v, p.sign(root, root2, cvc.RoleCVCA, both, "2029-01-01", "2031-12-31"))
			return v.Import(p.sign(root, dv, cvc.RoleDomesticDV, both, "2028-12-01", "2029-12-31"))
		}, cvc.ErrExpired},
		{"terminal right below the CVCA", func(p *pki, v *cvc.Verifier) error {
			return v.Import(p.sign(root, is, cvc.RoleTerminal, both, "2026-01-01", "2026-12-31"))
		}, cvc.ErrRole},
		{"document verifier below a document verifier", func(p *pki, v *cvc.Verifier) error {
			p.imports(v, p.sign(root, dv, cvc.RoleDomesticDV, both, "2026-01-01", "2026-12-31"))
			return v.Import(p.sign(dv, foreign, cvc.RoleForeignDV, both, "2026-01-01", "2026-12-31"))
		}, cvc.ErrRole},
		{"CVCA below a document verifier", func(p *pki, v *cvc.Verifier) error {
			p.imports(v, p.sign(root, dv, cvc.RoleDomesticDV, both, "2026-01-01", "2026-12-31"))
			return v.Import(p.sign(dv, root2, cvc.RoleCVCA, both, "2026-01-01", "2026-12-31"))
		}, cvc.ErrRole},
		{"anything below a terminal", func(p *pki, v *cvc.Verifier) error {
			p.imports(v, p.sign(root, dv, cvc.RoleDomesticDV, both, "2026-01-01", "2026-12-31"))
			p.imports(v, p.sign(dv, is, cvc.RoleTerminal, both, "2026-01-01", "2026-12-31"))
			return v.Import(p.sign(is, foreign, cvc.RoleTerminal, both, "2026-01-01", "2026-12-31"))
		}, cvc.ErrRole},
		{"another type of terminal", func(p *pki, v *cvc.Verifier) error {
			c := p.template(root, dv, cvc.RoleDomesticDV, both, "2026-01-01", "2026-12-31")
			c.Authorization = cvc.Authorization{Terminal: cvc.SignatureTerminal, Bits: "\x83"}
			return v.Import(p.signTemplate(root, c))
		}, cvc.ErrRole},
		{"wrong signer under the right name", func(p *pki, v *cvc.Verifier) error {
			c := p.template(root, dv, cvc.RoleDomesticDV, both, "2026-01-01", "2026-12-31")
			return v.Import(p.signTemplate(root2, c))
		}, cvc.ErrSignature},
		{"name of the trust point taken", func(p *pki, v *cvc.Verifier) error {
			return v.Import(p.sign(root, root, cvc.RoleCVCA, both, "2026-02-01", "2028-12-31"))
		}, cvc.ErrReference},
		{"document verifier that was replaced", func(p *pki, v *cvc.Verifier) error {
			p.imports(v, p.sign(root, dv, cvc.RoleDomesticDV, both, "2026-01-01", "2026-12-31"))
			p.imports(v, p.sign(root, foreign, cvc.RoleForeignDV, both, "2026-01-01", "2026-12-31"))
			return v.Import(p.sign(dv, is, cvc.RoleTerminal, both, "2026-01-01", "2026-12-31"))
		}, cvc.ErrReference},
		{"elliptic key below an RSA root", func(p *pki, v *cvc.Verifier) error {
			p.holder(root2, cvc.RSASHA256, nil)
			p.imports(v, p.sign(root, root2, cvc.RoleCVCA, both, "2026-01-02", "2028-12-31"))
			return v.Import(p.sign(root2, dv, cvc.RoleDomesticDV, both, "2026-01-03", "2026-12-31"))
		}, cvc.ErrParameters},
		{"point off the inherited curve", func(p *pki, v *cvc.Verifier) error {
			p.holder(dv, cvc.ECDSASHA256, ec.BrainpoolP256r1())
			return v.Import(p.sign(root, dv, cvc.RoleDomesticDV, both, "2026-01-01", "2026-12-31"))
		}, cvc.ErrMalformed},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p, v := story(t)
			if err := tc.do(p, v); !errors.Is(err, tc.want) {
				t.Errorf("got %v, want %v", err, tc.want)
			}
		})
	}
}

// TestARefusalChangesNothing: neither the day nor the keys move.
func TestARefusalChangesNothing(t *testing.T) {
	p, v := story(t)
	p.imports(v, p.sign(root, dv, cvc.RoleDomesticDV, both, "2026-02-01", "2026-12-31"))
	bad := p.signTemplate(root2, p.template(root, foreign, cvc.RoleForeignDV, both, "2027-01-01", "2027-12-31"))
	if err := v.Import(bad); !errors.Is(err, cvc.ErrSignature) {
		t.Fatal(err)
	}
	if !v.Knows(dv) || v.Knows(foreign) || !v.Today().Equal(day("2026-02-01")) {
		t.Error("a refused certificate left a mark")
	}
}

func TestValidateByAClock(t *testing.T) {
	p, _ := story(t)
	trusted := []*cvc.Certificate{p.sign(root, root, cvc.RoleCVCA, both, "2026-01-01", "2028-12-31")}
	verifier := p.sign(root, dv, cvc.RoleDomesticDV, both, "2026-02-01", "2026-12-31")
	terminal := p.sign(dv, is, cvc.RoleTerminal, both, "2026-03-01", "2026-05-31")
	for _, tc := range []struct {
		name  string
		chain []*cvc.Certificate
		today string
		want  error
	}{
		{"in time", []*cvc.Certificate{verifier, terminal}, "2026-04-01", nil},
		{"first day", []*cvc.Certificate{verifier, terminal}, "2026-03-01", nil},
		{"last day", []*cvc.Certificate{verifier, terminal}, "2026-05-31", nil},
		{"too early", []*cvc.Certificate{verifier, terminal}, "2026-02-28", cvc.ErrNotYetValid},
		{"too late", []*cvc.Certificate{verifier, terminal}, "2026-06-01", cvc.ErrExpired},
		{"without a terminal", []*cvc.Certificate{verifier}, "2026-04-01", cvc.ErrRole},
		{"without a document verifier", []*cvc.Certificate{terminal}, "2026-04-01", cvc.ErrReference},
		{"empty", nil, "2026-04-01", cvc.ErrRole},
	} {
		if _, err := cvc.Validate(trusted, tc.chain, day(tc.today)); !errors.Is(err, tc.want) {
			t.Errorf("%s: got %v, want %v", tc.name, err, tc.want)
		}
	}
	if _, err := cvc.Validate([]*cvc.Certificate{verifier}, nil, day("2026-04-01")); !errors.Is(err, cvc.ErrRole) {
		t.Errorf("a document verifier as trust point: %v", err)
	}
}

func TestPathThroughAHeap(t *testing.T) {
	p, _ := story(t)
	rootCert := p.sign(root, root, cvc.RoleCVCA, both, "2026-01-01", "2028-12-31")
	link := p.sign(root, root2, cvc.RoleCVCA, both, "2027-01-01", "2029-12-31")
	oldDV := p.sign(root, dv, cvc.RoleDomesticDV, both, "2026-02-01", "2027-12-31")
	newDV := p.sign(root2, dv, cvc.RoleDomesticDV, both, "2027-02-01", "2027-12-31")
	terminal := p.sign(dv, is, cvc.RoleTerminal, both, "2027-03-01", "2027-05-31")
	heap := []*cvc.Certificate{rootCert, terminal, newDV, link, oldDV}
	for _, tc := range []struct {
		name string
		heap []*cvc.Certificate
		from []cvc.Reference
		want []*cvc.Certificate
	}{
		{"current trust point", heap, []cvc.Reference{root2, root}, []*cvc.Certificate{newDV, terminal}},
		{"only the old one", heap, []cvc.Reference{root}, []*cvc.Certificate{oldDV, terminal}},
		{"over the link", heap[:4], []cvc.Reference{root}, []*cvc.Certificate{link, newDV, terminal}},
		{"nowhere", heap, []cvc.Reference{root3}, nil},
		{"no trust point", heap, nil, nil},
	} {
		got, ok := cvc.Path(tc.heap, tc.from, is)
		if !slices.Equal(got, tc.want) || ok != (tc.want != nil) {
			t.Errorf("%s: %d certificates, %v", tc.name, len(got), ok)
		}
	}
}
