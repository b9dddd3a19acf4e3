package bhyt_test

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"motcua/protocol/gateway/bhyt"
	"motcua/protocol/personal/personaltest"
	"motcua/protocol/request"
	"motcua/protocol/simcentral"
	"motcua/protocol/simcentral/bhytportal"
	"motcua/protocol/simcentral/trouble"
)

func an() request.Subject {
	return request.Subject{Number: "099090000123", Name: "Nguyễn Văn An", Birth: "01/02/1990", Sex: "M"}
}

func officer() bhyt.Registered { return bhyt.Registered{Name: officerName, Number: officerNumber} }

// client is a portal and its client, without a gateway.
func client(t *testing.T, s bhytportal.Scenario, clock func() time.Time, account bhyt.Account) (*bhyt.Portal, *bhytportal.Portal) {
	t.Helper()
	sim := bhytportal.New(s, clock)
	server := httptest.NewServer(sim)
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	p, err := bhyt.Open(bhyt.Config{Address: server.URL, Account: account, Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p, sim
}

// TestAsksOnceMore: what does not fit is asked again in the way that the code allows,
// once; what differs then is a discrepancy.
func TestAsksOnceMore(t *testing.T) {
	const card = "GD4990990000123"
	good := simcentral.Record{
		Code: "000", Name: "NGUYỄN VĂN AN", Birth: "1990-02-01", CardNo: card, ValidFrom: "2026-01-01", ValidTo: "2026-12-31",
		NewCardNo: "GD4990990000999", NewValidFrom: "2026-02-01", NewValidTo: "2027-01-31",
	}
	with := func(change func(*bhytportal.Person)) bhytportal.Person {
		p := bhytportal.Person{Record: good}
		change(&p)
		return p
	}
	for _, c := range []struct {
		story   string
		person  bhytportal.Person
		card    string
		code    string
		class   request.Class
		lookups int
	}{
		{"all fits", with(func(*bhytportal.Person) {}), "", "000", request.ClassOK, 1},
		{"by the number of a card", with(func(*bhytportal.Person) {}), card, "000", request.ClassOK, 1},
		{"another province in the card's number", with(func(p *bhytportal.Person) { p.ByCard = "052" }), card, "000", request.ClassOK, 2},
		{"and by the personal number, too", with(func(p *bhytportal.Person) { p.Code = "051" }), card, "051", request.ClassDiscrepancy, 2},
		{"a number that is wrong and was the personal one", with(func(p *bhytportal.Person) { p.Code = "053" }), "", "053", request.ClassDiscrepancy, 1},
		{"a name that has to be in capitals", with(func(p *bhytportal.Person) { p.Exact = true }), "", "000", request.ClassOK, 2},
		{"another name", with(func(p *bhytportal.Person) { p.Name = "TRẦN THỊ BÌNH" }), "", "060", request.ClassDiscrepancy, 2},
		{"a misspelt name", with(func(p *bhytportal.Person) { p.Name = "NGUYỂN VĂN AN" }), "", "061", request.ClassDiscrepancy, 2},
		{"the year of birth alone", with(func(p *bhytportal.Person) { p.Year = true }), "", "000", request.ClassOK, 2},
		{"another day in the same year", with(func(p *bhytportal.Person) { p.Birth = "1990-02-02" }), "", "070", request.ClassDiscrepancy, 2},
		{"another year", with(func(p *bhytportal.Person) { p.Birth = "1991-02-01" }), "", "070", request.ClassDiscrepancy, 2},
		{"capitals, then the year", with(func(p *bhytportal.Person) { p.Exact, p.Year = true, true }), "", "000", request.ClassOK, 3},
		{"a new card", with(func(p *bhytportal.Person) { p.Code = "003" }), "", "003", request.ClassNewCard, 1},
		{"nobody", bhytportal.Person{Record: simcentral.Record{Code: "050"}}, "", "050", request.ClassPending, 1},
		{"a token that ended early", with(func(p *bhytportal.Person) { p.Troubles = []trouble.Kind{trouble.Expired} }), "", "000", request.ClassOK, 2},
	} {
		t.Run(c.story, func(t *testing.T) {
			p, sim := client(t, scenario(map[string]bhytportal.Person{an().Number: c.person}), now, account())
			a, err := p.Look(t.Context(), an(), c.card, officer())
			if err != nil || a.Code != c.code || a.Class != c.class {
				t.Fatalf("code %s, class %s, %v", a.Code, a.Class, err)
			}
			if err := (request.Answer{Insurance: &a}).Validate(); err != nil {
				t.Error(err)
			}
			if _, n := sim.Asked(); n != c.lookups {
				t.Errorf("asked %d times, want %d", n, c.lookups)
			}
			if c.class == request.ClassNewCard && (a.CardNo != "GD4990990000999" || a.ValidTo != "31/01/2027") {
				t.Error("the old card is told")
			}
		})
	}
}

// TestRecordOfSomebodyElse: a portal that says "correct" about another name, or
// another birth, has a record that differs from the chip.
func TestRecordOfSomebodyElse(t *testing.T) {
	for body, code := range map[string]string{
		`"hoTen":"TRẦN THỊ BÌNH","ngaySinh":"01/02/1990"`: "060",
		`"hoTen":"NGUYỄN VĂN AN","ngaySinh":"02/02/1990"`: "070",
		`"hoTen":"nguyễn  văn an","ngaySinh":"1990"`:      "000",
		`"hoTen":null`: "000",
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == bhytportal.PathToken {
				_, _ = w.Write([]byte(`{"maKetQua":"200","APIKey":{"access_token":"a","id_token":"i"}}`))
				return
			}
			_, _ = w.Write([]byte(`{"maKetQua":"000","maThe":"GD4990990000123","gtTheTu":"01/01/2026","gtTheDen":"31/12/2026",` + body + `}`))
		}))
		p, err := bhyt.Open(bhyt.Config{Address: server.URL, Account: account(), Now: now})
		if err != nil {
			t.Fatal(err)
		}
		a, err := p.Look(t.Context(), an(), "", officer())
		if err != nil || a.Code != code || (code != "000") == (a.CardNo != "") {
			t.Errorf("%s: code %s, %v", body, a.Code, err)
		}
		p.Close()
		server.Close()
	}
}

// TestToken: one token serves all who ask, for fifty minutes; a refused account is not
// tried again at once.
func TestToken(t *testing.T) {
	var mu sync.Mutex
	at := now()
	clock := func() time.Time { mu.Lock(); defer mu.Unlock(); return at }
	people := map[string]bhytportal.Person{an().Number: {Record: simcentral.Record{Code: "050"}}}
	p, sim := client(t, scenario(people), clock, account())
	look := func() {
		if a, err := p.Look(t.Context(), an(), "", officer()); err != nil || a.Code != "050" {
			t.Errorf("code %s, %v", a.Code, err)
		}
	}
	pass := func(d time.Duration) { mu.Lock(); defer mu.Unlock(); at = at.Add(d) }
	var all sync.WaitGroup
	for range 20 {
		all.Go(look)
	}
	all.Wait()
	pass(49 * time.Minute)
	look()
	if tokens, lookups := sim.Asked(); tokens != 1 || lookups != 21 {
		t.Errorf("%d tokens for %d look-ups", tokens, lookups)
	}
	pass(time.Minute)
	look()
	if tokens, _ := sim.Asked(); tokens != 2 {
		t.Errorf("%d tokens after fifty minutes", tokens)
	}

	refused, sim := client(t, scenario(people), clock, bhyt.Account{User: account().User, Password: "another"})
	for range 5 {
		if a, err := refused.Look(t.Context(), an(), "", officer()); err != nil || a.Code != "401" || a.Class != request.ClassOps {
			t.Errorf("a refused account: code %s, %v", a.Code, err)
		}
	}
	if tokens, _ := sim.Asked(); tokens != 1 {
		t.Errorf("a refused account was tried %d times", tokens)
	}
	pass(6 * time.Minute)
	_, _ = refused.Look(t.Context(), an(), "", officer())
	if tokens, _ := sim.Asked(); tokens != 2 {
		t.Errorf("tried %d times after six minutes", tokens)
	}
}

// TestTroubles: no way of not answering is an answer, none takes longer than it may,
// and no error tells a secret.
func TestTroubles(t *testing.T) {
	for _, befalls := range []trouble.Kind{
		trouble.Hang, trouble.Status500, trouble.HTML, trouble.Garbage, trouble.Oversized, trouble.Drop,
	} {
		t.Run(string(befalls), func(t *testing.T) {
			s := scenario(map[string]bhytportal.Person{an().Number: {Record: simcentral.Record{Code: "050"}}})
			s.Troubles = []trouble.Kind{befalls}
			p, _ := client(t, s, now, account())
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()
			_, err := p.Look(ctx, an(), "", officer())
			if err == nil {
				t.Fatal("an answer")
			}
			silent(t, err.Error(), an())
			if a, err := p.Look(t.Context(), an(), "", officer()); err != nil || a.Code != "050" {
				t.Errorf("afterwards: code %s, %v", a.Code, err)
			}
		})
	}
}

// TestNoOtherHost: a redirection would tell password and token to another host.
func TestNoOtherHost(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the other host was asked") }))
	defer other.Close()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL+r.URL.Path+"?"+r.URL.RawQuery, http.StatusTemporaryRedirect)
	}))
	defer server.Close()
	p, err := bhyt.Open(bhyt.Config{Address: server.URL, Account: account(), Now: now})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if _, err := p.Look(t.Context(), an(), "", officer()); err == nil || !strings.Contains(err.Error(), "307") {
		t.Errorf("got %v", err)
	}
}

// TestAuthority: over TLS the portal is who the authority says, or is told nothing.
func TestAuthority(t *testing.T) {
	server := httptest.NewTLSServer(bhytportal.New(scenario(map[string]bhytportal.Person{an().Number: {Record: simcentral.Record{Code: "050"}}}), now))
	defer server.Close()
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
	for _, c := range []struct {
		roots *x509.CertPool
		good  bool
	}{{roots, true}, {x509.NewCertPool(), false}} {
		p, err := bhyt.Open(bhyt.Config{Address: server.URL, Account: account(), Roots: c.roots, Now: now})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Look(t.Context(), an(), "", officer()); (err == nil) != c.good {
			t.Errorf("good authority %v: %v", c.good, err)
		}
		p.Close()
	}
}

func TestAddress(t *testing.T) {
	for address, good := range map[string]bool{
		"https://egw.example": true, "https://egw.example:8443/": true, "http://127.0.0.1:80": true, "http://[::1]:80": true, "http://localhost:1": true,
		"http://egw.example": false, "ftp://127.0.0.1": false, "https://u:p@egw.example": false, "https://egw.example/x": false, "egw.example": false,
		"": false, "https://egw.example?x=1": false, "https://": false,
	} {
		if _, err := bhyt.Open(bhyt.Config{Address: address, Now: now}); (err == nil) != good {
			t.Errorf("%q: %v", address, err)
		}
	}
}

// TestMasked: accounts and officers write themselves as nothing.
func TestMasked(t *testing.T) {
	personaltest.Hides(t, []any{account(), officer(), bhyt.Config{Account: account()}}, password, officerName, officerNumber)
}
