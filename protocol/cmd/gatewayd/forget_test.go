package main

import (
	"database/sql"
	"errors"
	"strings"
	"testing"
	"time"

	"motcua/protocol/gateway"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/gateway/inboxsqlite"
)

// TestOldBodiesGo: a gatewayd that keeps bodies for 30 days takes those of older
// requests when it starts, and leaves the others.
func TestOldBodiesGo(t *testing.T) {
	w := newWorld(t)
	r := w.start(t)
	k := connect(t, w, r.port, w.fleet.Device(t, "k01"))
	for n := range 2 {
		k.send(t, k.CheckIn(t, gatewaytest.Person(n+1), "internal"))
		k.receipt(t)
	}
	r.stop()
	age(t, w.path("data/inbox.db"), 40*24*time.Hour) // the first one
	w.write(t, "gatewayd.toml", []byte(strings.Replace(tomlText, "file = \"data/inbox.db\"", "file = \"data/inbox.db\"\nkeep_days = 30", 1)))
	r = w.start(t)
	r.says(t, `"msg":"forgotten","requests":1`)
	r.stop()
	s, err := inboxsqlite.OpenReader(t.Context(), w.path("data/inbox.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	var whole []bool
	err = s.Accepted(t.Context(), 0, time.Now().AddDate(1, 0, 0).UnixMilli(), func(r *gateway.Record) error {
		whole = append(whole, gateway.Whole(r.Envelope))
		return nil
	})
	if err != nil || len(whole) != 2 || whole[0] || !whole[1] {
		t.Errorf("whole: %v, %v", whole, err)
	}
}

// age makes the first request of a device as old as said.
func age(t *testing.T, file string, by time.Duration) {
	t.Helper()
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.ExecContext(t.Context(), "UPDATE requests SET at = at - ? WHERE seq = 1", by.Milliseconds())
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestKeepDays(t *testing.T) {
	for days, good := range map[string]bool{"0": true, "14": true, "3660": true, "13": false, "-1": false, "4000": false} {
		w := newWorld(t)
		w.write(t, "gatewayd.toml", []byte(strings.Replace(tomlText, "file = \"data/inbox.db\"", "file = \"data/inbox.db\"\nkeep_days = "+days, 1)))
		if _, err := loadConfig(w.path("gatewayd.toml")); (err == nil) != good {
			t.Errorf("%s days: %v", days, err)
		}
	}
}
