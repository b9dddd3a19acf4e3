package outbox

import (
	"encoding/binary"
	"hash/crc32"
	"time"
)

// line is a line of the table item, as its columns hold it: times are unix
// milliseconds, 0 for none.
type line struct {
	seq              int64
	id               []byte
	service          string
	class            int64
	subject          []byte
	created, expires int64
	prev, digest     []byte
}

// fate is a line of the table fate.
type fate struct {
	state                string
	sent, tries, settled int64
	status               string
	receipt              []byte
}

func lineOf(e *Entry) line {
	return line{
		seq: int64(e.Seq), id: e.ID[:], service: e.Service, class: int64(e.Class), subject: e.Subject[:],
		created: millis(e.CreatedAt), expires: millis(e.ExpiresAt), prev: e.Prev[:], digest: e.Digest[:],
	}
}

func fateOf(e *Entry) fate {
	return fate{
		state: string(e.State), sent: millis(e.SentAt), tries: int64(e.Attempts),
		settled: millis(e.SettledAt), status: e.Status, receipt: e.Receipt,
	}
}

// columns and joined select a whole request; scan reads it.
const (
	columns = `item.seq, id, service, class, subject, created, expires, prev, digest, envelope, item.sum,
		state, sent, tries, settled, status, receipt, fate.sum`
	joined = `item left join fate using (seq)`
)

// scan reads a request and holds it to its checksums. SQLite's pages have none.
func scan(row interface{ Scan(...any) error }) (Entry, error) {
	var l line
	var envelope []byte
	var state, status *string
	var sent, tries, settled, fateSum *int64
	var sum int64
	var receipt []byte
	err := row.Scan(&l.seq, &l.id, &l.service, &l.class, &l.subject, &l.created, &l.expires, &l.prev, &l.digest, &envelope, &sum,
		&state, &sent, &tries, &settled, &status, &receipt, &fateSum)
	if err != nil {
		return Entry{}, err
	}
	e := l.entry()
	e.Envelope = envelope
	if l.sum() != sum {
		return e, damage("request %d: the checksum is wrong", l.seq)
	}
	if state == nil {
		return e, nil
	}
	f := fate{*state, *sent, *tries, *settled, *status, receipt}
	if f.sum(l.seq) != *fateSum {
		return e, damage("request %d: the checksum of its fate is wrong", l.seq)
	}
	f.into(&e)
	return e, nil
}

// entry is the reverse of lineOf; the table has checked the lengths.
func (l line) entry() Entry {
	return Entry{
		Draft: Draft{
			ID: [16]byte(l.id), Service: l.service, Class: uint8(l.class), Subject: [16]byte(l.subject),
			ExpiresAt: fromMillis(l.expires),
		},
		Seq: uint64(l.seq), Prev: [32]byte(l.prev), Digest: [32]byte(l.digest), State: Queued, CreatedAt: fromMillis(l.created),
	}
}

func (f fate) into(e *Entry) {
	e.State, e.SentAt, e.Attempts = State(f.state), fromMillis(f.sent), int(f.tries)
	e.SettledAt, e.Status, e.Receipt = fromMillis(f.settled), f.status, f.receipt
}

// sum is a checksum of everything in the line but the envelope, which its digest
// covers.
func (l line) sum() int64 {
	return checksum([]int64{l.seq, l.class, l.created, l.expires}, l.id, []byte(l.service), l.subject, l.prev, l.digest)
}

func (f fate) sum(seq int64) int64 {
	return checksum([]int64{seq, f.sent, f.tries, f.settled}, []byte(f.state), []byte(f.status), f.receipt)
}

// checksum is CRC-32C over numbers and over bytes with their lengths.
func checksum(numbers []int64, fields ...[]byte) int64 {
	b := make([]byte, 0, 256)
	for _, n := range numbers {
		b = binary.BigEndian.AppendUint64(b, uint64(n))
	}
	for _, f := range fields {
		b = binary.BigEndian.AppendUint32(b, uint32(len(f)))
		b = append(b, f...)
	}
	return int64(crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)))
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}
