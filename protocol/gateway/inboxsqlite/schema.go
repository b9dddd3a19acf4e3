package inboxsqlite

import "fmt"

// schemaVersion is SQLite's user_version of the files this program makes.
const schemaVersion = 4

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
	level    TEXT    NOT NULL DEFAULT '',
	basis    TEXT    NOT NULL DEFAULT '',
	dated    INTEGER NOT NULL DEFAULT 0,
	decision TEXT    NOT NULL DEFAULT '',
	UNIQUE (device, id),
	UNIQUE (device, seq)
);
CREATE TABLE positions (
	device     TEXT PRIMARY KEY,
	contiguous INTEGER NOT NULL,
	head       BLOB    NOT NULL,
	frozen     TEXT    NOT NULL DEFAULT '',
	frozen_at  INTEGER NOT NULL DEFAULT 0
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
` + later

// later is what version 2 added beside columns.
const later = `
CREATE INDEX held ON requests (at) WHERE status = 'held';
CREATE TABLE jobs (
	device   TEXT    NOT NULL,
	id       BLOB    NOT NULL,
	tries    INTEGER NOT NULL,
	next     INTEGER NOT NULL,
	deadline INTEGER NOT NULL,
	last     TEXT    NOT NULL,
	PRIMARY KEY (device, id)
) WITHOUT ROWID;
CREATE INDEX due ON jobs (next);
` + events

// events is what version 3 added.
const events = `
CREATE TABLE events (
	number  INTEGER PRIMARY KEY AUTOINCREMENT,
	id      TEXT NOT NULL UNIQUE,
	subject TEXT NOT NULL,
	data    BLOB NOT NULL
);
` + marks

// marks is what version 4 added. What was in the state before names no end of its
// own and keeps two weeks, twice the time in which its evidence may arrive.
const marks = `
CREATE TABLE marks (
	key   TEXT PRIMARY KEY,
	value BLOB    NOT NULL,
	until INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX ending ON marks (until);
INSERT INTO marks SELECT key, value, 1000 * unixepoch('now', '+14 days') FROM state WHERE key GLOB 'gateway/nonce/*' OR key GLOB 'gateway/proof/*';
DELETE FROM state WHERE key GLOB 'gateway/nonce/*' OR key GLOB 'gateway/proof/*';
`

// fromOne turns a file of version 1 into one of today.
const fromOne = `
ALTER TABLE requests ADD COLUMN level TEXT NOT NULL DEFAULT '';
ALTER TABLE requests ADD COLUMN basis TEXT NOT NULL DEFAULT '';
ALTER TABLE requests ADD COLUMN dated INTEGER NOT NULL DEFAULT 0;
ALTER TABLE requests ADD COLUMN decision TEXT NOT NULL DEFAULT '';
ALTER TABLE positions ADD COLUMN frozen TEXT NOT NULL DEFAULT '';
ALTER TABLE positions ADD COLUMN frozen_at INTEGER NOT NULL DEFAULT 0;
` + later

// prepare makes the schema in a new file, brings an older one up, and refuses a
// file of an unknown version.
func prepare(c conn) error {
	version, err := c.number("PRAGMA user_version")
	if err != nil {
		return err
	}
	switch version {
	case schemaVersion:
		return nil
	case 0:
		return change(c, schema)
	case 1:
		return change(c, fromOne)
	case 2:
		return change(c, events)
	case 3:
		return change(c, marks)
	}
	return fmt.Errorf("the file is of version %d, this program knows version %d", version, schemaVersion)
}

func change(c conn, statements string) error {
	return c.exec(fmt.Sprintf("BEGIN IMMEDIATE; %s PRAGMA user_version = %d; COMMIT", statements, schemaVersion))
}
