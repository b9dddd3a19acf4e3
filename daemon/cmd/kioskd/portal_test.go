package main_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"motcua/drivers/emu/world"
	"motcua/drivers/rig"
)

const (
	portalAddress  = "127.0.0.1:8099" // stories have a network of their own
	portalPassword = "invented-password"
)

const portalTable = `[bhyt]
address = "http://` + portalAddress + `"
user = "99001_DEMO"
password_file = "centre/bhyt.password"
officers = "centre/officers.toml"`

// cmdPortal makes the world's centre ask the insurer's portal, and says what that
// answers about a persona.
func cmdPortal(ts *testscript.TestScript, s *stage, args []string) {
	switch {
	case len(args) == 1 && args[0] == "configure":
		ts.Check(s.configurePortal(ts))
	case len(args) == 3 && args[0] == "answers":
		ts.Check(s.portalAnswers(persona(ts, args[1]).Number, args[2]))
	default:
		ts.Fatalf("portal configure, or portal answers PERSONA CODE")
	}
}

func (s *stage) scenario() string { return filepath.Join(s.dir, "centre/portal.json") }

// configurePortal makes the portal's scenario of the world's records, registers the
// world's officer, and puts the portal into gatewayd's configuration.
func (s *stage) configurePortal(ts *testscript.TestScript) error {
	officer := persona(ts, world.Officer)
	records, err := os.ReadFile(filepath.Join(s.dir, "centre/bhyt.json"))
	if err != nil {
		return err
	}
	scenario, err := json.Marshal(map[string]any{
		"account":  map[string]string{"username": "99001_DEMO", "password": portalPassword},
		"officers": []map[string]string{{"name": officer.Name, "number": officer.Number}},
		"people":   json.RawMessage(records),
	})
	if err != nil {
		return err
	}
	conf := filepath.Join(s.dir, "gatewayd.toml")
	text, err := os.ReadFile(conf)
	if err != nil {
		return err
	}
	for file, content := range map[string]string{
		s.scenario(): string(scenario),
		conf:         strings.Replace(string(text), "[sim]\nbhyt = \"centre/bhyt.json\"", portalTable, 1),
		filepath.Join(s.dir, "centre/bhyt.password"): portalPassword,
		filepath.Join(s.dir, "centre/officers.toml"): fmt.Sprintf("[officer.%s]\nname = %q\nnumber = %q\n\n[facility.%s]\ndefault = %[1]q\n",
			world.OfficerRef, officer.Name, officer.Number, world.DefaultFacility),
	} {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// portalAnswers gives a person another code.
func (s *stage) portalAnswers(number, code string) error {
	b, err := os.ReadFile(s.scenario())
	if err != nil {
		return err
	}
	var all map[string]any
	if err := json.Unmarshal(b, &all); err != nil {
		return err
	}
	person, ok := all["people"].(map[string]any)[number].(map[string]any)
	if !ok {
		return fmt.Errorf("the portal does not know the persona")
	}
	person["code"] = code
	if b, err = json.Marshal(all); err != nil {
		return err
	}
	return os.WriteFile(s.scenario(), b, 0o600)
}

func (s *stage) startPortal() error {
	return s.startAs("portal", rig.Command{Path: filepath.Join(s.bin, "gatewayd"), Args: []string{"sim", "bhyt", "-scenario", s.scenario(), "-listen", portalAddress}})
}
