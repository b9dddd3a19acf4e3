package inboxsqlite

import "strings"

// statements are the prepared statements of the writing connection.
type statements struct {
	begin, commit, rollback, savepoint, undo, release                              statement
	beside, named, seq, tail, record, insert, settle, strip, position, setPosition statement
	claim, claimed, raise, get, set, emit, dropEvent, marked, mark, forget         statement
	putJob, dueJobs, leaseJob, dropJob                                             statement
	allNear, allPositions, allClaimed, allMarked, allState                         statement
}

// rowsMost is how many rows of questions a statement takes. CROSS JOIN keeps SQLite
// from reading its own table first.
const rowsMost = 16

// rows is that many of one kind, as a table.
func rows(one string) string {
	return "VALUES " + one + strings.Repeat(", "+one, rowsMost-1)
}

// idle: there is nothing left to do for a request. whole: its envelope is as it was
// received, which its first byte tells (gateway.FirstByte).
const (
	idle  = "NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.device = requests.device AND jobs.id = requests.id)"
	whole = "substr(envelope, 1, 1) = x'd2'"
)

// columns are those of a record without its envelope.
const columns = "device, id, seq, prev, digest, service, status, reason, at, receipt, result, level, basis, dated, decision"

func prepareStatements(c conn) (statements, error) {
	var s statements
	for _, p := range []struct {
		into *statement
		text string
	}{
		{&s.begin, "BEGIN IMMEDIATE"},
		{&s.commit, "COMMIT"},
		{&s.rollback, "ROLLBACK"},
		{&s.savepoint, "SAVEPOINT job"},
		{&s.undo, "ROLLBACK TO job"},
		{&s.release, "RELEASE job"},
		{&s.beside, "SELECT device, id, seq, prev, digest FROM requests WHERE device = ? AND seq BETWEEN ? AND ?"},
		{&s.named, "SELECT device, id, seq, prev, digest FROM requests WHERE device = ? AND id = ?"},
		{&s.seq, "SELECT " + columns + " FROM requests WHERE device = ? AND seq = ?"},
		{&s.tail, "SELECT " + columns + " FROM requests WHERE device = ? AND id >= ? AND substr(id, 11) = ?"},
		{&s.record, "SELECT " + columns + ", envelope FROM requests WHERE device = ? AND id = ?"},
		{&s.insert, "INSERT INTO requests (" + columns + ", envelope) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
		{&s.settle, "UPDATE requests SET status = ?, reason = ?, result = ?, decision = ? WHERE device = ? AND id = ?"},
		{&s.strip, "UPDATE requests SET envelope = ?, result = NULL WHERE device = ? AND id = ? AND status <> 'held' AND " + idle},
		{&s.position, "SELECT device, contiguous, head, frozen, frozen_at FROM positions WHERE device = ?"},
		{&s.setPosition, "INSERT OR REPLACE INTO positions (device, contiguous, head, frozen, frozen_at) VALUES (?, ?, ?, ?, ?)"},
		{&s.claim, "INSERT INTO business (service, key, no) VALUES (?, ?, ?)"},
		{&s.claimed, "SELECT no FROM business WHERE service = ? AND key = ?"},
		{&s.raise, `INSERT INTO alarms (kind, device, id, seq, digest, at, times) VALUES (?, ?, ?, ?, ?, ?, 1)
			ON CONFLICT DO UPDATE SET times = times + 1`},
		{&s.get, "SELECT value FROM state WHERE key = ?"},
		{&s.set, "INSERT OR REPLACE INTO state (key, value) VALUES (?, ?)"},
		{&s.marked, "SELECT key, value, until FROM marks WHERE key = ?"},
		{&s.mark, "INSERT OR REPLACE INTO marks (key, value, until) VALUES (?, ?, ?)"},
		{&s.forget, "DELETE FROM marks WHERE key IN (SELECT key FROM marks WHERE until < ? ORDER BY until LIMIT ?)"},
		{&s.emit, "INSERT INTO events (id, subject, data) VALUES (?, ?, ?)"},
		{&s.dropEvent, "DELETE FROM events WHERE number = ?"},
		{&s.putJob, "INSERT OR REPLACE INTO jobs (device, id, tries, next, deadline, last) VALUES (?, ?, ?, ?, ?, ?)"},
		{&s.dueJobs, "SELECT device, id, tries, next, deadline, last FROM jobs WHERE next <= ? ORDER BY next LIMIT ?"},
		{&s.leaseJob, "UPDATE jobs SET next = ? WHERE device = ? AND id = ?"},
		{&s.dropJob, "DELETE FROM jobs WHERE device = ? AND id = ?"},
		{&s.allNear, "WITH w (device, seq, id) AS (" + rows("(?, ?, ?)") + `)
			SELECT r.device, r.id, r.seq, prev, digest FROM w CROSS JOIN requests r ON r.device = w.device AND r.seq BETWEEN w.seq - 1 AND w.seq + 1
			UNION ALL SELECT r.device, r.id, r.seq, prev, digest FROM w CROSS JOIN requests r ON r.device = w.device AND r.id = w.id`},
		{&s.allPositions, "WITH w (device) AS (" + rows("(?)") + ") SELECT device, contiguous, head, frozen, frozen_at FROM w CROSS JOIN positions USING (device)"},
		{&s.allClaimed, "WITH w (service, key) AS (" + rows("(?, ?)") + ") SELECT service, key, no FROM w CROSS JOIN business USING (service, key)"},
		{&s.allMarked, "WITH w (key) AS (" + rows("(?)") + ") SELECT key, value, until FROM w CROSS JOIN marks USING (key)"},
		{&s.allState, "WITH w (key) AS (" + rows("(?)") + ") SELECT key, value FROM w CROSS JOIN state USING (key)"},
	} {
		var err error
		if *p.into, err = c.prepare(p.text); err != nil {
			return s, err
		}
	}
	return s, nil
}
