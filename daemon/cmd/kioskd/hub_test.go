package main_test

import (
	"path/filepath"

	"github.com/rogpeppe/go-internal/testscript"

	"motcua/drivers/rig"
	"motcua/protocol/code/birthfile"
)

// hubAddress is where a story's gatewayd finds the hub; stories have a network of their
// own.
const hubAddress = "127.0.0.1:8098"

// startHub plays the agencies' hub from the story's hub.json.
func (s *stage) startHub() error {
	scenario := filepath.Join(filepath.Dir(s.dir), "hub.json")
	return s.startAs("hub", rig.Command{Path: filepath.Join(s.bin, "gatewayd"), Args: []string{"sim", "hub", "-scenario", scenario, "-listen", hubAddress}})
}

// cmdBirthFile remembers the number of the file that the screen shows, or holds its slip
// before the scanner.
func cmdBirthFile(ts *testscript.TestScript, s *stage, args []string) {
	need(ts, args, 1, 1)
	if args[0] == "scan" {
		ts.Check(ts.Exec("emulator", "scan", "text", s.file.Code(), "--control", s.control()))
		return
	}
	ctx, cancel := bounded()
	defer cancel()
	now, err := s.api.state(ctx)
	ts.Check(err)
	if now.Visit == nil || now.Visit.Filed == nil {
		ts.Fatalf("no file is shown")
	}
	if s.file = birthfile.Token(now.Visit.Filed.No); !s.file.Valid() {
		ts.Fatalf("what is shown is no newborn's file")
	}
}
