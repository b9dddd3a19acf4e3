// Package outbox owns the durable queue of requests: what a kiosk has promised a
// person to deliver is here until the centre's signed receipt says that it has
// arrived.
//
// The queue is one SQLite file in WAL mode with synchronous=FULL. One goroutine
// writes: everything that waits while a commit is under way shares the next one,
// so that a batch costs one fsync. [Store.Enqueue] returns after that fsync.
// Sequence numbers have no gaps and each envelope names the digest of the one
// before; the seal function of the caller is therefore called by the writer, in
// order.
//
// The file is not trusted blindly. When it is opened, it is synced and read back
// from the disk rather than from the page cache, checked by SQLite, and then line
// by line: checksums, digests of envelopes, the chain. After the first write or
// fsync that fails, nothing more is written ([ErrBroken]): the kernel reports
// such a loss once, so a later success would prove nothing. What a failed
// Enqueue left behind is unknown until the queue has been opened again.
//
// Nothing personal is stored in clear: service, class, a keyed hash of the
// subject, times and sealed bytes. docs/queue.md tells what is promised and what
// is not.
//
// The package is the only one of the kiosk that may import a database. It must
// never import a network package, a driver or anything that knows people.
package outbox
