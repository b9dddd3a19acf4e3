package main

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"os"
	"strings"
	"testing"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/envelope"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/request"
	"motcua/protocol/roster"
	"motcua/protocol/signedlist"
	"motcua/protocol/wire"
)

// keyFiles writes a new Ed25519 key, and its public half beside it.
func (w *world) keyFiles(t *testing.T, name string) ed25519.PrivateKey {
	t.Helper()
	public, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	half, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	w.write(t, name+".key", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}))
	w.write(t, name+".pub", pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: half}))
	return key
}

// TestApproverReleases: a person's card is at two hospitals within a minute; the
// second check-in waits. The operator sees it and cannot let it go; the district's
// approver signs, and then it goes to its service.
func TestApproverReleases(t *testing.T) {
	w := newWorld(t)
	registrar, approver := w.keyFiles(t, "registrar"), w.keyFiles(t, "approver")
	at := time.Now().Truncate(time.Second)
	list, err := roster.Sign(roster.Roster{
		Head: signedlist.Head{Serial: 1, Issued: at, Expires: at.Add(time.Hour)},
		Officers: []roster.Officer{{
			Ref: "ap-1", Role: roster.Approver, Facility: "district", Card: roster.Card{1}, Key: roster.Key(approver.Public().(ed25519.PublicKey)),
			From: at.Add(-time.Hour), Until: at.Add(time.Hour),
		}},
	}, registrar)
	if err != nil {
		t.Fatal(err)
	}
	w.write(t, "roster", list)
	w.write(t, "gatewayd.toml", []byte(tomlText+"\n[duty]\nroster = \"roster\"\nkey = \"registrar.pub\"\n\n[anomaly]\ntravel = \"30m\"\n"))
	r := w.start(t)
	near := connect(t, w, r.port, w.fleet.Device(t, "k01"))
	far := connect(t, w, r.port, w.fleet.DeviceAt(t, wire.Branch{Province: "99", Facility: "h002", Device: "k02"}))
	near.send(t, near.CheckIn(t, gatewaytest.Person(1), "internal"))
	near.receipt(t)
	m := far.CheckIn(t, gatewaytest.Person(1), "internal")
	far.send(t, m)
	if rc, err := envelope.VerifyReceipt(far.receipt(t), w.fleet.Roots, time.Now()); err != nil || rc.Status != request.StatusHeld || rc.Code != "" {
		t.Fatalf("%+v, %v", rc, err)
	}
	id := m.Outer.ID.String()
	if out, _ := w.command(t, "held", "list"); !strings.HasPrefix(out, "k02 "+id+" H01 seq 1, anomaly-two-places, E2 checked, ") || !strings.Contains(out, "for 0s, an approver signs "+m.Digest.String()) {
		t.Errorf("listed as %q", out)
	}
	if out := w.inbox(t); !strings.Contains(out, "alarm anomaly-two-places k02 seq 1, 1 times") {
		t.Errorf("the inbox says %q", out)
	}
	if out, status := w.command(t, "held", "release", "k02", id, "-reason", "I know the password"); status != exitFail || !strings.Contains(out, "an approver has to sign") {
		t.Errorf("an operator: %d, %q", status, out)
	}
	if _, status := w.command(t, "held", "decide", w.path("ca.crt")); status == exitOK {
		t.Error("a file that is no statement was taken")
	}
	var out, errs strings.Builder
	args := []string{"held", "sign", "release", "k02", id, m.Digest.String(), "-by", "district/ap-1", "-key", w.path("approver.key"), "-reason", "both were called", "-out", w.path("statement")}
	if status := run(t.Context(), args, &out, &errs); status != exitOK {
		t.Fatalf("signing: %d, %s", status, errs.String())
	}
	if out, status := w.command(t, "held", "decide", w.path("statement")); status != exitOK {
		t.Fatalf("deciding: %d, %s", status, out)
	}
	res, err := envelope.VerifyResult(far.result(t), w.fleet.Roots, time.Now())
	if err != nil || res.ID != m.Outer.ID || res.Class != request.ClassOK {
		t.Errorf("result %+v, %v", res, err)
	}
	told, _ := w.command(t, "trail")
	lines := strings.Split(strings.TrimSpace(told), "\n")
	if len(lines) != 2 || !strings.Contains(lines[0], " held h002 k02 "+id+" H01 two-places") || !strings.Contains(lines[1], " released h002 k02 "+id+" H01 two-places by district/ap-1: both were called") {
		t.Errorf("the trail: %q", told)
	}
	told, _ = w.command(t, "trail", "-json", "-from", "2")
	var e gateway.Entry
	if err := json.Unmarshal([]byte(told), &struct {
		Act       *gateway.Act
		Statement *[]byte
	}{&e.Act, &e.Statement}); err != nil || e.Act != gateway.ActReleased || len(e.Statement) == 0 {
		t.Errorf("the trail as JSON: %q, %v", told, err)
	}
}

// TestSigningRefuses: what is no statement is not signed.
func TestSigningRefuses(t *testing.T) {
	w := newWorld(t)
	w.keyFiles(t, "approver")
	id, digest := "019cb1a4-0000-7000-8000-000000000001", strings.Repeat("0a", 32)
	for story, args := range map[string][]string{
		"no approver":  {"release", "k01", id, digest, "-key", w.path("approver.key"), "-reason", "r", "-out", w.path("s")},
		"no request":   {"release", "k01", "none", digest, "-by", "d/a", "-key", w.path("approver.key"), "-reason", "r", "-out", w.path("s")},
		"no digest":    {"release", "k01", id, "0a", "-by", "d/a", "-key", w.path("approver.key"), "-reason", "r", "-out", w.path("s")},
		"no reason":    {"release", "k01", id, digest, "-by", "d/a", "-key", w.path("approver.key"), "-out", w.path("s")},
		"no verdict":   {"perhaps", "k01", id, digest, "-by", "d/a", "-key", w.path("approver.key"), "-reason", "r", "-out", w.path("s")},
		"another key":  {"release", "k01", id, digest, "-by", "d/a", "-key", w.path("tls.key"), "-reason", "r", "-out", w.path("s")},
		"no key":       {"release", "k01", id, digest, "-by", "d/a", "-key", w.path("none"), "-reason", "r", "-out", w.path("s")},
		"too few":      {"release", "k01"},
		"unknown flag": {"release", "-x"},
	} {
		var out, errs strings.Builder
		if status := run(t.Context(), append([]string{"held", "sign"}, args...), &out, &errs); status != exitUsage {
			t.Errorf("%s: %d, %s", story, status, errs.String())
		}
		if _, err := os.Stat(w.path("s")); err == nil {
			t.Errorf("%s: signed", story)
		}
	}
}

// TestAnomalyConfiguration: thresholds are read strictly, and every fault is told.
func TestAnomalyConfiguration(t *testing.T) {
	for text, want := range map[string]string{
		"apart = \"20s\"\nper_hour = 60\noff = [\"clock-jump\"]": "",
		"apart = \"0s\"\nper_hour = 0":                           "apart",
		"acts = [\"V99\"]":                                       "V99",
		"aparts = \"20s\"":                                       "anomaly.aparts",
		"apart = \"soon\"":                                       "invalid duration",
		"[anomaly.stock]\nh001 = [\"LOT-1\"]":                    "",
		"[anomaly.local]\n\"99\" = [\"99\"]":                     "three digits",
		"dormant_after = \"1440h\"\nacts = [\"" + catalogue.RecordDose + "\"]": "",
	} {
		w := newWorld(t)
		w.write(t, "gatewayd.toml", []byte(tomlText+"\n[anomaly]\n"+text+"\n"))
		_, err := loadConfig(w.path("gatewayd.toml"))
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}
