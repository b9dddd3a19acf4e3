package main_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"motcua/drivers/emu"
	"motcua/drivers/emu/world"
	"motcua/drivers/rig"
	"motcua/protocol/local"
)

var kills = flag.Int("kills", 4, "how often kioskd is killed while people are served")

// TestKilledWhileServing kills kioskd, and now and then gatewayd, at random
// moments while one person after the other checks in: real programs, real broker,
// real pcscd. What people saw is written down outside, from the events that a
// screen gets. In the end the centre has everything that anybody was told to be
// saved, once, and nobody was told "received" who was not.
func TestKilledWhileServing(t *testing.T) {
	rig.Require(t, rig.NeedPCSCD, rig.NeedVPCD)
	k := &killing{stage: newStage(t.TempDir(), build(t)), seen: history{}}
	t.Cleanup(k.close)
	k.people = k.begin(t)
	for round := range *kills {
		if err := k.round(t, round); err != nil {
			t.Errorf("round %d: %v", round, err)
			if k.processes["kioskd"] != nil {
				_ = k.stop("kioskd", true)
			}
			break // what was told so far is held to account all the same
		}
	}
	k.finish(t)
	k.check(t)
}

// killing is the harness: everything around kioskd, and what was seen.
type killing struct {
	*stage
	people  []*emu.Persona
	seen    history
	turn    int   // people served or begun with
	lies    bool  // a card lies on the reader
	served  bool  // the visit of this card has begun
	trouble error // of the latest hand
	starts  int   // kills before kioskd was ready
	taps    int   // kills right after somebody sent a request
	both    int   // kills of gatewayd too
}

// shown is the most that a person was told about a request.
type shown struct {
	saved, received bool
	no              string
}

// history is what was told, by the number of the request.
type history map[uint64]shown

func (h history) note(r *local.Receipt) {
	seq, err := strconv.ParseUint(r.LocalNo, 10, 63)
	if err != nil {
		return
	}
	s := h[seq]
	s.saved = s.saved || r.Saved
	if r.Received {
		s.received, s.no = true, r.No
	}
	h[seq] = s
}

func (k *killing) begin(t *testing.T) []*emu.Persona {
	t.Helper()
	fatal(t, world.Create(k.dir, world.Options{}))
	ctx, cancel := bounded()
	defer cancel()
	var err error
	k.pcscd, err = rig.StartPCSCD(ctx)
	fatal(t, err)
	fatal(t, k.startGateway())
	fatal(t, k.startReader())
	all, err := emu.LoadPersonas()
	fatal(t, err)
	var people []*emu.Persona
	for _, id := range []string{"an", "binh"} {
		if p, err := emu.FindPersona(all, id); err == nil {
			people = append(people, p)
		}
	}
	return people
}

func fatal(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// round is one life of kioskd. Its end comes before it is ready, a moment after
// somebody has sent a request, or at any time.
func (k *killing) round(t *testing.T, n int) error {
	ctx, cancel := bounded()
	defer cancel()
	begun := make(chan error, 1)
	if n%5 == 3 { // killed while it starts, reading the queue back
		k.starts++
		if err := k.start("kioskd", nil, "-config", filepath.Join(k.dir, "kioskd.toml")); err != nil {
			return err
		}
		time.Sleep(time.Duration(rand.IntN(400)) * time.Millisecond)
		return k.stop("kioskd", true)
	}
	if err := k.startKioskd(); err != nil {
		return err
	}
	life, end := context.WithCancel(ctx)
	defer end()
	sent := make(chan struct{}, 64)
	go func() { begun <- k.serve(life, sent) }()
	if n%2 == 0 { // right after a request was sent
		k.taps++
		for range 1 + rand.IntN(2) {
			select {
			case <-sent:
			case err := <-begun:
				return fmt.Errorf("serving: %w", err)
			case <-ctx.Done():
				return k.stuck(t)
			}
		}
		time.Sleep(time.Duration(rand.IntN(80_000)) * time.Microsecond)
	} else {
		time.Sleep(time.Duration(rand.IntN(2000)) * time.Millisecond)
	}
	if n%4 == 2 {
		k.both++
		if err := k.stop("gatewayd", true); err != nil {
			return err
		}
		time.Sleep(time.Duration(rand.IntN(100)) * time.Millisecond)
	}
	if err := k.stop("kioskd", true); err != nil {
		return err
	}
	end()
	<-begun
	if k.processes["gatewayd"] == nil {
		return k.startGateway()
	}
	return nil
}

// stuck tells all that is known when nothing goes on.
func (k *killing) stuck(t *testing.T) error {
	s, err := k.api.state(t.Context())
	log, _ := os.ReadFile(k.log("kioskd"))
	return fmt.Errorf("nobody was served: %s, card left %v; a card lies there: %v, seen: %v; lifting it: %v (%w); the latest trouble: %v; kioskd said last:\n%s",
		describe(s), s.Kiosk.CardLeft, k.lies, k.served, k.reader("lift"), err, k.trouble, log[max(len(log)-2000, 0):])
}

// serve is the people in front of the kiosk: they do at once what the screen asks
// for. It returns when the kiosk is gone.
func (k *killing) serve(ctx context.Context, sent chan<- struct{}) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://kiosk"+local.PathEvents, nil)
	if err != nil {
		return err
	}
	stream := &http.Client{Transport: k.api.client.Transport} // no time limit
	resp, err := stream.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	snaps := make(chan local.Snapshot, 1024)
	ended := make(chan error, 1)
	go func() { ended <- read(resp.Body, snaps) }()
	p := person{}
	k.served = false // a card that lies there is seen anew
	var last local.Snapshot
	for {
		var err error
		select {
		case err := <-ended:
			for len(snaps) > 0 { // shown before the kill
				if s := <-snaps; s.Visit != nil && s.Visit.Receipt != nil {
					k.seen.note(s.Visit.Receipt)
				}
			}
			return err
		case last = <-snaps:
			if last.Visit != nil && last.Visit.Receipt != nil {
				k.seen.note(last.Visit.Receipt)
			}
			err = k.react(ctx, &p, last, sent)
		case <-time.After(nothingHappens):
			err = k.again(last)
		}
		if err != nil {
			k.trouble = err // the kiosk may be killed under the hand
		}
	}
}

// read takes every state that a screen gets. What had come before a kill counts,
// so all of it is handed on before the end is told.
func read(r io.Reader, snaps chan<- local.Snapshot) error {
	in := bufio.NewScanner(r)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		data, ok := strings.CutPrefix(in.Text(), "data: ")
		if !ok {
			continue
		}
		var s local.Snapshot
		if err := json.Unmarshal([]byte(data), &s); err != nil {
			return err
		}
		snaps <- s
	}
	return in.Err()
}

// nothingHappens is after how long a person lifts the card and lays it there
// again: a card that was moved while kioskd was killed may have been missed.
const nothingHappens = 2 * time.Second

func (k *killing) again(s local.Snapshot) error {
	if s.Visit != nil {
		return nil
	}
	_ = k.reader("lift") // there may be none
	time.Sleep(500 * time.Millisecond)
	k.lies, k.served = true, false
	return k.reader("place " + k.whose().ID)
}

// person is what somebody has done on the screen that is shown.
type person struct{ done string }

func (k *killing) react(ctx context.Context, p *person, s local.Snapshot, sent chan<- struct{}) error {
	v := s.Visit
	if v == nil {
		if k.lies && (k.served || s.Kiosk.CardLeft) {
			k.lies, k.served = false, false
			return k.reader("lift")
		}
		if k.lies || !s.Kiosk.Reader || s.Kiosk.Fault != nil {
			return nil
		}
		k.turn++
		if err := k.reader("place " + k.whose().ID); err != nil {
			return fmt.Errorf("placing a card: %w", err)
		}
		k.lies, k.served = true, false
		return nil
	}
	k.served = true
	act, ok := k.answer(v)
	if here := v.ID + string(v.Step); !ok || p.done == here {
		return nil
	} else {
		p.done = here
	}
	if act.Verb == local.VerbSubmit {
		select {
		case sent <- struct{}{}:
		default:
		}
	}
	act.Version, act.Visit, act.Step, act.Lang = local.Version, v.ID, v.Step, "vi"
	return k.post(ctx, act)
}

// whose is the card that lies there or comes next.
func (k *killing) whose() *emu.Persona { return k.people[k.turn%len(k.people)] }

// answer is what a person does on a step, once.
func (k *killing) answer(v *local.Visit) (local.Action, bool) {
	switch v.Step {
	case local.StepKey:
		return local.Action{Verb: local.VerbKey, Value: k.whose().CAN()}, true
	case local.StepIdentify:
		return local.Action{Verb: local.VerbYes}, true
	case local.StepInsurance:
		return local.Action{Verb: local.VerbContinue}, true
	case local.StepCheck:
		return local.Action{Verb: local.VerbSubmit}, true
	case local.StepDone:
		return local.Action{Verb: local.VerbFinish}, v.Ticket != nil
	case local.StepProblem, local.StepStaff:
		return local.Action{Verb: local.VerbCancel}, true
	}
	return local.Action{}, false
}

func (k *killing) post(ctx context.Context, act local.Action) error {
	b, err := json.Marshal(act)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://kiosk"+local.PathAct, bytes.NewReader(b))
	if err != nil {
		return err
	}
	resp, err := k.api.client.Do(req)
	if err != nil {
		return err
	}
	return resp.Body.Close() // 409: the screen went on meanwhile
}

// reader places or lifts a card, as the emulator's own commands do.
func (k *killing) reader(line string) error {
	conn, err := net.DialTimeout("unix", k.control(), patience)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := fmt.Fprintln(conn, line); err != nil {
		return err
	}
	answer, err := bufio.NewReader(conn).ReadString('\n')
	if text, failed := strings.CutPrefix(answer, "error: "); failed {
		return errors.New(strings.TrimSpace(text))
	}
	return err
}

// finish lets a last kioskd deliver everything, and ends all programs.
func (k *killing) finish(t *testing.T) {
	t.Helper()
	fatal(t, k.startKioskd())
	ctx, cancel := bounded()
	defer cancel()
	fatal(t, k.api.until(ctx, func(s local.Snapshot) bool { return s.Kiosk.Online && s.Kiosk.Waiting == 0 }))
	for _, program := range []string{"kioskd", "gatewayd"} {
		fatal(t, k.stop(program, false))
	}
}
