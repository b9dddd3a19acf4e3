package demo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"motcua/drivers/rig"
	"motcua/protocol/catalogue"
)

// system is one of the national systems behind the centre, played by gatewayd sim.
type system struct {
	name     string
	scenario string
	secrets  map[string]string // files of the world, which their owner alone may read
	table    string            // of gatewayd.toml; its verb takes the port
}

// token is how the invented centre proves itself to invented systems.
const token = "demo-demo-demo-demo-demo-demo-demo"

// systems are those that the services of the menu need beside the centre's own
// simulators. A day at the agencies takes a minute. Fees go to a bank that there is not,
// so that nobody can pay them.
func systems() []system {
	return []system{
		{
			"hospital", `{"token": "` + token + `", "appointments": [{"number": "7K2P9M4T", "person": "099201001123", "specialty": "eye", "in": "10m"}],
				"bills": [{"number": "PT-0990-1", "fee": 150000, "paid_in": "10m"}, {"number": "PT-0990-2", "fee": 20000, "paid_in": "-1h"}, {"number": "PT-0990-3", "fee": 20000, "cancelled": true}]}`,
			map[string]string{"hospital.token": token},
			`
[hospital]
address = "http://127.0.0.1:%s"
token_file = "hospital.token"
bank = "999999"
account = "DEMO0990"
`,
		},
		{
			"hub", `{"client": {"id": "gateway", "secret": "` + token + `"}, "speed": 1440}`,
			map[string]string{"hub.secret": token},
			`
[linked]
address = "http://127.0.0.1:%s"
client = "gateway"
secret_file = "hub.secret"
poll = "10s"
`,
		},
		{
			"registry", `{"token": "` + token + `", "plans": {}}`,
			map[string]string{"registry.token": token, "registry.seal": token},
			`
[immunisation]
address = "http://127.0.0.1:%s"
token_file = "registry.token"
seal_file = "registry.seal"
certificate = "immunisation/believed/signer.crt"
key = "immunisation/signer.key"
issued_by = "DEMO"
attesters = "immunisation/attesters"
`,
		},
	}
}

// startSystems starts them all, and tells the centre where they are.
func (s *stage) startSystems(ctx context.Context) error {
	if err := os.MkdirAll(filepath.Join(s.worldDir(), "immunisation/attesters"), 0o755); err != nil {
		return err
	}
	for _, sys := range systems() {
		port, err := s.startSystem(ctx, sys)
		if err != nil {
			return fmt.Errorf("%s: %w", sys.name, err)
		}
		if err := appendTo(filepath.Join(s.worldDir(), "gatewayd.toml"), fmt.Sprintf(sys.table, port)); err != nil {
			return err
		}
	}
	return s.offerEverything()
}

func (s *stage) startSystem(ctx context.Context, sys system) (port string, err error) {
	scenario, portFile := s.path("sim-"+sys.name+".json"), s.path("sim-"+sys.name+".port")
	if err := os.WriteFile(scenario, []byte(sys.scenario), 0o644); err != nil {
		return "", err
	}
	for name, secret := range sys.secrets {
		if err := os.WriteFile(filepath.Join(s.worldDir(), name), []byte(secret+"\n"), 0o600); err != nil {
			return "", err
		}
	}
	err = s.startAs(ctx, "sim-"+sys.name, rig.Command{
		Path:  filepath.Join(s.bin, "gatewayd"),
		Args:  []string{"sim", sys.name, "-scenario", scenario, "-port-file", portFile},
		Ready: func(context.Context) error { _, err := os.Stat(portFile); return err },
	})
	if err != nil {
		return "", err
	}
	b, err := os.ReadFile(portFile)
	return strings.TrimSpace(string(b)), err
}

// offerEverything puts all that a kiosk can carry out into the kiosk's menu, and has it
// give out the numbers of a counter, too.
func (s *stage) offerEverything() error {
	conf := filepath.Join(s.worldDir(), "kioskd.toml")
	b, err := os.ReadFile(conf)
	if err != nil {
		return err
	}
	text := strings.Replace(string(b), `queues = [`, `queues = ["residence", "residence-priority", `, 1)
	var ids []string
	for _, svc := range catalogue.Offered() {
		switch svc.ID {
		case catalogue.CardValidity: // is asked on the way of a check-in
		case catalogue.SigningDesk, catalogue.AttestDoses: // take a signing token, which nobody plays here
		default:
			ids = append(ids, fmt.Sprintf("%q", svc.ID))
		}
	}
	text += "\n[services]\noffered = [" + strings.Join(ids, ", ") + "]\n"
	return os.WriteFile(conf, []byte(text), 0o644)
}

func appendTo(name, text string) error {
	f, err := os.OpenFile(name, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}
