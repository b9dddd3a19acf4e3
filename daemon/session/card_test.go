package session_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"motcua/daemon/session"
	"motcua/drivers/emu"
	"motcua/protocol/catalogue"
	"motcua/protocol/emrtd"
	"motcua/protocol/fault"
	"motcua/protocol/local"
	"motcua/protocol/pki"
	"motcua/protocol/request"
)

// counter is a kit whose cards are emulated chips that are really read, in real
// time.
type counter struct {
	*kit
	readers *emu.Readers
	issuer  *emu.Issuer
}

// atCounter runs a story with emulated cards.
func atCounter(t *testing.T, story func(c *counter)) {
	t.Helper()
	issuer, err := emu.NewIssuer(rand.Reader, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	anchors, err := pki.NewAnchors(issuer.CSCA())
	if err != nil {
		t.Fatal(err)
	}
	c := &counter{kit: &kit{t: t}, readers: emu.NewReaders(reader), issuer: issuer}
	device := c.identity()
	c.session = session.New(session.Config{
		Services: []string{catalogue.CheckIn},
		Device:   device, Readers: c.readers, Queue: c.kit, Service: c.service.Public(),
		Read: emrtd.Read, Anchors: anchors,
		Times: session.Times{Idle: time.Minute, End: time.Minute, AnswerWait: time.Minute},
	}, slog.New(slog.NewJSONHandler(&locked{w: &c.log}, &slog.HandlerOptions{Level: slog.LevelDebug})))
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- c.session.Run(ctx) }()
	c.session.SetLink(session.Link{Online: true})
	c.until("in order", func(s local.Snapshot) bool { return s.Kiosk.Fault == nil && s.Kiosk.Online })
	story(c)
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// locked makes a buffer safe for the loop and the goroutines beside it.
type locked struct {
	mu sync.Mutex
	w  interface{ Write([]byte) (int, error) }
}

func (l *locked) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(b)
}

// until waits for a state.
func (c *counter) until(what string, want func(local.Snapshot) bool) local.Snapshot {
	c.t.Helper()
	patience := time.NewTimer(time.Minute)
	defer patience.Stop()
	for {
		s, changed := c.session.State()
		if want(s) {
			return s
		}
		select {
		case <-changed:
		case <-patience.C:
			c.t.Fatalf("it never came to %s: at %s", what, stepOf(s))
		}
	}
}

func (c *counter) step(want local.Step) *local.Visit {
	c.t.Helper()
	return c.until(string(want), func(s local.Snapshot) bool { return stepOf(s) == want }).Visit
}

func (c *counter) tap(verb local.Verb, value string) {
	c.t.Helper()
	s, _ := c.session.State()
	a := local.Action{Version: local.Version, Visit: s.Visit.ID, Step: s.Visit.Step, Verb: verb, Value: value, Lang: "vi"}
	if err := c.session.Act(c.t.Context(), a); err != nil {
		c.t.Fatalf("%s at %s: %v", verb, s.Visit.Step, err)
	}
}

func find(t *testing.T, id string) *emu.Persona {
	t.Helper()
	all, err := emu.LoadPersonas()
	if err != nil {
		t.Fatal(err)
	}
	p, err := emu.FindPersona(all, id)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (c *counter) lay(p *emu.Persona) {
	c.t.Helper()
	chip, err := c.issuer.Issue(p, emu.CardOptions{})
	if err != nil {
		c.t.Fatal(err)
	}
	if err := c.readers.Place(reader, chip); err != nil {
		c.t.Fatal(err)
	}
}

// TestNothingOfThePersonIsLogged plays the whole visit of persona an, with all
// log lines on, and looks for the person in them.
func TestNothingOfThePersonIsLogged(t *testing.T) {
	p := find(t, "an")
	document, birth, expiry := p.MRZKey()
	atCounter(t, func(c *counter) {
		c.lay(p)
		c.step(local.StepKey)
		c.tap(local.VerbKey, "no key at all "+p.Number)
		c.step(local.StepProblem)
		c.tap(local.VerbRetry, "")
		c.step(local.StepKey)
		c.tap(local.VerbKey, p.QR())
		v := c.step(local.StepIdentify)
		if v.Person.Name != p.Name || v.Person.Level != "E2" || v.Person.NumberMasked == p.Number {
			t.Errorf("the screen shows %s, level %s", v.Person.Name, v.Person.Level)
		}
		c.tap(local.VerbYes, "")
		c.step(local.StepAsking)
		c.waitSaved("H09")
		c.session.Result(c.signed(c.last("H09"), request.ClassOK, c.insured(request.ClassOK)))
		c.step(local.StepInsurance)
		c.tap(local.VerbContinue, "")
		c.step(local.StepCheck)
		c.tap(local.VerbSubmit, "")
		c.step(local.StepDone)
		in := c.last("H01").inner
		if in.Subject.Number != p.Number || in.Subject.Name != p.Name {
			t.Error("the request is about somebody else")
		}
		c.session.Result(c.signed(c.last("H01"), request.ClassOK, ticket()))
		c.until("a ticket", func(s local.Snapshot) bool { return s.Visit.Ticket != nil })
		c.tap(local.VerbFinish, "")
		c.step(session.Attract)
		if err := c.readers.Lift(reader); err != nil {
			t.Error(err)
		}
		log := c.log.String()
		for _, secret := range []string{p.Name, p.Number, p.Number[6:], document, birth + expiry, p.OldNumber, p.Residence, "GD4990990000001", "NGUYEN"} {
			if strings.Contains(log, secret) {
				t.Errorf("the log holds %q:\n%s", secret, log)
			}
		}
		for _, event := range []string{"card-seen", "key", "read", "verified", "consent", "queued", "ticket", "end"} {
			if !strings.Contains(log, fmt.Sprintf("\"event\":%q", event)) {
				t.Errorf("the story lacks %s", event)
			}
		}
	})
}

// waitSaved waits until a request of the service is in the queue.
func (c *counter) waitSaved(service string) {
	c.t.Helper()
	for deadline := time.Now().Add(time.Minute); c.count(service) == 0; {
		if time.Now().After(deadline) {
			c.t.Fatalf("%s was never saved", service)
		}
		c.session.Health() // a turn of the loop
	}
}

// TestPersonas: each card comes to what its persona expects.
func TestPersonas(t *testing.T) {
	all, err := emu.LoadPersonas()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range all {
		if p.Expect.Access != "PACE-CAN" {
			continue // needs the machine readable zone, which this visit does not ask for
		}
		t.Run(p.ID, func(t *testing.T) {
			atCounter(t, func(c *counter) {
				c.lay(p)
				c.step(local.StepKey)
				c.tap(local.VerbKey, p.CAN())
				s := c.until("an outcome", func(s local.Snapshot) bool {
					return stepOf(s) == local.StepIdentify || stepOf(s) == local.StepProblem
				})
				if p.Expect.Verdict == "forged" {
					if s.Visit.Problem == nil || s.Visit.Problem.Code != fault.Forged {
						t.Fatalf("a forged card came to %s", s.Visit.Step)
					}
					return
				}
				if s.Visit.Person == nil || s.Visit.Person.Verdict != string(p.Expect.Verdict) {
					t.Fatalf("at %s %+v, want %s\n%s", s.Visit.Step, s.Visit.Problem, p.Expect.Verdict, c.log.String())
				}
			})
		})
	}
}

// TestTornAtEveryCommand tears the card away at each exchange: it is always told
// as lifted, and putting it back always leads on.
func TestTornAtEveryCommand(t *testing.T) {
	p := find(t, "an")
	atCounter(t, func(c *counter) {
		torn := 0
		for n := 1; ; n++ {
			c.lay(p)
			c.step(local.StepKey)
			if err := c.readers.TearAt(reader, n); err != nil {
				t.Fatal(err)
			}
			c.tap(local.VerbKey, p.CAN())
			s := c.until("an outcome", func(s local.Snapshot) bool {
				return stepOf(s) == local.StepIdentify || stepOf(s) == local.StepProblem
			})
			if stepOf(s) == local.StepIdentify {
				break
			}
			torn++
			if s.Visit.Problem.Code != fault.CardGone {
				t.Fatalf("torn at command %d: %s\n%s", n, s.Visit.Problem.Code, c.log.String())
			}
			c.until("lifted", func(s local.Snapshot) bool { return !s.Visit.CardPresent })
			c.lay(p)
			c.step(local.StepIdentify)
			c.tap(local.VerbCancel, "")
			c.step(session.Attract)
			if err := c.readers.Lift(reader); err != nil {
				t.Fatal(err)
			}
		}
		if torn < 10 {
			t.Errorf("only %d exchanges", torn)
		}
	})
}

// TestAWrongKeyIsTriedOnce: the chip sees one try per key that was typed.
func TestAWrongKeyIsTriedOnce(t *testing.T) {
	p := find(t, "an")
	atCounter(t, func(c *counter) {
		c.lay(p)
		c.step(local.StepKey)
		c.tap(local.VerbKey, "111111")
		if v := c.step(local.StepProblem); v.Problem.Code != fault.WrongKey {
			t.Fatalf("told as %s", v.Problem.Code)
		}
		if n := strings.Count(c.log.String(), `"event":"read"`); n != 1 {
			t.Errorf("read %d times", n)
		}
		c.tap(local.VerbRetry, "")
		c.step(local.StepKey)
		c.tap(local.VerbKey, p.CAN())
		c.step(local.StepIdentify)
	})
}
