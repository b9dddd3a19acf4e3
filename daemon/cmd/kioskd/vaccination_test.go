package main_test

import (
	"context"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"motcua/daemon/vaxsession"
	"motcua/drivers/emu"
	"motcua/drivers/emu/world"
	"motcua/protocol/code/hc1"
	"motcua/protocol/gateway/remote"
	"motcua/protocol/immunisation"
	"motcua/protocol/request"
)

const (
	vaxRegistry = "127.0.0.1:8096" // stories have a network of their own
	vaxToken    = "invented-registry-token"
	vaxSeal     = "0123456789abcdef0123456789abcdef"
)

// vaxTables have the centre ask the registry. The rules look at how fast people come and
// at what time, which is not what stories are about.
const vaxTables = `
[immunisation]
address = "http://` + vaxRegistry + `"
token_file = "registry.token"
seal_file = "registry.seal"
certificate = "immunisation/believed/signer.crt"
key = "immunisation/signer.key"
issued_by = "Sở Y tế Mẫu"
attesters = "attesters"

[anomaly]
off = ["dormant-facility", "out-of-hours", "too-fast"]
`

// vaxLot is what the session has.
func vaxLot() immunisation.Lot {
	return immunisation.Lot{
		Lot: "LOT-0991", Antigen: "covid-19", Expires: "2099-12-31", Doses: 2, Pause: 21, Disease: "840539006", Vaccine: "1119349007", Product: "EU/1/20/1528", Maker: "ORG-100030215",
	}
}

// cmdVaccination plays the centre and the officers of a vaccination day around the doses:
//
//	vaccination configure   makes the centre ask the registry
//	vaccination open        a session of the world's officer at its kiosk, under the centre's seal
//	vaccination attest N    waits for so many doses, and has them attested under that seal
func cmdVaccination(ts *testscript.TestScript, s *stage, args []string) {
	need(ts, args, 1, 2)
	ctx, cancel := bounded()
	defer cancel()
	switch args[0] {
	case "configure":
		ts.Check(s.configureVaccination())
	case "open":
		ts.Check(s.openVaccination(ctx))
	case "attest":
		var n int
		_, err := fmt.Sscan(args[1], &n)
		ts.Check(err)
		ts.Check(s.attestDoses(ctx, n))
	default:
		ts.Fatalf("vaccination %s: no such command", args[0])
	}
}

func (s *stage) configureVaccination() error {
	conf := filepath.Join(s.dir, "gatewayd.toml")
	text, err := os.ReadFile(conf)
	if err != nil {
		return err
	}
	scenario, err := json.Marshal(map[string]any{"token": vaxToken, "plans": map[string][]byte{}})
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(s.dir, "attesters"), 0o755); err != nil {
		return err
	}
	for file, content := range map[string]string{
		conf: string(text) + vaxTables, filepath.Join(s.dir, "registry.token"): vaxToken, filepath.Join(s.dir, "registry.seal"): vaxSeal, s.registryScenario(): string(scenario),
	} {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			return err
		}
	}
	return nil
}

func (s *stage) registryScenario() string { return filepath.Join(s.dir, "registry.json") }

func (s *stage) startRegistry() error {
	return s.startSimulated("registry", s.registryScenario(), vaxRegistry)
}

// vaxSealer is the centre's.
func vaxSealer() (immunisation.Sealer, error) {
	key, err := hkdf.Key(sha256.New, []byte(vaxSeal), nil, "motcua immunisation seals v1", sha256.Size)
	return immunisation.NewSealer(key), err
}

// askRegistry tells the registry something as the centre does.
func askRegistry[A any](ctx context.Context, verb string, question any) (A, error) {
	var none A
	client, err := remote.Open("http://"+vaxRegistry, nil)
	if err != nil {
		return none, err
	}
	defer client.Close()
	body, err := request.Encode(question)
	if err != nil {
		return none, err
	}
	_, answer, err := client.Ask(ctx, remote.Question{Method: http.MethodPost, Path: verb, CBOR: body, Bearer: vaxToken, Most: immunisation.MaxMessage})
	if err != nil {
		return none, err
	}
	return immunisation.Decode[A](answer)
}

// openVaccination opens a session for an hour, and has the kiosk know it.
func (s *stage) openVaccination(ctx context.Context) error {
	seal, err := vaxSealer()
	if err != nil {
		return err
	}
	id, err := request.NewID(time.Now(), rand.Reader)
	if err != nil {
		return err
	}
	from := time.Now().Add(-time.Minute).Truncate(time.Millisecond)
	opened, err := immunisation.Seal(seal, immunisation.Session{
		Request: id, Plan: "plan-1", Facility: world.DefaultFacility, Device: world.DefaultDevice, Officer: world.OfficerRef, Duty: "d-1", Place: "Trạm y tế Mẫu",
		Opened: from.UnixMilli(), Until: from.Add(time.Hour).UnixMilli(), Lots: []immunisation.Lot{vaxLot()}, Most: 5,
	})
	if err != nil {
		return err
	}
	if _, err := askRegistry[immunisation.SessionState](ctx, immunisation.VerbOpen, opened); err != nil {
		return err
	}
	book := vaxsession.Open(filepath.Join(s.dir, "queue.db.vaccination"), time.Now, slog.New(slog.DiscardHandler))
	return book.Begin(vaxsession.Session{
		ID: opened.ID, Plan: opened.Plan, Officer: opened.Officer, Lots: []request.SessionLot{{Lot: vaxLot().Lot, Antigen: vaxLot().Antigen}},
		From: from, Until: from.Add(time.Hour), Most: uint32(opened.Most),
	})
}

// attestDoses attests the doses of the session that the kiosk knows.
func (s *stage) attestDoses(ctx context.Context, n int) error {
	session, known := vaxsession.Open(filepath.Join(s.dir, "queue.db.vaccination"), time.Now, slog.New(slog.DiscardHandler)).Unclosed()
	if !known {
		return fmt.Errorf("no session is open")
	}
	var recorded []immunisation.DoseState
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for len(recorded) < n {
		select {
		case <-ctx.Done():
			return fmt.Errorf("%d doses are recorded: %w", len(recorded), ctx.Err())
		case <-tick.C:
		}
		var err error
		if recorded, err = askRegistry[[]immunisation.DoseState](ctx, immunisation.VerbDosesOf, immunisation.Name{Name: session.ID}); err != nil {
			return err
		}
	}
	var ids []string
	for _, d := range recorded {
		ids = append(ids, d.Dose.ID)
	}
	slices.Sort(ids)
	root := immunisation.RootOf(ids)
	if _, err := askRegistry[immunisation.BatchState](ctx, immunisation.VerbBatch, immunisation.Batch{Root: root, Session: session.ID, Doses: ids}); err != nil {
		return err
	}
	seal, err := vaxSealer()
	if err != nil {
		return err
	}
	word, err := immunisation.Seal(seal, immunisation.Attestation{Request: recorded[0].Dose.Request, Root: root, Session: session.ID, Attester: "op-2", At: time.Now().UnixMilli()})
	if err != nil {
		return err
	}
	_, err = askRegistry[immunisation.BatchState](ctx, immunisation.VerbAttest, word)
	return err
}

// certifies tells whether one of the codes on a slip is a certificate of somebody's first
// dose.
func certifies(codes []string, p *emu.Persona) error {
	for _, code := range codes {
		c, err := hc1.Decode(code)
		if err != nil {
			continue
		}
		if name := c.Name.Family + " " + c.Name.Given; name != p.Name || len(c.Vaccinations) != 1 || c.Vaccinations[0].Dose != 1 {
			return fmt.Errorf("the certificate is another's")
		}
		return nil
	}
	return fmt.Errorf("%d codes, and no certificate", len(codes))
}
