package main_test

import (
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"motcua/drivers/emu/world"
	"motcua/drivers/rig"
	"motcua/protocol/code/appointment"
	"motcua/protocol/code/vietqr"
)

const (
	hospitalAddress = "127.0.0.1:8098" // stories have a network of their own
	hospitalBank    = "970415"
	hospitalAccount = "113366668888" // of NAPAS's own samples
)

// cmdHospital makes the world's centre ask a hospital's own system, and puts
// appointments into its book and payments into its till, of which it knows when it is
// started again: hospital configure, hospital books PERSONA NUMBER IN, hospital cancels
// PERSONA NUMBER IN, or hospital receives BILL.
func cmdHospital(ts *testscript.TestScript, s *stage, args []string) {
	need(ts, args, 1, 4)
	switch {
	case len(args) == 1 && args[0] == "configure":
		ts.Check(s.configureHospital())
	case len(args) == 4 && (args[0] == "books" || args[0] == "cancels"):
		ts.Check(s.book(map[string]any{
			"number": args[2], "person": persona(ts, args[1]).Number, "specialty": "eye", "in": args[3], "cancelled": args[0] == "cancels",
		}))
	case len(args) == 2 && args[0] == "receives":
		ts.Check(s.changeHospital(func(scenario map[string]any) {
			for _, b := range scenario["bills"].([]any) {
				if bill := b.(map[string]any); bill["number"] == args[1] {
					bill["paid_in"] = "-1s"
				}
			}
		}))
	default:
		ts.Fatalf("hospital %s: no such command", strings.Join(args, " "))
	}
}

func (s *stage) hospitalScenario() string { return filepath.Join(s.dir, "centre/hospital.json") }

func (s *stage) configureHospital() error {
	conf := filepath.Join(s.dir, "gatewayd.toml")
	text, err := os.ReadFile(conf)
	if err != nil {
		return err
	}
	const token = "invented-hospital-token"
	table := fmt.Sprintf("\n[hospital]\naddress = \"http://%s\"\ntoken_file = \"centre/hospital.token\"\nbank = %q\naccount = %q\n", hospitalAddress, hospitalBank, hospitalAccount)
	scenario := map[string]any{
		"token": token, "appointments": []any{},
		"bills": []any{
			map[string]any{"number": "PT-0990-1", "fee": 1_150_000}, map[string]any{"number": "PT-0990-2", "fee": 20_000, "cancelled": true},
		},
		"rooms": []any{map[string]any{"specialty": "eye", "prefix": "ED", "room": "205", "floor": "2", "minutes": 5, "fee": 150_000}},
	}
	b, err := json.Marshal(scenario)
	if err != nil {
		return err
	}
	for file, content := range map[string]string{conf: string(text) + table, filepath.Join(s.dir, "centre/hospital.token"): token, s.hospitalScenario(): string(b)} {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// book puts an appointment into the scenario.
func (s *stage) book(appointment map[string]any) error {
	return s.changeHospital(func(scenario map[string]any) {
		scenario["appointments"] = append(scenario["appointments"].([]any), appointment)
	})
}

func (s *stage) changeHospital(change func(scenario map[string]any)) error {
	b, err := os.ReadFile(s.hospitalScenario())
	if err != nil {
		return err
	}
	var scenario map[string]any
	if err := json.Unmarshal(b, &scenario); err != nil {
		return err
	}
	change(scenario)
	if b, err = json.Marshal(scenario); err != nil {
		return err
	}
	return os.WriteFile(s.hospitalScenario(), b, 0o600)
}

func (s *stage) startHospital() error {
	return s.startSimulated("hospital", s.hospitalScenario(), hospitalAddress)
}

// startSimulated starts a system behind the centre, simulated by its scenario.
func (s *stage) startSimulated(system, scenario, address string) error {
	listens := func(ctx context.Context) error {
		c, err := new(net.Dialer).DialContext(ctx, "tcp", address)
		if err != nil {
			return err
		}
		return c.Close()
	}
	return s.startAs(system, rig.Command{
		Path: filepath.Join(s.bin, "gatewayd"), Args: []string{"sim", system, "-scenario", scenario, "-listen", address}, Ready: listens,
	})
}

// cmdScanAppointment holds the slip of an appointment before the scanner, as a facility
// has printed it.
func cmdScanAppointment(ts *testscript.TestScript, s *stage, args []string) {
	need(ts, args, 1, 2)
	facility := world.DefaultFacility
	if len(args) == 2 {
		facility = args[1]
	}
	r, err := appointment.Of(facility, args[0])
	ts.Check(err)
	ts.Check(ts.Exec("emulator", "scan", "text", r.Code(), "--control", s.control()))
}

// cmdSlip checks the codes that another reader finds on the so manieth printed slip:
// slip N pays AMOUNT, slip N pays nothing, slip N has CODE, or slip N certifies PERSONA.
func cmdSlip(ts *testscript.TestScript, s *stage, args []string) {
	need(ts, args, 3, 3)
	dir := filepath.Join(s.dir, "slips")
	ts.Check(os.MkdirAll(dir, 0o700))
	ts.Check(ts.Exec("emulator", "slips", dir, "--control", s.control()))
	picture, err := greyPNG(filepath.Join(dir, "slip-"+args[0]+".png"))
	ts.Check(err)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	found, err := rig.Codes(ctx, picture)
	ts.Check(err)
	if args[1] == "has" {
		if !strings.Contains(strings.Join(found[0], "\n"), args[2]) {
			ts.Fatalf("%d codes on the slip, none has %s", len(found[0]), args[2])
		}
		return
	}
	if args[1] == "certifies" {
		ts.Check(certifies(found[0], persona(ts, args[2])))
		return
	}
	pays := "nothing"
	for _, text := range found[0] {
		if c, err := vietqr.Parse(text); err == nil && c.Once && c.Bank == hospitalBank && c.Account == hospitalAccount {
			pays = strconv.FormatUint(c.Amount, 10)
		}
	}
	if args[1] != "pays" || pays != args[2] {
		ts.Fatalf("the slip pays %s, with %d codes", pays, len(found[0]))
	}
}

func greyPNG(file string) (*image.Gray, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		return nil, err
	}
	grey := image.NewGray(img.Bounds())
	draw.Draw(grey, grey.Bounds(), img, img.Bounds().Min, draw.Src)
	return grey, nil
}
