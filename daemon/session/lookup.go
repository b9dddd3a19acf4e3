package session

import (
	"context"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/code/ticket"
	"motcua/protocol/envelope"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// slipAge is for how long a slip tells how far its request is.
const slipAge = 24 * time.Hour

// lookup is a slip that was scanned. Whoever holds it may know how far its request
// is, and nothing else: neither whose it is nor where it leads.
type lookup struct {
	slip  ticket.Reference
	asked request.ID  // the question to the centre
	timer *time.Timer // ends the waiting for its answer; nil before
	told  local.Lookup
}

func (l lookup) stop() {
	if l.timer != nil {
		l.timer.Stop()
	}
}

// slipCode takes the code of a slip while nobody is being served.
func (s *Session) slipCode(slip ticket.Reference) local.CodeWord {
	if s.visit != nil {
		return s.slipOfDraft(slip)
	}
	if !s.offers(catalogue.DossierStatus) {
		return local.CodeForeign
	}
	if err := s.open(catalogue.DossierStatus); err != nil {
		s.log.Error("beginning a visit for a code", "err", err)
		return local.CodeNotNow
	}
	s.visit.lookup.slip = slip
	s.on(SlipScanned)
	return ""
}

// lookAgain asks the centre another time.
func (s *Session) lookAgain() error {
	if s.visit.lookup.told.State != s.silence() {
		return local.ErrNotOffered
	}
	s.on(AskedAgain)
	return nil
}

// enterLooking looks for the slip's request among this kiosk's own.
func (s *Session) enterLooking() {
	v := s.visit
	if s.comes() {
		s.askSlots()
		return
	}
	slip := v.lookup.slip
	v.lookup = lookup{slip: slip}
	if s.drafting() {
		s.askDraft()
		return
	}
	if s.byPerson() {
		s.askDossiers()
		return
	}
	if slip.Facility != s.cfg.Device.Facility {
		s.tell(local.Lookup{State: local.LookupForeign})
		return
	}
	s.run(v, func(ctx context.Context) func() {
		found, err := s.cfg.Queue.Find(ctx, slip.Number)
		return func() { s.foundHere(found, err) }
	})
}

// foundHere takes what this kiosk knows. A slip of another kiosk is the centre's to
// tell.
func (s *Session) foundHere(found []Kept, err error) {
	if s.step() != local.StepLooking {
		return
	}
	switch {
	case err != nil:
		s.log.Error("looking a slip up", "visit", s.visit.id, "err", err)
		s.tell(local.Lookup{State: local.LookupUnasked})
	case len(found) > 1:
		s.tell(local.Lookup{State: local.LookupSeveral})
	case len(found) == 1:
		s.tell(found[0].told(time.Now()))
	case !s.kiosk.link.Online:
		s.tell(local.Lookup{State: local.LookupUnasked})
	default:
		s.askCentre()
	}
}

// told is what a slip may tell of a request of this kiosk.
func (k Kept) told(now time.Time) local.Lookup {
	if now.Sub(k.SavedAt) > slipAge {
		return local.Lookup{State: local.LookupOld}
	}
	l := local.Lookup{State: local.LookupSaved, SavedAt: k.SavedAt.UnixMilli()}
	switch k.Status {
	case "":
		return l
	case request.StatusHeld:
		l.State = local.LookupHeld
	case request.StatusRefused:
		l.State = local.LookupRefused
	case request.StatusExpired:
		l.State = local.LookupExpired
	case request.StatusAccepted, request.StatusDuplicate:
		l.State = local.LookupReceived
	}
	l.ReceivedAt = k.SettledAt.UnixMilli()
	return l
}

// askCentre asks about a slip of another kiosk, as a request of its own (service
// C06) that is worth nothing once the person stops waiting.
func (s *Session) askCentre() {
	v := s.visit
	v.lookup.timer = s.later(v, s.cfg.Times.AnswerWait, func() { s.unasked("no answer in time") })
	at := time.Now()
	o := request.Opening{Visit: v.id, Device: s.cfg.Device.ID, Facility: s.cfg.Device.Facility, At: at.UnixMilli()}
	s.run(v, func(context.Context) func() {
		opening, err := s.openingRecord(o)
		return func() {
			if s.step() != local.StepLooking {
				return
			}
			if err != nil {
				s.unasked(err.Error())
				return
			}
			v.chip.opening, v.chip.readAt = opening, at
			s.sendLookup()
		}
	})
}

func (s *Session) sendLookup() {
	v := s.visit
	svc, _ := catalogue.Lookup(catalogue.DossierStatus)
	values := map[string]request.Value{"by": request.TextValue("person")}
	switch {
	case s.drafting():
		values = map[string]request.Value{"by": request.TextValue("draft"), "dossier": request.TextValue(v.draft.code)}
	case !s.byPerson():
		values = map[string]request.Value{"by": request.TextValue("slip"), "dossier": request.TextValue(v.lookup.slip.Code())}
	}
	c, err := s.compose(svc.ID, request.GenericForm{Entry: svc.Entry(), Values: values})
	if err != nil {
		s.unasked(err.Error())
		return
	}
	if s.drafting() {
		c.inner.Consent = s.agreeToDraft()
	}
	c.draft.ExpiresAt = time.Now().Add(s.cfg.Times.AnswerWait)
	v.lookup.asked = c.draft.ID
	s.save(c, func(seq uint64, err error) {
		if err != nil {
			s.unasked(err.Error())
			return
		}
		s.story("queued", "service", catalogue.DossierStatus, "seq", seq, "id", c.draft.ID.String())
	})
}

// unasked tells that the centre has said nothing.
func (s *Session) unasked(why string) {
	if s.step() != local.StepLooking {
		return
	}
	s.log.Warn("the centre could not be asked how far something is", "visit", s.visit.id, "why", why)
	if s.drafting() {
		s.draftTold(nil)
		return
	}
	s.tell(local.Lookup{State: s.silence()})
}

// centreTold takes the centre's answer. A state of a newer centre is told as one
// that nobody here knows.
func (s *Session) centreTold(r request.Result) {
	if s.step() != local.StepLooking {
		return // too late: the person has been told otherwise
	}
	if s.drafting() {
		s.openDraft(r)
		return
	}
	a, err := envelope.OpenResult(r, s.visit.reply)
	if err == nil && a.Linked != nil && s.byPerson() {
		s.tell(toldDossiers(*a.Linked))
		return
	}
	if err != nil || a.Dossier == nil || s.byPerson() {
		s.unasked("an answer that is none")
		return
	}
	l := local.Lookup{State: local.LookupUnknown, ReceivedAt: a.Dossier.At}
	switch a.Dossier.State {
	case request.DossierReceived:
		l.State = local.LookupReceived
	case request.DossierHeld:
		l.State = local.LookupHeld
	case request.DossierRefused:
		l.State = local.LookupRefused
	case request.DossierExpired:
		l.State = local.LookupExpired
	case request.DossierSeveral:
		l.State = local.LookupSeveral
	case request.DossierUnknown:
	}
	s.tell(l)
}

// tell shows how far the request is.
func (s *Session) tell(l local.Lookup) {
	v := s.visit
	if v.step != local.StepLooking {
		return
	}
	if s.drafting() { // refused
		s.draftTold(nil)
		return
	}
	v.lookup.stop()
	v.lookup.told = l
	what := "slip-looked-up"
	if s.byPerson() {
		what = "dossiers-looked-up"
	}
	s.story(what, "state", string(l.State))
	s.on(SlipTold)
}
