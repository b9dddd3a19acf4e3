package signing_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/x509"
	"strings"
	"testing"
	"time"

	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/gateway/signing"
	"motcua/protocol/request"
	"motcua/protocol/simcentral/hub"
	"motcua/protocol/simcentral/trouble"
)

// TestSigned is an extract from the list to the hub.
func TestSigned(t *testing.T) {
	w := newWorld(t)
	if tasks := w.lists("op-1"); len(tasks) != 0 {
		t.Fatalf("before any birth: %d", len(tasks))
	}
	w.born()
	tasks := w.lists("op-1")
	if len(tasks) != 1 {
		t.Fatalf("%d tasks\n%s", len(tasks), w.log.String())
	}
	l := tasks[0]
	if l.Kind != "birth-extract" || l.State != request.SignListed || l.Pages != 1 || l.Mine || l.Due <= w.now.UnixMilli() ||
		l.Document != request.Digest(sha256.Sum256([]byte(l.Preview))) || !strings.Contains(l.Title, "CS-0001") {
		t.Errorf("listed: kind %s, state %s, title %q", l.Kind, l.State, l.Title)
	}
	if e := w.asks("op-1", about("take", l.Document)); e.status != request.StatusAccepted || e.tasks[0].State != request.SignTaken || !e.tasks[0].Mine {
		t.Fatalf("taken: %+v", e)
	}
	if other := w.lists("op-2")[0]; other.State != request.SignTaken || other.Mine || other.Until != w.now.Add(15*time.Minute).UnixMilli() {
		t.Errorf("another officer sees %s until %d", other.State, other.Until)
	}
	first := w.signature("op-1", l.Document, nil)
	if e := w.asks("op-1", first); e.status != request.StatusAccepted || e.tasks[0].State != request.SignPushed {
		t.Fatalf("signed: %+v", e)
	}
	for _, v := range []values{first, w.signature("op-1", l.Document, nil)} {
		if e := w.asks("op-1", v); e.status != request.StatusDuplicate || e.tasks[0].State != request.SignPushed {
			t.Errorf("signed again: %+v", e)
		}
	}
	if n := w.hub.Signatures(); n != 1 || len(w.lists("op-2")) != 0 {
		t.Errorf("%d signatures at the hub, %d tasks left", n, len(w.lists("op-2")))
	}
	if log := w.log.String(); strings.Contains(log, gatewaytest.Person(1).Name) || strings.Contains(log, "CS-0001") {
		t.Error("the log says what the document says")
	}
}

// TestRefused: an officer says why not, and the hub asks no more.
func TestRefused(t *testing.T) {
	w := newWorld(t)
	w.born()
	doc := w.lists("op-1")[0].Document
	w.asks("op-1", about("take", doc))
	no := about("refuse", doc)
	no["reason"] = request.TextValue("Sai tên đệm")
	for _, want := range []request.Status{request.StatusAccepted, request.StatusDuplicate} {
		if e := w.asks("op-1", no); e.status != want || e.tasks[0].State != request.SignPushed {
			t.Errorf("%+v, want %s", e, want)
		}
	}
	if e := w.asks("op-1", w.signature("op-1", doc, nil)); e.reason != "already-refused" {
		t.Errorf("signed afterwards: %+v", e)
	}
	if n := w.hub.Signatures(); n != 0 || len(w.lists("op-1")) != 0 {
		t.Errorf("%d signatures", n)
	}
}

// TestHubAway: what was signed while the hub was away is there, and reaches it later, once.
func TestHubAway(t *testing.T) {
	w := newWorld(t)
	w.born()
	doc := w.lists("op-1")[0].Document
	w.asks("op-1", about("take", doc))
	w.hub.Change(hub.Scenario{Down: []hub.Outage{{To: trouble.Duration(2 * time.Hour)}}})
	if e := w.asks("op-1", w.signature("op-1", doc, nil)); e.status != request.StatusAccepted || e.tasks[0].State != request.SignSigned {
		t.Errorf("signed: %+v", e)
	}
	if e := w.asks("op-2", about("take", doc)); e.reason != "already-signed" {
		t.Errorf("meanwhile: %+v", e)
	}
	w.hub.Change(hub.Scenario{Client: hub.Account{ID: "gateway", Secret: "invented"}})
	for range 3 {
		w.pass(10 * time.Minute)
		w.work()
	}
	if n := w.hub.Signatures(); n != 1 {
		t.Errorf("%d signatures", n)
	}
}

// TestSignerRemoved: a signature whose certificate went away before the hub had it waits
// for a person.
func TestSignerRemoved(t *testing.T) {
	w := newWorld(t)
	w.born()
	doc := w.lists("op-1")[0].Document
	w.asks("op-1", about("take", doc))
	w.hub.Change(hub.Scenario{Down: []hub.Outage{{To: trouble.Duration(2 * time.Hour)}}})
	w.asks("op-1", w.signature("op-1", doc, nil))
	delete(w.tokens, "op-1")
	w.pass(time.Minute)
	replies := w.work()
	if len(replies) != 1 || replies[0].Status != request.StatusHeld || replies[0].Reason != "signer-removed" {
		t.Errorf("%d replies", len(replies))
	}
}

// choosy is a hub that takes no signature.
type choosy struct{ signing.Hub }

func (choosy) Bring(context.Context, signing.Deed) error { return signing.ErrNotTaken }

// TestHubRefuses: a signature that the hub will not take waits for a person.
func TestHubRefuses(t *testing.T) {
	w := newWorld(t)
	w.born()
	doc := w.lists("op-1")[0].Document
	w.asks("op-1", about("take", doc))
	w.service.Hub = choosy{w.service.Hub}
	if e := w.asks("op-1", w.signature("op-1", doc, nil)); e.reason != "signature-not-taken" {
		t.Errorf("%+v", e)
	}
	if n := w.hub.Signatures(); n != 0 {
		t.Errorf("%d signatures", n)
	}
}

// TestNot is everything that is no signature of this officer under this document, each by
// its own reason; the task stays with whoever has it, and nothing reaches the hub.
func TestNot(t *testing.T) {
	w := newWorld(t)
	w.token("over", "op-1", func(c *x509.Certificate) { c.NotAfter = begun().Add(-time.Hour) })
	w.token("to log in", "op-1", func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageDigitalSignature })
	w.token("unregistered", "op-1", nil)
	stranger := gatewaytest.NewFleet(t, begun())
	own := w.fleet
	w.fleet = stranger
	w.token("of another authority", "op-1", nil)
	w.fleet = own
	w.born()
	doc := w.lists("op-1")[0].Document
	if e := w.asks("op-1", w.signature("op-1", doc, nil)); e.reason != "not-taken" {
		t.Errorf("before it is taken: %+v", e)
	}
	w.asks("op-1", about("take", doc))
	other := request.Digest(bytes.Repeat([]byte{7}, 32))
	text := request.TextValue
	for story, c := range map[string]struct {
		officer string
		form    values
		want    string
	}{
		"another document's":       {"op-1", w.signature("op-1", other, values{"document": text(doc.String())}), "signature-bad"},
		"another key's":            {"op-1", w.signature("op-2", doc, values{"certificate": w.signature("op-1", doc, nil)["certificate"]}), "signature-bad"},
		"by another algorithm":     {"op-1", w.signature("op-1", doc, values{"algorithm": text("PS256")}), "signature-bad"},
		"no signature":             {"op-1", w.signature("op-1", doc, values{"signature": text(strings.Repeat("00", 64))}), "signature-bad"},
		"somebody else's token":    {"op-1", w.signature("op-2", doc, nil), "signer-other"},
		"nobody's token":           {"op-1", w.signature("unregistered", doc, nil), "signer-unknown"},
		"of another authority":     {"op-1", w.signature("of another authority", doc, nil), "signer-untrusted"},
		"a certificate to log in":  {"op-1", w.signature("to log in", doc, nil), "signer-untrusted"},
		"a certificate that ended": {"op-1", w.signature("over", doc, nil), "signer-not-valid"},
		"before it was taken":      {"op-1", w.signature("op-1", doc, values{"signed_at": text(minute(w.now.Add(-time.Hour)))}), "signed-at-strange"},
		"tomorrow":                 {"op-1", w.signature("op-1", doc, values{"signed_at": text(minute(w.now.Add(24 * time.Hour)))}), "signed-at-strange"},
		"before the certificate":   {"op-1", w.signature("op-1", doc, values{"signed_at": text("01/01/2025 09:00")}), "signer-not-valid"},
		"taken by somebody else":   {"op-2", w.signature("op-2", doc, nil), "taken-by-another"},
		"take what is taken":       {"op-2", about("take", doc), "taken-by-another"},
		"of another facility":      {"op-3", about("take", doc), "no-such-task"},
		"sign at another facility": {"op-3", w.signature("op-3", doc, nil), "no-such-task"},
		"nobody asked for it":      {"op-1", w.signature("op-1", other, nil), "no-such-task"},
	} {
		if e := w.asks(c.officer, c.form); e.status != request.StatusRefused || e.reason != c.want {
			t.Errorf("%s: %s because of %q, want %s", story, e.status, e.reason, c.want)
		}
	}
	if tasks := w.lists("op-3"); len(tasks) != 0 {
		t.Errorf("another facility is told of %d tasks", len(tasks))
	}
	w.pass(16 * time.Minute)
	if e := w.asks("op-1", w.signature("op-1", doc, nil)); e.reason != "not-taken" {
		t.Errorf("after a quarter of an hour: %+v", e)
	}
	if e := w.asks("op-2", about("take", doc)); e.status != request.StatusAccepted || !e.tasks[0].Mine {
		t.Errorf("then another takes it: %+v", e)
	}
	if n := w.hub.Signatures(); n != 0 {
		t.Fatalf("%d signatures at the hub", n)
	}
	if e := w.asks("op-2", w.signature("op-2", doc, nil)); e.status != request.StatusAccepted {
		t.Errorf("and signs it: %+v", e)
	}
	if e := w.asks("op-1", w.signature("op-1", doc, nil)); e.reason != "already-signed" {
		t.Errorf("and nobody else does: %+v", e)
	}
}
