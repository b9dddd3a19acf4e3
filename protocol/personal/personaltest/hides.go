// Package personaltest checks that values mask themselves. It serves tests only,
// and needs of them no more than a way to complain.
package personaltest

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
)

// Complainer is the part of testing.T that is needed here.
type Complainer interface {
	Helper()
	Errorf(format string, args ...any)
}

// Hides checks that no way of turning one of the values into text by accident
// shows one of the secrets, as it stands or in hexadecimal.
func Hides(t Complainer, values []any, secrets ...string) {
	t.Helper()
	for i, v := range values {
		text := accidents(v)
		for _, secret := range secrets {
			for _, form := range []string{secret, hex.EncodeToString([]byte(secret))} {
				if strings.Contains(strings.ToLower(text), strings.ToLower(form)) {
					t.Errorf("value %d (%T) shows %q", i, v, secret)
				}
			}
		}
	}
}

// accidents are the texts that programs make of a value without meaning to.
func accidents(v any) string {
	var all bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		fmt.Fprintf(&all, verb+"\n", v)
	}
	j, err := json.Marshal(v)
	fmt.Fprintln(&all, string(j), err)
	timeless := &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{} // its digits may be those of a year
		}
		return a
	}}
	slog.New(slog.NewJSONHandler(&all, timeless)).Info("x", "v", v)
	slog.New(slog.NewTextHandler(&all, timeless)).Info("x", "v", v)
	fmt.Fprintln(&all, fmt.Errorf("failed on %v", v))
	return all.String()
}
