// Package inboxsqlite keeps the gateway's inbox in one SQLite file: WAL,
// synchronous=FULL, one writer that shares a sync of the disk between the
// transactions that wait for it.
//
// It is the inbox for one machine. The file holds envelopes as received, sealed;
// keyed hashes in place of people; receipts and results as signed. Whoever has
// the file and not the service key learns who asked for nothing.
package inboxsqlite
