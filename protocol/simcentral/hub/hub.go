package hub

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"motcua/protocol/dossier"
	"motcua/protocol/simcentral/trouble"
	"motcua/protocol/workday"
)

// DemoHeader marks every answer as one of a simulation.
const DemoHeader = "X-Demo"

const (
	maxBody  = 64 << 10
	newsMost = 64 // in one answer
)

// Hub answers as the hub of linked procedures does. It is an http.Handler, and keeps
// everything in memory.
type Hub struct {
	clock    func() time.Time
	start    time.Time
	calendar *workday.Calendar

	mu          sync.Mutex
	scenario    Scenario
	tokens      map[string]time.Time // until when they are valid
	byKey, byNo map[string]*matter
	order       []*matter  // as they were filed
	extracts    []*extract // of the scenario
	drafts      map[string][32]byte
	supplements map[string]bool // by their keys
	signatures  int
	questions   int
}

// New makes a hub.
func New(s Scenario, now func() time.Time) (*Hub, error) {
	calendar, err := workday.New()
	if err != nil {
		return nil, err
	}
	h := &Hub{
		clock: now, start: now(), calendar: calendar, scenario: s, tokens: map[string]time.Time{},
		byKey: map[string]*matter{}, byNo: map[string]*matter{}, drafts: map[string][32]byte{}, supplements: map[string]bool{},
	}
	for _, e := range s.Extracts {
		h.extracts = append(h.extracts, &extract{facility: e.Facility, kind: e.Kind, title: e.Title, text: e.Text})
	}
	return h, nil
}

// Change replaces the scenario. Dossiers stay, with what was to become of them.
func (h *Hub) Change(s Scenario) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.scenario = s
}

// Counts tells how many dossiers, drafts and supplements there are, and how often
// anything was asked.
func (h *Hub) Counts() (dossiers, drafts, supplements, asked int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.byKey), len(h.drafts), len(h.supplements), h.questions
}

// now is the time in which agencies are told; milliseconds, as they are written.
func (h *Hub) now() time.Time { return h.clock().Truncate(time.Millisecond) }

// ServeHTTP implements http.Handler.
func (h *Hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set(DemoHeader, "true")
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		return
	}
	befalls, delay, down := h.next()
	if down {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	if trouble.Wait(r.Context(), delay) != nil || trouble.Befall(w, r, befalls) {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if r.Method == http.MethodPost && r.URL.Path == "/v1/token" {
		h.token(w, body)
		return
	}
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if until, known := h.tokens[token]; befalls == trouble.Expired || !known || !h.now().Before(until) {
		delete(h.tokens, token)
		refuse(w, http.StatusUnauthorized, "token", "")
		return
	}
	h.route(w, r, body)
}

// next is what befalls this question.
func (h *Hub) next() (k trouble.Kind, delay trouble.Duration, down bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.questions++
	since := trouble.Duration(h.now().Sub(h.start))
	for _, o := range h.scenario.Down {
		down = down || since >= h.scenario.fast(o.From) && since < h.scenario.fast(o.To)
	}
	if all := h.scenario.Troubles; len(all) > 0 && !down {
		k, h.scenario.Troubles = all[0], all[1:]
	}
	return k, h.scenario.Delay, down
}

func (h *Hub) token(w http.ResponseWriter, body []byte) {
	var in Account
	if h.scenario.DenyTokens > 0 {
		h.scenario.DenyTokens--
		refuse(w, http.StatusUnauthorized, "portal", "")
		return
	}
	want := h.scenario.Client
	if json.Unmarshal(body, &in) != nil || in.ID != want.ID || subtle.ConstantTimeCompare([]byte(in.Secret), []byte(want.Secret)) != 1 {
		refuse(w, http.StatusUnauthorized, "client", "")
		return
	}
	life := time.Duration(h.scenario.TokenLife)
	if life == 0 {
		life = time.Hour
	}
	token := rand.Text()
	h.tokens[token] = h.now().Add(life)
	answer(w, http.StatusOK, map[string]any{"token": token, "expires_in": int(life.Seconds())})
}

// route hands a question to what it is about.
func (h *Hub) route(w http.ResponseWriter, r *http.Request, body []byte) {
	parts := strings.Split(strings.TrimPrefix(r.URL.Path, "/v1/"), "/")
	switch {
	case r.Method == http.MethodGet && r.URL.Path == "/v1/signatures":
		h.asked(w, r)
	case r.Method == http.MethodPut && len(parts) == 2 && parts[0] == "signatures":
		h.brought(w, parts[1], body)
	case r.Method == http.MethodPut && len(parts) == 2 && parts[0] == "drafts":
		h.draft(w, parts[1], body)
	case r.Method == http.MethodPut && len(parts) == 2 && parts[0] == "dossiers":
		h.file(w, parts[1], body)
	case len(parts) >= 2 && parts[0] == "dossiers" && h.byNo[parts[1]] == nil:
		refuse(w, http.StatusNotFound, "dossier", "")
	case r.Method == http.MethodGet && len(parts) == 2 && parts[0] == "dossiers":
		h.news(w, r, h.byNo[parts[1]])
	case r.Method == http.MethodPut && len(parts) == 4 && parts[0] == "dossiers" && parts[2] == "supplements":
		m := h.byNo[parts[1]]
		if h.work(w, m) {
			h.supply(w, m, parts[3], body)
		}
	default:
		refuse(w, http.StatusNotFound, "path", "")
	}
}

// work lets the agencies do what they have done by now; false: it is answered.
func (h *Hub) work(w http.ResponseWriter, m *matter) bool {
	if err := m.advance(h.scenario, h.start, h.now()); err != nil {
		refuse(w, http.StatusInternalServerError, "scenario", "")
		return false
	}
	return true
}

// news tells what the agencies have said after a number, and when each spoke last.
func (h *Hub) news(w http.ResponseWriter, r *http.Request, m *matter) {
	after, err := strconv.Atoi(r.URL.Query().Get("after"))
	if err != nil || after < 0 {
		refuse(w, http.StatusBadRequest, "after", "")
		return
	}
	if !h.work(w, m) {
		return
	}
	fresh := m.told[min(after, len(m.told)):]
	fresh = fresh[:min(newsMost, len(fresh))]
	heard := map[dossier.Procedure]int64{}
	for _, l := range m.Legs {
		if at, ok := m.heard(h.scenario, h.start, h.now(), l.Procedure); ok {
			heard[l.Procedure] = at.UnixMilli()
		}
	}
	answer(w, http.StatusOK, map[string]any{"dossier": m.no, "news": append([]News{}, fresh...), "heard": heard})
}

func answer(w http.ResponseWriter, status int, v map[string]any) {
	v["demo"] = "MÔ PHỎNG: dữ liệu không có thật"
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

func refuse(w http.ResponseWriter, status int, fault, about string) {
	answer(w, status, map[string]any{"fault": fault, "about": about})
}
