package outbox

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
)

// damage is a finding about the file, wrapping [ErrCorrupt].
func damage(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrCorrupt, fmt.Sprintf(format, args...))
}

// checkFile runs SQLite's own check of pages, order and index.
func (d *database) checkFile(ctx context.Context) error {
	rows, err := d.conn.QueryContext(ctx, "pragma integrity_check(3)")
	if err != nil {
		return err
	}
	defer rows.Close()
	var findings []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return err
		}
		findings = append(findings, strings.ReplaceAll(text, "\n", " "))
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if len(findings) != 1 || findings[0] != "ok" {
		return damage("%s", strings.Join(findings, "; "))
	}
	return nil
}

// loaded is what reading the whole table leaves in memory.
type loaded struct {
	open    []Entry // by seq, without envelopes
	sizes   []int   // of their envelopes
	final   map[State]int
	first   uint64 // seq of the first row, 0 when there is none
	last    uint64
	head    [32]byte // digest of the last row
	payload int64    // bytes of the open envelopes
}

// load reads every request and holds it to its checksums, its digest, its
// neighbours and its state.
func (d *database) load(ctx context.Context) (loaded, error) {
	l := loaded{final: map[State]int{}}
	rows, err := d.conn.QueryContext(ctx, `select `+columns+` from `+joined+` order by item.seq`)
	if err != nil {
		return l, err
	}
	defer rows.Close()
	for rows.Next() {
		e, err := scan(rows)
		if err != nil {
			return l, err
		}
		if err := l.follow(&e); err != nil {
			return l, err
		}
		l.add(e)
	}
	if err := rows.Err(); err != nil {
		return l, err
	}
	strays, err := d.number(ctx, `select count(*) from fate where seq not in (select seq from item)`)
	if err == nil && strays != 0 {
		err = damage("%d requests are gone, only their fate is known", strays)
	}
	return l, err
}

// follow checks that e is a sound successor of the request before.
func (l *loaded) follow(e *Entry) error {
	switch {
	case l.first == 0 && (e.Seq == 0 || e.Seq == 1 && e.Prev != [32]byte{}):
		return damage("request %d: is no beginning", e.Seq)
	case l.first != 0 && e.Seq != l.last+1:
		return damage("request %d: follows %d", e.Seq, l.last)
	case l.first != 0 && e.Prev != l.head:
		return damage("request %d: does not name the one before", e.Seq)
	case !e.State.known():
		return damage("request %d: unknown state", e.Seq)
	case e.Envelope == nil && !e.State.Final():
		return damage("request %d: its envelope is gone", e.Seq)
	case e.Envelope != nil && sha256.Sum256(e.Envelope) != e.Digest:
		return damage("request %d: its envelope has changed", e.Seq)
	}
	return nil
}

// place makes e the one that the next has to follow.
func (l *loaded) place(e *Entry) {
	if l.first == 0 {
		l.first = e.Seq
	}
	l.last, l.head = e.Seq, e.Digest
}

func (l *loaded) add(e Entry) {
	l.place(&e)
	if e.State.Final() {
		l.final[e.State]++
		return
	}
	size := len(e.Envelope)
	e.Envelope = nil
	l.open, l.sizes = append(l.open, e), append(l.sizes, size)
	l.payload += int64(size)
}
