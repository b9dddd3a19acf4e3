package hub_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"motcua/protocol/dossier"
	"motcua/protocol/simcentral"
	"motcua/protocol/simcentral/hub"
	"motcua/protocol/simcentral/trouble"
)

// world is a hub over HTTP whose clock the test moves.
type world struct {
	*hub.Hub
	t      *testing.T
	server *httptest.Server
	token  string

	mu  sync.Mutex
	now time.Time
}

func (w *world) clock() time.Time { w.mu.Lock(); defer w.mu.Unlock(); return w.now }

func (w *world) pass(d time.Duration) { w.mu.Lock(); defer w.mu.Unlock(); w.now = w.now.Add(d) }

func newWorld(t *testing.T, s hub.Scenario) *world {
	t.Helper()
	s.Client = hub.Account{ID: "gateway", Secret: "invented"}
	if s.TokenLife == 0 {
		s.TokenLife = trouble.Duration(1000 * time.Hour)
	}
	w := &world{t: t, now: time.UnixMilli(1772503200000)} // Tuesday 2026-03-03 09:00 +07:00
	var err error
	if w.Hub, err = hub.New(s, w.clock); err != nil {
		t.Fatal(err)
	}
	w.server = httptest.NewServer(w.Hub)
	t.Cleanup(w.server.Close)
	_, a := w.ask(http.MethodPost, "/v1/token", `{"id":"gateway","secret":"invented"}`)
	w.token, _ = a["token"].(string)
	return w
}

func (w *world) ask(method, path, body string) (int, map[string]any) {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.server.URL+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+w.token)
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = got.Body.Close() }()
	b, err := io.ReadAll(got.Body)
	if err != nil || got.Header.Get(hub.DemoHeader) == "" {
		w.t.Fatalf("%s %s: %v, header %v", method, path, err, got.Header)
	}
	a := map[string]any{}
	if len(b) > 0 {
		if err := json.Unmarshal(b, &a); err != nil {
			w.t.Fatal(err)
		}
	}
	return got.StatusCode, a
}

const birth = `{"service":"C01","reference":"h001-C01-260303-0001","filed":1772503200000,"informant":{"number":"099190000001","name":"NGUYỄN THỊ MẪU","birth":"1990"},
	"form":{"mother":{"number":"099190000001","name":"NGUYỄN THỊ MẪU","birth":"1990"},"certificate_no":"CS-0001"}}`

// legs are the states that the hub has told of, as a client adds them up.
func (w *world) legs(no string) map[dossier.Procedure]dossier.State {
	w.t.Helper()
	_, a := w.ask(http.MethodGet, "/v1/dossiers/"+no+"?after=0", "")
	all := map[dossier.Procedure]dossier.State{}
	for i, raw := range a["news"].([]any) {
		n := raw.(map[string]any)
		if int(n["n"].(float64)) != i+1 {
			w.t.Errorf("news %v in place %d", n["n"], i+1)
		}
		all[dossier.Procedure(n["leg"].(string))] = dossier.State(n["state"].(string))
	}
	return all
}

// TestGrowsUp: a birth is registered within hours, residence within two days, and the
// insurance last; a speed of a thousand makes seconds of hours.
func TestGrowsUp(t *testing.T) {
	for _, speed := range []float64{0, 1000} {
		w := newWorld(t, hub.Scenario{Speed: speed})
		status, a := w.ask(http.MethodPut, "/v1/dossiers/key-1", birth)
		no, _ := a["dossier"].(string)
		if status != http.StatusCreated || no == "" {
			t.Fatalf("filed: %d %v", status, a)
		}
		pass := func(d time.Duration) { w.pass(time.Duration(float64(d) / max(speed, 1))) }
		for _, step := range []struct {
			after time.Duration
			want  map[dossier.Procedure]dossier.State
		}{
			{time.Hour, map[dossier.Procedure]dossier.State{dossier.BirthRegistration: dossier.Processing}},
			{2 * time.Hour, map[dossier.Procedure]dossier.State{dossier.BirthRegistration: dossier.Done, dossier.Residence: dossier.Received}},
			{26 * time.Hour, map[dossier.Procedure]dossier.State{dossier.Residence: dossier.Done, dossier.PersonalNumber: dossier.Done, dossier.InsuranceCard: dossier.Processing}},
			{20 * time.Hour, map[dossier.Procedure]dossier.State{dossier.InsuranceCard: dossier.Done}},
		} {
			pass(step.after)
			got := w.legs(no)
			for leg, want := range step.want {
				if got[leg] != want {
					t.Errorf("speed %v, after %v: %s is %q, want %s", speed, step.after, leg, got[leg], want)
				}
			}
		}
	}
}

// TestOnce: what is put again under its key makes no second one, and what differs is
// refused.
func TestOnce(t *testing.T) {
	w := newWorld(t, hub.Scenario{})
	_, first := w.ask(http.MethodPut, "/v1/dossiers/key-1", birth)
	status, again := w.ask(http.MethodPut, "/v1/dossiers/key-1", birth)
	if status != http.StatusOK || again["dossier"] != first["dossier"] {
		t.Errorf("%d %v, want %v", status, again, first)
	}
	if status, _ := w.ask(http.MethodPut, "/v1/dossiers/key-1", strings.Replace(birth, "CS-0001", "CS-0002", 1)); status != http.StatusConflict {
		t.Errorf("another one under the key: %d", status)
	}
	for _, want := range []int{http.StatusCreated, http.StatusOK} {
		if status, _ := w.ask(http.MethodPut, "/v1/drafts/TOKEN", `{"certificate_no":"CS-0001"}`); status != want {
			t.Errorf("a draft: %d", status)
		}
	}
	if n, drafts, _, _ := w.Counts(); n != 1 || drafts != 1 {
		t.Errorf("%d dossiers, %d drafts", n, drafts)
	}
}

// TestRegister: who is not as the population register has them is not filed.
func TestRegister(t *testing.T) {
	w := newWorld(t, hub.Scenario{Register: simcentral.Population{"099190000001": {Name: "NGUYỄN THỊ MẬU", Birth: "1990-01-01"}}})
	status, a := w.ask(http.MethodPut, "/v1/dossiers/key-1", birth)
	if status != http.StatusUnprocessableEntity || a["fault"] != "name" || a["about"] != "informant" {
		t.Errorf("%d %v", status, a)
	}
}

// TestSupplement: an agency misses something and goes on when it comes, or gives up
// after seven working days.
func TestSupplement(t *testing.T) {
	s := hub.Scenario{Cases: map[string]hub.Case{"CS-0001": {Supplement: &hub.Ask{Leg: dossier.BirthRegistration, Item: "witness-statement"}}}}
	for _, comes := range []bool{true, false} {
		w := newWorld(t, s)
		_, a := w.ask(http.MethodPut, "/v1/dossiers/key-1", birth)
		no := a["dossier"].(string)
		put := func(key string) int {
			status, _ := w.ask(http.MethodPut, "/v1/dossiers/"+no+"/supplements/"+key, `{"item":"witness-statement","documents":[{}]}`)
			return status
		}
		if status := put("early"); status != http.StatusConflict {
			t.Errorf("before it was missed: %d", status)
		}
		w.pass(2 * time.Hour)
		if got := w.legs(no)[dossier.BirthRegistration]; got != dossier.NeedsSupplement {
			t.Errorf("%s", got)
		}
		want := dossier.Rejected
		if comes {
			want = dossier.Done
			for _, status := range []int{http.StatusCreated, http.StatusOK} {
				if got := put("s-1"); got != status {
					t.Errorf("supplied: %d, want %d", got, status)
				}
			}
		}
		w.pass(12 * 24 * time.Hour)
		if got := w.legs(no)[dossier.BirthRegistration]; got != want {
			t.Errorf("comes %v: %s, want %s", comes, got, want)
		}
	}
}

// TestNotEverything: a leg that is stuck, one that is rejected, a number that comes
// late, and an agency that says nothing.
func TestNotEverything(t *testing.T) {
	hour := trouble.Duration(time.Hour)
	for story, c := range map[string]struct {
		scenario hub.Scenario
		leg      dossier.Procedure
		want     dossier.State
	}{
		"stuck":       {hub.Scenario{Cases: map[string]hub.Case{"CS-0001": {Stuck: dossier.Residence}}}, dossier.Residence, dossier.Processing},
		"rejected":    {hub.Scenario{Cases: map[string]hub.Case{"CS-0001": {Reject: &hub.Rejection{Leg: dossier.Residence, Reason: "no-consent"}}}}, dossier.Residence, dossier.Rejected},
		"late number": {hub.Scenario{Cases: map[string]hub.Case{"CS-0001": {NumberAfter: 2000 * hour}}}, dossier.PersonalNumber, dossier.PendingNumber},
		"silent":      {hub.Scenario{Agencies: map[dossier.Agency]hub.Agency{dossier.Police: {Silent: true}}}, dossier.Residence, ""},
	} {
		w := newWorld(t, c.scenario)
		_, a := w.ask(http.MethodPut, "/v1/dossiers/key-1", birth)
		w.pass(20 * 24 * time.Hour)
		got := w.legs(a["dossier"].(string))
		if got[c.leg] != c.want || got[dossier.InsuranceCard] != dossier.Done {
			t.Errorf("%s: %v", story, got)
		}
	}
}

// TestClosed: without a token nothing is told, tokens end, and an outage is one for
// everybody.
func TestClosed(t *testing.T) {
	hour := trouble.Duration(time.Hour)
	w := newWorld(t, hub.Scenario{TokenLife: 2 * hour, Down: []hub.Outage{{From: hour, To: 2 * hour}}})
	token := w.token
	for _, c := range []struct {
		token  string
		after  time.Duration
		status int
	}{{"", 0, http.StatusUnauthorized}, {token, 0, http.StatusNotFound}, {token, 90 * time.Minute, http.StatusServiceUnavailable}, {token, time.Hour, http.StatusUnauthorized}} {
		w.token = c.token
		w.pass(c.after)
		if status, _ := w.ask(http.MethodGet, "/v1/dossiers/LT-1?after=0", ""); status != c.status {
			t.Errorf("token %v after %v: %d, want %d", c.token != "", c.after, status, c.status)
		}
	}
	if status, _ := w.ask(http.MethodPost, "/v1/token", `{"id":"gateway","secret":"guessed"}`); status != http.StatusUnauthorized {
		t.Errorf("another secret: %d", status)
	}
}

func TestReadScenario(t *testing.T) {
	const good = `{"client":{"id":"g","secret":"s"},"speed":1000,"agencies":{"ward":{"starts":"1m","works":"2h","sync":"5m"}},
		"cases":{"CS-1":{"supplement":{"leg":"residence","item":"consent"}}},"troubles":["hang"],"down":[{"from":"1h","to":"2h"}]}`
	if _, err := hub.ReadScenario([]byte(good)); err != nil {
		t.Error(err)
	}
	for story, text := range map[string]string{
		"unknown key":     strings.Replace(good, "speed", "haste", 1),
		"no client":       `{}`,
		"no such agency":  strings.Replace(good, "ward", "moon", 1),
		"no such trouble": strings.Replace(good, "hang", "fire", 1),
		"an empty case":   strings.Replace(good, `"item":"consent"`, `"item":""`, 1),
		"below zero":      strings.Replace(good, "1000", "-1", 1),
	} {
		if _, err := hub.ReadScenario([]byte(text)); err == nil {
			t.Errorf("%s: taken", story)
		}
	}
}
