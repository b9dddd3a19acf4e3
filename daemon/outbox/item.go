package outbox

import (
	"encoding/binary"
	"hash/crc32"
	"time"
)

// item is what is kept in memory of an open request: everything but its bytes.
type item struct {
	Entry
	size int // bytes of the envelope
}

// row is the content of one line of the table, as the columns hold it: times are
// unix milliseconds, 0 for none.
type row struct {
	seq                  int64
	id                   []byte
	service              string
	class                int64
	subject              []byte
	created, expires     int64
	prev, digest         []byte
	state                string
	sent, tries, settled int64
	status               string
	receipt              []byte
}

func rowOf(e *Entry) row {
	return row{
		seq: int64(e.Seq), id: e.ID[:], service: e.Service, class: int64(e.Class), subject: e.Subject[:],
		created: millis(e.CreatedAt), expires: millis(e.ExpiresAt), prev: e.Prev[:], digest: e.Digest[:],
		state: string(e.State), sent: millis(e.SentAt), tries: int64(e.Attempts),
		settled: millis(e.SettledAt), status: e.Status, receipt: e.Receipt,
	}
}

// entry is the reverse of rowOf; lengths have been checked by the table.
func (r row) entry() Entry {
	return Entry{
		Draft: Draft{
			ID: [16]byte(r.id), Service: r.service, Class: uint8(r.class), Subject: [16]byte(r.subject),
			ExpiresAt: fromMillis(r.expires),
		},
		Seq: uint64(r.seq), Prev: [32]byte(r.prev), Digest: [32]byte(r.digest), State: State(r.state),
		CreatedAt: fromMillis(r.created), SentAt: fromMillis(r.sent), Attempts: int(r.tries),
		SettledAt: fromMillis(r.settled), Status: r.status, Receipt: r.receipt,
	}
}

// sum is a checksum (CRC-32C) of everything in the row but the envelope, which
// its digest covers. SQLite's pages carry none.
func (r row) sum() int64 {
	b := make([]byte, 0, 256+len(r.receipt))
	for _, n := range []int64{r.seq, r.class, r.created, r.expires, r.sent, r.tries, r.settled} {
		b = binary.BigEndian.AppendUint64(b, uint64(n))
	}
	for _, v := range [][]byte{r.id, []byte(r.service), r.subject, r.prev, r.digest, []byte(r.state), []byte(r.status), r.receipt} {
		b = binary.BigEndian.AppendUint32(b, uint32(len(v)))
		b = append(b, v...)
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
