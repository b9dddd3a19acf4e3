package session_test

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"

	"motcua/daemon/session"
	"motcua/drivers"
	"motcua/protocol/catalogue"
	"motcua/protocol/fault"
	"motcua/protocol/local"
)

// withheld are the reasons for which services cannot be begun, in the menu's order.
func withheld(k *kit) (all []local.Withheld) {
	for _, o := range k.state().Kiosk.Services {
		all = append(all, o.Withheld)
	}
	return all
}

// hospital is a kiosk for check-ins, numbers and calls for help.
func hospital(b *block) func(*session.Config) {
	return func(c *session.Config) {
		c.Services, c.Numbers, c.Printer = []string{catalogue.CheckIn, catalogue.QueueTicket, catalogue.Feedback}, b, &press{}
	}
}

// nearlyFull is a queue with room for numbers only.
func nearlyFull() session.Stock {
	return session.Stock{Waiting: 8000, Err: fault.Wrap(fault.QueueFull, errors.New("nearly full"))}
}

// TestNumbersWithoutAReader: without the card reader everything that needs no card goes
// on, and the rest is told before anybody begins it.
func TestNumbersWithoutAReader(t *testing.T) {
	b := &block{left: map[string]int{"internal": 3}}
	visit(t, func(k *kit) {
		b.tell(k, "internal")
		k.event(drivers.ReaderGone)
		if f := k.state().Kiosk.Fault; f != nil {
			t.Fatalf("out of order: %s", f.Code)
		}
		if got := withheld(k); !slices.Equal(got, []local.Withheld{local.WithheldReader, "", ""}) {
			t.Errorf("withheld: %v", got)
		}
		h := k.session.Health()
		if i := slices.IndexFunc(h.Parts, func(p local.PartState) bool { return p.Part == "reader" }); !h.Ready || h.Parts[i].Code != fault.NoReader {
			t.Errorf("health: ready %v, %+v", h.Ready, h.Parts[i])
		}
		k.act(local.VerbBegin, catalogue.CheckIn)
		k.at(local.StepAbout)
		if err := k.try(local.VerbContinue, ""); !errors.Is(err, local.ErrNotOffered) {
			t.Errorf("goes on without a reader: %v", err)
		}
		k.act(local.VerbBack, "")
		k.act(local.VerbService, catalogue.QueueTicket)
		k.act(local.VerbAnswer, "none")
		if v := k.at(local.StepDone); v.Ticket == nil || v.Ticket.Number != "AB001" {
			t.Errorf("the number: %+v", v.Ticket)
		}
		k.act(local.VerbFinish, "")
		k.event(drivers.ReaderArrived)
		k.place()
		k.at(local.StepKey)
	}, hospital(b))
}

// TestNumbersWithAFullQueue: a queue that is nearly full keeps its room for numbers.
// Who places a card is told instead of being read.
func TestNumbersWithAFullQueue(t *testing.T) {
	b := &block{left: map[string]int{"internal": 3}}
	visit(t, func(k *kit) {
		b.tell(k, "internal")
		k.session.SetStock(nearlyFull())
		if got := withheld(k); !slices.Equal(got, []local.Withheld{local.WithheldFull, "", local.WithheldFull}) {
			t.Errorf("withheld: %v", got)
		}
		for _, begin := range []func(){k.place, func() { k.lift(); k.scan(cardCode) }} {
			begin()
			if v := k.at(local.StepAbout); v.Service != catalogue.CheckIn || k.reads != 0 {
				t.Errorf("told about %s, %d cards were read", v.Service, k.reads)
			}
			k.act(local.VerbCancel, "")
		}
		k.act(local.VerbBegin, catalogue.QueueTicket)
		k.act(local.VerbAnswer, "none")
		k.at(local.StepDone)
		if s := k.last(catalogue.QueueTicket); !s.draft.Reserved {
			t.Error("the number does not use the room that is kept for it")
		}
		k.act(local.VerbFinish, "")

		full := nearlyFull()
		full.Reserved = full.Err
		k.session.SetStock(full)
		if f := k.state().Kiosk.Fault; f == nil || f.Code != fault.QueueFull {
			t.Errorf("without any room: %+v", f)
		}
		if err := k.try(local.VerbBegin, catalogue.QueueTicket); !errors.Is(err, local.ErrNotOffered) {
			t.Errorf("a number without room for its request: %v", err)
		}
		k.session.SetStock(session.Stock{})
		k.act(local.VerbBegin, catalogue.Feedback)
		k.at(local.StepQuestion)
	}, hospital(b))
}

// TestFullMeanwhile: who had begun before the queue was nearly full is still served,
// from the room that is kept for them.
func TestFullMeanwhile(t *testing.T) {
	b := &block{left: map[string]int{"internal": 3}}
	visit(t, func(k *kit) {
		b.tell(k, "internal")
		k.act(local.VerbBegin, catalogue.Feedback)
		k.session.SetStock(nearlyFull())
		synctest.Wait()
		k.act(local.VerbAnswer, "help")
		k.act(local.VerbSubmit, "")
		k.at(local.StepDone)
		if s := k.last(catalogue.Feedback); s.draft.Reserved {
			t.Error("a call for help uses the room of numbers")
		}
	}, hospital(b))
}

// TestGraveFaults: what makes nothing trustworthy closes everything, numbers too.
func TestGraveFaults(t *testing.T) {
	b := &block{left: map[string]int{"internal": 3}}
	visit(t, func(k *kit) {
		b.tell(k, "internal")
		k.session.SetIdentity(fault.Wrap(fault.Revoked, errors.New("revoked")))
		if f := k.state().Kiosk.Fault; f == nil || f.Code != fault.Revoked {
			t.Errorf("revoked: %+v", f)
		}
		k.session.SetIdentity(nil)
		k.session.SetCase(true)
		if f := k.state().Kiosk.Fault; f == nil || f.Code != fault.CaseOpen {
			t.Errorf("opened: %+v", f)
		}
		if err := k.try(local.VerbBegin, catalogue.QueueTicket); !errors.Is(err, local.ErrNotOffered) {
			t.Errorf("a number at an open case: %v", err)
		}
	}, hospital(b))
}
