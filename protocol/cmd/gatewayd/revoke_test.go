package main

import (
	"os"
	"strings"
	"testing"
	"time"

	"motcua/protocol/envelope"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/request"
)

// withList is a world whose gatewayd has a list of revoked certificates.
func withList(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.write(t, "gatewayd.toml", []byte(tomlText+"\n[fleet]\nrevocation = \"revocation\"\n"))
	return w
}

// revoke puts a party on the list, by the command.
func (w *world) revoke(t *testing.T, name string, p gatewaytest.Party) {
	t.Helper()
	w.write(t, name+".crt", p.CertPEM())
	if out, status := w.command(t, "device", "revoke", w.path(name+".crt"), "-reason", "stolen"); status != exitOK {
		t.Fatalf("revoking ended with %d: %s", status, out)
	}
}

// list is the list as it is in its file.
func (w *world) list(t *testing.T) (raw []byte, list request.Revocation) {
	t.Helper()
	raw, err := os.ReadFile(w.path("revocation"))
	if err != nil {
		t.Fatal(err)
	}
	if list, err = envelope.VerifyRevocation(raw, w.fleet.Roots, time.Now()); err != nil {
		t.Fatal(err)
	}
	return raw, list
}

// TestListIsSigned: each command signs the next list, which holds what was revoked
// and says when it was, and people read about whom.
func TestListIsSigned(t *testing.T) {
	w := withList(t)
	if out, status := w.command(t, "revocation", "show"); status != exitOK || out != "there is no list yet: nobody is revoked\n" {
		t.Errorf("shown as %q", out)
	}
	k01, k02 := w.fleet.Device(t, "k01"), w.fleet.Device(t, "k02")
	w.revoke(t, "k01", k01.Party)
	w.revoke(t, "k01", k01.Party) // the second time changes nothing but the number
	if _, list := w.list(t); list.Number != 2 || list.Len() != 1 || !list.Has(envelope.CertificateName(k01.Cert)) {
		t.Errorf("list %d holds %d", list.Number, list.Len())
	}
	w.revoke(t, "receipt-2", w.fleet.Receipt)
	if out, status := w.command(t, "revocation", "renew", "-days", "7"); status != exitOK || !strings.HasPrefix(out, "renewed; list 4 holds 2, the next is due on ") {
		t.Errorf("renewed: %d, %q", status, out)
	}
	_, list := w.list(t)
	if list.Has(envelope.CertificateName(k02.Cert)) || time.UnixMilli(list.Next).Sub(time.UnixMilli(list.At)).Round(24*time.Hour) != 7*24*time.Hour {
		t.Errorf("%+v", list)
	}
	out, _ := w.command(t, "revocation", "show")
	if lines := strings.Split(strings.TrimSpace(out), "\n"); len(lines) != 3 || !strings.Contains(lines[1], `"holder":"k01"`) || !strings.Contains(lines[1], `"reason":"stolen"`) || !strings.Contains(lines[2], `"holder":"receipt-1"`) {
		t.Errorf("shown as %q", out)
	}
}

// TestListIsNotSigned: what kiosks would not take, or would cut them off, is not
// written.
func TestListIsNotSigned(t *testing.T) {
	w := withList(t)
	w.revoke(t, "k01", w.fleet.Device(t, "k01").Party)
	before, _ := w.list(t)
	for name, p := range map[string]gatewaytest.Party{"ca": w.fleet.CA, "document": w.fleet.Document} {
		w.write(t, name+".crt", p.CertPEM())
		if out, status := w.command(t, "device", "revoke", w.path(name+".crt")); status != exitFail {
			t.Errorf("%s was revoked: %d, %s", name, status, out)
		}
	}
	for name, args := range map[string][]string{
		"for ever":               {"revocation", "renew", "-days", "401"},
		"until it is signed":     {"revocation", "renew", "-days", "0"},
		"a file that is no list": {"device", "revoke", w.path("gatewayd.toml")},
	} {
		if out, status := w.command(t, args...); status != exitFail {
			t.Errorf("%s: %d, %s", name, status, out)
		}
	}
	w.write(t, "document.crt", w.fleet.Receipt.CertPEM())
	w.write(t, "document.key", w.fleet.Receipt.KeyPEM(t))
	if out, status := w.command(t, "revocation", "renew"); status != exitFail || !strings.Contains(out, `OU "document"`) {
		t.Errorf("signed with the key for receipts: %d, %s", status, out)
	}
	if after, _ := w.list(t); string(after) != string(before) {
		t.Error("the list has changed")
	}
	w.write(t, "revocation", []byte("broken"))
	if status := run(t.Context(), []string{"-config", w.path("gatewayd.toml"), "-port-file", w.path("port2")}, os.Stdout, &strings.Builder{}); status == exitOK {
		t.Error("a broken list is taken")
	}
}
