package hospitalsystem_test

import (
	"strings"
	"testing"

	"motcua/protocol/catalogue"
	"motcua/protocol/simcentral/hospitalsystem"
)

func TestReadScenario(t *testing.T) {
	const good = `{"token": "t", "delay": "1s", "troubles": ["status"], "rooms": [{"specialty": "eye", "prefix": "ED", "room": "205", "floor": "2", "minutes": 5, "fee": 150000}],
		"appointments": [{"number": "7K2P9M4T", "person": "099090000123", "specialty": "eye", "in": "-10m"}], "bills": [{"number": "B-1", "fee": 1000, "paid_in": "1m"}]}`
	if _, err := hospitalsystem.ReadScenario([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for story, c := range map[string][2]string{
		"no token":             {`"token": "t"`, `"token": ""`},
		"an unknown key":       {`"token"`, `"tokens"`},
		"an unknown trouble":   {`"status"`, `"sulks"`},
		"an unknown specialty": {`"eye", "in"`, `"eyes", "in"`},
		"a number of no code":  {`7K2P9M4T`, `7K2P`},
		"a room nowhere":       {`"room": "205"`, `"room": ""`},
		"no time":              {`"-10m"`, `"soon"`},
		"a bill of no number":  {`"B-1"`, `""`},
		"a bill of nothing":    {`"fee": 1000,`, `"fee": 0,`},
		"an endless bill":      {`"fee": 1000,`, `"fee": 1000000001,`},
		"a bill paid some day": {`"1m"`, `"soon"`},
	} {
		text := strings.Replace(good, c[0], c[1], 1)
		if _, err := hospitalsystem.ReadScenario([]byte(text)); err == nil || strings.Contains(err.Error(), "0990") {
			t.Errorf("%s: %v", story, err)
		}
	}
	double := strings.Replace(good, `"in": "-10m"}`, `"in": "-10m"}, {"number": "7K2P9M4T", "person": "099090000123", "specialty": "eye", "in": "1h"}`, 1)
	if _, err := hospitalsystem.ReadScenario([]byte(double)); err == nil {
		t.Error("one number for two appointments")
	}
	double = strings.Replace(good, `"paid_in": "1m"}`, `"paid_in": "1m"}, {"number": "B-1", "fee": 2000}`, 1)
	if _, err := hospitalsystem.ReadScenario([]byte(double)); err == nil {
		t.Error("one number for two bills")
	}
}

// TestRooms: a scenario without rooms has one for each specialty, with a queue and a fee.
func TestRooms(t *testing.T) {
	prefixes := map[string]bool{}
	for _, r := range hospitalsystem.Rooms() {
		if !catalogue.KnownSpecialty(r.Specialty) || prefixes[r.Prefix] || r.Room == "" || r.Minutes == 0 || r.Fee == 0 {
			t.Errorf("%+v", r)
		}
		prefixes[r.Prefix] = true
	}
	if len(prefixes) != len(catalogue.Specialties()) {
		t.Errorf("%d rooms", len(prefixes))
	}
}
