package gatewaytest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"motcua/protocol/gateway"
	"motcua/protocol/request"
)

// Inboxes is a kind of inbox that [InboxSuite] tests.
type Inboxes struct {
	// Place makes room for one inbox, empty, and gives what opens it. Opening it
	// again after closing must find what was stored.
	Place func(t *testing.T) (open func(t *testing.T) ClosableInbox)
	// Shared means that several may be open for writing at once.
	Shared bool
}

// ClosableInbox is an inbox as a program opens it.
type ClosableInbox interface {
	gateway.Inbox
	io.Closer
}

// InboxSuite tests everything that the gateway relies on in an inbox.
func InboxSuite(t *testing.T, kind Inboxes) {
	for _, c := range []struct {
		story string
		test  func(t *testing.T, p place)
	}{
		{"everything or nothing", everythingOrNothing},
		{"a late failure undoes all", lateFailure},
		{"unique whatever a program does", uniqueness},
		{"survives closing", survivesClosing},
		{"neighbours", neighbours},
		{"what is told ahead", readAhead},
		{"found by the end of the id", tails},
		{"state and positions inside a transaction", ownWrites},
		{"alarms are counted and in order", alarms},
		{"held, then settled", heldThenSettled},
		{"accepted in a time", acceptedInATime},
		{"old ones are forgotten", oldOnesAreForgotten},
		{"jobs", jobs},
		{"frozen devices", frozen},
		{"marks are forgotten after their time", marks},
		{"events", events},
		{"a caller gives up", callerGivesUp},
		{"counters under load", countersUnderLoad},
	} {
		t.Run(c.story, func(t *testing.T) { c.test(t, place{kind.Place(t)}) })
	}
	if kind.Shared {
		t.Run("one chain, several writers", func(t *testing.T) { severalWriters(t, place{kind.Place(t)}) })
		t.Run("a job is taken by one writer", func(t *testing.T) { jobsOfSeveralWriters(t, place{kind.Place(t)}) })
	}
}

// place is where the inbox of one test is.
type place struct {
	opener func(t *testing.T) ClosableInbox
}

func (p place) open(t *testing.T) ClosableInbox {
	t.Helper()
	s := p.opener(t)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func finished(*gateway.Record) error { return nil }

// Record is a request as it lies in the inbox, of a device's place in its chain.
func Record(device string, seq uint64) *gateway.Record {
	return &gateway.Record{
		Device: device, ID: request.ID{byte(seq), byte(seq >> 8), 1}, Seq: seq, Prev: request.Digest{byte(seq - 1)}, Digest: request.Digest{byte(seq)}, Service: "H01",
		Status: request.StatusAccepted, At: 1772411400000, Receipt: []byte("receipt"), Envelope: []byte("envelope"),
	}
}

func update(t *testing.T, s gateway.Inbox, fn func(gateway.Tx) error) {
	t.Helper()
	if err := s.Update(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// everythingOrNothing: a transaction that fails undoes itself and nothing else,
// although others share its sync.
func everythingOrNothing(t *testing.T, p place) {
	s := p.open(t)
	failed := errors.New("changed my mind")
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			err := s.Update(context.Background(), func(tx gateway.Tx) error {
				device := fmt.Sprintf("k%d", i)
				err := errors.Join(
					tx.Insert(Record(device, 1), finished), tx.SetPosition(device, gateway.Position{Contiguous: 1}),
					tx.Claim("H01", request.Digest{byte(i)}, "no"), tx.Raise(gateway.Alarm{Kind: gateway.AlarmChain, Device: device}),
				)
				if i%2 == 1 {
					return errors.Join(err, failed)
				}
				return err
			})
			if want := map[bool]error{true: failed}[i%2 == 1]; !errors.Is(err, want) {
				t.Errorf("%d: got %v", i, err)
			}
		})
	}
	wg.Wait()
	counts, err := s.Counts(t.Context())
	if err != nil || len(counts) != 1 || counts[0] != (gateway.Count{Service: "H01", Status: request.StatusAccepted, Count: 20}) {
		t.Errorf("requests: %v, %v", counts, err)
	}
	if devices, err := s.Devices(t.Context()); err != nil || len(devices) != 20 {
		t.Errorf("devices: %v, %v", devices, err)
	}
	if list, err := s.Alarms(t.Context()); err != nil || len(list) != 20 {
		t.Errorf("alarms: %v, %v", list, err)
	}
	update(t, s, func(tx gateway.Tx) error {
		for i := range 40 {
			if _, found, err := tx.Claimed("H01", request.Digest{byte(i)}); err != nil || found == (i%2 == 1) {
				t.Errorf("business key %d: %v, %v", i, found, err)
			}
		}
		return nil
	})
}

// lateFailure: when the receipt cannot be made, nothing has happened.
func lateFailure(t *testing.T, p place) {
	s := p.open(t)
	failed := errors.New("no signature today")
	err := s.Update(t.Context(), func(tx gateway.Tx) error {
		return errors.Join(tx.Set("key", []byte("value")), tx.Insert(Record("k1", 1), func(*gateway.Record) error { return failed }))
	})
	if !errors.Is(err, failed) {
		t.Errorf("got %v", err)
	}
	update(t, s, func(tx gateway.Tx) error {
		if _, found, err := tx.Get("key"); err != nil || found {
			t.Errorf("state: %v, %v", found, err)
		}
		return tx.Insert(Record("k1", 1), finished)
	})
}

// uniqueness: whatever a program does, the inbox refuses a second request with the
// id or the seq of another, and a second holder of a business key.
func uniqueness(t *testing.T, p place) {
	s := p.open(t)
	update(t, s, func(tx gateway.Tx) error { return tx.Insert(Record("k1", 1), finished) })
	update(t, s, func(tx gateway.Tx) error { return tx.Insert(Record("k2", 1), finished) })
	sameSeq, sameID := Record("k1", 1), Record("k1", 2)
	sameSeq.ID = request.ID{9}
	sameID.ID = Record("k1", 1).ID
	for story, r := range map[string]*gateway.Record{"seq": sameSeq, "id": sameID} {
		if err := s.Update(t.Context(), func(tx gateway.Tx) error { return tx.Insert(r, finished) }); err == nil {
			t.Errorf("two requests with one %s", story)
		}
	}
	update(t, s, func(tx gateway.Tx) error { return tx.Claim("H01", request.Digest{1}, "no-1") })
	update(t, s, func(tx gateway.Tx) error { return tx.Claim("H02", request.Digest{1}, "no-2") })
	if err := s.Update(t.Context(), func(tx gateway.Tx) error { return tx.Claim("H01", request.Digest{1}, "no-3") }); err == nil {
		t.Error("two requests with one business key")
	}
	update(t, s, func(tx gateway.Tx) error { // and the inbox still works
		if no, _, err := tx.Claimed("H01", request.Digest{1}); err != nil || no != "no-1" {
			t.Errorf("claimed: %q, %v", no, err)
		}
		return nil
	})
}

// survivesClosing: what was stored is there after opening again.
func survivesClosing(t *testing.T, p place) {
	s := p.open(t)
	stored := Record("k1", 1)
	stored.Result, stored.Prev, stored.Reason = []byte("result"), request.Digest{8}, "a-reason"
	stored.Level, stored.Basis, stored.From, stored.Decision = request.E2, gateway.BasisChecked, 5, "looked at"
	update(t, s, func(tx gateway.Tx) error {
		return errors.Join(
			tx.Insert(stored, finished), tx.SetPosition("k1", gateway.Position{Contiguous: 1, Head: request.Digest{1}}),
			tx.Claim("H01", request.Digest{7}, "no-1"), tx.Set("key", []byte("value")), tx.Set("empty", nil),
			tx.PutJob(gateway.Job{Device: "k1", ID: stored.ID, Tries: 2, Next: 3, Deadline: 4, Last: "busy"}),
		)
	})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
	s = p.open(t)
	update(t, s, func(tx gateway.Tx) error {
		r, err := tx.Record("k1", stored.ID)
		if err != nil || r == nil {
			t.Fatalf("record: %v, %v", r, err)
		}
		if fmt.Sprintf("%+v", *r) != fmt.Sprintf("%+v", *stored) {
			t.Errorf("record:\n%+v, stored:\n%+v", *r, *stored)
		}
		if p, err := tx.Position("k1"); err != nil || p != (gateway.Position{Contiguous: 1, Head: request.Digest{1}}) {
			t.Errorf("position: %v, %v", p, err)
		}
		if p, err := tx.Position("k2"); err != nil || p != (gateway.Position{}) {
			t.Errorf("position of a device that never sent: %v, %v", p, err)
		}
		if no, found, err := tx.Claimed("H01", request.Digest{7}); err != nil || !found || no != "no-1" {
			t.Errorf("claimed: %q, %v", no, err)
		}
		for key, want := range map[string]bool{"key": true, "empty": true, "another": false} {
			if value, found, err := tx.Get(key); err != nil || found != want || key == "key" && string(value) != "value" {
				t.Errorf("state %s: %q, %v, %v", key, value, found, err)
			}
		}
		jobs, err := tx.TakeJobs(3, 9, 10)
		if err != nil || len(jobs) != 1 || jobs[0] != (gateway.Job{Device: "k1", ID: stored.ID, Tries: 2, Next: 3, Deadline: 4, Last: "busy"}) {
			t.Errorf("jobs: %v, %v", jobs, err)
		}
		return nil
	})
}

// tails: found are the requests of one device that end so and are not too old, also
// the transaction's own.
func tails(t *testing.T, p place) {
	s := p.open(t)
	named := func(device string, seq uint64, at int64, tail byte) *gateway.Record {
		r := Record(device, seq)
		r.ID = request.FirstID(at)
		r.ID[9], r.ID[10], r.ID[15] = byte(seq), tail, tail
		return r
	}
	const old, young = 1772411400000, 1772411400000 + 3600000
	update(t, s, func(tx gateway.Tx) error {
		return errors.Join(
			tx.Insert(named("k1", 1, old, 7), finished), tx.Insert(named("k1", 2, young, 7), finished),
			tx.Insert(named("k1", 3, young, 8), finished), tx.Insert(named("k2", 1, young, 7), finished))
	})
	update(t, s, func(tx gateway.Tx) error {
		err := errors.Join(tx.Insert(named("k1", 4, old, 7), finished), tx.Insert(named("k1", 5, young, 7), finished), tx.Insert(named("k1", 6, young, 8), finished))
		if err != nil {
			return err
		}
		for since, want := range map[int64]int{old: 4, young: 2, young + 1: 0} {
			got, err := tx.Tail("k1", since, [6]byte{0: 7, 5: 7})
			if err != nil || len(got) != want {
				t.Errorf("since %d: %d, want %d: %v", since, len(got), want, err)
			}
			for _, r := range got {
				if r.Device != "k1" || r.ID[15] != 7 || r.Status != request.StatusAccepted {
					t.Errorf("found %s %d", r.Device, r.Seq)
				}
			}
		}
		return nil
	})
}

// neighbours: near are the same id anywhere and the seqs on both sides, also of
// the transaction's own; another device's never.
func neighbours(t *testing.T, p place) {
	s := p.open(t)
	update(t, s, func(tx gateway.Tx) error {
		for seq := uint64(1); seq <= 5; seq++ {
			if err := errors.Join(tx.Insert(Record("k1", seq), finished), tx.Insert(Record("k2", seq), finished)); err != nil {
				return err
			}
		}
		return nil
	})
	update(t, s, func(tx gateway.Tx) error {
		if err := tx.Insert(Record("k1", 6), finished); err != nil {
			return err
		}
		near, err := tx.Near("k1", Record("k1", 1).ID, 5)
		seen := map[uint64]bool{}
		for _, r := range near {
			seen[r.Seq] = true
			if r.Device != "k1" || r.Envelope != nil && r.Seq != 6 {
				t.Errorf("near: %s %d with %d bytes", r.Device, r.Seq, len(r.Envelope))
			}
		}
		if err != nil || len(near) != 4 || !seen[1] || !seen[4] || !seen[5] || !seen[6] {
			t.Errorf("near: %v, %v", seen, err)
		}
		list, err := tx.Seqs("k1", []uint64{6, 99, 2})
		if err != nil || len(list) != 2 || list[0].Seq != 6 || list[1].Seq != 2 {
			t.Errorf("seqs: %v, %v", list, err)
		}
		return nil
	})
}

// ownWrites: a transaction sees what it has set itself.
func ownWrites(t *testing.T, p place) {
	s := p.open(t)
	update(t, s, func(tx gateway.Tx) error {
		want := gateway.Position{Contiguous: 4, Head: request.Digest{4}}
		value := []byte("one")
		err := errors.Join(tx.SetPosition("k1", want), tx.Set("key", value), tx.Claim("H01", request.Digest{3}, "no-1"))
		value[0] = 'x' // what was handed over is the inbox's
		if p, e := tx.Position("k1"); e != nil || p != want {
			t.Errorf("position: %v, %v", p, e)
		}
		if got, found, e := tx.Get("key"); e != nil || !found || string(got) != "one" {
			t.Errorf("state: %q, %v", got, e)
		}
		if no, found, e := tx.Claimed("H01", request.Digest{3}); e != nil || !found || no != "no-1" {
			t.Errorf("claimed: %q, %v", no, e)
		}
		return err
	})
}

// alarms: the same message raises one alarm that counts.
func alarms(t *testing.T, p place) {
	s := p.open(t)
	first := gateway.Alarm{Kind: gateway.AlarmChain, Device: "k2", ID: request.ID{1}, Seq: 2, Digest: request.Digest{2}, At: 5}
	second := first
	second.Kind = gateway.AlarmSeqReused
	for _, a := range []gateway.Alarm{first, second, first} {
		update(t, s, func(tx gateway.Tx) error { return tx.Raise(a) })
	}
	list, err := s.Alarms(t.Context())
	first.Times, second.Times = 2, 1
	if err != nil || len(list) != 2 || list[0] != first || list[1] != second {
		t.Errorf("alarms: %+v, %v", list, err)
	}
}

// acceptedInATime: what was accepted is listed with its envelope, by when it came.
func acceptedInATime(t *testing.T, p place) {
	s := p.open(t)
	update(t, s, func(tx gateway.Tx) (err error) {
		for i, status := range []request.Status{request.StatusAccepted, request.StatusHeld, request.StatusDuplicate, request.StatusRefused, request.StatusAccepted} {
			r := Record("k1", uint64(i+1))
			r.Status, r.At = status, int64(100-10*i)
			err = errors.Join(err, tx.Insert(r, finished))
		}
		return err
	})
	for _, c := range []struct {
		from, until int64
		want        string
	}{{0, 1000, "5 3 1"}, {60, 100, "5 3"}, {61, 101, "3 1"}, {0, 60, ""}} {
		var seqs []string
		err := s.Accepted(t.Context(), c.from, c.until, func(r *gateway.Record) error {
			if string(r.Envelope) != "envelope" || r.ID != Record("k1", r.Seq).ID {
				t.Errorf("record %+v", r)
			}
			seqs = append(seqs, fmt.Sprint(r.Seq))
			return nil
		})
		if got := strings.Join(seqs, " "); err != nil || got != c.want {
			t.Errorf("%d to %d: %s, want %s, %v", c.from, c.until, got, c.want, err)
		}
	}
	enough := errors.New("enough")
	if err := s.Accepted(t.Context(), 0, 1000, func(*gateway.Record) error { return enough }); !errors.Is(err, enough) {
		t.Errorf("ended by the caller: %v", err)
	}
}

// oldOnesAreForgotten: what is settled and has nothing left to do is listed until its
// envelope is replaced; what waits keeps its own, whatever is said.
func oldOnesAreForgotten(t *testing.T, p place) {
	s := p.open(t)
	whole := func(seq uint64, at int64, status request.Status) *gateway.Record {
		r := Record("k1", seq)
		r.At, r.Status, r.Envelope, r.Result = at, status, []byte{gateway.FirstByte, byte(seq)}, []byte("result")
		return r
	}
	waits := whole(3, 30, request.StatusAccepted)
	update(t, s, func(tx gateway.Tx) error {
		return errors.Join(
			tx.Insert(whole(2, 20, request.StatusAccepted), finished), tx.Insert(whole(1, 10, request.StatusRefused), finished), tx.Insert(waits, finished),
			tx.Insert(whole(4, 40, request.StatusHeld), finished), tx.Insert(whole(5, 50, request.StatusExpired), finished),
			tx.PutJob(gateway.Job{Device: "k1", ID: waits.ID, Next: 1}),
		)
	})
	list := func(before int64, limit int) string {
		all, err := s.Old(t.Context(), before, limit)
		if err != nil {
			t.Error(err)
		}
		var seqs []string
		for _, r := range all {
			if len(r.Envelope) != 2 || r.Envelope[1] != byte(r.Seq) {
				t.Errorf("record %+v", r)
			}
			seqs = append(seqs, fmt.Sprint(r.Seq))
		}
		return strings.Join(seqs, " ")
	}
	if got := list(100, 10) + ", " + list(50, 10) + ", " + list(100, 1); got != "1 2 5, 1 2, 1" {
		t.Errorf("old: %s", got)
	}
	update(t, s, func(tx gateway.Tx) (err error) {
		for seq := range uint64(5) {
			r := Record("k1", seq+1)
			r.Envelope = []byte("left")
			err = errors.Join(err, tx.Strip(r))
		}
		return err
	})
	if got := list(100, 10); got != "" {
		t.Errorf("still old: %s", got)
	}
	update(t, s, func(tx gateway.Tx) error {
		for seq, want := range map[uint64]string{1: "left", 2: "left", 3: "\xd2\x03", 4: "\xd2\x04", 5: "left"} {
			r, err := tx.Record("k1", Record("k1", seq).ID)
			if err != nil || string(r.Envelope) != want || (r.Result == nil) != (want == "left") || r.Digest != Record("k1", seq).Digest || string(r.Receipt) != "receipt" {
				t.Errorf("record %d: %+v, %v", seq, r, err)
			}
		}
		return nil
	})
}

// heldThenSettled: a held request is listed until it is settled, its receipt
// stays, and what was checked about it is kept.
func heldThenSettled(t *testing.T, p place) {
	s := p.open(t)
	held := Record("k1", 1)
	held.Status, held.Level, held.Basis, held.From = request.StatusHeld, request.E1, gateway.BasisAttested, 5
	later := Record("k1", 2)
	later.Status, later.At = request.StatusHeld, held.At+1
	update(t, s, func(tx gateway.Tx) error {
		return errors.Join(tx.Insert(later, finished), tx.Insert(held, finished), tx.Insert(Record("k1", 3), finished))
	})
	if list, err := s.Held(t.Context(), 1); err != nil || len(list) != 1 || list[0].Seq != 1 {
		t.Errorf("the oldest: %v, %v", list, err)
	}
	list, err := s.Held(t.Context(), 10)
	if err != nil || len(list) != 2 || list[0].Level != request.E1 || list[0].Basis != gateway.BasisAttested || list[0].From != 5 || list[0].Envelope != nil {
		t.Fatalf("held: %v, %v", list, err)
	}
	update(t, s, func(tx gateway.Tx) error {
		r, err := tx.Record("k1", held.ID)
		if err != nil || string(r.Envelope) != "envelope" {
			t.Fatalf("record: %v, %v", r, err)
		}
		r.Status, r.Decision, r.Result, r.Receipt = request.StatusRefused, "shown at the counter", []byte("result"), []byte("another")
		return tx.Settle(r)
	})
	if list, err := s.Held(t.Context(), 10); err != nil || len(list) != 1 {
		t.Errorf("still held: %v, %v", list, err)
	}
	update(t, s, func(tx gateway.Tx) error {
		r, err := tx.Seqs("k1", []uint64{7, 1})
		if err != nil || len(r) != 1 || string(r[0].Result) != "result" || string(r[0].Receipt) != "receipt" || r[0].Decision == "" {
			t.Errorf("settled: %v, %v", r, err)
		}
		if r, err := tx.Record("k1", request.ID{9}); r != nil || err != nil {
			t.Errorf("a request that is not there: %v, %v", r, err)
		}
		return nil
	})
	settledAtOnce(t, s)
}

// settledAtOnce: a request is settled in the transaction that stores it; one
// without a result has none.
func settledAtOnce(t *testing.T, s gateway.Inbox) {
	t.Helper()
	atOnce, plain := Record("k2", 1), Record("k2", 2)
	update(t, s, func(tx gateway.Tx) error {
		settled := *atOnce
		settled.Status, settled.Result = request.StatusRefused, []byte("result")
		return errors.Join(tx.Insert(atOnce, finished), tx.Settle(&settled), tx.Insert(plain, finished))
	})
	update(t, s, func(tx gateway.Tx) error {
		r, err := tx.Seqs("k2", []uint64{2, 1})
		if err != nil || len(r) != 2 || r[0].Result != nil || string(r[1].Result) != "result" || r[1].Status != request.StatusRefused {
			t.Errorf("settled at once: %v, %v", r, err)
		}
		return nil
	})
}

// jobs: a job is taken once in its time, comes again when it was not ended, and
// its newer form replaces it.
func jobs(t *testing.T, p place) {
	s := p.open(t)
	id := request.ID{1}
	take := func(now int64) (n int) {
		update(t, s, func(tx gateway.Tx) error {
			jobs, err := tx.TakeJobs(now, now+100, 10)
			n = len(jobs)
			return err
		})
		return n
	}
	update(t, s, func(tx gateway.Tx) error { return tx.PutJob(gateway.Job{Device: "k1", ID: id, Next: 10, Deadline: 50}) })
	for _, step := range []struct {
		now  int64
		want int
	}{{9, 0}, {10, 1}, {11, 0}, {110, 1}} {
		if n := take(step.now); n != step.want {
			t.Errorf("at %d: %d jobs", step.now, n)
		}
	}
	update(t, s, func(tx gateway.Tx) error {
		return tx.PutJob(gateway.Job{Device: "k1", ID: id, Tries: 1, Next: 300, Last: "not-today"})
	})
	if n := take(299); n != 0 {
		t.Errorf("%d jobs before their time", n)
	}
	update(t, s, func(tx gateway.Tx) error { return errors.Join(tx.DropJob("k1", id), tx.DropJob("k1", request.ID{5})) })
	if n := take(1000); n != 0 {
		t.Errorf("%d jobs after their end", n)
	}
	update(t, s, func(tx gateway.Tx) error {
		return errors.Join(tx.PutJob(gateway.Job{Device: "k1", ID: request.ID{2}, Next: 2000}), tx.PutJob(gateway.Job{Device: "k1", ID: request.ID{3}, Next: 1999}))
	})
	all, err := s.Jobs(t.Context())
	if err != nil || len(all) != 2 || all[0] != (gateway.Job{Device: "k1", ID: request.ID{2}, Next: 2000}) || all[1].ID != (request.ID{3}) {
		t.Errorf("listed: %v, %v", all, err)
	}
	update(t, s, func(tx gateway.Tx) error {
		jobs, err := tx.TakeJobs(2000, 3000, 1)
		if err != nil || len(jobs) != 1 || jobs[0].ID != (request.ID{3}) {
			t.Errorf("the most urgent: %v, %v", jobs, err)
		}
		return nil
	})
}

// frozen: a frozen device is listed as that after opening again.
func frozen(t *testing.T, p place) {
	s := p.open(t)
	ice := gateway.Position{Contiguous: 3, Head: request.Digest{3}, Frozen: gateway.AlarmSeqReused, FrozenAt: 77}
	update(t, s, func(tx gateway.Tx) error { return tx.SetPosition("k1", ice) })
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = p.open(t)
	list, err := s.Devices(t.Context())
	if err != nil || len(list) != 1 || list[0] != (gateway.Device{Name: "k1", Position: ice}) {
		t.Errorf("devices: %v, %v", list, err)
	}
}

// events: what a transaction has to tell is stored with it, in order, until it has
// been told.
func events(t *testing.T, p place) {
	s := p.open(t)
	emit := func(id string) func(gateway.Tx) error {
		return func(tx gateway.Tx) error {
			return tx.Emit(gateway.Event{ID: id, Subject: "motcua.events.test", Data: []byte("data of " + id)})
		}
	}
	failed := errors.New("changed my mind")
	update(t, s, emit("one"))
	if err := s.Update(t.Context(), func(tx gateway.Tx) error { return errors.Join(emit("two")(tx), failed) }); !errors.Is(err, failed) {
		t.Error(err)
	}
	update(t, s, emit("three"))
	update(t, s, emit("four"))
	if err := s.Update(t.Context(), emit("three")); err == nil {
		t.Error("two events with one id")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = p.open(t)
	list, err := s.Events(t.Context(), 2)
	if err != nil || len(list) != 2 || list[0].ID != "one" || list[1].ID != "three" || list[0].Number >= list[1].Number ||
		list[1].Subject != "motcua.events.test" || string(list[1].Data) != "data of three" {
		t.Fatalf("events: %+v, %v", list, err)
	}
	update(t, s, func(tx gateway.Tx) error { return tx.DropEvents([]uint64{list[0].Number, list[1].Number}) })
	if list, err := s.Events(t.Context(), 10); err != nil || len(list) != 1 || list[0].ID != "four" {
		t.Errorf("left: %+v, %v", list, err)
	}
}

// callerGivesUp: a caller that gives up before its turn changes nothing, and after
// closing nobody waits.
func callerGivesUp(t *testing.T, p place) {
	s := p.open(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	ran := false
	if err := s.Update(ctx, func(gateway.Tx) error { ran = true; return nil }); !errors.Is(err, context.Canceled) || ran {
		t.Errorf("got %v, ran %v", err, ran)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Update(t.Context(), func(gateway.Tx) error { ran = true; return nil }); err == nil || ran {
		t.Errorf("after closing: %v, ran %v", err, ran)
	}
}

// countersUnderLoad: everybody who counts gets a number of their own.
func countersUnderLoad(t *testing.T, p place) {
	countTogether(t, []ClosableInbox{p.open(t)})
}

// severalWriters: the same counter and the same chain, moved by several programs.
func severalWriters(t *testing.T, p place) {
	countTogether(t, []ClosableInbox{p.open(t), p.open(t), p.open(t)})
}

func countTogether(t *testing.T, inboxes []ClosableInbox) {
	const each = 60
	var mu sync.Mutex
	seen := map[uint64]bool{}
	var wg sync.WaitGroup
	for _, s := range inboxes {
		for range each {
			wg.Go(func() {
				var n uint64
				err := s.Update(context.Background(), func(tx gateway.Tx) (err error) {
					if n, err = gateway.CountUp(tx, "ticket"); err != nil {
						return err
					}
					pos, err := tx.Position("k1")
					if err != nil {
						return err
					}
					pos.Contiguous++
					return errors.Join(tx.SetPosition("k1", pos), tx.Insert(Record("k1", pos.Contiguous), finished))
				})
				mu.Lock()
				defer mu.Unlock()
				if err != nil || seen[n] {
					t.Errorf("number %d: again %v, %v", n, seen[n], err)
				}
				seen[n] = true
			})
		}
	}
	wg.Wait()
	want := uint64(each * len(inboxes))
	for i := uint64(1); i <= want; i++ {
		if !seen[i] {
			t.Errorf("nobody has number %d", i)
		}
	}
	if list, err := inboxes[0].Devices(t.Context()); err != nil || len(list) != 1 || list[0].Contiguous != want {
		t.Errorf("devices: %v, %v", list, err)
	}
}

func jobsOfSeveralWriters(t *testing.T, p place) {
	inboxes := []ClosableInbox{p.open(t), p.open(t)}
	update(t, inboxes[0], func(tx gateway.Tx) (err error) {
		for i := range 30 {
			err = errors.Join(err, tx.PutJob(gateway.Job{Device: "k1", ID: request.ID{byte(i + 1)}, Next: int64(i)}))
		}
		return err
	})
	var mu sync.Mutex
	taken := map[request.ID]int{}
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			var jobs []gateway.Job
			err := inboxes[i%2].Update(context.Background(), func(tx gateway.Tx) (err error) {
				jobs, err = tx.TakeJobs(100, 200, 3)
				return err
			})
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			}
			for _, j := range jobs {
				taken[j.ID]++
			}
		})
	}
	wg.Wait()
	for id, n := range taken {
		if n != 1 {
			t.Errorf("job %s was taken %d times", id, n)
		}
	}
	if len(taken) != 30 {
		t.Errorf("%d of 30 jobs were taken", len(taken))
	}
}
