package bhytportal

import (
	"crypto/md5"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"motcua/protocol/simcentral/trouble"
)

// Paths of the portal, and the mark of the simulation.
const (
	PathToken  = "/api/token/take"
	PathLookup = "/api/egw/KQNhanLichSuKCB2024"
	DemoHeader = "X-Demo"
	DemoNote   = "MÔ PHỎNG: dữ liệu không có thật"
)

const maxBody = 16 << 10

// Portal answers as the insurer's does. It is an http.Handler.
type Portal struct {
	now func() time.Time

	mu       sync.Mutex
	scenario Scenario
	tokens   map[string]token
	taken    int
	lookups  int
}

type token struct {
	id    string
	until time.Time
}

// New makes a portal.
func New(s Scenario, now func() time.Time) *Portal {
	return &Portal{now: now, scenario: s, tokens: map[string]token{}}
}

// Change replaces the scenario; tokens stay valid.
func (p *Portal) Change(s Scenario) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.scenario = s
}

// Asked tells how many tokens were taken and how many look-ups were made.
func (p *Portal) Asked() (tokens, lookups int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.taken, p.lookups
}

// ServeHTTP implements http.Handler.
func (p *Portal) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set(DemoHeader, "true")
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	switch {
	case r.Method != http.MethodPost:
		w.WriteHeader(http.StatusMethodNotAllowed)
	case err != nil:
		w.WriteHeader(http.StatusRequestEntityTooLarge)
	case r.URL.Path == PathToken:
		p.takeToken(w, body)
	case r.URL.Path == PathLookup:
		p.lookup(w, r, body)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

func (p *Portal) takeToken(w http.ResponseWriter, body []byte) {
	var in struct{ Username, Password string }
	p.mu.Lock()
	defer p.mu.Unlock()
	p.taken++
	if err := json.Unmarshal(body, &in); err != nil || !p.scenario.Account.is(in.Username, in.Password) {
		reply(w, map[string]any{"maKetQua": "401"})
		return
	}
	access, id := rand.Text(), rand.Text()
	life := time.Duration(p.scenario.TokenLife)
	if life == 0 {
		life = time.Hour
	}
	until := p.now().Add(life)
	p.tokens[access] = token{id, until}
	reply(w, map[string]any{"maKetQua": "200", "APIKey": map[string]string{
		"access_token": access, "id_token": id, "token_type": "Bearer", "username": in.Username, "expires_in": until.Format(time.RFC3339),
	}})
}

// is compares a user and the MD5 of a password.
func (a Account) is(user, sum string) bool {
	want := md5.Sum([]byte(a.Password))
	return user == a.Username && strings.EqualFold(sum, hex.EncodeToString(want[:]))
}

func (p *Portal) lookup(w http.ResponseWriter, r *http.Request, body []byte) {
	var q question
	bad := json.Unmarshal(body, &q) != nil || q.incomplete()
	befalls, delay := p.next(q)
	if trouble.Wait(r.Context(), delay) != nil || trouble.Befall(w, r, befalls) {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	query := r.URL.Query()
	t, known := p.tokens[query.Get("token")]
	switch {
	case befalls == trouble.Expired, !known, t.id != query.Get("id_token"), !p.now().Before(t.until),
		!p.scenario.Account.is(query.Get("username"), query.Get("password")):
		delete(p.tokens, query.Get("token"))
		reply(w, map[string]any{"maKetQua": "401"})
	case bad:
		reply(w, map[string]any{"maKetQua": "205"})
	default:
		reply(w, p.scenario.answer(q, p.now()))
	}
}

// next is what befalls this look-up.
func (p *Portal) next(q question) (trouble.Kind, trouble.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lookups++
	delay := p.scenario.Delay
	if all := p.scenario.Troubles; len(all) > 0 {
		p.scenario.Troubles = all[1:]
		return all[0], delay
	}
	number, person, _ := p.scenario.find(q.Card)
	if len(person.Troubles) == 0 {
		return "", delay
	}
	t := person.Troubles[0]
	person.Troubles = person.Troubles[1:]
	p.scenario.People[number] = person
	return t, delay
}

func reply(w http.ResponseWriter, v any) { _ = json.NewEncoder(w).Encode(v) }
