package local_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"motcua/protocol/local"
)

func TestParseActionIsStrict(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		ok       bool
	}{
		{"begin", `{"version":1,"verb":"begin","value":"H01"}`, true},
		{"key", `{"version":1,"visit":"v","step":"key","verb":"key","value":"123456","lang":"vi"}`, true},
		{"another version", `{"version":2,"verb":"begin"}`, false},
		{"no version", `{"verb":"begin"}`, false},
		{"unknown verb", `{"version":1,"verb":"reboot"}`, false},
		{"unknown field", `{"version":1,"verb":"begin","admin":true}`, false},
		{"two objects", `{"version":1,"verb":"begin"}{"version":1,"verb":"begin"}`, false},
		{"an array", `[]`, false},
		{"nothing", ``, false},
		{"long value", `{"version":1,"verb":"key","value":"` + strings.Repeat("1", local.MaxValue+1) + `"}`, false},
		{"long step", `{"version":1,"verb":"key","step":"` + strings.Repeat("k", 65) + `"}`, false},
		{"too long as a whole", strings.Repeat(" ", local.MaxAction) + `{"version":1,"verb":"begin"}`, false},
	} {
		_, err := local.ParseAction([]byte(tt.in))
		if tt.ok != (err == nil) || (err != nil && !errors.Is(err, local.ErrMalformed)) {
			t.Errorf("%s: got %v", tt.name, err)
		}
	}
}

func TestWhatSomebodyTypedStaysOutOfLogsAndErrors(t *testing.T) {
	var b strings.Builder
	a := local.Action{Version: 1, Verb: local.VerbKey, Value: "099199001234"}
	slog.New(slog.NewTextHandler(&b, nil)).Info("x", "action", a)
	fmt.Fprint(&b, a)
	a.Value = strings.Repeat(a.Value, 100)
	bad, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	_, err = local.ParseAction(bad)
	fmt.Fprint(&b, err)
	if strings.Contains(b.String(), "0991") {
		t.Error(b.String())
	}
}

func FuzzParseAction(f *testing.F) {
	f.Add([]byte(`{"version":1,"visit":"v","step":"key","verb":"key","value":"123456","lang":"vi"}`))
	f.Add([]byte(`{"version":1e9}`))
	f.Add([]byte("{\"version\":1,\"verb\":\"key\",\"value\":\"\xff\"}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := local.ParseAction(b)
		if err != nil {
			return
		}
		again, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := local.ParseAction(again); err != nil || back != a {
			t.Fatalf("%q became %v, %v", b, back, err)
		}
	})
}
