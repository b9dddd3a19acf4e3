package session_test

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"motcua/daemon/session"
	"motcua/protocol/emrtd"
	"motcua/protocol/fault"
	"motcua/protocol/local"
	"motcua/protocol/request"
	"motcua/protocol/roster"
)

const officerPIN = "482915"

// roll is a roster with one officer, whose card every card of the kit is.
type roll struct {
	fails fault.Code // of opening a session
	open  bool       // read by the loop while PINs are checked beside it
	card  roster.Card
	role  string // of the officer; empty: that of onDuty
	other bool   // somebody else's session is open
	// strangers: no card of the kit is an officer's.
	strangers bool

	mu      sync.Mutex // guards the rest: fingers are compared beside the loop
	finger  string     // the officer's that is kept; empty: none
	spent   int        // wrong fingers
	damaged bool       // the one that is kept
	full    bool       // the disk is
}

var onDuty = request.Officer{Session: "d-1", Ref: "op-17", Role: "officer", Method: request.MethodPIN}

func (r *roll) Holder(c roster.Card) (roster.Officer, bool) {
	if r.strangers {
		return roster.Officer{}, false
	}
	r.card = c
	return roster.Officer{Ref: onDuty.Ref, Role: roster.Duty}, true
}

func (r *roll) Start(c roster.Card, pin string) (request.Officer, time.Time, error) {
	time.Sleep(100 * time.Millisecond) // as checking a PIN does
	switch {
	case c != r.card:
		return request.Officer{}, time.Time{}, fault.Wrap(fault.NotOnRoster, errors.New("another card"))
	case r.fails != "":
		return request.Officer{}, time.Time{}, fault.Wrap(r.fails, errors.New("refused"))
	case pin != officerPIN:
		return request.Officer{}, time.Time{}, fault.Wrap(fault.WrongPIN, errors.New("wrong"))
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.open = true
	return r.officer(), time.Now().Add(12 * time.Hour), nil
}

func (r *roll) OnDuty() (request.Officer, bool) {
	o := r.officer()
	if r.other {
		o.Session = "d-2"
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return o, r.open
}

func (r *roll) Serial() uint64 { return 7 }

func (r *roll) officer() request.Officer {
	o := onDuty
	o.Role = cmp.Or(r.role, o.Role)
	return o
}

func (r *roll) Close(name string) { r.open = r.open && name != onDuty.Session }

// officer runs a story in which an officer's card has been read.
func officer(t *testing.T, r *roll, story func(k *kit)) {
	t.Helper()
	visit(t, func(k *kit) {
		k.place()
		k.act(local.VerbKey, "123456")
		story(k)
	}, func(c *session.Config) { c.Duty = r })
}

// pin types a PIN and waits until it was checked.
func (k *kit) pin(digits string) {
	k.t.Helper()
	k.act(local.VerbPIN, digits)
	k.at(local.StepPINCheck)
	time.Sleep(100 * time.Millisecond)
}

func TestAnOfficerOpensAndClosesASession(t *testing.T) {
	r := &roll{}
	officer(t, r, func(k *kit) {
		k.at(local.StepPIN)
		k.pin("000000")
		if v := k.at(local.StepPIN); v.Key == nil || v.Key.Failed != 1 {
			t.Errorf("%+v", v.Key)
		}
		if r.open {
			t.Error("opened with a wrong PIN")
		}
		k.pin(officerPIN)
		v := k.at(local.StepDuty)
		if v.Duty == nil || v.Duty.Ref != onDuty.Ref || v.Duty.Role != onDuty.Role || time.Until(v.Duty.Until) < 11*time.Hour {
			t.Errorf("%+v", v.Duty)
		}
		k.act(local.VerbClose, "")
		k.at(session.Attract)
		if r.open {
			t.Error("still open")
		}
		if strings.Contains(k.log.String(), officerPIN) {
			t.Error("the PIN is in the log")
		}
	})
}

// A session stays open when its officer leaves the screen; a citizen's requests
// then carry the officer, and not before.
func TestRequestsCarryTheOfficer(t *testing.T) {
	r := &roll{}
	officer(t, r, func(k *kit) {
		k.act(local.VerbOtherWay, "") // here as a patient, nobody on duty
		k.act(local.VerbYes, "")
		if got := k.last("H09").inner.Officer; got != nil {
			t.Errorf("%+v", *got)
		}
		k.act(local.VerbCancel, "")
		k.lift()
		k.place()
		k.act(local.VerbKey, "123456")
		k.pin(officerPIN)
		k.act(local.VerbFinish, "")
		k.lift()
		k.place()
		k.act(local.VerbKey, "123456")
		k.act(local.VerbOtherWay, "")
		k.act(local.VerbYes, "")
		if got := k.last("H09").inner.Officer; got == nil || *got != onDuty {
			t.Error("the request names no officer, or another")
		}
	})
}

func TestNoSession(t *testing.T) {
	for _, code := range []fault.Code{fault.OfficerLocked, fault.RosterOld, fault.NotOnRoster, fault.DutyStore} {
		officer(t, &roll{fails: code}, func(k *kit) {
			k.pin(officerPIN)
			k.problem(code)
			k.act(local.VerbStaff, "")
			k.at(local.StepStaff)
		})
	}
}

func TestWhatIsNoPINIsNotTried(t *testing.T) {
	officer(t, &roll{}, func(k *kit) {
		for _, text := range []string{"", "12345", "1234567", "12345x"} {
			if err := k.try(local.VerbPIN, text); !errors.Is(err, local.ErrNotOffered) {
				t.Errorf("%q: %v", text, err)
			}
		}
		k.at(local.StepPIN)
	})
}

// A copy of an officer's card, without proof of its chip, opens nothing: its
// holder is served as a citizen.
func TestAnUnprovenCardIsACitizens(t *testing.T) {
	for name, trust := range map[string]func(d *emrtd.Document){
		"no proof of the chip": func(d *emrtd.Document) { d.Trust.ChipProof = "" },
		"no anchor":            func(d *emrtd.Document) { d.Trust.Verdict = emrtd.IntegrityOnly },
	} {
		t.Run(name, func(t *testing.T) {
			visit(t, func(k *kit) {
				k.read = func(ctx context.Context, o emrtd.Options) (*emrtd.Document, error) {
					doc, err := k.genuine(ctx, o)
					trust(doc)
					return doc, err
				}
				k.place()
				k.act(local.VerbKey, "123456")
				k.at(local.StepIdentify)
				if err := k.try(local.VerbPIN, officerPIN); !errors.Is(err, local.ErrNotOffered) {
					t.Error(err)
				}
			}, func(c *session.Config) { c.Duty = &roll{} })
		})
	}
}

// Without a roster no citizen ever sees an officer's steps.
func TestCitizensAreNotAskedForAPIN(t *testing.T) {
	visit(t, func(k *kit) {
		k.place()
		k.act(local.VerbKey, "123456")
		k.at(local.StepIdentify)
	})
}
