package main_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"motcua/drivers/emu"
	"motcua/drivers/emu/world"
	"motcua/drivers/rig"
	"motcua/protocol/local"
)

var (
	rush      = flag.Int("rush", 6, "how many people check in at one kiosk, one after the other")
	rushEvery = flag.Duration("rush-every", 0, "how long after the one before each of them comes; 0: at once")
)

// TestRush is a kiosk in the rush of a morning: one person after the other checks in
// with the card, at the pace that -rush-every says or as fast as the kiosk goes. Each
// gets a number, and what the machine takes for it is told. make rush has 480 of them
// come in two hours.
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
	people, err := emu.LoadPersonas()
	fatal(t, err)
	an, err := emu.FindPersona(people, "an")
	fatal(t, err)
	next := time.Now()
	for n := range *rush {
		time.Sleep(time.Until(next))
		next = next.Add(*rushEvery)
		ctx, cancel := bounded()
		err := s.visit(ctx, an)
		cancel()
		if err != nil {
			t.Fatalf("person %d: %v", n+1, err)
		}
	}
	took := s.tickets(t)
	if len(took) != *rush {
		t.Errorf("%d of %d people got a number", len(took), *rush)
	}
	slices.Sort(took)
	t.Logf("%d check-ins, machine and hands from the card to the number: median %v, p95 %v, longest %v",
		len(took), took[len(took)/2], took[len(took)*95/100], took[len(took)-1])
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
