package outbox_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"motcua/daemon/outbox"
	"motcua/protocol/fault"
)

// TestRequestsLife follows one request from the draft to the receipt, through a
// restart at every step.
func TestRequestsLife(t *testing.T) {
	path := filepath.Join(t.TempDir(), "queue.db")
	o := fixed()
	s := openQueue(t, path, o)
	again := func() {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = openQueue(t, path, o)
	}
	d := draft(1)
	d.Subject = number(77)
	e := put(t, s, d)
	body := bodyOf(d.ID, 1024)
	want := outbox.Entry{
		Draft: d, Seq: 1, Digest: sha256.Sum256(body), State: outbox.Queued, CreatedAt: midnight(),
	}
	compare(t, "saved", e, want)
	again()
	want.Envelope = body
	compare(t, "after a restart", get(t, s, d.ID), want)

	if err := s.MarkSent(t.Context(), d.ID, midnight().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	want.State, want.SentAt, want.Attempts, want.Next = outbox.Sent, midnight(), 1, midnight().Add(time.Minute)
	compare(t, "sent", get(t, s, d.ID), want)
	again()
	want.Next = time.Time{} // due at once after a restart
	compare(t, "sent, after a restart", get(t, s, d.ID), want)

	settle(t, s, d.ID, "accepted")
	want.State, want.SettledAt, want.Status, want.Receipt = outbox.Receipted, midnight(), "accepted", []byte("receipt of accepted")
	compare(t, "receipted", get(t, s, d.ID), want)
	again()
	compare(t, "receipted, after a restart", get(t, s, d.ID), want)
}

func compare(t *testing.T, when string, got, want outbox.Entry) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: -want +got:\n%s", when, diff)
	}
}

// TestReceipts tells which status leads where, and that the first one counts.
func TestReceipts(t *testing.T) {
	for status, want := range map[string]outbox.State{
		"accepted": outbox.Receipted, "duplicate": outbox.Receipted, "held": outbox.Receipted,
		"refused": outbox.Refused, "expired": outbox.Expired,
	} {
		t.Run(status, func(t *testing.T) {
			s := newQueue(t, fixed())
			put(t, s, draft(1))
			settle(t, s, number(1), status)
			settle(t, s, number(1), "refused")
			got := get(t, s, number(1))
			if got.State != want || got.Status != status || string(got.Receipt) != "receipt of "+status {
				t.Errorf("got %s, %s, %q", got.State, got.Status, got.Receipt)
			}
			if due, err := s.Due(t.Context(), midnight(), 10); err != nil || len(due) != 0 {
				t.Errorf("it is sent again: %v, %v", due, err)
			}
			if err := s.MarkSent(t.Context(), number(1), midnight()); err != nil {
				t.Errorf("a receipt that overtakes the note of sending: %v", err)
			}
		})
	}
	s := newQueue(t, fixed())
	put(t, s, draft(1))
	if err := s.Settle(t.Context(), number(1), nil, "splendid"); err == nil {
		t.Error("an unknown status settles")
	}
	if err := s.Settle(t.Context(), number(2), nil, "accepted"); !errors.Is(err, outbox.ErrUnknown) {
		t.Errorf("an unknown request: %v", err)
	}
	if got := get(t, s, number(1)); got.State != outbox.Queued {
		t.Errorf("it is %s", got.State)
	}
}

// TestChain: numbers have no gap and each envelope names the one before, also
// when sealing fails in between and many save at once.
func TestChain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "queue.db")
	s := openQueue(t, path, fixed())
	var seqs []uint64
	var prevs, digests [][32]byte
	seal := func(seq uint64, prev [32]byte) ([]byte, [32]byte, error) {
		body := bodyOf(number(int(seq)), 100)
		if len(seqs)%7 == 3 && len(seqs) == len(digests) {
			seqs, prevs = append(seqs, seq), append(prevs, prev)
			return nil, [32]byte{}, errors.New("the key does not answer")
		}
		if len(seqs) > len(digests) { // the one that failed
			seqs, prevs = seqs[:len(seqs)-1], prevs[:len(prevs)-1]
		}
		digest := sha256.Sum256(body)
		seqs, prevs, digests = append(seqs, seq), append(prevs, prev), append(digests, digest)
		return body, digest, nil
	}
	var wg sync.WaitGroup
	for i := range 200 {
		wg.Go(func() { _, _ = s.Enqueue(t.Context(), draft(i), seal) })
	}
	wg.Wait()
	if len(digests) < 100 {
		t.Fatalf("only %d were saved", len(digests))
	}
	for i := range digests {
		prev := [32]byte{}
		if i > 0 {
			prev = digests[i-1]
		}
		if seqs[i] != uint64(i)+1 || prevs[i] != prev {
			t.Fatalf("envelope %d: got number %d and prev %x", i, seqs[i], prevs[i])
		}
	}
	stats, err := s.Stats(t.Context())
	if err != nil || stats.Seq != uint64(len(digests)) || stats.Head != digests[len(digests)-1] || stats.Queued != len(digests) {
		t.Errorf("the head is %d %x, %v", stats.Seq, stats.Head, err)
	}
}

// TestSaving tells what is refused, and that a refusal leaves no trace.
func TestSaving(t *testing.T) {
	good := draft(1)
	for name, c := range map[string]struct {
		change func(*outbox.Draft)
		seal   outbox.Seal
		want   error
	}{
		"no id":                 {change: func(d *outbox.Draft) { d.ID = [16]byte{} }},
		"no service":            {change: func(d *outbox.Draft) { d.Service = "" }},
		"class 4":               {change: func(d *outbox.Draft) { d.Class = 4 }},
		"no expiry":             {change: func(d *outbox.Draft) { d.ExpiresAt = time.Time{} }},
		"an empty envelope":     {seal: seal(nil)},
		"an endless envelope":   {seal: seal(make([]byte, 96<<10+1))},
		"a digest of another":   {seal: func(uint64, [32]byte) ([]byte, [32]byte, error) { return []byte("a"), [32]byte{1}, nil }},
		"a key that is missing": {seal: func(uint64, [32]byte) ([]byte, [32]byte, error) { return nil, [32]byte{}, errSeal }, want: errSeal},
		"an id that is there":   {change: func(d *outbox.Draft) { d.ID = number(0) }, want: outbox.ErrExists},
	} {
		t.Run(name, func(t *testing.T) {
			s := newQueue(t, fixed())
			first := put(t, s, draft(0))
			d := good
			if c.change != nil {
				c.change(&d)
			}
			if c.seal == nil {
				c.seal = seal([]byte("sealed"))
			}
			_, err := s.Enqueue(t.Context(), d, c.seal)
			if err == nil || c.want != nil && !errors.Is(err, c.want) {
				t.Fatalf("got %v, want %v", err, c.want)
			}
			if next := put(t, s, draft(2)); next.Seq != 2 || next.Prev != first.Digest {
				t.Errorf("the next request is %d after %x", next.Seq, next.Prev)
			}
		})
	}
}

var errSeal = errors.New("no key")

// TestSavedTwice: a caller that does not know whether its request was saved asks
// again and learns it.
func TestSavedTwice(t *testing.T) {
	s := newQueue(t, fixed())
	first := put(t, s, draft(1))
	second, err := s.Enqueue(t.Context(), draft(1), seal([]byte("another")))
	if !errors.Is(err, outbox.ErrExists) || second.Seq != first.Seq || second.Digest != first.Digest {
		t.Errorf("got %d %x, %v", second.Seq, second.Digest, err)
	}
}

// TestFull: visits are refused before requests are, reserved ones last, and settling
// makes room.
func TestFull(t *testing.T) {
	o := fixed()
	o.MaxItems = 20
	s := newQueue(t, o)
	for n := range 20 {
		err := s.Admit()
		if n < 16 && err != nil {
			t.Fatalf("with %d: %v", n, err)
		}
		if n >= 16 {
			wantFault(t, err, outbox.ErrFull, fault.QueueFull)
		}
		if err := s.AdmitReserved(); err != nil {
			t.Fatalf("with %d, reserved: %v", n, err)
		}
		d := draft(n)
		if n >= 18 {
			_, err := s.Enqueue(t.Context(), d, seal([]byte("x")))
			wantFault(t, err, outbox.ErrFull, fault.QueueFull)
			d.Reserved = true
		}
		put(t, s, d)
	}
	wantFault(t, s.AdmitReserved(), outbox.ErrFull, fault.QueueFull)
	d := draft(20)
	d.Reserved = true
	_, err := s.Enqueue(t.Context(), d, seal([]byte("x")))
	wantFault(t, err, outbox.ErrFull, fault.QueueFull)
	for n := range 5 {
		settle(t, s, number(n), "accepted")
	}
	if err := s.Admit(); err != nil {
		t.Errorf("after five receipts: %v", err)
	}
	if e := put(t, s, draft(21)); e.Seq != 21 {
		t.Errorf("the next is %d", e.Seq)
	}
}

// TestFullOfBytes: large requests fill the queue before there are many.
func TestFullOfBytes(t *testing.T) {
	o := fixed()
	o.MaxBytes = 2 << 20
	s := newQueue(t, o)
	large := bytes.Repeat([]byte("x"), 90<<10)
	for n := 0; ; n++ {
		_, err := s.Enqueue(t.Context(), draft(n), seal(large))
		if err == nil {
			continue
		}
		wantFault(t, err, outbox.ErrFull, fault.QueueFull)
		break
	}
	wantFault(t, s.Admit(), outbox.ErrFull, fault.QueueFull)
	d := draft(1000)
	d.Reserved = true
	put(t, s, d)
	if stats, err := s.Stats(t.Context()); err != nil || stats.Bytes > 2<<20*9/10 || stats.Bytes < 1<<20 {
		t.Errorf("%d bytes, %v", stats.Bytes, err)
	}
}

// TestNoRoomOnDisk: less free space than the reserve refuses visits.
func TestNoRoomOnDisk(t *testing.T) {
	o := fixed()
	o.ReserveBytes = 1 << 60
	s := newQueue(t, o)
	wantFault(t, s.Admit(), outbox.ErrFull, fault.DiskFull)
}

// TestIdenticalBytes: every sending is of the same bytes.
func TestIdenticalBytes(t *testing.T) {
	s := newQueue(t, fixed())
	put(t, s, draft(1))
	first, err := s.Due(t.Context(), midnight(), 1)
	if err != nil || len(first) != 1 {
		t.Fatal(first, err)
	}
	for range 3 {
		if err := s.MarkSent(t.Context(), number(1), midnight()); err != nil {
			t.Fatal(err)
		}
		again, err := s.Due(t.Context(), midnight(), 1)
		if err != nil || len(again) != 1 || !bytes.Equal(again[0].Envelope, first[0].Envelope) {
			t.Fatal(again, err)
		}
	}
}

// TestClosed: a closed store says so, and closing twice does no harm.
func TestClosed(t *testing.T) {
	s := newQueue(t, fixed())
	put(t, s, draft(1))
	if err := errors.Join(s.Close(), s.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Enqueue(t.Context(), draft(2), seal([]byte("x"))); !errors.Is(err, outbox.ErrClosed) {
		t.Errorf("saving: %v", err)
	}
	if _, err := s.Get(t.Context(), number(1)); !errors.Is(err, outbox.ErrClosed) {
		t.Errorf("reading: %v", err)
	}
}

// TestSecondOpener: one queue, one process.
func TestSecondOpener(t *testing.T) {
	path := filepath.Join(t.TempDir(), "queue.db")
	s := openQueue(t, path, fixed())
	_, err := outbox.Open(t.Context(), path, fixed())
	wantFault(t, err, outbox.ErrLocked, fault.QueueLocked)
	put(t, s, draft(1)) // the first is not disturbed
}

// TestWatch: whoever watches hears of each kind of change.
func TestWatch(t *testing.T) {
	s := newQueue(t, fixed())
	changes, stop := s.Watch()
	heard := func(what string) {
		t.Helper()
		select {
		case <-changes:
		default:
			t.Errorf("%s: not told", what)
		}
	}
	put(t, s, draft(1))
	heard("saving")
	if err := s.MarkSent(t.Context(), number(1), midnight()); err != nil {
		t.Fatal(err)
	}
	heard("sending")
	settle(t, s, number(1), "accepted")
	heard("settling")
	stop()
	put(t, s, draft(2))
	select {
	case <-changes:
		t.Error("told after the end")
	default:
	}
}

// TestFind: found are requests by any part of their ids, open and settled, after a
// restart as well.
func TestFind(t *testing.T) {
	path := filepath.Join(t.TempDir(), "queue.db")
	s := openQueue(t, path, fixed())
	for n := range 5 {
		put(t, s, draft(n))
	}
	settle(t, s, draft(3).ID, "held")
	for range 2 {
		found, err := s.Find(t.Context(), func(id [16]byte) bool { return id == draft(1).ID || id == draft(3).ID })
		if err != nil || len(found) != 2 || found[0].ID != draft(1).ID || found[1].ID != draft(3).ID {
			t.Fatalf("found %d: %v", len(found), err)
		}
		if found[0].Status != "" || found[1].Status != "held" || found[1].SettledAt.IsZero() || found[0].CreatedAt.IsZero() || found[0].Envelope != nil {
			t.Errorf("%+v", found)
		}
		if none, err := s.Find(t.Context(), func([16]byte) bool { return false }); err != nil || len(none) > 0 {
			t.Errorf("found %d: %v", len(none), err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = openQueue(t, path, fixed())
	}
}
