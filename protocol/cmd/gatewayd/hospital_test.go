package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"motcua/protocol/checkin"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/gateway/hospital"
)

const hospitalToken = "invented-hospital-token"

const hospitalText = `
[hospital]
address = "http://127.0.0.1:%s"
token_file = "hospital.token"
`

// withHospital makes the world tell a hospital's system on a port.
func (w *world) withHospital(t *testing.T, port string) {
	t.Helper()
	w.write(t, "gatewayd.toml", []byte(tomlText+fmt.Sprintf(hospitalText, port)))
	w.write(t, "hospital.token", []byte(hospitalToken+"\n"))
	w.write(t, "scenario.json", []byte(`{"token": "`+hospitalToken+`", "troubles": ["status"]}`))
}

// record is the first record of the day, as the hospital's system shows it.
func record(t *testing.T, port string) (checkin.Record, bool) {
	t.Helper()
	stay := fmt.Sprintf("h001-%s00001", gateway.Date(time.Now()))
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1:"+port+hospital.Path+stay, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+hospitalToken)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode == http.StatusNotFound {
		return checkin.Record{}, false
	}
	b, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	told, err := checkin.Parse(b)
	if err != nil {
		t.Fatal(err)
	}
	return told, true
}

// TestHospital: a check-in comes to the hospital's system, whose first answer is a
// fault, with every letter of the name; the log tells neither name nor token.
func TestHospital(t *testing.T) {
	w := newWorld(t)
	w.withHospital(t, "0")
	port := w.play(t, "hospital")
	w.withHospital(t, port)
	r := w.start(t)
	k := connect(t, w, r.port, w.fleet.Device(t, "k01"))
	person := gatewaytest.Person(1)
	k.send(t, k.CheckIn(t, person, "internal"))
	k.receipt(t)
	var told checkin.Record
	for deadline, found := time.Now().Add(patience), false; !found; time.Sleep(20 * time.Millisecond) {
		if told, found = record(t, port); time.Now().After(deadline) {
			t.Fatal("the hospital was not told")
		}
	}
	if told.Name != person.Name || told.Number != person.Number {
		t.Error("told of somebody else")
	}
	for _, secret := range []string{person.Name, person.Number, hospitalToken} {
		if strings.Contains(r.log.String(), secret) {
			t.Error("the log tells a secret")
		}
	}
}

// TestHospitalFaults: what is wrong with the settings is told before anything starts.
func TestHospitalFaults(t *testing.T) {
	for _, c := range []struct {
		story string
		spoil func(*testing.T, *world)
		want  string
	}{
		{"no token", func(t *testing.T, w *world) { w.edit(t, "token_file = \"hospital.token\"", "") }, "hospital.token_file is not set"},
		{"no address", func(t *testing.T, w *world) { w.edit(t, "address = \"http://127.0.0.1:9\"", "") }, "hospital.address is not set"},
		{"an account that no code can name", func(t *testing.T, w *world) {
			w.edit(t, "token_file = \"hospital.token\"", "token_file = \"hospital.token\"\nbank = \"970\"\naccount = \"1\"")
		}, "hospital.bank and hospital.account"},
		{"in clear", func(t *testing.T, w *world) { w.edit(t, "http://127.0.0.1:9", "http://his.example") }, "hospital.address is"},
		{"everybody may read it", func(t *testing.T, w *world) {
			if err := os.Chmod(w.path("hospital.token"), 0o644); err != nil {
				t.Fatal(err)
			}
		}, "others may read"},
	} {
		w := newWorld(t)
		w.withHospital(t, "9")
		c.spoil(t, w)
		var errs strings.Builder
		if status := run(t.Context(), []string{"-config", w.path("gatewayd.toml"), "-check-config"}, io.Discard, &errs); status != exitUsage || !strings.Contains(errs.String(), c.want) {
			t.Errorf("%s: %d: %s", c.story, status, errs.String())
		}
	}
}
