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

// officersOnly is a kiosk whose case was open.
func officersOnly() local.Kiosk {
	k := Kiosk()
	k.Officers = true
	k.Fault = &local.Fault{Code: fault.CaseOpened, TextKey: fault.Lookup(fault.CaseOpened).TextKey}
	return k
}

// fingerless is a kiosk whose finger reader was pulled.
func fingerless() local.Kiosk {
	k := Kiosk()
	k.Devices = []local.DeviceState{{Device: "finger-reader", State: "gone", Fault: &local.Fault{Code: fault.FingerGone}}}
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

func pin(wrong int) *local.Visit {
	v := visit(local.StepPIN)
	v.Key, v.MayRemove = &local.KeyPrompt{Failed: wrong, Left: -1}, true
	return v
}

// attended is a visit at which an officer is to compare the person with the card.
func attended(step local.Step) *local.Visit {
	v := visit(step)
	v.Service, v.Attended, v.Person, v.MayRemove = catalogue.Pension, true, Person(), true
	return v
}

func comparing(p *local.Picture, code fault.Code) *local.Visit {
	v := attended(local.StepCompare)
	v.Compare = &local.Compare{Picture: p}
	if code != "" {
		v.Compare.Fault = &local.Fault{Code: code, TextKey: fault.Lookup(code).TextKey}
	}
	return v
}

func vouching(wrong int) *local.Visit {
	v := attended(local.StepVouch)
	v.Key = &local.KeyPrompt{Failed: wrong, Left: -1}
	return v
}

// unopened is a kiosk at which no vaccination session is open.
func unopened() local.Kiosk {
	k := Kiosk()
	k.Services = []local.Offer{{Service: catalogue.RecordDose, Withheld: local.WithheldSession}}
	return k
}

// lot asks for the lot of a dose, of which the session has three.
func lot(problem string) *local.Visit {
	v := about(catalogue.RecordDose, local.StepQuestion)
	v.Question = &local.Question{Field: "lot", Problem: problem, Choices: []string{"LOT-0991", "LOT-0992", "LOT-0993"}, Scan: true, Back: true}
	return v
}

func tooEarly() *local.Visit {
	v := problem(fault.Refused, local.VerbStaff)
	v.Problem.Said = &local.Said{VI: "Chưa đủ khoảng cách với mũi trước.", EN: "It is too early after the dose before."}
	return v
}

// issued ends a visit with a vaccination certificate on a slip.
func issued(s local.SlipState) *local.Visit {
	v := about(catalogue.VaccineCert, local.StepDone)
	v.Receipt = &local.Receipt{LocalNo: "12", Saved: true, Received: true, No: "R-2048"}
	v.Issued, v.Slip = &local.Issued{ID: "URN:UVCI:01:VN:0990", Until: "24/11/2026"}, s
	return v
}

// pinInstead asks for the PIN, because no finger will do.
func pinInstead(w local.FingerWord) *local.Visit {
	v := pin(0)
	v.Finger = &local.Finger{Word: w}
	return v
}

func duty() *local.Visit {
	v := visit(local.StepDuty)
	v.MayRemove = true
	v.Duty = &local.Duty{Ref: "op-17", Role: "officer", Until: Now().Add(12 * time.Hour)}
	return v
}

// onFinger is an officer's visit at a step that has to do with a finger.
func onFinger(step local.Step, f local.Finger) *local.Visit {
	v := visit(step)
	v.MayRemove, v.Finger = true, &f
	return v
}

// dutyFinger is a session whose officer may have a finger kept, or has.
func dutyFinger(kept local.FingerKept, word local.FingerWord) *local.Visit {
	v := duty()
	v.Duty.Finger, v.Finger = kept, &local.Finger{Word: word}
	return v
}

// caseOpened is an officer's visit at a kiosk whose case was open.
func caseOpened() *local.Visit {
	v := duty()
	v.Duty.CaseOpened = true
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

// hospital and ward are what two kinds of kiosks offer.
func hospital() []string {
	return []string{catalogue.CheckIn, catalogue.PharmacyTicket, catalogue.ResultReady, catalogue.LodgingNotice, catalogue.Feedback}
}

func ward() []string {
	return []string{
		catalogue.LodgingNotice, catalogue.StayNotice, catalogue.Residence, catalogue.CivilExtract, catalogue.Supplement, catalogue.CriminalRecord,
		catalogue.ElectronicID, catalogue.Discrepancy, catalogue.Pension, catalogue.BenefitStatus, catalogue.Feedback,
	}
}

// offering is a kiosk with a menu.
func offering(services ...string) local.Kiosk {
	k := Kiosk()
	for _, id := range services {
		k.Services = append(k.Services, local.Offer{Service: id})
	}
	return k
}

// without is a kiosk with a menu that has lost its connection.
func without(k local.Kiosk) local.Kiosk {
	k.Online = false
	for i, o := range k.Services {
		if svc, ok := catalogue.Lookup(o.Service); ok && svc.Offline == catalogue.OfflineNever {
			k.Services[i].Withheld = local.WithheldOffline
		}
	}
	return k
}

// withdrawing is a slip whose holder may take consent back.
func withdrawing() *local.Visit {
	v := lookup(local.LookupReceived, time.Hour, 50*time.Minute)
	v.Lookup.Withdraw = true
	return v
}

// lacking is a hospital's kiosk that gives out numbers, without its card reader or
// without room for requests.
func lacking(part local.Withheld) local.Kiosk {
	k := offering(append(hospital(), catalogue.QueueTicket)...)
	k.Reader = part != local.WithheldReader
	for i, o := range k.Services {
		if o.Service != catalogue.QueueTicket && (part == local.WithheldFull || o.Service != catalogue.Feedback) {
			k.Services[i].Withheld = part
		}
	}
	return k
}

// about is a visit about a service, in which no card lies there.
func about(service string, step local.Step) *local.Visit {
	v := visit(step)
	svc, _ := catalogue.Lookup(service)
	v.Service, v.CardPresent = service, false
	v.Desk = svc.Evidence == "E3" || svc.Evidence == "E4"
	return v
}

// identifyFor asks who it is for a service that a card proves too little for.
func identifyFor(service string) *local.Visit {
	v := identify(true)
	v.Service, v.Desk = service, true
	return v
}

func question(service string, q local.Question) *local.Visit {
	v := about(service, local.StepQuestion)
	v.Question = &q
	return v
}

// checkForm is a form of questions that has been answered.
func checkForm() *local.Visit {
	v := about(catalogue.Residence, local.StepCheck)
	v.Answers = []local.Answer{{Field: "name", Value: Person().Name}}
	for _, a := range [][2]string{
		{"type", "temporary"}, {"address", "Số 9, đường Mẫu, xã Ea Mẫu, huyện Krông Mẫu"}, {"home", "own"}, {"until", "30/06/2026"}, {"phone", "0990000123"},
	} {
		v.Answers = append(v.Answers, local.Answer{Field: a[0], Value: a[1], Asked: true})
	}
	return v
}

func groups() []string {
	var ids []string
	for _, c := range catalogue.Groups() {
		ids = append(ids, c.ID)
	}
	return ids
}

// queues are some whose numbers the kiosk gives out; the last has none left.
func queues() []local.Queue {
	return []local.Queue{
		{ID: "internal", VI: "Nội tổng hợp", EN: "Internal medicine"},
		{ID: "surgery", VI: "Ngoại", EN: "Surgery"},
		{ID: "obstetrics", VI: "Sản, phụ khoa", EN: "Obstetrics and gynaecology"},
		{ID: "eye", VI: "Mắt", EN: "Eyes", Dry: true},
	}
}

// forQueue asks which queue.
func forQueue() *local.Visit {
	q := local.Question{Field: "queue", Queues: queues()}
	for _, of := range q.Queues {
		q.Choices = append(q.Choices, of.ID)
	}
	return question(catalogue.QueueTicket, q)
}

// forGroup asks whether somebody is called first.
func forGroup() *local.Visit {
	return question(catalogue.QueueTicket, local.Question{Field: "group", Choices: append([]string{"none"}, groups()[:5]...), Back: true})
}

// taken is the end of a visit for a number; how many wait before is known, or not yet.
func taken(service string, unknown bool) *local.Visit {
	v := done(local.Receipt{LocalNo: "12", Saved: true}, &local.Ticket{Number: "AB007", Room: "104", Floor: "1", Unknown: unknown, Queue: &queues()[0]}, false)
	v.Service, v.Slip = service, local.SlipPrinted
	if !unknown {
		v.Ticket.Ahead, v.Ticket.Wait = 4, 24
	}
	return v
}

// dry is a kiosk whose numbers are used up.
func dry() local.Kiosk {
	k := offering(catalogue.QueueTicket)
	k.Services[0].Withheld = local.WithheldNumbers
	return k
}

// filed is the end of a visit whose request an office has taken.
func filed() *local.Visit {
	v := done(local.Receipt{LocalNo: "12", Saved: true, Received: true, No: "R-2048"}, nil, false)
	svc, _ := catalogue.Lookup(catalogue.StayNotice)
	v.Service, v.Filed = svc.ID, &local.Filed{No: "w001-C05-251124-0012", Next: svc.Next.VI}
	v.Slip = local.SlipPrinted
	return v
}

// ofForm is the end of a visit with a form that no office has answered yet.
func ofForm(r local.Receipt) *local.Visit {
	v := done(r, nil, false)
	v.Service, v.Slip = catalogue.Residence, local.SlipPrinted
	return v
}

// paid is the end of a visit that is to be paid for.
func paid(f local.Fee) *local.Visit {
	v := done(local.Receipt{LocalNo: "12", Saved: true, Received: true, No: "R-2048"}, &local.Ticket{Number: "ED003", Room: "205", Floor: "2", Ahead: 2, Wait: 10}, false)
	v.Service, v.Slip, v.Fee = catalogue.PaidCheckIn, local.SlipPrinted, &f
	return v
}

// asksBill waits for what the hospital says of a bill.
func asksBill() *local.Visit {
	v := done(local.Receipt{LocalNo: "12", Saved: true, Received: true, No: "R-2048"}, nil, false)
	v.Service, v.CardPresent = catalogue.PayFee, false
	return v
}

// billed is the end of a visit about a bill.
func billed(b local.Bill, f *local.Fee) *local.Visit {
	v := asksBill()
	b.Number = "PT-0990-4127"
	v.Bill, v.Fee = &b, f
	if b.State == "due" || b.State == "paid" {
		v.Slip = local.SlipPrinted
	}
	return v
}

// payment is a code to the account of NAPAS's own samples.
const payment = "00020101021238560010A0000007270126000697041501121133666688880208QRIBFTTA530370454061500005802VN62210817h001-D251124000036304A199"

// unpaid is the end of one that the hospital has not answered.
func unpaid() *local.Visit {
	v := done(local.Receipt{LocalNo: "12", Saved: true, Received: true, No: "R-2048"}, nil, false)
	v.Service = catalogue.PaidCheckIn
	return v
}

// claimed is who has shown the code of a card alone.
func claimed() *local.Visit {
	v := identifyFor(catalogue.PaidCheckIn)
	v.CardPresent, v.Desk, v.Person.Verdict, v.Person.Level = false, false, "none", "E1"
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
