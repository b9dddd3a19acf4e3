package events_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/events"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/gateway/inboxsqlite"
	"motcua/protocol/request"
	"motcua/protocol/wire"
)

func open(t *testing.T) *inboxsqlite.Store {
	t.Helper()
	s, err := inboxsqlite.Open(context.Background(), filepath.Join(t.TempDir(), "inbox.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func update(t *testing.T, s gateway.Inbox, fn func(gateway.Tx) error) {
	t.Helper()
	if err := s.Update(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// TestEvents: what is stored, settled and alarmed leaves events of the published
// schemas, with nothing about the person; what failed leaves none.
func TestEvents(t *testing.T) {
	now := time.Now()
	inner := open(t)
	s := events.Record(inner, func() time.Time { return now }, rand.Reader)
	d := gatewaytest.NewFleet(t, now).Device(t, "k01")
	m := d.CheckIn(t, gatewaytest.Person(1), "internal")
	r := &gateway.Record{
		Device: "k01", ID: m.Outer.ID, Seq: 1, Digest: m.Digest, Service: m.Outer.Service, Status: request.StatusHeld, Reason: "evidence-too-weak",
		At: now.UnixMilli(), Level: request.E2k, Basis: gateway.BasisChecked, Envelope: m.Bytes,
	}
	done := func(r *gateway.Record) error { r.Receipt = []byte("receipt"); return nil }
	failed := errors.New("changed my mind")
	if err := s.Update(t.Context(), func(tx gateway.Tx) error { return errors.Join(tx.Insert(r, done), failed) }); !errors.Is(err, failed) {
		t.Error(err)
	}
	update(t, s, func(tx gateway.Tx) error { return tx.Insert(r, done) })
	update(t, s, func(tx gateway.Tx) error {
		stored, err := tx.Record("k01", m.Outer.ID)
		if err != nil {
			return err
		}
		stored.Status, stored.Decision = request.StatusAccepted, "seen at the counter"
		return tx.Settle(stored)
	})
	update(t, s, func(tx gateway.Tx) error {
		return tx.Raise(gateway.Alarm{Kind: gateway.AlarmSeqReused, Device: "k01", ID: m.Outer.ID, Seq: 1, Digest: m.Digest, At: now.UnixMilli()})
	})
	dose := *r
	dose.Service, dose.Status, dose.Result = catalogue.RecordDose, request.StatusRefused, []byte("result")
	update(t, s, func(tx gateway.Tx) error { return tx.Settle(&dose) })
	dose.Status = request.StatusAccepted
	update(t, s, func(tx gateway.Tx) error { return tx.Settle(&dose) })
	list, err := inner.Events(t.Context(), 10)
	if err != nil || len(list) != 6 {
		t.Fatalf("events: %v, %v", list, err)
	}
	for i, want := range []struct{ subject, schema, text string }{
		{"motcua.events.request.H01.99.h001", "event-request.json", `"stage":"received","service":"H01","province":"99","facility":"h001","device":"k01","seq":1`},
		{"motcua.events.request.H01.99.h001", "event-request.json", `"status":"accepted"`},
		{"motcua.events.alarm.seq-reused", "event-alarm.json", `"kind":"seq-reused"`},
		{"motcua.events.request.H01.99.h001", "event-request.json", `"status":"refused"`},
		{"motcua.events.request.H01.99.h001", "event-request.json", `"service":"V03"`},
		{"motcua.events.dose.99.h001", "event-dose.json", `"data":{"province":"99","facility":"h001","device":"k01","seq":1}`},
	} {
		if list[i].Subject != want.subject || !bytes.Contains(list[i].Data, []byte(want.text)) {
			t.Errorf("event %d: %s %s", i, list[i].Subject, list[i].Data)
		}
		for _, fault := range check(t, want.schema, list[i].Data) {
			t.Errorf("event %d: %s", i, fault)
		}
		for _, word := range []string{gatewaytest.Person(1).Number, "MẪU", "counter"} {
			if bytes.Contains(list[i].Data, []byte(word)) {
				t.Errorf("event %d tells %q", i, word)
			}
		}
	}
	// The check itself can fail.
	for _, wrong := range []string{
		strings.Replace(string(list[0].Data), `"seq":1`, `"seq":0`, 1), strings.Replace(string(list[0].Data), `"held"`, `"lost"`, 1),
		strings.Replace(string(list[0].Data), `"stage"`, `"name"`, 1), strings.Replace(string(list[0].Data), `"1.0"`, `"2.0"`, 1),
	} {
		if len(check(t, "event-request.json", []byte(wrong))) == 0 {
			t.Errorf("the schema takes %s", wrong)
		}
	}
}

// check validates a document against a schema of docs/schemas, with the part of
// JSON Schema that those use.
func check(t *testing.T, schema string, document []byte) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "schemas", schema))
	if err != nil {
		t.Fatal(err)
	}
	var s map[string]any
	var v any
	if err := errors.Join(json.Unmarshal(text, &s), json.Unmarshal(document, &v)); err != nil {
		t.Fatal(err)
	}
	return validate("$", s, v)
}

func validate(at string, s map[string]any, v any) (faults []string) {
	for word, rule := range s {
		ok := true
		switch word {
		case "$schema", "$id", "title", "description":
		case "type":
			switch rule {
			case "object":
				_, ok = v.(map[string]any)
			case "string":
				_, ok = v.(string)
			case "integer":
				n, isNumber := v.(float64)
				ok = isNumber && n == float64(int64(n))
			default:
				ok = false
			}
		case "const":
			ok = v == rule
		case "enum":
			ok = slices.Contains(rule.([]any), v)
		case "minimum":
			n, isNumber := v.(float64)
			ok = isNumber && n >= rule.(float64)
		case "pattern":
			text, isText := v.(string)
			ok = isText && regexp.MustCompile(rule.(string)).MatchString(text)
		case "required":
			for _, name := range rule.([]any) {
				_, has := v.(map[string]any)[name.(string)]
				ok = ok && has
			}
		case "additionalProperties":
			for name := range v.(map[string]any) {
				_, has := s["properties"].(map[string]any)[name]
				ok = ok && has
			}
		case "properties":
			for name, rule := range rule.(map[string]any) {
				if inner, has := v.(map[string]any)[name]; has {
					faults = append(faults, validate(at+"."+name, rule.(map[string]any), inner)...)
				}
			}
		default:
			ok = false
		}
		if !ok {
			faults = append(faults, at+": "+word)
		}
	}
	return faults
}

// TestDescribed: the AsyncAPI document has every topic and subject there is, and
// the files it points to are there.
func TestDescribed(t *testing.T) {
	docs := filepath.Join("..", "..", "..", "docs")
	text, err := os.ReadFile(filepath.Join(docs, "asyncapi.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	addresses := []string{events.Root + ".request.{service}.{province}.{facility}", events.Root + ".alarm.{kind}", events.Root + ".dose.{province}.{facility}"}
	for _, name := range []string{wire.DocRevocation, wire.DocHC1Signers, wire.DocHC1Revocations, wire.DocRoster} {
		addresses = append(addresses, wire.Document{Scope: wire.ScopeAll, Name: name}.Topic())
	}
	for _, kind := range []string{wire.UpRequest, wire.UpEvent, wire.UpAudit, wire.UpStatus} {
		addresses = append(addresses, wire.Root+"/{province}/{facility}/{device}/up/"+kind)
	}
	for _, kind := range []string{wire.DownReceipt, wire.DownResult, wire.DownCommand} {
		addresses = append(addresses, wire.Root+"/{province}/{facility}/{device}/dn/"+kind)
	}
	var described []string
	for _, m := range regexp.MustCompile(`(?m)^    address: (.*)$`).FindAllStringSubmatch(string(text), -1) {
		described = append(described, m[1])
	}
	slices.Sort(addresses)
	slices.Sort(described)
	if !slices.Equal(addresses, described) {
		t.Errorf("described:\n%s\nthere are:\n%s", strings.Join(described, "\n"), strings.Join(addresses, "\n"))
	}
	files := regexp.MustCompile(`\$ref: '?([^'#}]+\.(?:cddl|json))`).FindAllStringSubmatch(string(text), -1)
	for _, m := range files {
		if _, err := os.Stat(filepath.Join(docs, m[1])); err != nil {
			t.Error(err)
		}
	}
	if len(files) < 9 {
		t.Errorf("only %d files are pointed to", len(files))
	}
}

// TestPublish: two gateways send one inbox's events once and in order, also when
// the stream was away, and one takes over from one that is gone.
func TestPublish(t *testing.T) {
	file := filepath.Join(t.TempDir(), "inbox.db")
	synctest.Test(t, func(t *testing.T) {
		s, err := inboxsqlite.Open(context.Background(), file)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = s.Close() }()
		var sent, by []string
		away := 2
		run := func(me string) context.CancelFunc {
			ctx, cancel := context.WithCancel(context.Background())
			go events.Publish(ctx, s, me, func(_ context.Context, all []gateway.Event) error {
				if away > 0 {
					away--
					return errors.New("no stream")
				}
				for _, e := range all {
					sent, by = append(sent, e.ID), append(by, me)
				}
				return nil
			}, time.Now, slog.New(slog.DiscardHandler))
			return cancel
		}
		emit(t, s, "1", "2")
		first := run("first")
		time.Sleep(time.Second)
		second := run("second")
		emit(t, s, "3")
		time.Sleep(time.Second)
		first()
		emit(t, s, "4", "5")
		time.Sleep(10 * time.Second)
		second()
		synctest.Wait()
		if strings.Join(sent, "") != "12345" || by[2] != "first" || by[3] != "second" {
			t.Errorf("sent %v by %v", sent, by)
		}
		if left, err := s.Events(t.Context(), 10); err != nil || len(left) != 0 {
			t.Errorf("left: %v, %v", left, err)
		}
	})
}

func emit(t *testing.T, s gateway.Inbox, ids ...string) {
	t.Helper()
	update(t, s, func(tx gateway.Tx) (err error) {
		for _, id := range ids {
			err = errors.Join(err, tx.Emit(gateway.Event{ID: id, Subject: events.Root + ".test", Data: []byte("{}")}))
		}
		return err
	})
}
