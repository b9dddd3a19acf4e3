package gateway_test

import (
	"bytes"
	"database/sql"
	"errors"
	"os"
	"slices"
	"testing"
	"time"

	"motcua/protocol/gateway"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/request"
	"motcua/protocol/roster"
)

// TestForget: the sealed bodies of old requests go, of those alone that nobody waits
// for. What is left proves that they came, answers the same bytes with the same
// receipt, and still tells what was agreed to, in whose session, and how many there
// were.
func TestForget(t *testing.T) {
	c := newCentre(t)
	c.roster(t, "o-1")
	d := c.fleet.Device(t, "k01")
	c.greet(t, d, 0)
	begun := c.now
	m := d.CheckIn(t, gatewaytest.Person(1), "internal", in("d-1", "o-1", roster.Duty))
	first, _ := c.deliver(t, d, m)
	held := d.CheckIn(t, gatewaytest.Person(2), "internal", func(_ *request.Outer, i *request.Inner) {
		i.Evidence.Facts.Verdict, i.Evidence.Level = request.VerdictIntegrityOnly, request.E1
	})
	c.deliver(t, d, held)
	c.now = c.now.Add(48 * time.Hour)
	d.Pass(48 * time.Hour)
	young := d.CheckIn(t, gatewaytest.Person(3), "internal")
	c.deliver(t, d, young)
	// sealed are pieces of the sealed part; a page of the file may end in one.
	sealed := func(m gatewaytest.Message) [][]byte {
		return slices.Collect(slices.Chunk(m.Bytes[len(m.Bytes)/2-400:len(m.Bytes)/2+400], 32))
	}
	holds := func(b []byte, m gatewaytest.Message) bool {
		return slices.ContainsFunc(sealed(m), func(piece []byte) bool { return bytes.Contains(b, piece) })
	}

	if n, err := c.Forget(t.Context(), c.now.Add(-24*time.Hour)); err != nil || n != 1 {
		t.Fatalf("%d, %v", n, err)
	}
	if n, err := c.Forget(t.Context(), c.now.Add(-24*time.Hour)); err != nil || n != 0 {
		t.Errorf("again %d, %v", n, err)
	}
	for story, kept := range map[string]gatewaytest.Message{"held": held, "young": young} {
		if r := c.record(t, d, kept); !bytes.Equal(r.Envelope, kept.Bytes) {
			t.Errorf("one that is %s was forgotten", story)
		}
	}
	r := c.record(t, d, m)
	if gateway.Whole(r.Envelope) || holds(r.Envelope, m) || r.Digest != m.Digest || r.Result != nil || !bytes.Equal(r.Receipt, first.Receipt) {
		t.Errorf("left: %d bytes, digest %s", len(r.Envelope), r.Digest)
	}
	if again, err := c.Process(t.Context(), d.Branch, m.Bytes); err != nil || !again.Again || !bytes.Equal(again.Receipt, first.Receipt) {
		t.Errorf("the same bytes again: %+v, %v", again, err)
	}
	if flagged, err := c.Review(t.Context(), gateway.Suspect{Facility: "h001", Officer: "o-1"}, begun, c.now); err != nil || len(flagged) != 1 {
		t.Errorf("of the officer: %d, %v", len(flagged), err)
	}
	if counts, _, err := gateway.Monthly(t.Context(), c.inbox, begun); err != nil || len(counts) != 2 {
		t.Errorf("of the month: %+v, %v", counts, err)
	}
	if record, err := c.Withdraw(t.Context(), "99", reference(m)); err != nil || len(record.Consents) != 2 {
		t.Errorf("withdrawn: %+v, %v", record, err)
	}
	if err := c.inbox.Close(); err != nil {
		t.Fatal(err)
	}
	checkpoint(t, c.file)
	if file, err := os.ReadFile(c.file); err != nil || holds(file, m) || !holds(file, young) {
		t.Errorf("the file has the sealed part %v, that of another %v, %v", holds(file, m), holds(file, young), err)
	}
	c.open(t)
	d.Pass(-time.Hour)
	if reply, _ := c.deliver(t, d, d.CheckIn(t, gatewaytest.Person(1), "eye")); reply.Reason != "consent-withdrawn" {
		t.Errorf("agreed to before: %s because of %q", reply.Status, reply.Reason)
	}
}

// checkpoint brings everything from the log into the file, as happens by itself after
// 32 MiB.
func checkpoint(t *testing.T, file string) {
	t.Helper()
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.ExecContext(t.Context(), "PRAGMA wal_checkpoint(TRUNCATE)")
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}
