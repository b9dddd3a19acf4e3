// Package batch is what the inboxes have in common: a queue in which transactions
// wait, so that those that wait while the database is busy share its next commit,
// and the view of the database that they share.
//
// Each transaction still happens entirely or not at all, and sees what those
// before it have done. What they add is kept in memory and written when the last
// of them has run, so that a counter that each of them moves is written once.
package batch
