package main_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"os"
	"path/filepath"
	"testing"
	"time"

	"motcua/daemon/outbox"
	"motcua/drivers/emu/world"
	"motcua/protocol/envelope"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/inboxsqlite"
	"motcua/protocol/request"
)

// check holds the kiosk's queue, the centre's inbox and what people saw against
// each other.
func (k *killing) check(t *testing.T) {
	t.Helper()
	kept := k.kept(t)
	had := k.had(t, len(kept))
	numbers := map[string]uint64{} // given to accepted requests
	for i, e := range kept {
		seq := uint64(i) + 1
		r := had[seq]
		switch {
		case e.Seq != seq:
			t.Fatalf("the queue goes on with %d after %d", e.Seq, i)
		case r == nil:
			t.Errorf("LOST: request %d never reached the centre", seq)
			continue
		case !e.State.Final():
			t.Errorf("request %d is still %s", seq, e.State)
		case r.Digest != request.Digest(e.Digest) || !bytes.Equal(r.Receipt, e.Receipt):
			t.Errorf("request %d: queue and centre have different bytes or receipts", seq)
		}
		receipt := k.verify(t, r.Receipt)
		if first, twice := numbers[receipt.No]; twice && receipt.Status == request.StatusAccepted {
			t.Errorf("DOUBLED: number %s was given to %d and %d", receipt.No, first, seq)
		}
		if receipt.Status == request.StatusAccepted {
			numbers[receipt.No] = seq
		}
	}
	received := k.checkSeen(t, had)
	t.Logf("%d kills (%d while starting, %d right after sending, %d with gatewayd): %d people were told saved, %d received; %d requests, all at the centre, once",
		*kills, k.starts, k.taps, k.both, len(k.seen), received, len(kept))
	if *kills > 3 && len(k.seen) == 0 {
		t.Error("nobody was told anything")
	}
}

// checkSeen holds what was told to what the centre has.
func (k *killing) checkSeen(t *testing.T, had map[uint64]*gateway.Record) (received int) {
	t.Helper()
	for seq, s := range k.seen {
		r := had[seq]
		if r == nil {
			t.Errorf("LOST: somebody was told that %d is saved", seq)
			continue
		}
		if !s.received {
			continue
		}
		received++
		if receipt := k.verify(t, r.Receipt); receipt.No != s.no || s.no == "" {
			t.Errorf("FALSE: somebody was told %q for %d, the centre gave %q", s.no, seq, receipt.No)
		}
	}
	return received
}

// kept are all requests of the queue.
func (k *killing) kept(t *testing.T) []outbox.Entry {
	t.Helper()
	r, err := outbox.OpenReader(t.Context(), filepath.Join(k.dir, "queue.db"))
	fatal(t, err)
	defer r.Close()
	var all []outbox.Entry
	for e, err := range r.Entries(t.Context()) {
		fatal(t, err)
		all = append(all, e)
	}
	_, err = r.Summary(t.Context(), time.Now())
	fatal(t, err)
	return all
}

// had are the centre's records of this kiosk; there are no others and no alarms.
func (k *killing) had(t *testing.T, most int) map[uint64]*gateway.Record {
	t.Helper()
	inbox, err := inboxsqlite.Open(context.Background(), filepath.Join(k.dir, "inbox.db"))
	fatal(t, err)
	defer inbox.Close()
	had := map[uint64]*gateway.Record{}
	fatal(t, inbox.Update(context.Background(), func(tx gateway.Tx) error {
		var seqs []uint64
		for seq := uint64(1); seq <= uint64(most)+1; seq++ {
			seqs = append(seqs, seq)
		}
		records, err := tx.Seqs(world.DefaultDevice, seqs)
		for _, r := range records {
			had[r.Seq] = r
		}
		return err
	}))
	counts, err := inbox.Counts(context.Background())
	fatal(t, err)
	total := 0
	for _, c := range counts {
		total += c.Count
	}
	if total != len(had) || total != most {
		t.Errorf("the centre has %d requests, %d of this kiosk; the queue %d", total, len(had), most)
	}
	alarms, err := inbox.Alarms(context.Background())
	if err != nil || len(alarms) > 0 {
		t.Errorf("alarms at the centre: %+v, %v", alarms, err)
	}
	return had
}

func (k *killing) verify(t *testing.T, b []byte) request.Receipt {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(k.dir, "centre", "receipt.crt"))
	fatal(t, err)
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(text)
	r, err := envelope.VerifyReceipt(b, pool, time.Now())
	fatal(t, err)
	return r
}
