package wire_test

import (
	"errors"
	"strings"
	"testing"

	"motcua/protocol/wire"
)

func demo() wire.Branch { return wire.Branch{Province: "99", Facility: "h001", Device: "demo-k01"} }

func TestTopics(t *testing.T) {
	for topic, want := range map[string]string{
		demo().Up(wire.UpRequest):     "k1/99/h001/demo-k01/up/req",
		demo().Up(wire.UpStatus):      "k1/99/h001/demo-k01/up/status",
		demo().Down(wire.DownReceipt): "k1/99/h001/demo-k01/dn/receipt",
		demo().Down(wire.DownResult):  "k1/99/h001/demo-k01/dn/result",
	} {
		if topic != want {
			t.Errorf("got %s, want %s", topic, want)
		}
		parsed, err := wire.ParseTopic(topic)
		if err != nil || parsed.String() != topic || parsed.Branch != demo() {
			t.Errorf("%s is read as %v, %v", topic, parsed, err)
		}
	}
}

// TestNames: nothing with a meaning in MQTT topics or NATS subjects is a name.
func TestNames(t *testing.T) {
	for _, good := range []string{"99", "h001", "demo-k01", "A_b-9", strings.Repeat("x", wire.MaxName)} {
		if err := wire.CheckName(good); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	bad := []string{"", "+", "#", "a/b", "a.b", "*", ">", "a b", "a\x00", "a\n", "$SYS", "à", "a\u202eb", strings.Repeat("x", wire.MaxName+1)}
	for _, name := range bad {
		if err := wire.CheckName(name); !errors.Is(err, wire.ErrName) {
			t.Errorf("%q: got %v", name, err)
		}
		for _, b := range []wire.Branch{{name, "h001", "k"}, {"99", name, "k"}, {"99", "h001", name}} {
			if b.Validate() == nil {
				t.Errorf("%+q is a branch", b)
			}
		}
	}
}

func TestForeignTopics(t *testing.T) {
	for _, topic := range []string{
		"", "k1", "k1/99/h001/demo-k01/up", "k1/99/h001/demo-k01/up/req/x", "k2/99/h001/demo-k01/up/req",
		"k1/99/h001/+/up/req", "k1/99/h001/demo-k01/up/#", "k1/99/h001/demo-k01/up/receipt", "k1/99/h001/demo-k01/dn/req",
		"k1/99/h001/demo-k01/sideways/req", "k1//h001/demo-k01/up/req", "/k1/99/h001/demo-k01/up/req", "$SYS/99/h001/demo-k01/up/req",
	} {
		if got, err := wire.ParseTopic(topic); !errors.Is(err, wire.ErrTopic) {
			t.Errorf("%q is read as %v, %v", topic, got, err)
		}
	}
}

// TestAccess: a device publishes up and subscribes down, on its own branch only.
func TestAccess(t *testing.T) {
	mine, other := demo(), wire.Branch{Province: "99", Facility: "h001", Device: "demo-k02"}
	access := mine.Access()
	for _, c := range []struct {
		topic              string
		publish, subscribe bool
	}{
		{mine.Up(wire.UpRequest), true, false},
		{mine.Up(wire.UpStatus), true, false},
		{mine.Down(wire.DownReceipt), false, true},
		{mine.Down(wire.DownCommand), false, true},
		{other.Up(wire.UpRequest), false, false},
		{other.Down(wire.DownReceipt), false, false},
		{"k1/99/h001/+/dn/receipt", false, false},
		{"k1/#", false, false},
		{"#", false, false},
		{mine.String() + "/dn/#", false, false},
		{mine.String() + "/up/other", false, false},
		{"k1/all/doc/policy", false, true},
		{"k1/all/doc/+", false, true},
		{"k1/99/h001/doc/roster", false, true},
		{"k1/99/h002/doc/roster", false, false},
		{"k1/all/doc/policy/deeper", false, false},
		{"k1/all/doc/", false, false},
		{"$SYS/broker", false, false},
	} {
		if got := access.MayPublish(c.topic); got != c.publish {
			t.Errorf("publish %s: %v", c.topic, got)
		}
		if got := access.MaySubscribe(c.topic); got != c.subscribe {
			t.Errorf("subscribe %s: %v", c.topic, got)
		}
	}
}

// TestDocuments: documents are for everybody, a province or a facility. A device
// that may only read reads the list of revoked certificates.
func TestDocuments(t *testing.T) {
	for topic, want := range map[string]wire.Document{
		"k1/all/doc/revocation": {Scope: wire.ScopeAll, Name: wire.DocRevocation},
		"k1/99/doc/policy":      {Scope: "99", Name: "policy"},
		"k1/99/h001/doc/roster": {Scope: "99/h001", Name: "roster"},
	} {
		got, err := wire.ParseDocument(topic)
		if err != nil || got != want || want.Topic() != topic || !demo().Access().MaySubscribe(topic) || demo().Access().MayPublish(topic) {
			t.Errorf("%s: %+v, %v", topic, got, err)
		}
	}
	for _, topic := range []string{
		"", "k1/doc/revocation", "k1/all/doc", "k1/all/doc/", "k1/all/doc/+", "k1/all/doc/a/b", "k1/all/dok/revocation", "k2/all/doc/revocation",
		"k1/99/h001/k01/doc/policy", "k1//doc/policy", demo().Down(wire.DownReceipt),
	} {
		if got, err := wire.ParseDocument(topic); !errors.Is(err, wire.ErrTopic) {
			t.Errorf("%q is read as %+v, %v", topic, got, err)
		}
	}
	reading := wire.Reading()
	if !reading.MaySubscribe("k1/all/doc/revocation") || reading.MaySubscribe("k1/all/doc/policy") || reading.MaySubscribe("k1/all/doc/+") ||
		reading.MaySubscribe(demo().Down(wire.DownReceipt)) || len(reading.Publish) > 0 {
		t.Errorf("a device that may only read may %+v", reading)
	}
	if wire.CheckName(wire.ReadingID("k01")) == nil {
		t.Error("the client id for reading is a device's name")
	}
}

func TestLimits(t *testing.T) {
	for _, kind := range []string{wire.UpRequest, wire.UpEvent, wire.UpAudit, wire.UpStatus} {
		if n := (wire.Topic{Branch: demo(), Direction: wire.Up, Kind: kind}).Limit(); n <= 0 || n > wire.MaxPayload {
			t.Errorf("%s: %d bytes", kind, n)
		}
	}
}

// FuzzParseDocument: what parses prints as it was.
func FuzzParseDocument(f *testing.F) {
	f.Add("k1/all/doc/revocation")
	f.Add("k1/99/h001/doc/roster")
	f.Add("k1/doc/doc/doc")
	f.Fuzz(func(t *testing.T, s string) {
		d, err := wire.ParseDocument(s)
		if err == nil && (d.Topic() != s || strings.ContainsAny(s, "+#.*> $\x00")) {
			t.Errorf("%q is read as %+v", s, d)
		}
	})
}

// FuzzParseTopic: what parses is a topic without wildcards that prints as it was.
func FuzzParseTopic(f *testing.F) {
	f.Add("k1/99/h001/demo-k01/up/req")
	f.Add("k1/99/h001/demo-k01/dn/receipt")
	f.Add("k1/+/#/a/up/req")
	f.Add("k1/99/h001/demo.k01/up/req")
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		topic, err := wire.ParseTopic(s)
		if err != nil {
			return
		}
		if topic.String() != s || strings.ContainsAny(s, "+#.*> $\x00") {
			t.Errorf("%q is read as %q", s, topic)
		}
	})
}
