package gallery

import (
	"time"

	"motcua/kiosk/model"
	"motcua/protocol/catalogue"
	"motcua/protocol/fault"
	"motcua/protocol/local"
)

// Example is one screen with the story that leads to it.
type Example struct {
	Name  string
	Visit *local.Visit
	Kiosk local.Kiosk
	Taps  []string
	Later time.Duration // how long after the snapshot it is looked at
	Lost  bool
}

// Now is the time of all examples: a Monday morning.
func Now() time.Time { return time.Date(2025, time.November, 24, 7, 42, 0, 0, time.UTC) }

// View plays the example with a person's settings.
func (e Example) View(set model.Settings) model.View {
	s := e.State(set)
	return s.View(Now().Add(e.Later))
}

// State plays the example up to its last tap.
func (e Example) State(set model.Settings) *model.State {
	s := model.New(set)
	s.Receive(local.Snapshot{Version: local.Version, Rev: 1, Kiosk: e.Kiosk, Visit: e.Visit}, Now())
	if e.Lost {
		s.Lose(Now())
	}
	for _, id := range e.Taps {
		s.Tap(id, Now())
	}
	return s
}

// Kiosk is the invented hospital's kiosk.
func Kiosk() local.Kiosk {
	return local.Kiosk{Device: "demo-k01", Facility: "Bệnh viện Đa khoa Hoa Sen", Demo: true, Online: true, Reader: true}
}

func offline() local.Kiosk {
	k := Kiosk()
	k.Online = false
	return k
}

func broken() local.Kiosk {
	k := Kiosk()
	k.Reader = false
	k.Fault = &local.Fault{Code: fault.NoReader, TextKey: fault.Lookup(fault.NoReader).TextKey}
	return k
}

func cardLeft() local.Kiosk {
	k := Kiosk()
	k.CardLeft = true
	return k
}

func shipped() local.Kiosk {
	k := Kiosk()
	k.Demo = false
	return k
}

// Person is invented.
func Person() *local.Person {
	return &local.Person{
		Name: "Nguyễn Thị Phương Uyên", NumberMasked: "0990•••••456", Birth: "12/03/1968", Sex: "F",
		Verdict: "genuine", Level: "E2",
	}
}

func visit(step local.Step) *local.Visit {
	return &local.Visit{ID: "v-1", Service: "H01", Step: step, CardPresent: true, IdleIn: 60_000, EndIn: 90_000}
}

func key(failed, left int) *local.Visit {
	v := visit(local.StepKey)
	v.Key = &local.KeyPrompt{Failed: failed, Left: left}
	return v
}

func reading(stage local.Stage, done, total int) *local.Visit {
	v := visit(local.StepReading)
	v.Reading = &local.Reading{Stage: stage, Done: done, Total: total}
	return v
}

func identify(mayRemove bool) *local.Visit {
	v := visit(local.StepIdentify)
	v.Person, v.MayRemove = Person(), mayRemove
	return v
}

func insurance(class string) *local.Visit {
	v := visit(local.StepInsurance)
	v.Insurance = &local.Insurance{Class: class}
	if class == "ok" || class == "new-card" {
		v.Insurance = &local.Insurance{Class: class, CardMasked: "GD4•••••7731", ValidFrom: "01/01/2025", ValidTo: "31/12/2025", Facility: "Bệnh viện Đa khoa Hoa Sen"}
	}
	return v
}

// specialties are those of the catalogue, more than fit on one screen.
func specialties() []string {
	var ids []string
	for _, c := range catalogue.Specialties() {
		ids = append(ids, c.ID)
	}
	return ids
}

func check(choices []string) *local.Visit {
	v, p := visit(local.StepCheck), Person()
	v.Answers = []local.Answer{
		{Field: "name", Value: p.Name},
		{Field: "number", Value: p.NumberMasked},
		{Field: "birth", Value: p.Birth},
		{Field: "insurance", ValueKey: "insurance.value.ok"},
		{Field: "specialty", ValueKey: "specialty.internal", Choices: choices},
	}
	return v
}

func done(r local.Receipt, t *local.Ticket, card bool) *local.Visit {
	v := visit(local.StepDone)
	v.Receipt, v.Ticket, v.CardPresent, v.MayRemove = &r, t, card, true
	return v
}

func problem(c fault.Code, exits ...local.Verb) *local.Visit {
	v := visit(local.StepProblem)
	v.CardPresent = false
	v.Problem = &local.Problem{Fault: local.Fault{Code: c, TextKey: fault.Lookup(c).TextKey}, Exits: exits}
	return v
}

func ticket() *local.Ticket {
	return &local.Ticket{Number: "A012", Room: "105", Floor: "1", Ahead: 3, Wait: 15}
}

// slip is a visit that ends with a printed ticket, or without.
func slip(now local.SlipState) *local.Visit {
	v := done(local.Receipt{LocalNo: "12", Saved: true, Received: true, No: "R-2048"}, ticket(), false)
	v.Slip = now
	return v
}

// verdict is a visit that ends with what a certificate is worth.
func verdict(status string, card bool, also ...string) *local.Visit {
	v := visit(local.StepVerdict)
	v.Service, v.CardPresent, v.MayRemove = catalogue.VerifyVaccine, card, true
	v.Certificate = &local.Certificate{Status: status, Also: also, ListsAt: Now().Add(-time.Hour).UnixMilli(), Print: true}
	return v
}

// lookup is a visit in which a slip was looked up.
func lookup(state local.LookupState, saved, received time.Duration) *local.Visit {
	v := visit(local.StepLookup)
	v.Service, v.CardPresent, v.Lookup = catalogue.DossierStatus, false, &local.Lookup{State: state}
	if saved > 0 {
		v.Lookup.SavedAt = Now().Add(-saved).UnixMilli()
	}
	if received > 0 {
		v.Lookup.ReceivedAt = Now().Add(-received).UnixMilli()
	}
	return v
}

// dossiers is a visit in which a person's dossiers were looked up by card.
func dossiers(all ...local.Dossier) *local.Visit {
	v := lookup(local.LookupNone, 0, 0)
	if len(all) > 0 {
		v.Lookup = &local.Lookup{State: local.LookupDossiers, Dossiers: all}
	}
	return v
}

// newborn and late are two dossiers with legs in every state that takes words of its own.
func newborn() local.Dossier {
	asOf := Now().Add(-time.Hour).UnixMilli()
	return local.Dossier{No: "h001-C01-260302-0001", Kind: "birth", Overall: "partial", Legs: []local.Leg{
		{Procedure: "birth", State: "done", AsOf: asOf},
		{Procedure: "personal-number", State: "pending-personal-number", AsOf: asOf},
		{Procedure: "residence", State: "needs-supplement", AsOf: asOf, ItemBy: "11/03/2026"},
		{Procedure: "insurance-card", State: "processing", AsOf: asOf, Due: "04/03/2026"},
	}}
}

func late() local.Dossier {
	asOf := Now().Add(-50 * time.Hour).UnixMilli()
	return local.Dossier{No: "h001-C02-260226-0012", Kind: "death-4", Overall: "received", Held: true, Legs: []local.Leg{
		{Procedure: "death", State: "processing", AsOf: asOf, Stale: true},
		{Procedure: "residence-end", State: "waiting", AsOf: asOf, Stale: true},
		{Procedure: "funeral-benefit", State: "waiting", AsOf: asOf, Stale: true},
		{Procedure: "survivor-benefit", State: "waiting", AsOf: asOf, Stale: true},
	}}
}

// looking is a visit in which a slip is being looked up.
func looking() *local.Visit {
	v := visit(local.StepLooking)
	v.Service, v.CardPresent = catalogue.DossierStatus, false
	return v
}

// toVerdict is a visit about a certificate, before the card is read.
func toVerdict() *local.Visit {
	v := visit(local.StepPlace)
	v.Service, v.CardPresent = catalogue.VerifyVaccine, false
	return v
}

// coming is a visit about an appointment.
func coming(step local.Step, change func(*local.Visit)) *local.Visit {
	v := about(catalogue.Appointment, step)
	v.CardPresent = false
	change(v)
	return v
}

// forAppointment asks for the appointment, or which of several it is.
func forAppointment(slots ...local.Slot) *local.Visit {
	return coming(local.StepQuestion, func(v *local.Visit) {
		v.Question = &local.Question{Field: catalogue.FieldAppointment, Scan: true, Slots: slots}
		for _, s := range slots {
			v.Question.Choices = append(v.Question.Choices, s.Number)
		}
	})
}

func slots() []local.Slot {
	return []local.Slot{
		{Number: "7K2P9M4T", At: "08:00, 24/11/2025", Specialty: "eye"}, {Number: "9M4T7K2P", At: "10:30, 24/11/2025", Specialty: "obstetrics"},
	}
}

// arrival is the end of a visit about an appointment.
func arrival(key, at string, t *local.Ticket) *local.Visit {
	return coming(local.StepDone, func(v *local.Visit) {
		v.Receipt = &local.Receipt{LocalNo: "12", Saved: true, Received: true, No: "R-2048"}
		v.Slip, v.Ticket = local.SlipPrinted, t
		v.Arrival = &local.Arrival{TextKey: "arrival." + key, At: at, Code: "7K2P-9M4T-94"}
		if at != "" {
			v.Arrival.Specialty = "eye"
		}
	})
}

// toClaim waits for a card whose code was scanned.
func toClaim() *local.Visit {
	v := about(catalogue.PaidCheckIn, local.StepPlace)
	v.Claim = true
	return v
}

// paying is an answer of the insurer that lets the person pay.
func paying(class string) *local.Visit {
	v := insurance(class)
	v.Insurance.Pays = true
	return v
}

// reported is the end of a report that was made on the way of a check-in.
func reported() *local.Visit {
	v := filed()
	svc, _ := catalogue.Lookup(catalogue.Discrepancy)
	v.Service, v.CheckIn, v.Filed.Next = svc.ID, true, svc.Next.VI
	return v
}

// scanner is a kiosk with a code reader.
func scanner() local.Kiosk {
	k := Kiosk()
	k.Scanner = true
	return k
}

// said is a kiosk that has just scanned a code.
func said(w local.CodeWord) local.Kiosk {
	k := scanner()
	k.Code = w
	return k
}

// All lists the examples, in the order of a visit.
func All() []Example {
	k, none := Kiosk(), (*local.Visit)(nil)
	six := []string{"key.1", "key.2", "key.3"}
	return append(append(linked(), ladder()...), []Example{
		{Name: "attract", Visit: none, Kiosk: k},
		{Name: "attract-shipped", Visit: none, Kiosk: shipped()},
		{Name: "attract-offline", Visit: none, Kiosk: offline()},
		{Name: "attract-card-left", Visit: none, Kiosk: cardLeft()},
		{Name: "attract-menu", Visit: none, Kiosk: offering(hospital()...)},
		{Name: "attract-ward", Visit: none, Kiosk: without(offering(ward()...))},
		{Name: "attract-no-reader", Visit: none, Kiosk: lacking(local.WithheldReader)},
		{Name: "attract-full", Visit: none, Kiosk: lacking(local.WithheldFull)},
		{Name: "menu", Visit: about("", local.StepMenu), Kiosk: offering(hospital()...)},
		{Name: "menu-no-reader", Visit: about("", local.StepMenu), Kiosk: lacking(local.WithheldReader)},
		{Name: "menu-groups", Visit: about("", local.StepMenu), Kiosk: offering(ward()...)},
		{Name: "menu-group", Visit: about("", local.StepMenu), Kiosk: offering(ward()...), Taps: []string{"group.C"}},
		{Name: "about", Visit: about(catalogue.Residence, local.StepAbout), Kiosk: offering(ward()...)},
		{Name: "about-saved", Visit: about(catalogue.StayNotice, local.StepAbout), Kiosk: without(offering(ward()...))},
		{Name: "about-offline", Visit: about(catalogue.BenefitStatus, local.StepAbout), Kiosk: without(offering(ward()...))},
		{Name: "about-no-reader", Visit: about(catalogue.LodgingNotice, local.StepAbout), Kiosk: lacking(local.WithheldReader)},
		{Name: "about-full", Visit: about(catalogue.CheckIn, local.StepAbout), Kiosk: lacking(local.WithheldFull)},
		{Name: "number-attract", Visit: none, Kiosk: offering(catalogue.QueueTicket)},
		{Name: "number-attract-offline", Visit: none, Kiosk: without(offering(catalogue.QueueTicket))},
		{Name: "number-attract-dry", Visit: none, Kiosk: dry()},
		{Name: "number-about-dry", Visit: about(catalogue.QueueTicket, local.StepAbout), Kiosk: dry()},
		{Name: "number-queue", Visit: forQueue(), Kiosk: k},
		{Name: "number-group", Visit: forGroup(), Kiosk: k},
		{Name: "number-none-left", Visit: problem(fault.NoNumbers, local.VerbStaff), Kiosk: k},
		{Name: "number", Visit: taken(catalogue.QueueTicket, false), Kiosk: k},
		{Name: "number-offline", Visit: taken(catalogue.QueueTicket, true), Kiosk: offline()},
		{Name: "number-counter", Visit: taken(catalogue.OneStopTicket, false), Kiosk: k},
		{Name: "place", Visit: visit(local.StepPlace), Kiosk: k},
		{Name: "key", Visit: key(0, -1), Kiosk: k, Taps: six},
		{Name: "key-wrong", Visit: key(1, 2), Kiosk: k},
		{Name: "key-scanner", Visit: key(0, -1), Kiosk: scanner()},
		{Name: "code-none", Visit: none, Kiosk: said(local.CodeForeign)},
		{Name: "code-card", Visit: visit(local.StepPlace), Kiosk: said(local.CodeCard)},
		{Name: "code-misread", Visit: key(0, -1), Kiosk: said(local.CodeMisread)},
		{Name: "reading", Visit: reading(local.StageVerifying, 2, 4), Kiosk: k},
		{Name: "identify", Visit: identify(false), Kiosk: k},
		{Name: "identify-take", Visit: identify(true), Kiosk: k},
		{Name: "identify-form", Visit: identifyFor(catalogue.Pension), Kiosk: k},
		{Name: "question", Visit: question(catalogue.StayNotice, local.Question{Field: "reason", Value: "study", Choices: []string{"visit", "work", "study", "treatment", "travel"}, Back: true}), Kiosk: k},
		{Name: "question-rating", Visit: question(catalogue.Feedback, local.Question{Field: "rating", Back: true}), Kiosk: k},
		{Name: "question-optional", Visit: question(catalogue.PharmacyTicket, local.Question{Field: "group", Choices: groups(), Back: true, Skip: true}), Kiosk: k},
		{Name: "question-date", Visit: question(catalogue.StayNotice, local.Question{Field: "from", Value: "24/11/2025", Back: true}), Kiosk: k},
		{Name: "question-number", Visit: question(catalogue.StayNotice, local.Question{Field: "nights", Value: "31", Problem: "range", Back: true}), Kiosk: k},
		{Name: "question-phone", Visit: question(catalogue.StayNotice, local.Question{Field: "phone", Back: true, Skip: true}), Kiosk: k, Taps: []string{"key.0", "key.9", "key.9", "key.0"}},
		{Name: "question-address", Visit: question(catalogue.Residence, local.Question{Field: "address", Value: "Số 9, đường Mẫu, xã Ea Mẫu, huyện Krông Mẫu", Back: true}), Kiosk: k},
		{Name: "question-comment", Visit: question(catalogue.Feedback, local.Question{Field: "comment", Back: true, Skip: true}), Kiosk: k},
		{Name: "question-code", Visit: question(catalogue.Supplement, local.Question{Field: "dossier", Value: "H99-0001", Problem: "letters", Scan: true}), Kiosk: scanner()},
		{Name: "question-signs", Visit: question(catalogue.Residence, local.Question{Field: "address", Value: "Số", Problem: "too-short", Back: true}), Kiosk: k, Taps: []string{"key.signs"}},
		{Name: "question-yes-no", Visit: question(catalogue.Discrepancy, local.Question{Field: "disclose", Back: true}), Kiosk: k},
		{Name: "check-form", Visit: checkForm(), Kiosk: k},
		{Name: "check-form-last", Visit: checkForm(), Kiosk: k, Taps: []string{"more", "more"}},
		{Name: "agree", Visit: about(catalogue.Residence, local.StepAgree), Kiosk: k},
		{Name: "paid", Visit: paid(local.Fee{Due: 150_000, Code: payment}), Kiosk: k},
		{Name: "paid-cashier", Visit: paid(local.Fee{Due: 150_000}), Kiosk: k},
		{Name: "paid-pending", Visit: unpaid(), Kiosk: k},
		{Name: "paid-claim", Visit: toClaim(), Kiosk: k},
		{Name: "paid-claimed", Visit: claimed(), Kiosk: k},
		{Name: "paid-unreadable", Visit: problem(fault.Unreadable, local.VerbRetry, local.VerbOtherWay, local.VerbStaff, local.VerbClaim), Kiosk: k},
		{Name: "paid-instead", Visit: paying("pending"), Kiosk: offering(catalogue.CheckIn, catalogue.PaidCheckIn)},
		{Name: "paid-instead-differs", Visit: paying("discrepancy"), Kiosk: offering(catalogue.CheckIn, catalogue.PaidCheckIn, catalogue.Discrepancy)},
		{Name: "bill-asked", Visit: asksBill(), Kiosk: k},
		{Name: "bill-due", Visit: billed(local.Bill{State: "due"}, &local.Fee{Due: 150_000, Code: payment}), Kiosk: k},
		{Name: "bill-cashier", Visit: billed(local.Bill{State: "due"}, &local.Fee{Due: 1_150_000}), Kiosk: k},
		{Name: "bill-paid", Visit: billed(local.Bill{State: "paid", Receipt: "BL00017"}, nil), Kiosk: k},
		{Name: "bill-cancelled", Visit: billed(local.Bill{State: "cancelled"}, nil), Kiosk: k},
		{Name: "bill-unknown", Visit: billed(local.Bill{State: "unknown"}, nil), Kiosk: k},
		{Name: "bill-silent", Visit: billed(local.Bill{State: local.BillSilent}, nil), Kiosk: k},
		{Name: "arrival-question", Visit: forAppointment(), Kiosk: scanner()},
		{Name: "arrival-offline", Visit: forAppointment(), Kiosk: offline()},
		{Name: "arrival-which", Visit: forAppointment(slots()...), Kiosk: scanner()},
		{Name: "arrival-agree", Visit: coming(local.StepAgree, func(*local.Visit) {}), Kiosk: k},
		{Name: "arrival-arrived", Visit: arrival("arrived", "08:00, 24/11/2025", &local.Ticket{Number: "EDH003", Room: "205", Floor: "2", Ahead: 2, Wait: 10}), Kiosk: k},
		{Name: "arrival-early", Visit: arrival("early", "10:30, 24/11/2025", nil), Kiosk: k},
		{Name: "arrival-late", Visit: arrival("late", "06:30, 24/11/2025", nil), Kiosk: k},
		{Name: "arrival-other-day", Visit: arrival("other-day", "08:00, 27/11/2025", nil), Kiosk: k},
		{Name: "arrival-cancelled", Visit: arrival("cancelled", "08:00, 24/11/2025", nil), Kiosk: k},
		{Name: "arrival-other-person", Visit: arrival("other-person", "", nil), Kiosk: k},
		{Name: "arrival-unknown", Visit: arrival("unknown", "", nil), Kiosk: k},
		{Name: "arrival-silent", Visit: arrival("silent", "", nil), Kiosk: offline()},
		{Name: "code-elsewhere", Visit: none, Kiosk: said(local.CodeElsewhere)},
		{Name: "asking", Visit: visit(local.StepAsking), Kiosk: k},
		{Name: "asking-slow", Visit: visit(local.StepAsking), Kiosk: k, Later: 11 * time.Second},
		{Name: "insurance-ok", Visit: insurance("ok"), Kiosk: k},
		{Name: "insurance-new-card", Visit: insurance("new-card"), Kiosk: k},
		{Name: "insurance-reception", Visit: insurance("reception"), Kiosk: k},
		{Name: "insurance-pending", Visit: insurance("pending"), Kiosk: k},
		{Name: "insurance-child", Visit: insurance("child"), Kiosk: k},
		{Name: "insurance-discrepancy", Visit: insurance("discrepancy"), Kiosk: k},
		{Name: "insurance-report", Visit: insurance("discrepancy"), Kiosk: offering(catalogue.CheckIn, catalogue.Discrepancy)},
		{Name: "insurance-unavailable", Visit: insurance("unavailable"), Kiosk: k},
		{Name: "check", Visit: check(specialties()), Kiosk: k},
		{Name: "choose", Visit: check(specialties()), Kiosk: k, Taps: []string{"change.specialty"}},
		{Name: "sending", Visit: visit(local.StepSending), Kiosk: k},
		{Name: "done", Visit: done(local.Receipt{LocalNo: "12", Saved: true, Received: true, No: "R-2048"}, ticket(), true), Kiosk: k},
		{Name: "done-slip", Visit: slip(local.SlipPrinted), Kiosk: k},
		{Name: "done-no-slip", Visit: slip(local.SlipFailed), Kiosk: k},
		{Name: "done-received", Visit: done(local.Receipt{LocalNo: "12", Saved: true, Received: true, No: "R-2048"}, nil, false), Kiosk: k},
		{Name: "done-held", Visit: done(local.Receipt{LocalNo: "12", Saved: true, Received: true, Held: true, No: "R-2048"}, nil, false), Kiosk: k},
		{Name: "done-filed", Visit: filed(), Kiosk: k},
		{Name: "done-form-held", Visit: ofForm(local.Receipt{LocalNo: "12", Saved: true, Received: true, Held: true, No: "R-2048"}), Kiosk: k},
		{Name: "done-form-saved", Visit: ofForm(local.Receipt{LocalNo: "12", Saved: true}), Kiosk: offline()},
		{Name: "done-report", Visit: reported(), Kiosk: k},
		{Name: "done-saved", Visit: done(local.Receipt{LocalNo: "12", Saved: true}, nil, true), Kiosk: offline()},
		{Name: "problem-card-gone", Visit: problem(fault.CardGone, local.VerbRetry, local.VerbStaff), Kiosk: k},
		{Name: "problem-wrong-key", Visit: problem(fault.WrongKey, local.VerbRetry, local.VerbOtherWay, local.VerbStaff), Kiosk: k},
		{Name: "problem-forged", Visit: problem(fault.Forged, local.VerbStaff), Kiosk: k},
		{Name: "problem-internal", Visit: problem(fault.Internal, local.VerbRetry, local.VerbStaff), Kiosk: k},
		{Name: "about-attended", Visit: attended(local.StepAbout), Kiosk: k},
		{Name: "identify-attended", Visit: attended(local.StepIdentify), Kiosk: k},
		{Name: "compare", Visit: comparing(Face(), ""), Kiosk: k},
		{Name: "compare-locked", Visit: comparing(Face(), fault.OfficerLocked), Kiosk: k},
		{Name: "compare-no-picture", Visit: comparing(nil, ""), Kiosk: k},
		{Name: "vouch", Visit: vouching(0), Kiosk: k, Taps: six},
		{Name: "vouch-wrong", Visit: vouching(1), Kiosk: k},
		{Name: "vouch-finger", Visit: onFinger(local.StepVouchFinger, local.Finger{}), Kiosk: k},
		{Name: "vouch-check", Visit: visit(local.StepVouchCheck), Kiosk: k},
		{Name: "about-no-session", Visit: about(catalogue.RecordDose, local.StepAbout), Kiosk: unopened()},
		{Name: "question-lot", Visit: lot(""), Kiosk: scanner()},
		{Name: "question-lot-wrong", Visit: lot("choice"), Kiosk: scanner()},
		{Name: "problem-dose-too-early", Visit: tooEarly(), Kiosk: k},
		{Name: "done-issued", Visit: issued(local.SlipPrinted), Kiosk: k},
		{Name: "done-issued-unprinted", Visit: issued(local.SlipFailed), Kiosk: k},
		{Name: "pin", Visit: pin(0), Kiosk: k, Taps: six},
		{Name: "pin-wrong", Visit: pin(1), Kiosk: k},
		{Name: "pin-check", Visit: visit(local.StepPINCheck), Kiosk: k},
		{Name: "duty", Visit: duty(), Kiosk: k},
		{Name: "pin-no-reader", Visit: pinInstead(local.FingerNoReader), Kiosk: fingerless()},
		{Name: "pin-finger-spent", Visit: pinInstead(local.FingerSpent), Kiosk: k},
		{Name: "finger", Visit: onFinger(local.StepFinger, local.Finger{}), Kiosk: k},
		{Name: "finger-wrong", Visit: onFinger(local.StepFinger, local.Finger{Word: local.FingerWrong}), Kiosk: k},
		{Name: "duty-no-finger", Visit: dutyFinger(local.FingerNone, ""), Kiosk: k},
		{Name: "duty-finger", Visit: dutyFinger(local.FingerSealed, local.FingerEnrolled), Kiosk: k},
		{Name: "duty-services", Visit: dutyServices(), Kiosk: k},
		{Name: "officer", Visit: dutyServices(), Kiosk: k, Taps: []string{"services"}},
		{Name: "about-officer", Visit: aboutOffice(catalogue.VaccineSession), Kiosk: k},
		{Name: "about-finger", Visit: aboutOffice(catalogue.VaccineCert), Kiosk: k},
		{Name: "about-token", Visit: aboutOffice(catalogue.SigningDesk), Kiosk: k},
		{Name: "pin-as-well", Visit: asWell(local.StepPIN), Kiosk: k},
		{Name: "finger-as-well", Visit: asWell(local.StepFinger), Kiosk: k},
		{Name: "question-lots", Visit: lots(), Kiosk: scanner()},
		{Name: "check-close", Visit: closing(), Kiosk: k},
		{Name: "desk", Visit: office(local.StepDesk, local.Office{Tasks: tasks()}), Kiosk: k},
		{Name: "desk-none", Visit: office(local.StepDesk, local.Office{}), Kiosk: k},
		{Name: "preview", Visit: office(local.StepPreview, local.Office{Chosen: &tasks()[0]}), Kiosk: k},
		{Name: "preview-facts", Visit: office(local.StepPreview, local.Office{Chosen: &tasks()[0]}), Kiosk: k, Taps: []string{"more"}},
		{Name: "preview-batch", Visit: office(local.StepPreview, local.Office{Chosen: batch()}), Kiosk: k},
		{Name: "token", Visit: office(local.StepToken, local.Office{}), Kiosk: k, Taps: []string{"key.1", "key.2", "key.3", "key.4"}},
		{Name: "token-wrong", Visit: office(local.StepToken, local.Office{Token: tokenFault(fault.TokenPIN), Tries: "last"}), Kiosk: k},
		{Name: "token-gone", Visit: office(local.StepToken, local.Office{Token: tokenFault(fault.TokenGone)}), Kiosk: k},
		{Name: "problem-token-locked", Visit: problem(fault.TokenLocked, local.VerbStaff), Kiosk: k},
		{Name: "signing", Visit: office(local.StepSigning, local.Office{}), Kiosk: k},
		{Name: "waiting", Visit: office(local.StepWaiting, local.Office{}), Kiosk: k, Later: 12 * time.Second},
		{Name: "outcome-opened", Visit: outcome(local.Outcome{Word: local.OutcomeOpened, Session: vaccineSession()}), Kiosk: k},
		{Name: "outcome-closed", Visit: outcome(local.Outcome{Word: local.OutcomeClosed, Session: vaccineSession()}), Kiosk: k},
		{Name: "outcome-revoked", Visit: outcome(revoked()), Kiosk: k},
		{Name: "outcome-signed", Visit: outcome(local.Outcome{Word: local.OutcomeSigned}), Kiosk: k},
		{Name: "outcome-refused", Visit: outcome(refused()), Kiosk: k},
		{Name: "outcome-held", Visit: outcome(local.Outcome{Word: local.OutcomeHeld}), Kiosk: k},
		{Name: "outcome-silent", Visit: outcome(local.Outcome{Word: local.OutcomeSilent}), Kiosk: k},
		{Name: "outcome-unkept", Visit: outcome(local.Outcome{Word: local.OutcomeUnkept}), Kiosk: k},
		{Name: "consent", Visit: onFinger(local.StepConsent, local.Finger{}), Kiosk: k},
		{Name: "consent-again", Visit: onFinger(local.StepConsent, local.Finger{Word: local.FingerPoor}), Kiosk: k},
		{Name: "enrol-lay", Visit: onFinger(local.StepEnrol, local.Finger{Ask: local.AskLay, Number: 2, Of: 6}), Kiosk: k},
		{Name: "enrol-lift", Visit: onFinger(local.StepEnrol, local.Finger{Ask: local.AskLift, Number: 2, Of: 6}), Kiosk: k},
		{Name: "key-officers", Visit: key(0, -1), Kiosk: officersOnly(), Taps: six},
		{Name: "pin-officers", Visit: pin(0), Kiosk: officersOnly()},
		{Name: "duty-case", Visit: caseOpened(), Kiosk: officersOnly()},
		{Name: "problem-officer-locked", Visit: problem(fault.OfficerLocked, local.VerbStaff), Kiosk: k},
		{Name: "code-certificate", Visit: toVerdict(), Kiosk: said(local.CodeCertificate)},
		{Name: "verdict-valid", Visit: verdict("valid", true), Kiosk: k},
		{Name: "verdict-expired", Visit: verdict("expired", false), Kiosk: k},
		{Name: "verdict-not-yet-valid", Visit: verdict("not-yet-valid", false), Kiosk: k},
		{Name: "verdict-not-holder", Visit: verdict("not-holder", true), Kiosk: k},
		{Name: "verdict-revoked", Visit: verdict("revoked", false, "expired"), Kiosk: k},
		{Name: "verdict-untrusted-issuer", Visit: verdict("untrusted-issuer", false), Kiosk: k},
		{Name: "verdict-tampered", Visit: verdict("tampered", false), Kiosk: k},
		{Name: "verdict-list-too-old", Visit: verdict("list-too-old", false), Kiosk: k},
		{Name: "problem-weak-evidence", Visit: problem(fault.WeakEvidence, local.VerbStaff), Kiosk: k},
		{Name: "looking", Visit: looking(), Kiosk: k},
		{Name: "problem-card-blocked", Visit: problem(fault.CardBlocked, local.VerbStaff), Kiosk: k},
		{Name: "dossiers-birth", Visit: dossiers(newborn(), late()), Kiosk: k},
		{Name: "dossiers-death", Visit: dossiers(late()), Kiosk: k},
		{Name: "dossiers-none", Visit: dossiers(), Kiosk: k},
		{Name: "dossiers-silent", Visit: lookup(local.LookupSilent, 0, 0), Kiosk: k},
		{Name: "lookup-saved", Visit: lookup(local.LookupSaved, time.Hour, 0), Kiosk: offline()},
		{Name: "lookup-received", Visit: lookup(local.LookupReceived, time.Hour, 50*time.Minute), Kiosk: k},
		{Name: "lookup-held", Visit: lookup(local.LookupHeld, 0, time.Hour), Kiosk: k},
		{Name: "lookup-refused", Visit: lookup(local.LookupRefused, time.Hour, 50*time.Minute), Kiosk: k},
		{Name: "lookup-expired", Visit: lookup(local.LookupExpired, 13*time.Hour, time.Hour), Kiosk: k},
		{Name: "lookup-old", Visit: lookup(local.LookupOld, 0, 0), Kiosk: k},
		{Name: "lookup-withdraw", Visit: withdrawing(), Kiosk: k},
		{Name: "withdraw-what", Visit: question(catalogue.WithdrawConsent, local.Question{Field: "what", Choices: []string{"care", "records", "vaccination", "civil", "social", "all"}}), Kiosk: k},
		{Name: "lookup-foreign", Visit: lookup(local.LookupForeign, 0, 0), Kiosk: k},
		{Name: "lookup-unknown", Visit: lookup(local.LookupUnknown, 0, 0), Kiosk: k},
		{Name: "lookup-several", Visit: lookup(local.LookupSeveral, 0, 0), Kiosk: k},
		{Name: "lookup-unasked", Visit: lookup(local.LookupUnasked, 0, 0), Kiosk: offline()},
		{Name: "staff", Visit: visit(local.StepStaff), Kiosk: k},
		{Name: "closed", Visit: none, Kiosk: broken()},
		{Name: "closed-officers", Visit: none, Kiosk: officersOnly()},
		{Name: "lost", Visit: none, Kiosk: k, Lost: true},
		{Name: "still", Visit: identify(false), Kiosk: k, Later: 72 * time.Second},
		{Name: "show", Visit: none, Kiosk: k, Taps: []string{"show"}},
	}...)
}
