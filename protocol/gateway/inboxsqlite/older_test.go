package inboxsqlite_test

import (
	"database/sql"
	"path/filepath"
	"testing"

	"motcua/protocol/gateway"
	"motcua/protocol/gateway/gatewaytest"
)

// TestOlderFiles: a file that an earlier gatewayd made is brought up, with what is
// in it.
func TestOlderFiles(t *testing.T) {
	for story, undo := range map[string]string{
		"version 3": `DROP TABLE marks; PRAGMA user_version = 3`,
		"version 2": `DROP TABLE marks; DROP TABLE events; PRAGMA user_version = 2`,
		"version 1": `DROP TABLE marks; DROP TABLE events; DROP TABLE jobs; DROP INDEX held;
			ALTER TABLE requests DROP COLUMN level; ALTER TABLE requests DROP COLUMN basis; ALTER TABLE requests DROP COLUMN dated;
			ALTER TABLE requests DROP COLUMN decision; ALTER TABLE positions DROP COLUMN frozen; ALTER TABLE positions DROP COLUMN frozen_at;
			PRAGMA user_version = 1`,
	} {
		t.Run(story, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "inbox.db")
			s := open(t, file)
			if err := s.Update(t.Context(), func(tx gateway.Tx) error { return tx.Insert(gatewaytest.Record("k1", 1), done) }); err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			db, err := sql.Open("sqlite", file)
			if err != nil {
				t.Fatal(err)
			}
			marks := `INSERT INTO state VALUES ('gateway/proof/x', CAST('used' AS BLOB)), ('gateway/nonce/y', CAST('given' AS BLOB)), ('ticket', x'31'); `
			if _, err := db.ExecContext(t.Context(), marks+undo); err != nil {
				t.Fatal(err)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			s = open(t, file)
			gatewaytest.OlderMarks(t, s)
			if err := s.Update(t.Context(), func(tx gateway.Tx) error {
				r, err := tx.Record("k1", gatewaytest.Record("k1", 1).ID)
				if err != nil || r == nil || r.Seq != 1 {
					t.Errorf("record: %v, %v", r, err)
				}
				return tx.Emit(gateway.Event{ID: "1", Subject: "x", Data: []byte("{}")})
			}); err != nil {
				t.Error(err)
			}
			if err := s.Update(t.Context(), func(tx gateway.Tx) error { return tx.PutJob(gateway.Job{Device: "k1"}) }); err != nil {
				t.Error(err)
			}
		})
	}
}
