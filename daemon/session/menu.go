package session

import (
	"slices"

	"motcua/protocol/catalogue"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// best is the most that a card proves at this kiosk by itself.
const best = request.E2

// scanned are the services that begin with the scan of a code.
func scanned() []string { return []string{catalogue.VerifyVaccine, catalogue.DossierStatus} }

// offers tells whether the kiosk is to offer a service.
func (s *Session) offers(service string) bool { return slices.Contains(s.cfg.Services, service) }

// menu are the services that a tap may begin. Those that begin with a scan have no place
// in it, but where there is a menu at all, dossiers may be looked up by card as well.
func (s *Session) menu() []string {
	all := slices.DeleteFunc(slices.Clone(s.cfg.Services), officersOwn)
	tapped := slices.DeleteFunc(slices.Clone(all), func(id string) bool { return slices.Contains(scanned(), id) })
	if len(tapped) < 2 {
		return tapped
	}
	return slices.DeleteFunc(all, func(id string) bool { return id == catalogue.VerifyVaccine })
}

// shownMenu is the menu with what cannot be begun now.
func (s *Session) shownMenu() []local.Offer {
	var out []local.Offer
	for _, id := range s.menu() {
		out = append(out, local.Offer{Service: id, Withheld: s.withheldFor(id)})
	}
	return out
}

// withheldFor says why a service cannot be begun now.
func (s *Session) withheldFor(id string) local.Withheld {
	svc, _ := catalogue.Lookup(id)
	if part := s.missing(id); part != "" {
		return part
	}
	switch {
	case !s.kiosk.link.Online && (svc.Offline == catalogue.OfflineNever || svc.Offline == catalogue.OfflineTicket && id != catalogue.Appointment):
		return local.WithheldOffline
	case !s.kiosk.link.Online && id == catalogue.DossierStatus: // nothing of a person is kept here
		return local.WithheldOffline
	case id == catalogue.VaccineCert && !s.prints():
		return local.WithheldPrinter
	case s.dry(id):
		return local.WithheldNumbers
	case svc.Duty:
		if _, on := s.cfg.Duty.OnDuty(); !on {
			return local.WithheldOfficer
		}
		if _, open := s.sessionOf(); id == catalogue.RecordDose && !open {
			return local.WithheldSession
		}
	}
	return ""
}

// byCard is the service of a card that is placed before anybody has chosen: the
// check-in, as that is what most people come for; none where there is none, and the
// menu follows the card.
func (s *Session) byCard() string {
	if s.offers(catalogue.CheckIn) {
		return catalogue.CheckIn
	}
	return ""
}

// begin is a tap on the attract screen.
func (s *Session) begin(a local.Action) error {
	if s.visit != nil {
		return local.ErrLate
	}
	menu := s.menu()
	service := a.Value
	if service == "" && len(menu) == 1 {
		service = menu[0]
	}
	if s.outOfOrder() != "" || len(menu) == 0 || service != "" && !slices.Contains(menu, service) {
		return local.ErrNotOffered
	}
	if err := s.open(""); err != nil {
		return err
	}
	s.speak(a.Lang)
	if s.slot.reader != "" && !s.slot.served {
		s.slot.served, s.visit.laid = true, true
	}
	if service == "" {
		s.on(MenuOpened)
		return nil
	}
	s.choose(service)
	return nil
}

// take is a choice from the menu.
func (s *Session) take(service string) error {
	if s.step() == local.StepDuty {
		return s.chooseOffice(service)
	}
	if !slices.Contains(s.menu(), service) {
		return local.ErrNotOffered
	}
	s.choose(service)
	return nil
}

// choose begins a service, or tells what there is to know before.
func (s *Session) choose(service string) {
	v := s.visit
	v.service = service
	s.story("service", "service", service)
	if s.tellsFirst() {
		s.on(Told)
		return
	}
	s.start()
}

// tellsFirst: a service is told about unless people know what it takes, or it takes
// nothing.
func (s *Session) tellsFirst() bool {
	id := s.visit.service
	return s.withheldFor(id) != "" || generic(id) && demand(id).Evidence != request.E0
}

// start leads to what the service begins with: the card, the person that the card has
// named already, or its first question.
func (s *Session) start() {
	v := s.visit
	switch {
	case s.comes() && v.person != nil && s.kiosk.link.Online:
		s.on(BegunRead)
	case !needsCard(v.service):
		v.chip.wanted = false
		s.on(BegunFree)
		if s.comes() && v.laid && !s.deskOnly() {
			v.chip.wanted = true
			s.cardForVisit()
		}
	case v.person != nil && s.attended() && !v.chip.asked:
		s.readAnew()
	case v.person != nil:
		s.on(BegunRead)
	default:
		s.on(Begun)
		if v.laid {
			s.cardForVisit()
		}
	}
}

// goOn begins a service whose person has read about it.
func (s *Session) goOn() error {
	if s.visit.acting() {
		if s.withheldForOfficer(s.visit.service) != "" {
			return local.ErrNotOffered
		}
		s.prove()
		return nil
	}
	if s.withheldFor(s.visit.service) != "" {
		return local.ErrNotOffered
	}
	s.start()
	return nil
}

// generic tells whether a service is carried out by the questions of its form.
func generic(service string) bool {
	svc, known := catalogue.Lookup(service)
	return known && svc.Flow == catalogue.FlowGeneric
}

// demand is what a service demands of everybody.
func demand(service string) catalogue.Demand {
	svc, _ := catalogue.Lookup(service)
	return svc.Demand
}

// needsCard: a person is named in the request, or it has to be proven that a card was
// there.
func needsCard(service string) bool {
	d := demand(service)
	return d.Subject || d.Evidence.AtLeast(request.E2)
}

// desk tells whether what was read, or what can be read here, proves less than the
// service demands. The centre then has somebody at the counter decide, and the person
// is told before the questions.
func (s *Session) desk() bool {
	v := s.visit
	if !generic(v.service) || v.acting() {
		return false
	}
	level := best
	switch {
	case !needsCard(v.service):
		level = request.E1
	case s.toBeCompared():
		level = request.E3
	case v.person != nil:
		level = v.chip.level
	}
	return !level.AtLeast(v.form.demand(v.service).Evidence)
}
