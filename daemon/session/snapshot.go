package session

import (
	"reflect"
	"slices"
	"time"

	"motcua/drivers"
	"motcua/protocol/fault"
	"motcua/protocol/local"
)

// published is the state as others see it, with the limits as times.
type published struct {
	snap          local.Snapshot
	idleAt, endAt time.Time
}

// State returns the newest snapshot and a channel that is closed once there is a
// newer one.
func (s *Session) State() (local.Snapshot, <-chan struct{}) {
	s.mu.Lock()
	out, changed := s.out, s.changed
	s.mu.Unlock()
	if out.snap.Visit != nil {
		v := *out.snap.Visit // the published one is shared
		now := time.Now()
		v.IdleIn, v.EndIn = left(out.idleAt, now), left(out.endAt, now)
		out.snap.Visit = &v
	}
	return out.snap, changed
}

// publish shows the loop's state to others if it has changed.
func (s *Session) publish() {
	next := published{snap: local.Snapshot{Version: local.Version, Kiosk: s.shownKiosk(), Visit: s.shownVisit()}}
	if waits(s.step()) {
		next.idleAt, next.endAt = s.idleAt, s.endAt
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	next.snap.Rev = s.out.snap.Rev
	if reflect.DeepEqual(next, s.out) {
		return
	}
	next.snap.Rev++
	s.out = next
	close(s.changed)
	s.changed = make(chan struct{})
}

func (s *Session) shownKiosk() local.Kiosk {
	d, k := s.cfg.Device, s.kiosk
	return local.Kiosk{
		Device: d.ID, Facility: d.FacilityName, Demo: d.Demo,
		Online: k.link.Online, Waiting: k.stock.Waiting,
		Reader:      k.service == nil && len(k.readers) > 0,
		Fault:       s.shownFault(),
		Devices:     shownDevices(k.devices),
		Scanner:     isReady(k.devices, drivers.ClassCode),
		Code:        k.word,
		StaffCalled: k.called || s.step() == local.StepStaff,
		Officers:    s.officersOnly(),
		Services:    s.shownMenu(),
		CardLeft:    s.visit == nil && s.slot.reader != "" && s.slot.served,
	}
}

// officersOnly tells whether only an officer may come, or is here.
func (s *Session) officersOnly() bool {
	if s.visit != nil {
		return s.visit.officersOnly
	}
	return s.kiosk.officersOnly()
}

// shownFault: whoever is being served goes on being served, as far as it goes.
func (s *Session) shownFault() *local.Fault {
	c := s.outOfOrder()
	if c == "" || s.visit != nil {
		return nil
	}
	return &local.Fault{Code: c, TextKey: fault.Lookup(c).TextKey}
}

// shownVisit is what the screen of the current step needs. It is made anew each
// time: what was published is never changed afterwards.
func (s *Session) shownVisit() *local.Visit {
	v := s.visit
	if v == nil {
		return nil
	}
	out := &local.Visit{
		ID: v.id, Service: v.service, Step: v.step, Acting: v.acting(),
		CardPresent: s.slot.reader != "", MayRemove: !v.reads().wanted, Desk: s.desk(), Attended: s.toBeCompared(),
		Filed: v.sent.shownFiled(), Issued: v.sent.shownIssued(), Dossier: v.sent.dossier, CheckIn: v.checkIn.waits,
		Slip: v.slip, Receipt: v.sent.shownReceipt(), Ticket: v.shownTicket(), Fee: s.shownFee(), Arrival: s.shownArrival(), Bill: s.shownBill(), Insurance: v.insurer.shown(),
	}
	switch v.step {
	case local.StepKey, local.StepProblem:
		out.Key = &local.KeyPrompt{Failed: v.reads().refused, Left: v.reads().left}
	case local.StepCompare:
		out.Compare = v.compare.shown()
	case local.StepVouch:
		out.Key, out.Finger = &local.KeyPrompt{Failed: v.compare.wrong, Left: -1}, v.finger.shown()
	case local.StepVouchFinger:
		out.Finger = v.finger.shown()
	case local.StepPIN:
		out.Key = &local.KeyPrompt{Failed: v.duty.wrong, Left: -1}
		out.Finger = v.finger.shown()
	case local.StepFinger, local.StepConsent, local.StepEnrol:
		out.Finger = v.finger.shown()
	case local.StepDesk, local.StepPreview, local.StepToken, local.StepOutcome:
		out.Office = v.office.shown()
	case local.StepAbout:
		if v.acting() { // why it cannot be begun is said there
			out.Duty = s.shownDuty()
		}
		out.Claim, out.Naming = s.mayClaim(), s.mayName()
	case local.StepDuty:
		out.Duty, out.Finger = s.shownDuty(), v.finger.shown()
	case local.StepReading:
		out.Reading = new(v.reading)
	case local.StepPlace:
		out.Claim, out.Naming = s.mayClaim(), s.mayName()
	case local.StepInsurance:
		if out.Insurance != nil {
			out.Insurance.Pays = s.mayPay()
		}
	case local.StepQuestion:
		out.Question = s.shownQuestion()
		out.Question.Back = out.Question.Back || v.checkIn.waits || v.acting() || s.naming()
	case local.StepCheck:
		out.Answers = s.rows()
	case local.StepLookup:
		out.Lookup = new(v.lookup.told)
		out.Lookup.Withdraw = s.mayWithdraw()
	case local.StepVerdict:
		out.Certificate = v.certificate.shown(s.cfg.Printer != nil)
	case Attract, local.StepMenu, local.StepAgree, local.StepIdentify, local.StepAsking, local.StepSigning, local.StepWaiting,
		local.StepSending, local.StepDone, local.StepStaff, local.StepLooking, local.StepPINCheck, local.StepVouchCheck:
	}
	out.Draft = v.draft.code != ""
	out.Person = v.shownPerson()
	if v.other != nil {
		out.Other = v.other.who.ID
	}
	if p := v.problem; p != nil {
		out.Problem = &local.Problem{Fault: p.Fault, Exits: slices.Clone(p.Exits), Said: p.Said}
	}
	return out
}
