package inboxsqlite

import (
	"context"
	"database/sql"
	"fmt"
)

// schemaVersion is SQLite's user_version of the files this program makes.
const schemaVersion = 1

// schema makes a new file. The uniqueness of (device, id), (device, seq) and
// (service, key) holds whatever a program does.
const schema = `
CREATE TABLE requests (
	device   TEXT    NOT NULL,
	id       BLOB    NOT NULL,
	seq      INTEGER NOT NULL,
	prev     BLOB    NOT NULL,
	digest   BLOB    NOT NULL,
	service  TEXT    NOT NULL,
	status   TEXT    NOT NULL,
	reason   TEXT    NOT NULL,
	at       INTEGER NOT NULL,
	receipt  BLOB    NOT NULL,
	result   BLOB,
	envelope BLOB    NOT NULL,
	UNIQUE (device, id),
	UNIQUE (device, seq)
);
CREATE TABLE positions (
	device     TEXT PRIMARY KEY,
	contiguous INTEGER NOT NULL,
	head       BLOB    NOT NULL
) WITHOUT ROWID;
CREATE TABLE business (
	service TEXT NOT NULL,
	key     BLOB NOT NULL,
	no      TEXT NOT NULL,
	PRIMARY KEY (service, key)
) WITHOUT ROWID;
CREATE TABLE state (
	key   TEXT PRIMARY KEY,
	value BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE alarms (
	kind   TEXT    NOT NULL,
	device TEXT    NOT NULL,
	id     BLOB    NOT NULL,
	seq    INTEGER NOT NULL,
	digest BLOB    NOT NULL,
	at     INTEGER NOT NULL,
	times  INTEGER NOT NULL,
	PRIMARY KEY (kind, device, id, digest)
);
`

// prepare makes the schema in a new file, and refuses a file of another version.
func prepare(ctx context.Context, conn *sql.Conn) error {
	var version int
	if err := conn.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	switch version {
	case schemaVersion:
		return nil
	case 0:
		_, err := conn.ExecContext(ctx, fmt.Sprintf("BEGIN IMMEDIATE; %s PRAGMA user_version = %d; COMMIT", schema, schemaVersion))
		return err
	}
	return fmt.Errorf("the file is of version %d, this program knows version %d", version, schemaVersion)
}
