package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/catalogue/cataloguetest"
	"motcua/protocol/envelope"
	"motcua/protocol/fault"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/request"
)

const hubSecret = "invented-hub-secret"

const hubText = `
[linked]
address = "http://127.0.0.1:%s"
client = "gateway"
secret_file = "hub.secret"
poll = "1s"

[metrics]
listen = "127.0.0.1:0"
`

// hubScenario plays a day in a second; one agency never finishes one case.
const hubScenario = `{"client": {"id": "gateway", "secret": "` + hubSecret + `"}, "speed": 86400,
	"register": {"099000000002": {"name": "NGUYỄN THỊ MẪU", "birth": "1990-02-01"}, "099050000003": {"name": "LÊ VĂN CŨ", "birth": "1950"}},
	"cases": {"BT-0002": {"stuck": "residence-end"}}}`

// withHub makes the world ask a hub on a port.
func (w *world) withHub(t *testing.T, port string) {
	t.Helper()
	w.write(t, "gatewayd.toml", []byte(tomlText+fmt.Sprintf(hubText, port)))
	w.write(t, "hub.secret", []byte(hubSecret+"\n"))
	w.write(t, "scenario.json", []byte(hubScenario))
}

func deathOf(number, name, notice string) request.GenericForm {
	s, _ := catalogue.Lookup(catalogue.Death)
	f := cataloguetest.Fill(s, map[string]string{"procedures": "2"})
	for id, v := range map[string]string{"deceased_number": number, "deceased_name": name, "deceased_birth": "01/02/1950", "notice": notice} {
		f.Values[id] = request.TextValue(v)
	}
	return f
}

func matched(_ *request.Outer, i *request.Inner) {
	i.Evidence.Level = request.E3
	i.Evidence.Facts.Biometric = &request.Biometric{Modality: "finger", Method: "local", Matched: true, Score: 60, Threshold: 40, Liveness: "not-checked"}
}

// settled sends a request and waits for its receipt; those of others may come again.
func (w *world) settled(t *testing.T, k *kiosk, m gatewaytest.Message) request.Receipt {
	t.Helper()
	k.send(t, m)
	for {
		r, err := envelope.VerifyReceipt(k.receipt(t), w.fleet.Roots, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		if r.ID == m.Outer.ID {
			return r
		}
	}
}

// TestSignersConfig: what is wrong about those who sign is told before anybody is served.
func TestSignersConfig(t *testing.T) {
	w := newWorld(t)
	const both = "signers = \"signers\"\nsigners_ca = \"ca.crt\"\n"
	for _, c := range []struct{ story, lines, says string }{
		{"no authority", "signers = \"signers\"\n", "linked.signers and linked.signers_ca belong together"},
		{"no roster", both, "linked.signers needs duty.roster"},
		{"no folder", both + "[duty]\nroster = \"roster\"\nkey = \"registrar.pub\"\n", "linked.signers: "},
	} {
		w.withHub(t, "1")
		w.edit(t, "poll = \"1s\"\n", c.lines)
		if out, status := w.command(t, "-check-config"); status == exitOK || !strings.Contains(out, c.says) {
			t.Errorf("%s: %d, %q", c.story, status, out)
		}
	}
}

// TestLinked: a death goes through broker, gateway and hub until the card of the
// deceased is of no use; an operator sees where another dossier is, and lifts what was
// blocked by mistake.
func TestLinked(t *testing.T) {
	w := newWorld(t)
	w.withHub(t, "0")
	w.withHub(t, w.play(t, "hub"))
	r := w.start(t)
	k := connect(t, w, r.port, w.fleet.Device(t, "k01"))
	informant := gatewaytest.Person(2)
	dead := request.Subject{Number: "099050000003", Name: "LÊ VĂN CŨ", Birth: "01/02/1950", Sex: "M"}
	k.send(t, k.Seal(t, catalogue.Death, informant, deathOf(dead.Number, dead.Name, "BT-0001"), matched))
	if res, err := envelope.VerifyResult(k.result(t), w.fleet.Roots, time.Now()); err != nil || res.Class != request.ClassOK || res.Service != "C02" {
		t.Errorf("class %s, %v", res.Class, err)
	}
	r.says(t, `"leg":"death","state":"done"`)
	var entry string
	for deadline := time.Now().Add(patience); entry == "" && time.Now().Before(deadline); { // it is made after the line above was written
		out, _ := w.command(t, "blocked", "list")
		entry, _, _ = strings.Cut(out, " ")
	}
	if rc := w.settled(t, k, k.CheckIn(t, dead, "internal")); rc.Status != request.StatusRefused || rc.Code != fault.CardBlocked {
		t.Errorf("the card of the deceased: %s %s", rc.Status, rc.Code)
	}
	r.says(t, `"msg":"alarm","kind":"card-blocked"`)
	if out, status := w.command(t, "blocked", "lift", entry); status == exitOK {
		t.Errorf("lifted without a reason: %s", out)
	}
	if out, status := w.command(t, "blocked", "lift", entry, "-reason", "told by the ward"); status != exitOK {
		t.Errorf("lift ended with %d: %s", status, out)
	}
	if out, _ := w.command(t, "blocked", "list"); !strings.Contains(out, entry+" lifted; ") || !strings.Contains(out, "blocked by dossier h001-C02-") || !strings.Contains(out, "lifted: told by the ward") {
		t.Errorf("listed as %q", out)
	}
	if rc := w.settled(t, k, k.CheckIn(t, dead, "internal")); rc.Status != request.StatusAccepted {
		t.Errorf("after it was lifted: %s %s", rc.Status, rc.Code)
	}

	// Somebody whom the register does not know is held, and operators see it.
	k.send(t, k.Seal(t, catalogue.Death, informant, deathOf("099050000004", "AI ĐÓ", "BT-0003"), matched))
	r.says(t, `"reason":"population-number"`)
	if out, _ := w.command(t, "dossiers", "-stuck"); !strings.Contains(out, "held: population-number") || !strings.Contains(out, "death at ward: ") {
		t.Errorf("dossiers: %q", out)
	}
	if out, _ := w.command(t, "held", "list"); !strings.Contains(out, " C02 ") || !strings.Contains(out, "population-number") {
		t.Errorf("held: %q", out)
	}
	if page := r.figuresPage(t); !strings.Contains(page, "motcua_gateway_dossiers 1\n") || !strings.Contains(page, `motcua_gateway_dossier_legs_stuck{agency="police"} 0`) {
		t.Errorf("figures:\n%s", page)
	}
	text := r.log.String()
	for _, secret := range []string{hubSecret, dead.Number, dead.Name, informant.Number, informant.Name} {
		if strings.Contains(text, secret) {
			t.Errorf("the log tells %q", secret)
		}
	}
}

// TestBlockedFind: an operator asks with a number on standard input, which is in no
// command line.
func TestBlockedFind(t *testing.T) {
	w := newWorld(t)
	config := []string{"-config", w.path("gatewayd.toml")}
	for story, c := range map[string]struct{ stdin, says string }{
		"nobody blocked": {"099050000003\n", "no such entry"}, "no number": {"LÊ VĂN CŨ\n", "twelve digits"}, "nothing": {"", "twelve digits"},
	} {
		var out strings.Builder
		if err := blockedFrom(t.Context(), strings.NewReader(c.stdin), append([]string{"find"}, config...), &out); err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "0990") {
			t.Errorf("%s: %v, %s", story, err, out.String())
		}
	}
}

// TestLinkedConfig: what is wrong is told before anybody is served.
func TestLinkedConfig(t *testing.T) {
	for _, c := range []struct {
		story  string
		change func(t *testing.T, w *world)
		says   string
	}{
		{"no client", func(t *testing.T, w *world) { w.edit(t, `client = "gateway"`, "") }, "linked.client is not set"},
		{"no time", func(t *testing.T, w *world) { w.edit(t, `"1s"`, `"often"`) }, "set it to a time from 1s to 24h"},
		{"another host without TLS", func(t *testing.T, w *world) { w.edit(t, "127.0.0.1:1\"", "hub.example\"") }, `want "https://host"`},
		{"no authority", func(t *testing.T, w *world) { w.edit(t, `poll`, "ca = \"hub.secret\"\npoll") }, "linked.ca: "},
		{"a secret that others read", func(t *testing.T, w *world) {
			if err := os.Chmod(w.path("hub.secret"), 0o644); err != nil {
				t.Fatal(err)
			}
		}, "chmod 600"},
	} {
		t.Run(c.story, func(t *testing.T) {
			w := newWorld(t)
			w.withHub(t, "1")
			c.change(t, w)
			var errs strings.Builder
			if status := run(t.Context(), []string{"-check-config", "-config", w.path("gatewayd.toml")}, os.Stdout, &errs); status != exitUsage || !strings.Contains(errs.String(), c.says) {
				t.Errorf("ended with %d: %s", status, errs.String())
			}
			if strings.Contains(errs.String(), hubSecret) {
				t.Error("the secret is told")
			}
		})
	}
}
