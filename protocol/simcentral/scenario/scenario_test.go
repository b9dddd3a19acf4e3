package scenario_test

import (
	"testing"

	"motcua/protocol/simcentral/scenario"
)

func TestRead(t *testing.T) {
	for text, good := range map[string]bool{
		`{"token": "x"}`: true, "{\"token\": \"x\"}\n": true, `{}`: true,
		``: false, `{"tokens": "x"}`: false, `{"token": 1}`: false, `{"token": "x"} {}`: false, `{"token": "x"} x`: false,
	} {
		var s struct{ Token string }
		if err := scenario.Read([]byte(text), &s); (err == nil) != good {
			t.Errorf("%q: %v", text, err)
		}
	}
}
