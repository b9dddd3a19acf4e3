package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"motcua/daemon/config"
	"motcua/protocol/fault"
)

const good = `
[device]
id = "demo-k01"
facility = "h001"
facility_name = "Bệnh viện Mẫu"
province = "99"
demo = true
[identity]
certificate = "device/device.crt"
key = "/etc/kioskd/device.key"
[reader]
match = "NFC"
[trust]
csca = "trust/csca"
[queue]
file = "queue.db"
[centre]
broker = "tls://127.0.0.1:8883"
ca = "fleet/ca.crt"
receipt = "centre/receipt.crt"
document = "fleet/ca.crt"
service_key = "centre/service.pub"
[visit]
answer_wait = "3s"
`

func write(t *testing.T, content string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "kioskd.toml")
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestLoadCompletesAndResolves(t *testing.T) {
	name := write(t, good)
	c, err := config.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(filepath.Dir(name), "device/device.crt"); c.Identity.Certificate != want {
		t.Errorf("relative path: got %s, want %s", c.Identity.Certificate, want)
	}
	if c.Identity.Key != "/etc/kioskd/device.key" {
		t.Errorf("absolute path: got %s", c.Identity.Key)
	}
	if c.Visit.AnswerWait != 3*time.Second || c.Visit.Idle != time.Minute || c.Queue.MaxItems != 10_000 {
		t.Errorf("durations and defaults: %+v %+v", c.Visit, c.Queue)
	}
}

func TestAbsentDiffersFromBad(t *testing.T) {
	_, err := config.Load(filepath.Join(t.TempDir(), "none.toml"))
	if got := fault.CodeOf(err); got != fault.ConfigAbsent {
		t.Errorf("absent: %s: %v", got, err)
	}
	_, err = config.Load(t.TempDir())
	if got := fault.CodeOf(err); got != fault.ConfigInvalid {
		t.Errorf("a folder: %s: %v", got, err)
	}
}

func TestEveryFaultIsToldAtOnce(t *testing.T) {
	text := strings.NewReplacer(
		`id = "demo-k01"`, `id = "Demo/K01"`,
		`match = "NFC"`, `match = "("`,
		`file = "queue.db"`, `fiel = "queue.db"`,
		`tls://127.0.0.1:8883`, `mqtt://127.0.0.1`,
		`answer_wait = "3s"`, `answer_wait = "3h"`,
	).Replace(good)
	_, err := config.Load(write(t, text))
	if fault.CodeOf(err) != fault.ConfigInvalid {
		t.Fatalf("got %v", err)
	}
	ce, ok := errors.AsType[*config.Error](err)
	if !ok {
		t.Fatalf("got %T", err)
	}
	var keys []string
	for _, p := range ce.Problems {
		keys = append(keys, p.Key)
	}
	want := "queue.fiel device.id reader.match queue.file centre.broker visit.answer_wait"
	if got := strings.Join(keys, " "); got != want {
		t.Errorf("got  %s\nwant %s\n%v", got, want, err)
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("more than one line: %q", err)
	}
}

// The kiosk trusts a folder or a bundle, and a bundle needs all its files.
func TestTrustIsAFolderOrABundle(t *testing.T) {
	const bundle = "bundle = \"trust.bundle\"\nkey = \"trust.pub\"\nkeep = \"/var/lib/kioskd/trust.bundle\""
	for _, tt := range []struct{ trust, want string }{
		{`csca = "trust/csca"`, ""},
		{bundle, ""},
		{"", "trust.csca"},
		{`bundle = "trust.bundle"`, "trust.key trust.keep"},
		{bundle + "\ncsca = \"trust/csca\"", "trust.csca"},
		{"csca = \"trust/csca\"\nkey = \"trust.pub\"", "trust.key"},
	} {
		c, problems := config.Parse([]byte(strings.Replace(good, `csca = "trust/csca"`, tt.trust, 1)))
		var keys []string
		for _, p := range problems {
			keys = append(keys, p.Key)
		}
		if got := strings.Join(keys, " "); got != tt.want {
			t.Errorf("%q: %s, want %s", tt.trust, got, tt.want)
		}
		if c.Trust.Bundle != "" && c.Trust.Key == "trust.pub" && c.Trust.Keep != "/var/lib/kioskd/trust.bundle" {
			t.Errorf("%+v", c.Trust)
		}
	}
}

// Other ways to the centre may be named; what cannot be one is told.
func TestDutyIsAllOrNothing(t *testing.T) {
	for name, c := range map[string]struct {
		duty config.Duty
		want []string
	}{
		"none":     {config.Duty{}, nil},
		"all":      {config.Duty{Roster: "r", Key: "k", Folder: "f"}, nil},
		"no key":   {config.Duty{Roster: "r", Folder: "f"}, []string{"duty.key"}},
		"a secret": {config.Duty{Roster: "r", Key: "k", Folder: "f", Secret: "s"}, nil},
		"a place":  {config.Duty{Folder: "f"}, []string{"duty.roster", "duty.key"}},
	} {
		var got []string
		for _, p := range (config.Config{Duty: c.duty}).Validate() {
			if strings.HasPrefix(p.Key, "duty.") {
				got = append(got, p.Key)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestWaysToTheCentre(t *testing.T) {
	for _, tt := range []struct {
		more string
		want int
	}{
		{`fallback = "tls://broker-2.example:8883"`, 0},
		{`bearers = ["eth0", "wwan0"]`, 0},
		{`fallback = "tls://127.0.0.1:8883"`, 1},
		{`fallback = "broker-2.example"`, 1},
		{`bearers = ["eth0", "eth0"]`, 1},
		{`bearers = ["", "a/b", "an-interface-name"]`, 3},
		{`bearers = ["a", "b", "c", "d", "e"]`, 1},
	} {
		_, problems := config.Parse([]byte(strings.Replace(good, "[centre]", "[centre]\n"+tt.more, 1)))
		if len(problems) != tt.want {
			t.Errorf("%s: %v", tt.more, problems)
		}
	}
}

func TestWrongTypesAndSyntaxNameTheirLine(t *testing.T) {
	for _, tt := range []struct{ from, to, want string }{
		{`demo = true`, `demo = "yes"`, "device.demo"},
		{`answer_wait = "3s"`, `answer_wait = "soon"`, "visit.answer_wait"},
		{`[visit]`, `[visit`, "line 24"},
	} {
		_, err := config.Load(write(t, strings.Replace(good, tt.from, tt.to, 1)))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: want %q in %v", tt.to, tt.want, err)
		}
	}
}

func TestAnEmptyFileLacksEverythingThatHasNoDefault(t *testing.T) {
	_, problems := config.Parse(nil)
	if len(problems) != 13 {
		t.Errorf("%d problems: %v", len(problems), problems)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte(good + devices))
	f.Add([]byte("[device]\nid=1"))
	f.Add([]byte("visit.idle = 99999999999999999999"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, problems := config.Parse(data)
		if len(problems) == 0 && len(c.Validate()) != 0 {
			t.Fatal("accepted what Validate refuses")
		}
	})
}

// A kiosk offers what it can carry out, and by default what it always did.
func TestServices(t *testing.T) {
	for offered, want := range map[string]string{
		``:                         "",
		`offered = ["F01", "H01"]`: "",
		`offered = []`:             "must name a service",
		`offered = ["H99"]`:        `"H99": there is no such service`,
		`offered = ["V04"]`:        "must name a PKCS #11 module, as V04 is offered",
		`offered = ["C13"]` + "\n[signing]\nmodule = \"token.so\"":                        "must be an absolute path: the module is code that runs in kioskd",
		`offered = ["C13", "V02", "O02"]` + "\n[signing]\nmodule = \"/usr/lib/token.so\"": "",
		`offered = ["C08"]`:                `"C08": a kiosk cannot carry it out yet`,
		`offered = ["H09"]`:                `"H09": a kiosk cannot carry it out yet`,
		`offered = ["F01", "F01"]`:         `"F01": is there twice`,
		`offered = ["F01"]` + "\nx = \"\"": "there is no such key",
	} {
		c, problems := config.Parse([]byte(good + "[services]\n" + offered))
		var texts []string
		for _, p := range problems {
			texts = append(texts, p.Text)
		}
		if got := strings.Join(texts, "; "); got != want {
			t.Errorf("%s: %q, want %q", offered, got, want)
		}
		if offered == "" && !slices.Equal(c.Services.Offered, []string{"H01", "V01", "C06"}) {
			t.Errorf("by default: %v", c.Services.Offered)
		}
	}
}
