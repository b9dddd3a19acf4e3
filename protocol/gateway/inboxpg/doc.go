// Package inboxpg keeps the gateway's inbox in a PostgreSQL database that several
// gateways share.
//
// Transactions run one after the other in the whole database: each takes the lock
// of one row first. So every gateway sees what the others have decided, the chain
// of a device may be moved by whichever gets the next envelope, and no transaction
// has to be tried again because of another. What costs time, which is verifying,
// opening and signing, is outside the lock or shared by a batch; transactions that
// wait in one gateway share one commit.
//
// The tables hold what inboxsqlite's file holds: envelopes as received, sealed;
// keyed hashes in place of people; receipts and results as signed.
package inboxpg
