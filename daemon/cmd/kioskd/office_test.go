package main_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"motcua/daemon/vaxsession"
	"motcua/drivers/emu/world"
	"motcua/drivers/rig"
	"motcua/protocol/local"
	"motcua/protocol/workday"
)

// officeTables go behind those of vaccination.
const officeTables = `
[linked]
address = "http://` + hubAddress + `"
client = "gateway"
secret_file = "hub.secret"
signers = "attesters"
signers_ca = "fleet/ca.crt"
`

const officeKiosk = `
[services]
offered = ["H01", "V01", "C06", "V02", "V03", "V04", "V05", "C13", "O02"]

[signing]
module = %q

[devices.finger_reader]
path = %q
model = "r503"

[devices.code_reader]
path = %q
model = "gm65"
`

// cmdOffice configures what officers' services need.
func cmdOffice(ts *testscript.TestScript, s *stage, args []string) {
	need(ts, args, 1, 1)
	if args[0] != "configure" {
		ts.Fatalf("office configure")
	}
	ts.Check(rig.Check(rig.NeedSoftHSM))
	ts.Check(s.configureVaccination())
	ts.Check(s.approvedPlan(ts))
	ports := ts.MkAbs("ports")
	for file, more := range map[string]string{
		"gatewayd.toml": officeTables,
		"kioskd.toml":   fmt.Sprintf(officeKiosk, rig.NeedSoftHSM.File, filepath.Join(ports, "finger"), filepath.Join(ports, "scanner")),
	} {
		name := filepath.Join(s.dir, file)
		text, err := os.ReadFile(name)
		ts.Check(err)
		ts.Check(os.WriteFile(name, append(text, more...), 0o644))
	}
	ts.Check(os.WriteFile(filepath.Join(s.dir, "hub.secret"), []byte("demo\n"), 0o600))
	scenario, err := json.Marshal(map[string]any{"client": map[string]string{"id": "gateway", "secret": "demo"}, "extracts": extracts()})
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs("hub.json"), scenario, 0o600))
}

// extracts are two documents that the hub asks to be signed.
func extracts() []map[string]string {
	extract := func(n int) map[string]string {
		title := fmt.Sprintf("Trích lục khai sinh 0990/%d", n)
		return map[string]string{"facility": world.DefaultFacility, "kind": "birth-extract", "title": title, "text": title + "\nmẹ: LÊ THỊ THỬ"}
	}
	return []map[string]string{extract(1), extract(2)}
}

// approvedPlan has the world's approver approve a plan of today, and gives it to the
// registry.
func (s *stage) approvedPlan(ts *testscript.TestScript) error {
	plan := filepath.Join(s.dir, "plan.json")
	text, err := json.Marshal(map[string]any{
		"id": "plan-1", "facility": world.DefaultFacility, "place": "Trạm y tế Mẫu", "day": time.Now().In(workday.Zone()).Format(time.DateOnly), "proposer": "op-9", "most": 5,
		"lots": []map[string]any{{
			"lot": vaxLot().Lot, "antigen": vaxLot().Antigen, "expires": vaxLot().Expires, "doses": vaxLot().Doses, "pause": vaxLot().Pause,
			"disease": vaxLot().Disease, "vaccine": vaxLot().Vaccine, "product": vaxLot().Product, "maker": vaxLot().Maker,
		}},
	})
	if err != nil {
		return err
	}
	if err := os.WriteFile(plan, text, 0o600); err != nil {
		return err
	}
	out := filepath.Join(s.dir, "approval")
	err = ts.Exec("gatewayd", "vaccination", "approve", "-plan", plan, "-by", world.ApproverFacility+"/"+world.ApproverRef,
		"-key", filepath.Join(s.dir, "registrar/approver.key"), "-out", out)
	if err != nil {
		return err
	}
	approval, err := os.ReadFile(out)
	if err != nil {
		return err
	}
	scenario, err := json.Marshal(map[string]any{"token": vaxToken, "plans": map[string][]byte{"plan-1": approval}})
	if err != nil {
		return err
	}
	return os.WriteFile(s.registryScenario(), scenario, 0o600)
}

// cmdThatSession notes the vaccination session that the kiosk keeps, or answers with it.
func cmdThatSession(ts *testscript.TestScript, s *stage, args []string) {
	need(ts, args, 1, 1)
	if args[0] == "answer" {
		cmdTap(ts, s, []string{string(local.VerbAnswer), s.vaccines})
		return
	}
	kept, found := vaxsession.Open(filepath.Join(s.dir, "queue.db.vaccination"), time.Now, slog.New(slog.DiscardHandler)).Unclosed()
	if s.vaccines = kept.ID; !found {
		ts.Fatalf("the kiosk keeps no session")
	}
}

// cmdServe has the officer at the session choose a service and begin it.
func cmdServe(ts *testscript.TestScript, s *stage, args []string) {
	need(ts, args, 1, 1)
	cmdTap(ts, s, []string{string(local.VerbService), args[0]})
	cmdWaitFor(ts, s, []string{"step", string(local.StepAbout)})
	cmdTap(ts, s, []string{string(local.VerbContinue)})
}

// cmdTakeFirst takes the first task that waits.
func cmdTakeFirst(ts *testscript.TestScript, s *stage, args []string) {
	need(ts, args, 0, 0)
	cmdWaitFor(ts, s, []string{"task"})
	ctx, cancel := bounded()
	defer cancel()
	now, err := s.api.state(ctx)
	ts.Check(err)
	cmdTap(ts, s, []string{string(local.VerbTake), now.Visit.Office.Tasks[0].ID})
}

// cmdToken plugs an officer's token in, which is a folder of SoftHSM, or pulls it.
func cmdToken(ts *testscript.TestScript, s *stage, args []string) {
	need(ts, args, 1, 1)
	tokens, away := filepath.Join(s.dir, "tokens"), filepath.Join(s.dir, "tokens.away")
	switch args[0] {
	case "pull":
		ts.Check(os.Rename(tokens, away))
		ts.Check(os.Mkdir(tokens, 0o700))
	case "plug":
		ts.Check(os.RemoveAll(tokens))
		ts.Check(os.Rename(away, tokens))
	default:
		ts.Check(os.RemoveAll(tokens))
		ts.Check(os.Mkdir(tokens, 0o700))
		certificate, err := softToken(s.dir, tokens, args[0])
		ts.Check(err)
		ts.Check(os.WriteFile(filepath.Join(s.dir, "attesters", args[0]+".crt"), certificate, 0o644))
	}
}

// softConf is SoftHSM's configuration, which is read when its module starts.
func softConf(dir, tokens string) error {
	conf := filepath.Join(dir, "softhsm2.conf")
	var b bytes.Buffer
	fmt.Fprintf(&b, "directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n", tokens)
	if err := os.WriteFile(conf, b.Bytes(), 0o600); err != nil {
		return err
	}
	return os.Setenv("SOFTHSM2_CONF", conf) // for programs that are started afterwards, too
}
