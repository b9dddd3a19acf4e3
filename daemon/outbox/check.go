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
	open    []*item // by seq
	final   map[State]int
	first   uint64 // seq of the first row, 0 when there is none
	last    uint64
	head    [32]byte // digest of the last row
	payload int64    // bytes of the open envelopes
}

// load reads every row and holds it to its checksum, its digest, its neighbours
// and its state.
func (d *database) load(ctx context.Context) (loaded, error) {
	l := loaded{final: map[State]int{}}
	rows, err := d.conn.QueryContext(ctx, `select `+columns+`, envelope, sum from item order by seq`)
	if err != nil {
		return l, err
	}
	defer rows.Close()
	for rows.Next() {
		var r row
		var envelope []byte
		var sum int64
		if err := rows.Scan(append(r.fields(), &envelope, &sum)...); err != nil {
			return l, err
		}
		if sum != r.sum() {
			return l, damage("request %d: the checksum is wrong", r.seq)
		}
		e := r.entry()
		if err := l.follow(&e, envelope); err != nil {
			return l, err
		}
		l.add(e, len(envelope))
	}
	return l, rows.Err()
}

// follow checks that e is a sound successor of the row before.
func (l *loaded) follow(e *Entry, envelope []byte) error {
	switch {
	case l.first == 0 && (e.Seq == 0 || e.Seq == 1 && e.Prev != [32]byte{}):
		return damage("request %d: is no beginning", e.Seq)
	case l.first != 0 && e.Seq != l.last+1:
		return damage("request %d: follows %d", e.Seq, l.last)
	case l.first != 0 && e.Prev != l.head:
		return damage("request %d: does not name the one before", e.Seq)
	case e.State != Queued && e.State != Sent && !e.State.Final():
		return damage("request %d: unknown state", e.Seq)
	case envelope == nil && !e.State.Final():
		return damage("request %d: its envelope is gone", e.Seq)
	case envelope != nil && sha256.Sum256(envelope) != e.Digest:
		return damage("request %d: its envelope has changed", e.Seq)
	}
	return nil
}

func (l *loaded) add(e Entry, size int) {
	if l.first == 0 {
		l.first = e.Seq
	}
	l.last, l.head = e.Seq, e.Digest
	if e.State.Final() {
		l.final[e.State]++
		return
	}
	e.Receipt = nil
	l.open = append(l.open, &item{Entry: e, size: size})
	l.payload += int64(size)
}
