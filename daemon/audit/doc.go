// Package audit owns the device's audit log: what the kiosk did, in an order that
// cannot be changed afterwards without anybody noticing. It is a Merkle tree
// (RFC 6962) over entries, whose root is signed by the device every five minutes
// or 256 entries and sent to the centre as a checkpoint. docs/audit.md tells the
// format, and what the log proves and what it does not.
//
// A folder holds a log:
//
//	0000000000000000.log  entries, in segments named by their first entry
//	hashes                the tree's hashes, in the order of tlog.StoredHashIndex
//	checkpoints           signed heads
//
// Beside it, FOLDER.old-… are logs before this one that were damaged.
//
// Entries hold no personal data. The package knows neither screen nor network, and
// must never import them.
package audit
