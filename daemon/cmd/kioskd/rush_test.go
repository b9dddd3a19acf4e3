package main_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"motcua/drivers/emu"
	"motcua/drivers/emu/world"
	"motcua/drivers/rig"
	"motcua/protocol/catalogue"
	"motcua/protocol/local"
)

var (
	rush       = flag.Int("rush", 20, "how many people check in at one kiosk, one after the other")
	rushEvery  = flag.Duration("rush-every", 0, "how long after the one before each of them comes; 0: at once")
	rushKiosks = flag.Int("rush-kiosks", 60, "how many emulated kiosks give out numbers at the same centre meanwhile")
)

// TestRush is the rush of a morning: at one kiosk one person after the other checks in
// with the card, the next one as soon as the last one has a ticket, or at the pace that
// -rush-every says; and many emulated kiosks give out numbers of one queue at the same
// gateway all the while. Each person gets a ticket, no number is in two hands, and what
// the machine takes is told. make rush has 480 people, as come in two hours at one every
// 15 seconds, and 500 kiosks.
func TestRush(t *testing.T) {
	rig.Require(t, rig.NeedPCSCD, rig.NeedVPCD)
	s := newStage(t.TempDir(), build(t))
	t.Cleanup(s.close)
	fatal(t, world.Create(s.dir, world.Options{}))
	var err error
	s.pcscd, err = rig.StartPCSCD(t.Context())
	fatal(t, err)
	fatal(t, s.startGateway())
	fatal(t, s.startReader("--link", "106k"))
	fatal(t, s.startKioskd())
	f, over := newRushFleet(t, s.dir), make(chan struct{})
	var kiosks errgroup.Group
	for _, k := range f.connect(*rushKiosks) {
		kiosks.Go(func() error { return k.serve(f, over) })
	}
	began := time.Now()
	held := s.checkIns(t)
	lasted := time.Since(began)
	close(over)
	fatal(t, kiosks.Wait())
	took := s.tickets(t)
	if len(took) != *rush {
		t.Errorf("%d of %d people got a number", len(took), *rush)
	}
	if len(f.given) < *rushKiosks {
		t.Errorf("%d numbers of %d kiosks", len(f.given), *rushKiosks)
	}
	t.Logf("%d check-ins in %v, %d tickets for %d people and specialties; machine and hands from the card to the number: %s",
		len(took), lasted.Round(time.Second), len(held), min(*rush, len(rushPeople())*len(catalogue.Specialties())), spread(took))
	t.Logf("%d kiosks gave out %d numbers meanwhile, none twice; until the receipt: %s", *rushKiosks, len(f.given), spread(f.took))
}

// rushPeople are citizens whose card and insurance are in order.
func rushPeople() []string { return []string{"an", "binh", "linh", "nam", "nga"} }

// checkIns has the people come: each with another specialty than before, so that each
// is to have a ticket of their own; who comes again gets the same one again. It gives the
// tickets, and whose each is.
func (s *stage) checkIns(t *testing.T) map[string]string {
	t.Helper()
	people, err := emu.LoadPersonas()
	fatal(t, err)
	tickets, of := map[string]string{}, map[string]string{}
	next := time.Now()
	for n := range *rush {
		time.Sleep(time.Until(next))
		next = next.Add(*rushEvery)
		p, err := emu.FindPersona(people, rushPeople()[n%len(rushPeople())])
		fatal(t, err)
		specialty := catalogue.Specialties()[n/len(rushPeople())%len(catalogue.Specialties())].ID
		ctx, cancel := bounded()
		number, err := s.visit(ctx, p, specialty)
		cancel()
		if err != nil {
			t.Fatalf("person %d: %v", n+1, err)
		}
		who := p.ID + " for " + specialty
		if other, given := tickets[number]; given && other != who {
			t.Errorf("ticket %s is of %s and of %s", number, other, who)
		}
		if before, again := of[who]; again && before != number {
			t.Errorf("%s has %s and %s", who, before, number)
		}
		tickets[number], of[who] = who, number
	}
	return tickets
}

// TestNumbersKilled kills kioskd at random moments while people take numbers, most
// often between the tap and the number: whatever was shown was shown once, and the
// centre takes every number that was shown, and refuses none.
func TestNumbersKilled(t *testing.T) {
	rig.Require(t, rig.NeedPCSCD, rig.NeedVPCD)
	s := newStage(t.TempDir(), build(t))
	t.Cleanup(s.close)
	fatal(t, world.Create(s.dir, world.Options{}))
	fatal(t, s.configure("\n[services]\noffered = [\"H03\"]\n"))
	ctx, cancel := bounded()
	defer cancel()
	var err error
	s.pcscd, err = rig.StartPCSCD(ctx)
	fatal(t, err)
	fatal(t, s.startReader())
	fatal(t, s.startGateway())
	shown := map[string]int{}
	for range *kills {
		fatal(t, s.startKioskd())
		for _, wait := range []time.Duration{patience, time.Duration(1+rand.IntN(20_000)) * time.Microsecond} {
			if number := s.shownNumber(t, wait); number != "" {
				shown[number]++
			}
		}
		fatal(t, s.stop("kioskd", true))
	}
	for number, times := range shown {
		if times != 1 {
			t.Errorf("number %s was shown %d times", number, times)
		}
	}
	if len(shown) < *kills {
		t.Errorf("%d numbers in %d lives", len(shown), *kills)
	}
	fatal(t, s.startKioskd())
	ctx, cancel = bounded()
	defer cancel()
	fatal(t, s.api.until(ctx, func(s local.Snapshot) bool { return s.Kiosk.Online && s.Kiosk.Waiting == 0 }))
	for _, program := range []string{"kioskd", "gatewayd"} {
		fatal(t, s.stop(program, false))
	}
	out, err := rig.Output(ctx, rig.Command{Path: filepath.Join(s.bin, "gatewayd"), Args: []string{"inbox", "-config", filepath.Join(s.dir, "gatewayd.toml")}})
	fatal(t, err)
	var accepted int
	if _, err := fmt.Sscanf(string(out), "H03 accepted %d", &accepted); err != nil || len(strings.Split(strings.TrimSpace(string(out)), "\n")) != 1 {
		t.Fatalf("the centre has something else than numbers it took:\n%s", out)
	}
	if accepted < len(shown) || accepted > 2**kills {
		t.Errorf("the centre took %d numbers; %d were shown, of %d that were asked for", accepted, len(shown), 2**kills)
	}
	t.Logf("%d kills: %d numbers shown, %d at the centre, none twice", *kills, len(shown), accepted)
}

// shownNumber is a visit for a number and the number that is shown within a time, or
// nothing.
func (s *stage) shownNumber(t *testing.T, wait time.Duration) string {
	t.Helper()
	ctx, cancel := bounded()
	defer cancel()
	asks := func(field string) func(local.Snapshot) bool {
		return func(s local.Snapshot) bool {
			return s.Visit != nil && s.Visit.Question != nil && s.Visit.Question.Field == field
		}
	}
	ready := func(s local.Snapshot) bool {
		k := s.Kiosk
		return s.Visit == nil && k.Reader && k.Fault == nil && len(k.Services) == 1 && k.Services[0].Withheld == ""
	}
	for _, a := range []struct {
		when func(local.Snapshot) bool
		act  local.Action
	}{
		{ready, local.Action{Verb: local.VerbBegin}},
		{asks("queue"), local.Action{Verb: local.VerbAnswer, Field: "queue", Value: "internal"}},
		{asks("group"), local.Action{Verb: local.VerbAnswer, Field: "group", Value: "none"}},
	} {
		fatal(t, s.api.until(ctx, a.when))
		status, err := s.api.tap(ctx, a.act)
		fatal(t, err)
		if status != http.StatusNoContent {
			t.Fatalf("%s was answered with %d", a.act.Verb, status)
		}
	}
	var number string
	seen, over := context.WithTimeout(ctx, wait)
	defer over()
	_ = s.api.until(seen, func(s local.Snapshot) bool { // none in time is an answer
		if s.Visit != nil && s.Visit.Ticket != nil {
			number = s.Visit.Ticket.Number
		}
		return number != ""
	})
	if number != "" {
		status, err := s.api.tap(ctx, local.Action{Verb: local.VerbFinish})
		fatal(t, err)
		if status != http.StatusNoContent {
			t.Fatalf("finishing was answered with %d", status)
		}
	}
	return number
}
