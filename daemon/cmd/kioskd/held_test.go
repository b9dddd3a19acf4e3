package main_test

import (
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// cmdRelease lets go, with a reason, the first request that the centre holds, beside the
// gatewayd that runs, and checks that it is held for weak evidence and says nobody's name.
func cmdRelease(ts *testscript.TestScript, _ *stage, args []string) {
	need(ts, args, 1, 1)
	const conf = "world/gatewayd.toml"
	ts.Check(ts.Exec("gatewayd", "held", "list", "-config", conf))
	first, _, _ := strings.Cut(ts.ReadFile("stdout"), "\n")
	words := strings.Fields(first)
	if len(words) < 2 || !strings.Contains(first, "evidence-too-weak, E1 claimed") {
		ts.Fatalf("held: %q", first)
	}
	ts.Check(ts.Exec("gatewayd", "held", "release", words[0], words[1], "-config", conf, "-reason", args[0]))
}
