package session_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"motcua/daemon/session"
	"motcua/protocol/catalogue"
	"motcua/protocol/fault"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// block is numbers that were lent, by queue.
type block struct {
	mu    sync.Mutex
	left  map[string]int
	taken []string
	disk  chan struct{} // if there is one, the disk takes until something comes
}

func (b *block) Take(queue string) (session.Number, bool) {
	if b.disk != nil {
		<-b.disk
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.left[queue] == 0 {
		return session.Number{}, false
	}
	b.left[queue]--
	b.taken = append(b.taken, queue)
	n := uint32(len(b.taken))
	return session.Number{Lease: "260302-" + queue + "-2", Day: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), Number: 50 + n, Prefix: "AB", Shown: n}, true
}

// tell lets the session know what is there.
func (b *block) tell(k *kit, queues ...string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var all []session.NumberQueue
	for _, id := range queues {
		of, first := strings.CutSuffix(id, "-priority")
		q := session.NumberQueue{ID: id, Left: b.left[id], Place: request.QueuePlace{Service: catalogue.QueueTicket, VI: "Khoa " + of, EN: "Department " + of, Room: "104", Floor: "1"}}
		if first {
			q.Place.FirstOf = of
		}
		all = append(all, q)
	}
	k.session.SetNumbers(all)
	synctest.Wait()
}

// forNumbers is a kiosk where people take numbers and nothing else.
func forNumbers(b *block, p *press) func(*session.Config) {
	return func(c *session.Config) {
		c.Services, c.Numbers, c.Printer = []string{catalogue.QueueTicket}, b, p
	}
}

// TestNumber: where there is one queue, two taps give a number, on the screen and on
// paper, without a card and without waiting for the centre; what it says of those who
// wait before comes later.
func TestNumber(t *testing.T) {
	b, p := &block{left: map[string]int{"internal": 3, "internal-priority": 1}}, &press{}
	visit(t, func(k *kit) {
		b.tell(k, "internal", "internal-priority")
		k.act(local.VerbBegin, "")
		q := k.at(local.StepQuestion).Question
		if q.Field != "group" || q.Choices[0] != "none" || len(q.Choices) != 6 || slices.Contains(q.Choices, "emergency") || q.Back {
			t.Fatalf("asked for %s, %v", q.Field, q.Choices)
		}
		k.act(local.VerbAnswer, "none")
		v := k.at(local.StepDone)
		if v.Ticket == nil || v.Ticket.Number != "AB001" || v.Ticket.Room != "104" || !v.Ticket.Unknown || v.Ticket.Queue.VI != "Khoa internal" || !v.Receipt.Saved {
			t.Fatalf("the ticket is %+v", v.Ticket)
		}
		time.Sleep(5 * time.Second)
		if got := p.printed(); len(got) != 1 || !strings.Contains(got[0], "AB001") || !strings.Contains(got[0], "104") || strings.Contains(got[0], "Ưu tiên") {
			t.Errorf("printed %q", got)
		}
		s := k.last(catalogue.QueueTicket)
		svc, _ := catalogue.Lookup(catalogue.QueueTicket)
		form, err := svc.Read(s.inner.Form)
		if err != nil {
			t.Fatalf("the centre would not take it: %v", err)
		}
		f := form.(request.GenericForm)
		for field, want := range map[string]string{"queue": "internal", "day": "02/03/2026", "lease": "260302-internal-2", "issued_at": "02/03/2026 14:30"} {
			if got, _ := f.Values[field].Text(); got != want {
				t.Errorf("%s is %q, want %q", field, got, want)
			}
		}
		if n, _ := f.Values["number"].Number(); n != 51 || s.inner.Evidence.Level != request.E0 || s.inner.Subject != nil {
			t.Errorf("number %d, evidence %s", n, s.inner.Evidence.Level)
		}
		k.receipt(s, request.StatusAccepted)
		k.result(s, request.ClassOK, &request.Answer{Taken: &request.Ticket{Queue: "internal", Prefix: "AB", Number: 1, Room: "104", Floor: "1", Ahead: 4, WaitMin: 24}})
		if v := k.at(local.StepDone); v.Ticket.Unknown || v.Ticket.Ahead != 4 || v.Ticket.Wait != 24 || v.Ticket.Number != "AB001" {
			t.Errorf("then the ticket is %+v", v.Ticket)
		}
		time.Sleep(10 * time.Second)
		if got := p.printed(); len(got) != 1 {
			t.Errorf("printed %d tickets", len(got))
		}
		k.act(local.VerbFinish, "")
		if k.reads != 0 {
			t.Error("a card was read")
		}
	}, forNumbers(b, p))
}

// TestNumberLane: who is called first gets a number of their own lane, of the queue
// that they chose.
func TestNumberLane(t *testing.T) {
	b, p := &block{left: map[string]int{"internal": 3, "internal-priority": 1, "eye": 2, "eye-priority": 1}}, &press{}
	visit(t, func(k *kit) {
		k.session.SetLink(session.Link{Code: fault.Offline})
		b.tell(k, "internal", "internal-priority", "eye", "eye-priority")
		k.act(local.VerbBegin, "")
		q := k.at(local.StepQuestion).Question
		if q.Field != "queue" || !slices.Equal(q.Choices, []string{"internal", "eye"}) || len(q.Queues) != 2 {
			t.Fatalf("asked for %s, %v", q.Field, q.Choices)
		}
		if err := k.try(local.VerbAnswer, "eye-priority"); !errors.Is(err, local.ErrNotOffered) {
			t.Errorf("a lane as a queue: %v", err)
		}
		k.act(local.VerbAnswer, "internal")
		k.act(local.VerbBack, "")
		k.act(local.VerbAnswer, "eye")
		if q := k.at(local.StepQuestion).Question; q.Field != "group" || !q.Back {
			t.Fatalf("then for %s, back %v", q.Field, q.Back)
		}
		k.act(local.VerbAnswer, "pregnant")
		k.at(local.StepDone)
		if !slices.Equal(b.taken, []string{"eye-priority"}) {
			t.Errorf("taken: %v", b.taken)
		}
		time.Sleep(5 * time.Second)
		if got := p.printed(); len(got) != 1 || !strings.Contains(got[0], "Called first|Pregnant") {
			t.Errorf("printed %q", got)
		}
		form, _ := request.DecodeGenericForm(k.last(catalogue.QueueTicket).inner.Form)
		if g, _ := form.Values["group"].Text(); g != "pregnant" {
			t.Errorf("sent for %q", g)
		}
	}, forNumbers(b, p))
}

// TestNumberFirstOnTheDisk: nothing is shown, saved or printed before the disk has
// taken note of the number, and nothing is taken twice by who taps twice.
func TestNumberFirstOnTheDisk(t *testing.T) {
	b, p := &block{left: map[string]int{"internal": 3}}, &press{}
	visit(t, func(k *kit) {
		b.disk = make(chan struct{})
		b.tell(k, "internal")
		k.act(local.VerbBegin, "")
		k.act(local.VerbAnswer, "none")
		if v := k.at(local.StepSending); v.Ticket != nil || v.Receipt != nil {
			t.Errorf("shown: %+v", v.Ticket)
		}
		if err := k.try(local.VerbAnswer, "none"); err == nil {
			t.Error("a second tap took another number")
		}
		if k.count(catalogue.QueueTicket) != 0 || len(p.printed()) != 0 {
			t.Error("saved or printed before the disk knows")
		}
		b.disk <- struct{}{}
		synctest.Wait()
		k.at(local.StepDone)
		if len(b.taken) != 1 || k.count(catalogue.QueueTicket) != 1 {
			t.Errorf("%d numbers, %d requests", len(b.taken), k.count(catalogue.QueueTicket))
		}
	}, forNumbers(b, p))
}

// TestNumberNotSaved: when the request cannot be saved, trying again is about the same
// number.
func TestNumberNotSaved(t *testing.T) {
	b, p := &block{left: map[string]int{"internal": 3}}, &press{}
	visit(t, func(k *kit) {
		b.tell(k, "internal")
		k.saveErr = fault.Wrap(fault.DiskFull, errors.New("full"))
		k.act(local.VerbBegin, "")
		k.act(local.VerbAnswer, "none")
		k.problem(fault.DiskFull)
		time.Sleep(10 * time.Second)
		if len(p.printed()) != 0 {
			t.Error("a number was printed that the kiosk does not stand by")
		}
		k.saveErr = nil
		k.act(local.VerbRetry, "")
		if v := k.at(local.StepDone); v.Ticket.Number != "AB001" || len(b.taken) != 1 {
			t.Errorf("then %s, of %d numbers", v.Ticket.Number, len(b.taken))
		}
	}, forNumbers(b, p))
}

// TestNumbersOut: that there are no numbers left is told before anything is asked, and
// what to do; when they run out meanwhile, staff are called for.
func TestNumbersOut(t *testing.T) {
	b := &block{left: map[string]int{"internal": 0, "eye": 1}}
	visit(t, func(k *kit) {
		b.tell(k, "internal")
		if m := k.state().Kiosk.Services; len(m) != 1 || m[0].Withheld != local.WithheldNumbers {
			t.Errorf("offered: %+v", m)
		}
		k.act(local.VerbBegin, "")
		k.at(local.StepAbout)
		if err := k.try(local.VerbContinue, ""); !errors.Is(err, local.ErrNotOffered) {
			t.Errorf("goes on without a number: %v", err)
		}
		k.act(local.VerbStaff, "")
		k.act(local.VerbFinish, "")

		b.tell(k, "internal", "eye")
		k.act(local.VerbBegin, "")
		if q := k.at(local.StepQuestion).Question; !q.Queues[0].Dry || q.Queues[1].Dry {
			t.Errorf("told: %+v", q.Queues)
		}
		k.act(local.VerbAnswer, "internal")
		k.act(local.VerbAnswer, "none")
		if p := k.problem(fault.NoNumbers); !slices.Equal(p.Exits, []local.Verb{local.VerbStaff}) {
			t.Errorf("ways out: %v", p.Exits)
		}
		if k.count(catalogue.QueueTicket) != 0 {
			t.Error("a request without a number")
		}
	}, forNumbers(b, &press{}))
}

// TestNumberRefused: a number that the centre did not lend is told to the person, if
// they are still there.
func TestNumberRefused(t *testing.T) {
	b := &block{left: map[string]int{"internal": 1}}
	visit(t, func(k *kit) {
		b.tell(k, "internal")
		k.act(local.VerbBegin, "")
		k.act(local.VerbAnswer, "none")
		k.at(local.StepDone)
		k.receipt(k.last(catalogue.QueueTicket), request.StatusRefused)
		k.problem(fault.Refused)
	}, forNumbers(b, &press{}))
}
