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
	slip "motcua/protocol/code/ticket"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// slipOf is the code on a slip of the kit's facility.
func slipOf(number string) string { return slip.Reference{Facility: "h001", Number: number}.Code() }

const slipNumber = "014D2PF2DB"

// lookedUp checks what the screen says of a slip.
func (k *kit) lookedUp(want local.LookupState) local.Lookup {
	k.t.Helper()
	v := k.at(local.StepLookup)
	if v.Lookup == nil || v.Lookup.State != want {
		k.t.Fatalf("told %+v, want %s", v.Lookup, want)
	}
	if v.Person != nil || v.Ticket != nil || v.Receipt != nil {
		k.t.Errorf("a slip tells more: %+v", v)
	}
	return *v.Lookup
}

// A slip of this kiosk is looked up in its own queue: nothing is asked or sent.
func TestSlipOfThisKiosk(t *testing.T) {
	const saved, settled = 2 * time.Hour, time.Hour
	for status, want := range map[request.Status]local.LookupState{
		"": local.LookupSaved, request.StatusAccepted: local.LookupReceived, request.StatusDuplicate: local.LookupReceived,
		request.StatusHeld: local.LookupHeld, request.StatusRefused: local.LookupRefused, request.StatusExpired: local.LookupExpired,
	} {
		visit(t, func(k *kit) {
			entry := session.Kept{SavedAt: time.Now().Add(-saved), Status: status}
			if status != "" {
				entry.SettledAt = time.Now().Add(-settled)
			}
			k.kept = map[string][]session.Kept{slipNumber: {entry}}
			k.session.SetLink(session.Link{Online: false})
			k.scan(slipOf(slipNumber))
			l := k.lookedUp(want)
			if l.SavedAt != entry.SavedAt.UnixMilli() || (l.ReceivedAt != 0) != (status != "") {
				t.Errorf("%q: %+v", status, l)
			}
			if err := k.try(local.VerbRetry, ""); !errors.Is(err, local.ErrNotOffered) {
				t.Errorf("asked again: %v", err)
			}
			if len(k.saved) > 0 {
				t.Error("something was sent")
			}
			k.act(local.VerbFinish, "")
			k.at(session.Attract)
		})
	}
}

func TestSlipsThatTellNothing(t *testing.T) {
	day := session.Kept{SavedAt: time.Date(2026, 3, 1, 7, 29, 0, 0, time.UTC), Status: request.StatusAccepted}
	fresh := session.Kept{SavedAt: time.Date(2026, 3, 2, 7, 29, 0, 0, time.UTC)}
	for name, c := range map[string]struct {
		code   string
		kept   []session.Kept
		err    error
		online bool
		want   local.LookupState
	}{
		"older than a day":            {slipOf(slipNumber), []session.Kept{day}, nil, true, local.LookupOld},
		"one number for two":          {slipOf(slipNumber), []session.Kept{fresh, fresh}, nil, true, local.LookupSeveral},
		"another facility's":          {slip.Reference{Facility: "h002", Number: slipNumber}.Code(), []session.Kept{fresh}, nil, true, local.LookupForeign},
		"another kiosk's, offline":    {slipOf(slipNumber), nil, nil, false, local.LookupUnasked},
		"the queue cannot be read":    {slipOf(slipNumber), nil, errors.New("disk"), true, local.LookupUnasked},
		"another facility's, offline": {slip.Reference{Facility: "h002", Number: slipNumber}.Code(), nil, nil, false, local.LookupForeign},
	} {
		t.Run(name, func(t *testing.T) {
			visit(t, func(k *kit) {
				k.kept, k.findErr = map[string][]session.Kept{slipNumber: c.kept}, c.err
				k.session.SetLink(session.Link{Online: c.online})
				k.scan(c.code)
				k.lookedUp(c.want)
				k.act(local.VerbStaff, "")
				k.at(local.StepStaff)
			})
		})
	}
}

// A damaged code is told as such, and one in the middle of a visit is of no use.
func TestSlipsThatBeginNothing(t *testing.T) {
	visit(t, func(k *kit) {
		k.scan(slipOf(slipNumber)[:20] + "00")
		k.word(local.CodeDamaged)
		k.at(session.Attract)
		k.place()
		k.scan(slipOf(slipNumber))
		k.word(local.CodeNotNow)
		k.at(local.StepKey)
	})
}

// A slip of another kiosk is asked about at the centre: with a claim for evidence,
// and nobody named.
func TestSlipOfAnotherKiosk(t *testing.T) {
	for state, want := range map[request.DossierState]local.LookupState{
		request.DossierReceived: local.LookupReceived, request.DossierHeld: local.LookupHeld, request.DossierRefused: local.LookupRefused,
		request.DossierExpired: local.LookupExpired, request.DossierUnknown: local.LookupUnknown, request.DossierSeveral: local.LookupSeveral,
	} {
		visit(t, func(k *kit) {
			k.scan(slipOf(slipNumber))
			k.at(local.StepLooking)
			asked := k.last("C06")
			svc, _ := catalogue.Lookup("C06")
			e := asked.inner.Evidence
			if asked.inner.Subject != nil || e.Level != request.E1 || e.Facts.Chip || len(e.SOD)+len(e.DG1) > 0 || asked.draft.Subject != [16]byte{} {
				t.Errorf("asked with %v", e.Level)
			}
			opening, err := request.DecodeOpening(e.Opening)
			if err != nil || opening.Visit != asked.inner.Visit || asked.draft.Priority != svc.Priority {
				t.Errorf("%v: %v", opening, err)
			}
			form, err := svc.Read(asked.inner.Form)
			if err != nil {
				t.Fatal(err)
			}
			if code, _ := form.(request.GenericForm).Values["dossier"].Text(); code != slipOf(slipNumber) {
				t.Error("asked about another slip")
			}
			k.receipt(asked, request.StatusAccepted)
			k.at(local.StepLooking)
			k.result(asked, request.ClassOK, &request.Answer{Dossier: &request.AnswerDossier{State: state, At: 1772411400000}})
			if l := k.lookedUp(want); l.ReceivedAt != 1772411400000 {
				t.Errorf("%+v", l)
			}
			if strings.Contains(k.log.String(), slipNumber) {
				t.Error("the slip's number is in the log")
			}
		})
	}
}

// Whatever the centre does not say, the screen says honestly, and asks again when it
// is told to.
func TestSlipUnanswered(t *testing.T) {
	for name, fail := range map[string]func(k *kit){
		"no answer":       func(*kit) { time.Sleep(9 * time.Second) },
		"refused":         func(k *kit) { k.receipt(k.last("C06"), request.StatusRefused) },
		"too late":        func(k *kit) { k.receipt(k.last("C06"), request.StatusExpired) },
		"no such answer":  func(k *kit) { k.result(k.last("C06"), request.ClassOK, ticket()) },
		"without answer":  func(k *kit) { k.result(k.last("C06"), request.ClassUnavailable, nil) },
		"answer too late": func(k *kit) { time.Sleep(9 * time.Second); k.result(k.last("C06"), request.ClassOK, received()) },
	} {
		t.Run(name, func(t *testing.T) {
			visit(t, func(k *kit) {
				k.scan(slipOf(slipNumber))
				k.at(local.StepLooking)
				fail(k)
				k.lookedUp(local.LookupUnasked)
				k.act(local.VerbRetry, "")
				k.at(local.StepLooking)
				k.result(k.last("C06"), request.ClassOK, received())
				k.lookedUp(local.LookupReceived)
				if k.count("C06") != 2 {
					t.Errorf("asked %d times", k.count("C06"))
				}
			})
		})
	}
}

func received() *request.Answer {
	return &request.Answer{Dossier: &request.AnswerDossier{State: request.DossierReceived, At: 1772411400000}}
}

// The next person's card ends the looking up.
func TestSlipThenACard(t *testing.T) {
	visit(t, func(k *kit) {
		k.scan(slipOf(slipNumber))
		k.at(local.StepLooking)
		k.place()
		if v := k.at(local.StepKey); v.Service != catalogue.CheckIn {
			t.Errorf("%s", v.Service)
		}
		k.result(k.last("C06"), request.ClassOK, received()) // nobody waits for it any more
		k.at(local.StepKey)
	})
}

// What a slip tells goes by itself, like everything on the screen.
func TestLookupGoesByItself(t *testing.T) {
	visit(t, func(k *kit) {
		k.kept = map[string][]session.Kept{slipNumber: {{SavedAt: time.Now()}}}
		k.scan(slipOf(slipNumber))
		k.lookedUp(local.LookupSaved)
		time.Sleep(81 * time.Second)
		k.at(session.Attract)
	})
}

// codes is a printer that keeps the codes of what it prints.
type codes struct{ seen []string }

func (c *codes) Print(_ context.Context, t drivers.Ticket) error {
	i := slices.IndexFunc(t.Blocks, func(b drivers.Block) bool { return b.Kind == drivers.BlockCode })
	c.seen = append(c.seen, t.Blocks[i].Text)
	return nil
}

// The code that a kiosk prints is one that it understands.
func TestPrintedSlipIsUnderstood(t *testing.T) {
	p := &codes{}
	visit(t, func(k *kit) {
		k.toDone()
		sent := k.last("H01")
		k.receipt(sent, request.StatusAccepted)
		k.result(sent, request.ClassOK, ticket())
		time.Sleep(time.Second)
		k.act(local.VerbFinish, "")
		k.lift()
		if len(p.seen) != 1 {
			t.Fatalf("%d codes printed", len(p.seen))
		}
		k.kept = map[string][]session.Kept{slip.NumberOf(sent.outer.ID): {{SavedAt: time.Now(), Status: request.StatusAccepted, SettledAt: time.Now()}}}
		k.scan(p.seen[0])
		k.lookedUp(local.LookupReceived)
	}, func(c *session.Config) { c.Printer = p })
}
