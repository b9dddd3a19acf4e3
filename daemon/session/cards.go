package session

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"time"

	"motcua/drivers"
	"motcua/protocol/catalogue"
	"motcua/protocol/envelope"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// slot is where the card of the kiosk lies.
type slot struct {
	reader string // empty: no card
	// placed counts how often a card was placed, so that a card that was lifted
	// and put back is told from one that stayed.
	placed uint64
	// served is set once the card that lies there has had its visit.
	served bool
}

// cardEvent takes what happened at the readers.
func (s *Session) cardEvent(e drivers.CardEvent) {
	before := s.kiosk.fault()
	switch e.Kind {
	case drivers.ServiceLost:
		s.kiosk.service, s.kiosk.readers, s.kiosk.mute = e.Err, nil, false
		if e.Err == nil {
			s.kiosk.service = drivers.ErrNoService
		}
		s.lifted()
	case drivers.ServiceBack:
		s.kiosk.service = nil
	case drivers.ReaderArrived, drivers.ReaderGone, drivers.CardPlaced, drivers.CardLifted:
		if s.cfg.UseReader(e.Reader) {
			s.readerEvent(e)
		}
	default:
		s.log.Error("unknown card event", "kind", int(e.Kind))
	}
	s.tellFault(before)
	s.wake()
}

func (s *Session) readerEvent(e drivers.CardEvent) {
	switch e.Kind {
	case drivers.ReaderArrived:
		s.kiosk.arrive(e.Reader)
		s.log.Info("reader arrived", "reader", e.Reader)
	case drivers.ReaderGone:
		s.kiosk.leave(e.Reader)
		s.kiosk.mute = false
		s.log.Info("reader gone", "reader", e.Reader)
		s.liftedFrom(e.Reader)
	case drivers.CardPlaced:
		s.kiosk.arrive(e.Reader) // a card says so too
		if s.slot.reader == "" {
			s.placed(e.Reader)
		}
	case drivers.CardLifted:
		s.liftedFrom(e.Reader)
	case drivers.ServiceLost, drivers.ServiceBack:
	}
}

func (s *Session) liftedFrom(reader string) {
	if s.slot.reader == reader {
		s.kiosk.mute = false
		s.lifted()
	}
}

// lifted: no step ends because a card was lifted. The person may have to read
// the digits from it, and reading tells by itself.
func (s *Session) lifted() {
	s.slot.reader, s.slot.served = "", false
	if s.visit != nil {
		s.visit.laid = false
		s.attend(time.Now())
	}
}

// placed puts a card to its use in the current step.
func (s *Session) placed(reader string) {
	s.slot.reader = reader
	s.slot.placed++
	v := s.visit
	if v == nil {
		return // wake begins the visit
	}
	s.attend(time.Now())
	s.slot.served, v.laid = true, true
	switch v.step {
	case local.StepPlace:
		s.cardForVisit()
	case local.StepProblem:
		if v.problem != nil && v.reads().wanted && v.reads().key.known {
			s.on(CardReturned)
		}
	case local.StepDone:
		if (v.coming.outcome() != "" || v.sent.ticket != nil || v.sent.filed != nil || v.sent.issued != nil || v.number.taken != nil || !s.kiosk.link.Online) && !v.checkIn.waits { // nothing more will come: the next person is here
			s.slot.served = false
			s.on(Ended)
		}
	case local.StepStaff, local.StepVerdict, local.StepLooking, local.StepLookup:
		s.slot.served = false
		s.on(Ended)
	case local.StepQuestion:
		if s.comes() && !s.deskOnly() && v.person == nil {
			v.chip.wanted = true
			s.cardForVisit()
		}
	case Attract, local.StepMenu, local.StepAbout, local.StepAgree, local.StepKey, local.StepReading, local.StepIdentify, local.StepAsking,
		local.StepInsurance, local.StepCheck, local.StepSending, local.StepPIN, local.StepPINCheck,
		local.StepFinger, local.StepDuty, local.StepConsent, local.StepEnrol,
		local.StepCompare, local.StepVouch, local.StepVouchFinger, local.StepVouchCheck,
		local.StepDesk, local.StepPreview, local.StepToken, local.StepSigning, local.StepWaiting, local.StepOutcome:
	}
}

// cardForVisit gives a placed card to a visit that waits for one.
func (s *Session) cardForVisit() {
	s.cardSeen()
	if s.visit.reads().key.known {
		s.on(CardReturned)
		return
	}
	s.on(CardPlaced)
}

// wake begins a visit for a card that lies there and has not had one.
func (s *Session) wake() {
	officersOnly := s.kiosk.officersOnly()
	if s.visit != nil || s.slot.reader == "" || s.slot.served || s.outOfOrder() != "" && !officersOnly || s.ctx.Err() != nil {
		return
	}
	service := s.byCard()
	if err := s.open(service); err != nil {
		s.log.Error("beginning a visit", "err", err)
		return
	}
	s.visit.officersOnly = officersOnly
	s.slot.served, s.visit.laid = true, true
	if s.kiosk.fault() != "" && !officersOnly { // no card is read for what cannot be saved then
		s.turnAway(service)
		return
	}
	s.cardSeen()
	s.on(CardPlaced)
}

// open makes the visit's own things; the visit stands at Attract until its first
// event.
func (s *Session) open(service string) error {
	var id [8]byte
	if _, err := io.ReadFull(s.cfg.Rand, id[:]); err != nil {
		return fmt.Errorf("naming a visit: %w", err)
	}
	reply, err := envelope.NewReplyKey()
	if err != nil {
		return err
	}
	v := &visit{
		id: "v-" + hex.EncodeToString(id[:]), service: service, step: Attract, reply: reply,
		lang: catalogue.Languages()[0], saving: map[request.ID][]func(){},
	}
	v.ctx, v.cancel = context.WithCancel(s.ctx)
	v.chip = newChip()
	v.answers.specialty = catalogue.Specialties()[0].ID
	s.visit = v
	s.attend(time.Now())
	return nil
}

// cardSeen starts the clock of the story.
func (s *Session) cardSeen() {
	if v := s.visit; v.seenAt.IsZero() {
		v.seenAt = time.Now()
	}
	s.story("card-seen", "reader", s.slot.reader)
}
