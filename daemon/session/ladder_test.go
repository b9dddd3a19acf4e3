package session_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"motcua/daemon/session"
	"motcua/drivers"
	"motcua/protocol/catalogue"
	"motcua/protocol/emrtd"
	"motcua/protocol/fault"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// typed answers who the person is, of whom nothing was read.
func (k *kit) typed() {
	k.t.Helper()
	for i, text := range []string{"099190000456", "Trần Thị Mẫu", "03/04/1990"} {
		k.answer(catalogue.HolderWords()[i], text)
	}
}

// unasked goes on from "is this you?" to the end of a check-in by a claim, during which
// the insurer is asked nothing.
func (k *kit) unasked() saved {
	k.t.Helper()
	if p := k.at(local.StepIdentify).Person; p == nil || p.Level != "E1" || p.Verdict != "none" {
		k.t.Fatal("the person is not named as a claim")
	}
	k.act(local.VerbYes, "")
	if in := k.at(local.StepInsurance).Insurance; in == nil || in.TextKey != "insurance.unasked" || in.Pays || in.CardMasked != "" {
		k.t.Errorf("told of the insurance: %+v", in)
	}
	if err := k.try(local.VerbRetry, ""); !errors.Is(err, local.ErrNotOffered) {
		k.t.Errorf("asked the insurer again: %v", err)
	}
	k.act(local.VerbContinue, "")
	k.at(local.StepCheck)
	k.act(local.VerbAnswer, "eye")
	k.act(local.VerbSubmit, "")
	k.at(local.StepDone)
	if n := k.count(catalogue.CardValidity); n != 0 {
		k.t.Errorf("the insurer was asked %d times", n)
	}
	return k.last(catalogue.CheckIn)
}

// claimed checks what a check-in by a claim says of who somebody is.
func claimed(t *testing.T, s saved, number, by string) {
	t.Helper()
	e := s.inner.Evidence
	if s.inner.Subject == nil || s.inner.Subject.Number != number || e.Level != request.E1 || !e.Facts.Claim || e.Facts.Chip ||
		e.Facts.Proof != request.ProofNone || !slices.Equal(e.Reasons, []string{by}) || len(e.SOD) != 0 || len(e.DG1) != 0 {
		t.Errorf("evidence %s %v", e.Level, e.Reasons)
	}
	form, err := request.DecodeCheckIn(s.inner.Form)
	if err != nil || form.Specialty != "eye" || form.Insurance != nil || len(s.inner.Consent) != 2 {
		t.Errorf("form %+v, %v, %d consents", form, err, len(s.inner.Consent))
	}
}

// TestLadder: code, then typed number: each rung is a claim that the request tells, the
// receipt says that it is held, and the slip sends to reception with its number.
func TestLadder(t *testing.T) {
	for _, c := range []struct {
		story, number, by string
		name              func(k *kit)
	}{
		{"the card's code", "099090001234", "known-by-code", func(k *kit) {
			k.scan(cardCode)
			if v := k.at(local.StepPlace); !v.Claim || v.Naming {
				t.Error("the code is not taken, or typing is offered beside it")
			}
			k.act(local.VerbClaim, "")
		}},
		{"the number typed", "099190000456", "known-by-word", func(k *kit) {
			if v := k.at(local.StepPlace); !v.Naming || v.Claim {
				t.Error("there is no way without the card")
			}
			k.act(local.VerbName, "")
			k.typed()
		}},
		{"the code while typing", "099090001234", "known-by-code", func(k *kit) {
			k.act(local.VerbName, "")
			k.scan(cardCode)
		}},
	} {
		t.Run(c.story, func(t *testing.T) {
			p := &press{}
			visit(t, func(k *kit) {
				k.act(local.VerbBegin, catalogue.CheckIn)
				c.name(k)
				s := k.unasked()
				claimed(t, s, c.number, c.by)
				k.receipt(s, request.StatusHeld)
				time.Sleep(6 * time.Second)
				if r := k.at(local.StepDone).Receipt; r == nil || !r.Held || r.No != "R-1" {
					t.Errorf("receipt %+v", r)
				}
				slips := p.printed()
				if len(slips) != 1 || !strings.Contains(slips[0], "|Insurance|to be checked at reception|") || !strings.Contains(slips[0], "|Receipt|R-1|") ||
					!strings.Contains(slips[0], "show your identity card and this slip") {
					t.Errorf("slips %q", slips)
				}
				if k.reads != 0 {
					t.Errorf("%d readings", k.reads)
				}
			}, with(p))
		})
	}
}

// TestLadderOffline: without a connection the claim is kept like any check-in, and the
// slip is there at once.
func TestLadderOffline(t *testing.T) {
	p := &press{}
	visit(t, func(k *kit) {
		k.session.SetLink(session.Link{Code: fault.Offline})
		k.act(local.VerbBegin, catalogue.CheckIn)
		k.act(local.VerbName, "")
		k.typed()
		claimed(t, k.unasked(), "099190000456", "known-by-word")
		time.Sleep(6 * time.Second)
		if slips := p.printed(); len(slips) != 1 || !strings.Contains(slips[0], "to be checked at reception") || strings.Contains(slips[0], "|Receipt|") {
			t.Errorf("slips %q", slips)
		}
	}, with(p))
}

// TestLadderAfterTrouble: a chip that cannot be read leaves the way by the code, scanned
// before or then, and by the typed number; staff stay within reach. What speaks against
// the card, or needs the chip, leaves none of them.
func TestLadderAfterTrouble(t *testing.T) {
	failing := func(err error) func(context.Context, emrtd.Options) (*emrtd.Document, error) {
		return func(context.Context, emrtd.Options) (*emrtd.Document, error) { return nil, err }
	}
	for _, c := range []struct {
		story string
		read  func(context.Context, emrtd.Options) (*emrtd.Document, error)
		fault fault.Code
		want  bool
	}{
		{"not readable", failing(errors.New("noise")), fault.Unreadable, true},
		{"too slow", failing(context.DeadlineExceeded), fault.ReadTimeout, true},
		{"another type of card", failing(emrtd.ErrUnsupported), fault.CardForeign, true},
		{"no more keys", failing(&emrtd.KeyError{Blocked: true}), fault.KeyBlocked, true},
		{"the reader is gone", failing(drivers.ErrNoReader), fault.NoReader, true},
		{"the reader's service is gone", failing(drivers.ErrNoService), fault.NoService, true},
		{"wrong digits, once", failing(&emrtd.KeyError{Left: -1}), fault.WrongKey, false},
		{"lifted, once", failing(drivers.ErrNoCard), fault.CardGone, false},
		{"forged", func(_ context.Context, o emrtd.Options) (*emrtd.Document, error) {
			return document(o, emrtd.Forged), nil
		}, fault.Forged, false},
	} {
		for _, rung := range []string{"typed", "scanned then", "scanned before"} {
			t.Run(c.story+", "+rung, func(t *testing.T) {
				visit(t, func(k *kit) {
					k.read = c.read
					verb, scanned := local.VerbName, rung == "scanned before" && c.fault != fault.KeyBlocked // which forgets the code
					if scanned {
						verb = local.VerbClaim
						k.scan(cardCode)
						k.place()
					} else {
						k.place()
						k.act(local.VerbKey, "000123")
					}
					p := k.problem(c.fault)
					if scanned && c.fault == fault.CardGone {
						return // a code is a way on at any time
					}
					if !slices.Contains(p.Exits, local.VerbStaff) || slices.Contains(p.Exits, verb) != c.want {
						t.Fatalf("exits %v", p.Exits)
					}
					if !c.want {
						if err := k.try(verb, ""); !errors.Is(err, local.ErrNotOffered) {
							t.Errorf("goes on: %v", err)
						}
						return
					}
					switch {
					case rung == "scanned then":
						k.scan(cardCode)
					default:
						k.act(verb, "")
						if !scanned {
							k.typed()
						}
					}
					k.unasked()
				})
			})
		}
	}
}

// TestLadderOnlyForTheCheckIn: what demands the chip for good is no place to type a number.
func TestLadderOnlyForTheCheckIn(t *testing.T) {
	visit(t, func(k *kit) {
		k.act(local.VerbBegin, catalogue.Pension)
		k.act(local.VerbContinue, "")
		if v := k.at(local.StepPlace); v.Naming || k.try(local.VerbName, "") == nil {
			t.Error("a pension by a typed number")
		}
	}, offering(catalogue.CheckIn, catalogue.Pension))
}

// TestTriesUsedUp: who has failed twice is offered to go on without the card.
func TestTriesUsedUp(t *testing.T) {
	visit(t, func(k *kit) {
		k.read = func(context.Context, emrtd.Options) (*emrtd.Document, error) { return nil, &emrtd.KeyError{Left: -1} }
		k.place()
		k.act(local.VerbKey, "999999")
		k.problem(fault.WrongKey)
		k.act(local.VerbRetry, "")
		k.act(local.VerbKey, "999998")
		if p := k.problem(fault.WrongKey); !slices.Contains(p.Exits, local.VerbName) {
			t.Errorf("exits %v", p.Exits)
		}
		k.act(local.VerbName, "")
		k.typed()
		k.unasked()
	})
}

// TestLadderWithoutAReader: the check-in is told to lack its reader, and goes on by a
// typed number, or by the code.
func TestLadderWithoutAReader(t *testing.T) {
	for _, scanned := range []bool{false, true} {
		b := &block{left: map[string]int{"internal": 3}}
		visit(t, func(k *kit) {
			b.tell(k, "internal")
			k.event(drivers.ReaderGone)
			if scanned {
				k.scan(cardCode)
				if v := k.at(local.StepAbout); !v.Claim || v.Naming {
					t.Error("the code that was scanned is of no use")
				}
				k.act(local.VerbClaim, "")
			} else {
				k.act(local.VerbBegin, catalogue.CheckIn)
				if v := k.at(local.StepAbout); !v.Naming || v.Claim {
					t.Error("there is no way without the reader")
				}
				k.act(local.VerbName, "")
				k.act(local.VerbBack, "")
				k.at(local.StepAbout)
				k.act(local.VerbName, "")
				k.typed()
			}
			k.unasked()
		}, hospital(b))
	}
	visit(t, func(k *kit) { // a full queue is no reason to type anything
		k.session.SetStock(nearlyFull())
		k.act(local.VerbBegin, catalogue.CheckIn)
		if v := k.at(local.StepAbout); v.Naming || k.try(local.VerbName, "") == nil {
			t.Error("goes on without room for the request")
		}
	}, hospital(&block{}), offering(catalogue.CheckIn, catalogue.Feedback, catalogue.QueueTicket))
}

// TestLadderBack: who has begun to type may show the card after all, mend a number that is
// none, and say "this is not me"; nothing of what was typed stays.
func TestLadderBack(t *testing.T) {
	visit(t, func(k *kit) {
		number := catalogue.HolderWords()[0]
		k.act(local.VerbBegin, catalogue.CheckIn)
		k.act(local.VerbName, "")
		if q := k.at(local.StepQuestion).Question; q.Field != number || !q.Back || q.Skip {
			t.Errorf("asked %+v", q)
		}
		k.answer(number, "0991900004")
		if q := k.at(local.StepQuestion).Question; q.Field != number || q.Problem == "" {
			t.Errorf("ten digits are taken: %+v", q)
		}
		k.act(local.VerbBack, "")
		k.at(local.StepPlace)
		k.act(local.VerbName, "")
		k.typed()
		k.at(local.StepIdentify)
		k.act(local.VerbNo, "")
		if v := k.at(local.StepPlace); v.Person != nil || !v.Naming {
			t.Error("somebody is still named")
		}
		k.act(local.VerbName, "")
		if q := k.at(local.StepQuestion).Question; q.Field != number || q.Value != "" {
			t.Error("what was typed is still there")
		}
		k.place()
		k.act(local.VerbBack, "")
		k.at(local.StepKey)
		k.act(local.VerbKey, "000123")
		if v := k.at(local.StepIdentify); v.Person.Level != "E2" {
			t.Errorf("with the chip: %s", v.Person.Level)
		}
	})
}

// TestLadderTimeOut: who walks away while typing leaves nothing.
func TestLadderTimeOut(t *testing.T) {
	visit(t, func(k *kit) {
		k.act(local.VerbBegin, catalogue.CheckIn)
		k.act(local.VerbName, "")
		k.answer(catalogue.HolderWords()[0], "099190000456")
		time.Sleep(81 * time.Second)
		k.at(session.Attract)
		k.act(local.VerbBegin, catalogue.CheckIn)
		k.act(local.VerbName, "")
		if q := k.at(local.StepQuestion).Question; q.Field != catalogue.HolderWords()[0] || q.Value != "" {
			t.Error("the next person sees a number")
		}
		if strings.Contains(k.log.String(), "099190000456") {
			t.Error("the number is in the log")
		}
	})
}
