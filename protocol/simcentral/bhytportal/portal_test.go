package bhytportal_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"motcua/protocol/simcentral/bhytportal"
)

const scenario = `{"account": {"username": "u", "password": "p"}, "token_life": "1h", "people": {"099090000123": {"code": "000", "exact": true, "troubles": ["hang"]}}}`

func TestReadScenario(t *testing.T) {
	if _, err := bhytportal.ReadScenario([]byte(scenario)); err != nil {
		t.Error(err)
	}
	for story, text := range map[string]string{
		"unknown key":     strings.Replace(scenario, "token_life", "life", 1),
		"no account":      `{"people": {}}`,
		"no such trouble": strings.Replace(scenario, "hang", "fire", 1),
		"no code":         strings.Replace(scenario, `"code": "000", `, "", 1),
		"no duration":     strings.Replace(scenario, "1h", "one hour", 1),
	} {
		if _, err := bhytportal.ReadScenario([]byte(text)); err == nil || strings.Contains(err.Error(), "0990") {
			t.Errorf("%s: %v", story, err)
		}
	}
}

// TestMarked: whatever it answers, it says that it is a simulation, and it answers what
// the portal is asked and nothing else.
func TestMarked(t *testing.T) {
	s, err := bhytportal.ReadScenario([]byte(scenario))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(bhytportal.New(s, time.Now))
	defer server.Close()
	for _, c := range []struct {
		method, path, body string
		status             int
		says               string
	}{
		{http.MethodPost, bhytportal.PathToken, `{"username":"u","password":"83878c91171338902e0fe0fb97a8c47a"}`, 200, `"access_token"`},
		{http.MethodPost, bhytportal.PathToken, `{"username":"u","password":"p"}`, 200, `"401"`},
		{http.MethodPost, bhytportal.PathLookup, `{"maThe":"1"}`, 200, `"401"`},
		{http.MethodGet, bhytportal.PathLookup, "", 405, ""},
		{http.MethodPost, "/api/egw/Lskcb2025", "{}", 404, ""},
		{http.MethodPost, bhytportal.PathToken, strings.Repeat("x", 20<<10), 413, ""},
	} {
		r, err := http.NewRequestWithContext(t.Context(), c.method, server.URL+c.path, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		got, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(got.Body)
		_ = got.Body.Close()
		if err != nil || got.StatusCode != c.status || !strings.Contains(string(b), c.says) || got.Header.Get(bhytportal.DemoHeader) == "" {
			t.Errorf("%s %s: %d %s", c.method, c.path, got.StatusCode, b)
		}
	}
}
