package registry_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"motcua/protocol/immunisation"
	"motcua/protocol/request"
	"motcua/protocol/simcentral/registry"
	"motcua/protocol/simcentral/trouble"
)

const scenario = `{"token": "invented", "plans": {"plan-1": "", "plan-2": "AQID"}, "troubles": ["status"]}`

func TestReadScenario(t *testing.T) {
	s, err := registry.ReadScenario([]byte(scenario))
	if err != nil || len(s.Plans["plan-1"]) != 0 || len(s.Plans["plan-2"]) != 3 || s.Troubles[0] != trouble.Status500 {
		t.Errorf("%v", err)
	}
	for story, text := range map[string]string{
		"unknown key":     strings.Replace(scenario, "plans", "planes", 1),
		"no token":        `{"plans": {}}`,
		"no such trouble": strings.Replace(scenario, "status", "fire", 1),
		"no approval":     strings.Replace(scenario, "AQID", "?", 1),
	} {
		if _, err := registry.ReadScenario([]byte(text)); err == nil {
			t.Errorf("%s: taken", story)
		}
	}
}

// TestMarked: whatever it answers, it says that it is a simulation, and it answers those
// alone who show the token.
func TestMarked(t *testing.T) {
	server := httptest.NewServer(registry.New(registry.Scenario{Token: "invented", Plans: map[string][]byte{"plan-1": nil}}))
	defer server.Close()
	name, err := request.Encode(immunisation.Name{Name: "plan-1"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		story, method, path, token, body string
		status                           int
	}{
		{"a plan", http.MethodPost, immunisation.VerbPlan, "invented", string(name), 200},
		{"no plan", http.MethodPost, immunisation.VerbSession, "invented", string(name), 409},
		{"no token", http.MethodPost, immunisation.VerbPlan, "", string(name), 401},
		{"another token", http.MethodPost, immunisation.VerbPlan, "invented2", string(name), 401},
		{"no message", http.MethodPost, immunisation.VerbPlan, "invented", "{}", 400},
		{"no verb", http.MethodPost, "/v1/forge", "invented", string(name), 400},
		{"another method", http.MethodGet, immunisation.VerbPlan, "invented", "", 405},
		{"too much", http.MethodPost, immunisation.VerbPlan, "invented", strings.Repeat("x", immunisation.MaxMessage+1), 413},
	} {
		r, err := http.NewRequestWithContext(t.Context(), c.method, server.URL+c.path, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+c.token)
		got, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.Copy(io.Discard, got.Body)
		_ = got.Body.Close()
		if err != nil || got.StatusCode != c.status || got.Header.Get(registry.DemoHeader) == "" {
			t.Errorf("%s: %d, %v", c.story, got.StatusCode, err)
		}
	}
}
