package session_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"motcua/daemon/session"
	"motcua/drivers"
	"motcua/protocol/apdu"
	"motcua/protocol/emrtd"
	"motcua/protocol/fault"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// The whole story: card placed, key, read, "it is me", insurance, check, saved,
// received, ticket.
func TestCheckIn(t *testing.T) {
	visit(t, func(k *kit) {
		k.place()
		k.at(local.StepKey)
		k.act(local.VerbKey, "001234")
		v := k.at(local.StepIdentify)
		if v.Person.Verdict != "genuine" || v.Person.Level != "E2" || !v.MayRemove {
			t.Errorf("identify: %+v", v)
		}
		k.act(local.VerbYes, "")
		k.at(local.StepAsking)
		ask := k.last("H09")
		k.receipt(ask, request.StatusAccepted)
		k.result(ask, request.ClassOK, k.insured(request.ClassOK))
		if v := k.at(local.StepInsurance); v.Insurance.Class != "ok" || v.Insurance.CardMasked != "GD4•••••0001" {
			t.Errorf("insurance: %+v", v.Insurance)
		}
		k.act(local.VerbContinue, "")
		v = k.at(local.StepCheck)
		choices := v.Answers[len(v.Answers)-1].Choices
		k.act(local.VerbAnswer, choices[len(choices)-1])
		k.act(local.VerbSubmit, "")
		v = k.at(local.StepDone)
		if r := v.Receipt; !r.Saved || r.Received || r.LocalNo != "2" || v.Ticket != nil {
			t.Errorf("saved, and nothing more yet: %+v %+v", r, v.Ticket)
		}
		sent := k.last("H01")
		k.receipt(sent, request.StatusAccepted)
		if r := k.at(local.StepDone).Receipt; !r.Received || r.No != "R-1" {
			t.Errorf("received: %+v", r)
		}
		k.result(sent, request.ClassOK, ticket())
		if got := k.at(local.StepDone).Ticket; got.Number != "A012" || got.Room != "105" {
			t.Errorf("ticket: %+v", got)
		}
		k.act(local.VerbFinish, "")
		k.at(session.Attract)
		form, err := request.DecodeCheckIn(sent.inner.Form)
		if err != nil || form.Specialty != choices[len(choices)-1] || form.Insurance.Class != request.ClassOK {
			t.Errorf("form: %+v %v", form.Specialty, err)
		}
	})
}

// read takes a visit to "is this you?".
func (k *kit) toIdentify() {
	k.t.Helper()
	k.place()
	k.act(local.VerbKey, "001234")
	k.at(local.StepIdentify)
}

// toCheck takes a visit to the check-answers screen.
func (k *kit) toCheck() {
	k.t.Helper()
	k.toIdentify()
	k.act(local.VerbYes, "")
	k.at(local.StepAsking)
	k.result(k.last("H09"), request.ClassOK, k.insured(request.ClassOK))
	k.act(local.VerbContinue, "")
	k.at(local.StepCheck)
}

func (k *kit) toDone() {
	k.t.Helper()
	k.toCheck()
	k.act(local.VerbSubmit, "")
	k.at(local.StepDone)
}

func TestEvidenceBelongsToThisVisit(t *testing.T) {
	visit(t, func(k *kit) {
		k.toDone()
		in := k.last("H01").inner
		opening, err := request.DecodeOpening(in.Evidence.Opening)
		if err != nil {
			t.Fatal(err)
		}
		if opening.Visit != in.Visit || opening.Device != "demo-k01" || opening.Facility != "h001" {
			t.Errorf("opening: %+v", opening)
		}
		if in.Evidence.AA == nil || [8]byte(in.Evidence.AA.Challenge) != opening.Challenge() {
			t.Error("the chip signed another challenge")
		}
		if in.Evidence.Level != request.LevelOf(in.Evidence.Facts) || in.Evidence.Level != request.E2 {
			t.Errorf("level %s", in.Evidence.Level)
		}
		if len(in.Consent) == 0 || in.Consent[0].Lang != "en" || in.Consent[0].At != time.Now().UnixMilli() {
			t.Errorf("%d consents", len(in.Consent))
		}
	})
}

// purse holds nonces of the centre.
type purse [][]byte

func (p *purse) Take() ([]byte, bool) {
	if len(*p) == 0 {
		return nil, false
	}
	b := (*p)[0]
	*p = (*p)[1:]
	return b, true
}

// TestNoncesOfTheCentre: each reading has a nonce of its own, the centre's while
// there are some.
func TestNoncesOfTheCentre(t *testing.T) {
	given := bytes.Repeat([]byte{7}, 16)
	visit(t, func(k *kit) {
		for visits := range 2 {
			k.toDone()
			opening, err := request.DecodeOpening(k.last("H01").inner.Evidence.Opening)
			if err != nil || bytes.Equal(opening.Nonce, given) != (visits == 0) || len(opening.Nonce) != 16 {
				t.Errorf("visit %d: nonce %x, %v", visits, opening.Nonce, err)
			}
			k.lift()
			k.act(local.VerbFinish, "")
			k.at(session.Attract)
		}
	}, func(c *session.Config) { c.Nonces = &purse{given} })
}

// toldTime is a clock that was told the time.
type toldTime struct{}

func (toldTime) State() request.Clock {
	return request.Clock{Trust: request.ClockSynced, OffsetMS: -250}
}

func TestRequestsSayHowFarTheClockIsTrusted(t *testing.T) {
	for name, clock := range map[string]session.Clock{"held": nil, "synced": toldTime{}} {
		visit(t, func(k *kit) {
			k.toDone()
			if got := k.last("H01").outer.Clock; string(got.Trust) != name || (got.OffsetMS == -250) != (name == "synced") {
				t.Errorf("the clock is %+v, want %s", got, name)
			}
		}, func(c *session.Config) { c.Clock = clock })
	}
}

func TestBegunByATap(t *testing.T) {
	visit(t, func(k *kit) {
		k.act(local.VerbBegin, "H01")
		k.at(local.StepPlace)
		k.place()
		k.at(local.StepKey)
	})
}

func TestDigitsAreReadFromTheCardInTheHand(t *testing.T) {
	visit(t, func(k *kit) {
		k.place()
		k.lift()
		k.at(local.StepKey)
		k.act(local.VerbKey, "001234")
		k.at(local.StepPlace)
		k.place()
		k.at(local.StepIdentify)
	})
}

func TestAWrongKeyIsToldAndNotTriedAgain(t *testing.T) {
	visit(t, func(k *kit) {
		k.read = func(context.Context, emrtd.Options) (*emrtd.Document, error) {
			return nil, fmt.Errorf("opening: %w", &emrtd.KeyError{Left: 7})
		}
		k.place()
		k.act(local.VerbKey, "999999")
		if p := k.problem(fault.WrongKey); p.Exits[0] != local.VerbRetry {
			t.Errorf("exits %v", p.Exits)
		}
		k.act(local.VerbRetry, "")
		if v := k.at(local.StepKey); v.Key.Failed != 1 || v.Key.Left != 7 {
			t.Errorf("prompt %+v", v.Key)
		}
		if k.reads != 1 {
			t.Errorf("the card was read %d times with one key", k.reads)
		}
		k.act(local.VerbKey, "999998")
		if p := k.problem(fault.WrongKey); p.Exits[0] != local.VerbStaff || !slices.Contains(p.Exits, local.VerbRetry) {
			t.Errorf("after two failures: %v", p.Exits)
		}
		k.read = func(context.Context, emrtd.Options) (*emrtd.Document, error) {
			return nil, &emrtd.KeyError{Left: 0, Blocked: true}
		}
		k.act(local.VerbRetry, "")
		k.act(local.VerbKey, "999997")
		if p := k.problem(fault.KeyBlocked); !slices.Equal(p.Exits, []local.Verb{local.VerbStaff, local.VerbName}) {
			t.Errorf("blocked: %v", p.Exits)
		}
	})
}

// gone waits until the card is lifted, as reading does.
func gone(lifted <-chan struct{}) func(context.Context, emrtd.Options) (*emrtd.Document, error) {
	return func(ctx context.Context, _ emrtd.Options) (*emrtd.Document, error) {
		select {
		case <-lifted:
			return nil, fmt.Errorf("reading: %w", apdu.ErrCardGone)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func TestLiftedTooEarlyAndPutBack(t *testing.T) {
	visit(t, func(k *kit) {
		lifted := make(chan struct{})
		k.read = gone(lifted)
		k.place()
		k.act(local.VerbKey, "001234")
		k.at(local.StepReading)
		k.lift()
		close(lifted)
		if p := k.problem(fault.CardGone); p.Exits[0] != local.VerbRetry {
			t.Errorf("exits %v", p.Exits)
		}
		k.read = k.genuine
		k.place()
		k.at(local.StepIdentify)
	})
}

func TestLiftedAndPutBackBeforeAnybodyNoticed(t *testing.T) {
	visit(t, func(k *kit) {
		lifted := make(chan struct{})
		k.read = gone(lifted)
		k.place()
		k.act(local.VerbKey, "001234")
		k.lift()
		k.place()
		k.read = k.genuine
		close(lifted)
		k.at(local.StepIdentify)
	})
}

func TestRetryWithoutTheCardAsksForIt(t *testing.T) {
	visit(t, func(k *kit) {
		lifted := make(chan struct{})
		k.read = gone(lifted)
		k.place()
		k.act(local.VerbKey, "001234")
		k.lift()
		close(lifted)
		k.act(local.VerbRetry, "")
		k.at(local.StepPlace)
		k.read = k.genuine
		k.place()
		k.at(local.StepIdentify)
	})
}

func TestVerdictsAreNeverMerged(t *testing.T) {
	for _, tt := range []struct {
		verdict emrtd.Verdict
		code    fault.Code
		level   string
		exit    local.Verb
	}{
		{emrtd.Genuine, "", "E2", ""},
		{emrtd.IntegrityOnly, "", "E1", ""},
		{emrtd.Forged, fault.Forged, "", local.VerbStaff},
		{emrtd.Unreadable, fault.Unreadable, "", local.VerbRetry},
	} {
		t.Run(string(tt.verdict), func(t *testing.T) {
			visit(t, func(k *kit) {
				k.read = func(_ context.Context, o emrtd.Options) (*emrtd.Document, error) { return document(o, tt.verdict), nil }
				k.place()
				k.act(local.VerbKey, "001234")
				if tt.code != "" {
					p := k.problem(tt.code)
					if p.Exits[0] != tt.exit || !slices.Contains(p.Exits, local.VerbStaff) {
						t.Errorf("exits %v", p.Exits)
					}
					return
				}
				if v := k.at(local.StepIdentify); v.Person.Level != tt.level || v.Person.Verdict != string(tt.verdict) {
					t.Errorf("%+v", v.Person.Level)
				}
			})
		})
	}
}

// TestEveryProofOfTheChipCounts: what a chip proves itself with is stated as it
// was, and a chip without a proof is a claim.
func TestEveryProofOfTheChipCounts(t *testing.T) {
	for proof, want := range map[string]struct {
		stated request.Proof
		level  request.Level
	}{
		"AA": {request.ProofAA, request.E2}, "CA": {request.ProofCA, request.E2}, "CAM": {request.ProofCA, request.E2},
		"": {request.ProofNone, request.E1}, "XY": {request.ProofNone, request.E1},
	} {
		visit(t, func(k *kit) {
			k.read = func(_ context.Context, o emrtd.Options) (*emrtd.Document, error) {
				doc := document(o, emrtd.Genuine)
				doc.Trust.ChipProof = proof
				if proof != "AA" {
					doc.ActiveAuth = nil
				}
				return doc, nil
			}
			if want.level == request.E1 { // the insurer is not asked by a mere claim
				k.place()
				k.act(local.VerbKey, "001234")
				if v := k.at(local.StepIdentify); v.Person.Level != string(request.E1) {
					t.Errorf("%q: level %s", proof, v.Person.Level)
				}
				return
			}
			k.toDone()
			if e := k.last("H01").inner.Evidence; e.Facts.Proof != want.stated || e.Level != want.level {
				t.Errorf("%q: proof %s, level %s", proof, e.Facts.Proof, e.Level)
			}
		})
	}
}

// TestWhatACardTaughtServesTheNext: habits go into a reading and come back from
// it, also from one that failed.
func TestWhatACardTaughtServesTheNext(t *testing.T) {
	visit(t, func(k *kit) {
		k.habits = emrtd.Habits{Chunk: 223}
		k.read = func(_ context.Context, o emrtd.Options) (*emrtd.Document, error) {
			if o.Habits.Chunk != 223 || o.MaxChunk != emrtd.ChunkFor(2048) {
				t.Errorf("read with %+v, at most %d", o.Habits, o.MaxChunk)
			}
			return &emrtd.Document{Habits: emrtd.Habits{Chunk: 112, Limit: 160}}, emrtd.ErrProtocol
		}
		k.place()
		k.act(local.VerbKey, "001234")
		k.problem(fault.Unreadable)
		if k.habits != (emrtd.Habits{Chunk: 112, Limit: 160}) {
			t.Errorf("kept %+v", k.habits)
		}
	})
}

func TestAForgedCardIsNotReadAgain(t *testing.T) {
	visit(t, func(k *kit) {
		k.read = func(_ context.Context, o emrtd.Options) (*emrtd.Document, error) {
			return document(o, emrtd.Forged), nil
		}
		k.place()
		k.act(local.VerbKey, "001234")
		k.problem(fault.Forged)
		k.lift()
		k.place()
		k.problem(fault.Forged)
		if err := k.try(local.VerbRetry, ""); !errors.Is(err, local.ErrNotOffered) {
			t.Errorf("retry: %v", err)
		}
		k.act(local.VerbStaff, "")
		k.at(local.StepStaff)
	})
}

func TestSlowAndMuteReaders(t *testing.T) {
	visit(t, func(k *kit) {
		k.read = func(ctx context.Context, _ emrtd.Options) (*emrtd.Document, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}
		k.place()
		k.act(local.VerbKey, "001234")
		time.Sleep(session.DefaultRead)
		k.problem(fault.ReadTimeout)
		k.act(local.VerbCancel, "")
		k.lift()

		free := make(chan struct{})
		k.read = func(context.Context, emrtd.Options) (*emrtd.Document, error) { <-free; return nil, context.Canceled }
		k.place()
		k.act(local.VerbKey, "001234")
		time.Sleep(session.DefaultRead + 5*time.Second)
		k.problem(fault.ReadTimeout)
		k.act(local.VerbCancel, "")
		if f := k.state().Kiosk.Fault; f == nil || f.Code != fault.ReaderMute {
			t.Errorf("a reader that does not let go: %+v", f)
		}
		close(free)
		if f := k.state().Kiosk.Fault; f != nil {
			t.Errorf("after it let go: %+v", f)
		}
	})
}

func TestOffline(t *testing.T) {
	visit(t, func(k *kit) {
		k.session.SetLink(session.Link{Code: fault.Offline})
		k.toIdentify()
		k.act(local.VerbYes, "")
		if v := k.at(local.StepInsurance); v.Insurance.Class != "unavailable" {
			t.Errorf("%+v", v.Insurance)
		}
		if err := k.try(local.VerbRetry, ""); !errors.Is(err, local.ErrNotOffered) {
			t.Errorf("asking again while offline: %v", err)
		}
		k.act(local.VerbContinue, "")
		k.act(local.VerbSubmit, "")
		if r := k.at(local.StepDone).Receipt; !r.Saved || r.Received || r.LocalNo != "1" {
			t.Errorf("%+v", r)
		}
		form, err := request.DecodeCheckIn(k.last("H01").inner.Form)
		if err != nil || form.Insurance != nil {
			t.Errorf("nothing was said about the insurance: %v", err)
		}
	})
}

func TestTheInsurerIsNotWaitedForForEver(t *testing.T) {
	visit(t, func(k *kit) {
		k.toIdentify()
		k.act(local.VerbYes, "")
		k.at(local.StepAsking)
		late := k.last("H09")
		time.Sleep(8 * time.Second)
		if v := k.at(local.StepInsurance); v.Insurance.Class != "unavailable" {
			t.Errorf("%+v", v.Insurance)
		}
		k.act(local.VerbRetry, "")
		k.at(local.StepAsking)
		k.result(late, request.ClassOK, k.insured(request.ClassOK))
		k.at(local.StepAsking) // the answer to the first question is not the second's
		k.result(k.last("H09"), request.ClassNewCard, k.insured(request.ClassNewCard))
		if v := k.at(local.StepInsurance); v.Insurance.Class != "new-card" {
			t.Errorf("%+v", v.Insurance)
		}
	})
}

func TestARefusedQuestionGoesOnWithoutAnswer(t *testing.T) {
	visit(t, func(k *kit) {
		k.toIdentify()
		k.act(local.VerbYes, "")
		k.receipt(k.last("H09"), request.StatusExpired)
		k.at(local.StepInsurance)
	})
}

func TestDoubleTaps(t *testing.T) {
	visit(t, func(k *kit) {
		k.toCheck()
		v := k.state().Visit
		tap := local.Action{Version: 1, Visit: v.ID, Step: v.Step, Verb: local.VerbSubmit}
		first, second := k.session.Act(k.t.Context(), tap), k.session.Act(k.t.Context(), tap)
		if first != nil || !errors.Is(second, local.ErrLate) {
			t.Errorf("%v, %v", first, second)
		}
		k.at(local.StepDone)
		if n := k.count("H01"); n != 1 {
			t.Errorf("%d requests were saved", n)
		}
		tap.Visit = "v-another"
		if err := k.session.Act(k.t.Context(), tap); !errors.Is(err, local.ErrLate) {
			t.Errorf("another visit: %v", err)
		}
		if err := k.session.Act(k.t.Context(), local.Action{Version: 1, Verb: local.VerbBegin}); !errors.Is(err, local.ErrLate) {
			t.Errorf("begin during a visit: %v", err)
		}
	})
}

func TestVerbsAreTakenOnlyWhereTheyAreOffered(t *testing.T) {
	visit(t, func(k *kit) {
		k.place()
		for _, verb := range local.Verbs() {
			offered := []local.Verb{local.VerbKey, local.VerbStaff, local.VerbCancel, local.VerbHere, local.VerbBegin}
			if slices.Contains(offered, verb) {
				continue
			}
			if err := k.try(verb, ""); !errors.Is(err, local.ErrNotOffered) {
				t.Errorf("%s at key: %v", verb, err)
			}
		}
		k.act(local.VerbKey, "001234")
		k.act(local.VerbYes, "")
		k.result(k.last("H09"), request.ClassOK, k.insured(request.ClassOK))
		k.act(local.VerbContinue, "")
		if err := k.try(local.VerbAnswer, "not-a-specialty"); !errors.Is(err, local.ErrNotOffered) {
			t.Errorf("an unknown choice: %v", err)
		}
	})
}

func TestNobodyThere(t *testing.T) {
	visit(t, func(k *kit) {
		k.toIdentify()
		if v := k.at(local.StepIdentify); v.IdleIn != 60_000 || v.EndIn != 80_000 {
			t.Errorf("limits %d %d", v.IdleIn, v.EndIn)
		}
		time.Sleep(70 * time.Second)
		if v := k.at(local.StepIdentify); v.IdleIn != 1 || v.EndIn != 10_000 {
			t.Errorf("limits %d %d", v.IdleIn, v.EndIn)
		}
		k.act(local.VerbHere, "")
		time.Sleep(79 * time.Second)
		k.at(local.StepIdentify)
		time.Sleep(time.Second)
		k.at(session.Attract)
	})
}

func TestACardLeftBehindBeginsNoNewVisit(t *testing.T) {
	visit(t, func(k *kit) {
		k.toIdentify()
		k.act(local.VerbCancel, "")
		k.at(session.Attract)
		time.Sleep(time.Minute)
		k.at(session.Attract)
		if !k.state().Kiosk.CardLeft {
			t.Error("the screen cannot ask for the card to be taken")
		}
		k.lift()
		k.at(session.Attract)
		if k.state().Kiosk.CardLeft {
			t.Error("the card was taken")
		}
		k.place()
		k.at(local.StepKey)
	})
}

func TestTheNextPersonsCardBeginsTheNextVisit(t *testing.T) {
	visit(t, func(k *kit) {
		k.toDone()
		before := k.state().Visit.ID
		k.lift()
		k.place()
		k.at(local.StepDone) // the ticket is still to come
		k.receipt(k.last("H01"), request.StatusAccepted)
		k.result(k.last("H01"), request.ClassOK, ticket())
		k.lift()
		k.place()
		if v := k.at(local.StepKey); v.ID == before || v.Person != nil || v.Ticket != nil {
			t.Errorf("%+v", v)
		}
	})
}

func TestThisIsNotMe(t *testing.T) {
	visit(t, func(k *kit) {
		k.toIdentify()
		k.act(local.VerbNo, "")
		if v := k.at(local.StepPlace); v.Person != nil {
			t.Error("the other person is still shown")
		}
		k.lift()
		k.place()
		k.at(local.StepKey)
	})
}

func TestARefusalIsTold(t *testing.T) {
	visit(t, func(k *kit) {
		k.toDone()
		k.receipt(k.last("H01"), request.StatusRefused)
		p := k.problem(fault.Refused)
		if !slices.Contains(p.Exits, local.VerbStaff) {
			t.Errorf("exits %v", p.Exits)
		}
		if r := k.at(local.StepProblem).Receipt; r.Received {
			t.Errorf("%+v", r)
		}
	})
}

// TestABlockedCardCallsStaff: who stands there with the card of somebody who was
// registered as dead need not ask for help.
func TestABlockedCardCallsStaff(t *testing.T) {
	visit(t, func(k *kit) {
		k.toDone()
		k.blocked(k.last("H01"))
		p := k.problem(fault.CardBlocked)
		if !slices.Equal(p.Exits, []local.Verb{local.VerbStaff}) || p.TextKey != "fault.card-blocked" || !k.state().Kiosk.StaffCalled {
			t.Errorf("exits %v, %s, staff called %v", p.Exits, p.TextKey, k.state().Kiosk.StaffCalled)
		}
	})
}

func TestNothingIsSavedUntilItIsSaved(t *testing.T) {
	visit(t, func(k *kit) {
		k.toCheck()
		k.saveErr = fault.Wrap(fault.DiskFull, errors.New("no space left"))
		k.act(local.VerbSubmit, "")
		k.problem(fault.DiskFull)
		if r := k.at(local.StepProblem).Receipt; r != nil {
			t.Errorf("told as saved: %+v", r)
		}
		k.saveErr = nil
		k.act(local.VerbRetry, "")
		k.at(local.StepDone)
	})
}

func TestOutOfOrder(t *testing.T) {
	visit(t, func(k *kit) {
		for _, tt := range []struct {
			err  error
			want fault.Code
		}{
			{drivers.ErrNoService, fault.NoService},
			{fmt.Errorf("connecting: %w", drivers.ErrAccessDenied), fault.Denied},
			{drivers.ErrServiceMismatch, fault.LibMismatch},
		} {
			k.events <- drivers.CardEvent{Kind: drivers.ServiceLost, Err: tt.err}
			if s := k.state(); s.Kiosk.Fault == nil || s.Kiosk.Fault.Code != tt.want || s.Kiosk.Reader {
				t.Errorf("%v: %+v", tt.err, s.Kiosk)
			}
			if err := k.try(local.VerbBegin, ""); !errors.Is(err, local.ErrNotOffered) {
				t.Errorf("begin: %v", err)
			}
		}
		k.event(drivers.ServiceBack)
		if f := k.state().Kiosk.Fault; f == nil || f.Code != fault.NoReader {
			t.Errorf("no reader yet: %+v", f)
		}
		k.session.SetStock(session.Stock{Err: fault.Wrap(fault.QueueFull, errors.New("full"))})
		k.event(drivers.ReaderArrived)
		k.place()
		k.at(session.Attract)
		if f := k.state().Kiosk.Fault; f == nil || f.Code != fault.QueueFull {
			t.Errorf("queue full: %+v", f)
		}
		k.session.SetStock(session.Stock{})
		k.at(local.StepKey) // the card still lies there and has had no visit
	})
}

func TestPullingTheReaderIsLiftingTheCard(t *testing.T) {
	visit(t, func(k *kit) {
		lifted := make(chan struct{})
		k.read = gone(lifted)
		k.place()
		k.act(local.VerbKey, "001234")
		k.event(drivers.ReaderGone)
		close(lifted)
		k.problem(fault.CardGone)
		k.act(local.VerbCancel, "")
		if f := k.state().Kiosk.Fault; f == nil || f.Code != fault.NoReader {
			t.Errorf("%+v", f)
		}
	})
}

func TestHealthNamesWhatToDo(t *testing.T) {
	visit(t, func(k *kit) {
		if h := k.session.Health(); !h.Ready || h.Device != "demo-k01" {
			t.Errorf("%+v", h)
		}
		k.event(drivers.ReaderGone)
		h := k.session.Health()
		if h.Ready || h.Parts[0].Code != fault.NoReader || h.Parts[0].Do == "" {
			t.Errorf("%+v", h)
		}
	})
}

func TestStoppingInTheMiddleOfAVisit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		today()
		k := newKit(t)
		k.read = gone(nil)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- k.session.Run(ctx) }()
		k.event(drivers.ReaderArrived)
		k.place()
		k.act(local.VerbKey, "001234")
		k.at(local.StepReading)
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if s, _ := k.session.State(); s.Visit != nil {
			t.Error("the visit is still shown")
		}
		if err := k.session.Act(k.t.Context(), local.Action{Version: 1, Verb: local.VerbBegin}); err == nil {
			t.Error("an action was taken after the end")
		}
	})
}

// TestAWeakerCardIsServedAndFlagged: no issuer vouches for the card; the insurer
// is not asked with it, and the request says what it is.
func TestAWeakerCardIsServedAndFlagged(t *testing.T) {
	visit(t, func(k *kit) {
		k.read = func(_ context.Context, o emrtd.Options) (*emrtd.Document, error) {
			return document(o, emrtd.IntegrityOnly), nil
		}
		k.toIdentify()
		k.act(local.VerbYes, "")
		k.at(local.StepInsurance)
		k.act(local.VerbContinue, "")
		k.act(local.VerbSubmit, "")
		k.at(local.StepDone)
		sent := k.last("H01")
		if e := sent.inner.Evidence; e.Level != request.E1 || e.Facts.Verdict != request.VerdictIntegrityOnly {
			t.Errorf("%s %s", e.Level, e.Facts.Verdict)
		}
		k.receipt(sent, request.StatusHeld)
		if r := k.at(local.StepDone).Receipt; !r.Received || !r.Held {
			t.Errorf("%+v", r)
		}
	})
}

// TestTheResultMayComeBeforeItsReceipt, or without it.
func TestTheResultMayComeBeforeItsReceipt(t *testing.T) {
	visit(t, func(k *kit) {
		k.toDone()
		sent := k.last("H01")
		k.result(sent, request.ClassOK, ticket())
		if v := k.at(local.StepDone); v.Ticket != nil {
			t.Error("a ticket before the receipt")
		}
		k.receipt(sent, request.StatusAccepted)
		if v := k.at(local.StepDone); v.Ticket == nil || !v.Receipt.Received {
			t.Error("no ticket after the receipt")
		}
	})
	visit(t, func(k *kit) {
		k.toDone()
		k.result(k.last("H01"), request.ClassOK, ticket())
		time.Sleep(time.Second)
		if v := k.at(local.StepDone); v.Ticket == nil || v.Receipt.Received {
			t.Error("a lost receipt keeps nobody from their ticket, and is not made up")
		}
	})
}

// TestTheEndWipesThePerson: what was read from the chip is overwritten, and
// nothing of the visit is shown any more.
func TestTheEndWipesThePerson(t *testing.T) {
	visit(t, func(k *kit) {
		var doc *emrtd.Document
		k.read = func(_ context.Context, o emrtd.Options) (*emrtd.Document, error) {
			doc = document(o, emrtd.Genuine)
			return doc, nil
		}
		k.toDone()
		inner := k.last("H01").inner
		k.act(local.VerbFinish, "")
		k.at(session.Attract)
		for name, b := range map[string][]byte{"SOD": doc.SOD, "DG1": doc.DG(1), "DG15": doc.DG(15)} {
			if slices.ContainsFunc(b, func(c byte) bool { return c != 0 }) {
				t.Errorf("%s is still there: %x", name, b)
			}
		}
		if inner.Evidence.SOD[0] != 0x77 {
			t.Error("the request that was sent was wiped too")
		}
		if s := k.state(); s.Visit != nil {
			t.Errorf("still shown: %+v", s.Visit)
		}
	})
}
