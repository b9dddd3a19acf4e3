package inboxpg

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// schemaVersion is the one row of the table inbox.
const schemaVersion = 2

// schema makes the tables. The uniqueness of (device, id), (device, seq) and
// (service, key) holds whatever a program does.
const schema = `
CREATE TABLE inbox (
	one     boolean PRIMARY KEY DEFAULT true CHECK (one),
	version integer NOT NULL
);
CREATE TABLE requests (
	device   text   NOT NULL,
	id       bytea  NOT NULL,
	seq      bigint NOT NULL,
	prev     bytea  NOT NULL,
	digest   bytea  NOT NULL,
	service  text   NOT NULL,
	status   text   NOT NULL,
	reason   text   NOT NULL,
	at       bigint NOT NULL,
	receipt  bytea  NOT NULL,
	result   bytea,
	level    text   NOT NULL,
	basis    text   NOT NULL,
	dated    bigint NOT NULL,
	decision text   NOT NULL,
	envelope bytea  NOT NULL,
	UNIQUE (device, id),
	UNIQUE (device, seq)
);
ALTER TABLE requests ALTER envelope SET STORAGE EXTERNAL; -- sealed: nothing to compress
CREATE INDEX held ON requests (at) WHERE status = 'held';
CREATE TABLE positions (
	device     text PRIMARY KEY,
	contiguous bigint NOT NULL,
	head       bytea  NOT NULL,
	frozen     text   NOT NULL,
	frozen_at  bigint NOT NULL
);
CREATE TABLE business (
	service text  NOT NULL,
	key     bytea NOT NULL,
	no      text  NOT NULL,
	PRIMARY KEY (service, key)
);
CREATE TABLE state (
	key   text PRIMARY KEY,
	value bytea NOT NULL
);
CREATE TABLE alarms (
	kind   text   NOT NULL,
	device text   NOT NULL,
	id     bytea  NOT NULL,
	seq    bigint NOT NULL,
	digest bytea  NOT NULL,
	at     bigint NOT NULL,
	times  bigint NOT NULL,
	n      bigint GENERATED ALWAYS AS IDENTITY,
	PRIMARY KEY (kind, device, id, digest)
);
CREATE TABLE jobs (
	device   text    NOT NULL,
	id       bytea   NOT NULL,
	tries    integer NOT NULL,
	next     bigint  NOT NULL,
	deadline bigint  NOT NULL,
	last     text    NOT NULL,
	PRIMARY KEY (device, id)
);
CREATE INDEX due ON jobs (next);
CREATE TABLE events (
	number  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	id      text  NOT NULL UNIQUE,
	subject text  NOT NULL,
	data    bytea NOT NULL
);
` + marks

// marks is what version 2 added. What was in the state before names no end of its
// own and keeps two weeks, twice the time in which its evidence may arrive.
const marks = `
CREATE TABLE marks (
	key   text   PRIMARY KEY,
	value bytea  NOT NULL,
	until bigint NOT NULL
);
CREATE INDEX ending ON marks (until);
INSERT INTO marks SELECT key, value, (1000 * extract(epoch FROM now() + interval '14 days'))::bigint FROM state
	WHERE key LIKE 'gateway/nonce/%' OR key LIKE 'gateway/proof/%';
DELETE FROM state WHERE key LIKE 'gateway/nonce/%' OR key LIKE 'gateway/proof/%';
`

// making is the key of the lock under which the tables are made.
const making = 0x6d6f74637561 // "motcua"

// prepare makes the tables in a new database, brings older ones up, and refuses
// those of an unknown version, and a database that loses what it has acknowledged.
func prepare(ctx context.Context, conn *pgx.Conn) error {
	if err := durable(ctx, conn); err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1)", int64(making)); err != nil {
			return err
		}
		var there bool
		if err := tx.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'inbox')").Scan(&there); err != nil {
			return err
		}
		if !there {
			if _, err := tx.Exec(ctx, schema); err != nil {
				return fmt.Errorf("making the tables: %w", err)
			}
			_, err := tx.Exec(ctx, "INSERT INTO inbox (version) VALUES ($1)", schemaVersion)
			return err
		}
		if err := bringUp(ctx, tx); err != nil {
			return err
		}
		return lock(ctx, tx)
	})
}

// bringUp changes tables that an earlier gatewayd has made. One that still runs
// finds tables of another version at its next transaction, and stores nothing more.
func bringUp(ctx context.Context, tx pgx.Tx) error {
	tag, err := tx.Exec(ctx, "UPDATE inbox SET version = $1 WHERE version = 1", schemaVersion)
	if err != nil || tag.RowsAffected() == 0 {
		return err
	}
	if _, err := tx.Exec(ctx, marks); err != nil {
		return fmt.Errorf("changing the tables: %w", err)
	}
	return nil
}

// durable refuses settings that acknowledge what a loss of power takes back.
func durable(ctx context.Context, conn *pgx.Conn) error {
	for _, setting := range []string{"fsync", "full_page_writes", "synchronous_commit"} {
		var value string
		if err := conn.QueryRow(ctx, "SELECT current_setting($1)", setting).Scan(&value); err != nil {
			return err
		}
		if value == "off" {
			return &finalError{fmt.Errorf("the database loses what it has stored when the power fails: %s is off; set it to on", setting)}
		}
	}
	return nil
}

// lock waits until this transaction is the only one, and checks that the tables
// are still those that this program knows. Later statements see all that was
// committed before: the isolation level is READ COMMITTED.
func lock(ctx context.Context, tx pgx.Tx) error {
	var version int
	if err := tx.QueryRow(ctx, "SELECT version FROM inbox FOR UPDATE").Scan(&version); err != nil {
		return err
	}
	if version != schemaVersion {
		return &finalError{fmt.Errorf("the tables are of version %d, this program knows version %d", version, schemaVersion)}
	}
	return nil
}
