package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"motcua/daemon/outbox"
	"motcua/protocol/request"
)

// traced are two visits as kioskd logs them, somebody else's lines, and what the
// centre logged; the second visit's request has number 1 in the queue.
const traced = `Started kioskd.
{"time":"2026-03-02T07:29:00+07:00","level":"INFO","msg":"story","visit":"v-00000001","event":"card-seen","ms":0,"reader":"A"}
{"time":"2026-03-02T07:29:20+07:00","level":"INFO","msg":"story","visit":"v-00000001","event":"end","ms":20000,"why":"nobody there"}
{"time":"2026-03-02T07:30:00+07:00","level":"INFO","msg":"story","visit":"v-00000002","event":"card-seen","ms":0,"reader":"ACS ACR 1252"}
{"time":"2026-03-02T07:30:01.2+07:00","level":"INFO","msg":"story","visit":"v-00000002","event":"read","ms":1200,"outcome":"read and intact","took_ms":1100,"err":"\u001b[2J"}
{"time":"2026-03-02T07:30:09.005+07:00","level":"INFO","msg":"story","visit":"v-00000002","event":"queued","ms":9005,"service":"H01","seq":1,"id":"01965f3a-7c00-7abc-8def-0123456789ab"}
{"time":"2026-03-02T07:30:09.010+07:00","level":"DEBUG","msg":"sent","id":"01965f3a-7c00-7abc-8def-0123456789ab","seq":1,"service":"H01","times":1}
{"time":"2026-03-02T07:30:09.011+07:00","level":"DEBUG","msg":"sent","id":"01965f3a-7c00-7abc-8def-0123456789ff","seq":9,"service":"H01","times":1}
{"time":"2026-03-02T07:30:20+07:00","level":"INFO","msg":"story","visit":"v-00000002","event":"end","ms":20000,"why":"finished"}
{"time":"2026-03-02T07:31:00+07:00","level":"INFO","msg":"story","visit":"v-00000003","event":"card-seen","ms":0,"reader":"A"}
{"time":"2026-03-02T07:30:09.100+07:00","level":"INFO","msg":"request","device":"k01","service":"H01","seq":1,"id":"01965f3a-7c00-7abc-8def-0123456789ab","status":"accepted","reason":"","again":false}
`

// queueOfOne is a queue with the visit's request, as it waits for its receipt.
func queueOfOne(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "queue.db")
	at := time.Date(2026, 3, 2, 0, 30, 9, 1e6, time.UTC)
	store, err := outbox.Open(t.Context(), file, outbox.Options{Now: func() time.Time { return at }})
	if err != nil {
		t.Fatal(err)
	}
	id, err := request.ParseID("01965f3a-7c00-7abc-8def-0123456789ab")
	if err != nil {
		t.Fatal(err)
	}
	_, err = store.Enqueue(t.Context(), outbox.Draft{ID: id, Service: "H01", ExpiresAt: at.Add(time.Hour)}, func(uint64, [32]byte) ([]byte, [32]byte, error) {
		return []byte("sealed"), sha256.Sum256([]byte("sealed")), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := store.MarkSent(t.Context(), id, at.Add(15*time.Second)); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	return file
}

// traceOf runs kioskctl trace over the log.
func traceOf(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(context.Background(), append([]string{"trace"}, args...), surroundings{
		stdin: strings.NewReader(traced), stdout: &out, stderr: &errs, now: time.Now,
	})
	return code, out.String(), errs.String()
}

// TestTrace: the whole way of one visit, by its name, its request's number or id,
// and nothing of the others.
func TestTrace(t *testing.T) {
	file := queueOfOne(t)
	const want = `v-00000002, 2026-03-02 07:30:00.000 +07:00
        0 ms  story    card-seen            reader="ACS ACR 1252"
     1200 ms  story    read                 err="\x1b[2J" outcome="read and intact" took_ms=1100
     9001 ms  queue    saved                no=1 expires=EXPIRES id=01965f3a-7c00-7abc-8def-0123456789ab service=H01 state=sent
     9001 ms  queue    first sent           no=1 times=1
     9005 ms  story    queued               no=1 id=01965f3a-7c00-7abc-8def-0123456789ab service=H01
     9010 ms  log      sent                 no=1 id=01965f3a-7c00-7abc-8def-0123456789ab service=H01 times=1
     9100 ms  centre   request              no=1 again=false device=k01 id=01965f3a-7c00-7abc-8def-0123456789ab service=H01 status=accepted
    20000 ms  story    end                  why=finished
`
	for _, which := range []string{"v-00000002", "1", "01965f3a-7c00-7abc-8def-0123456789ab"} {
		code, out, errs := traceOf(t, which, "--queue", file)
		expires := stamp(time.Date(2026, 3, 2, 1, 30, 9, 0, time.UTC).Local())
		if code != exitOK || out != strings.Replace(want, "EXPIRES", expires, 1) {
			t.Errorf("%s: %d %s\n%s", which, code, errs, out)
		}
	}
}

// TestTraceLast: the last visit of the log, as JSON, without a queue.
func TestTraceLast(t *testing.T) {
	code, out, errs := traceOf(t, "last", "--no-queue", "--json")
	var got trace
	if err := json.Unmarshal([]byte(out), &got); err != nil || code != exitOK || got.Visit != "v-00000003" || len(got.Events) != 1 {
		t.Errorf("%d %s %v\n%s", code, errs, err, out)
	}
}

// TestTraceNothing: an unknown visit, a queue that is not there and a wrong command
// line are told, with what to do.
func TestTraceNothing(t *testing.T) {
	for _, c := range []struct {
		code int
		says string
		args []string
	}{
		{exitInternal, "nothing is known of this visit", []string{"v-00000009", "--no-queue"}},
		{exitInternal, "nothing is known of this visit", []string{"17", "--queue", queueOfOne(t)}},
		{exitInternal, "no such file", []string{"v-00000002", "--queue", filepath.Join(t.TempDir(), "none")}},
		{exitInternal, "no such file", []string{"v-00000002", "--no-queue", "--audit", filepath.Join(t.TempDir(), "none")}},
		{exitInternal, "no such file", []string{"v-00000002", "--no-queue", "--journal", filepath.Join(t.TempDir(), "none")}},
		{exitUsage, "the name of a visit is missing", nil},
		{exitUsage, "unexpected argument", []string{"a", "b"}},
	} {
		code, _, errs := traceOf(t, c.args...)
		if code != c.code || !strings.Contains(errs, c.says) {
			t.Errorf("%v: %d %s", c.args, code, errs)
		}
	}
	// what can be told is told all the same
	if _, out, _ := traceOf(t, "v-00000002", "--queue", filepath.Join(t.TempDir(), "none")); !strings.Contains(out, "card-seen") {
		t.Errorf("got\n%s", out)
	}
}

// FuzzTrace: a log may hold anything.
func FuzzTrace(f *testing.F) {
	f.Add(traced)
	f.Add(`{"time":"2026-03-02T07:30:00Z","msg":"story","visit":"x","event":["card"],"seq":-1}`)
	f.Add(strings.Repeat("{", 2*maxLine))
	f.Fuzz(func(t *testing.T, log string) {
		s := newSearch("last")
		if err := s.journal(strings.NewReader(log)); err != nil {
			t.Fatal(err)
		}
		if got, err := s.trace(); err == nil {
			var b bytes.Buffer
			if err := got.print(&b); err != nil || strings.Count(b.String(), "\n") != len(got.Events)+1 {
				t.Errorf("%v: %d moments, %q", err, len(got.Events), b.String())
			}
		}
	})
}
