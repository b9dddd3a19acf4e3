package session

import (
	"cmp"
	"errors"
	"slices"

	"motcua/drivers"
	"motcua/protocol/fault"
	"motcua/protocol/local"
)

// kiosk is the state of the machine around the visits.
type kiosk struct {
	service error    // why there is no reader service; nil when there is
	readers []string // ours, in the order of arrival
	mute    bool     // a reader was given up on and has not answered since
	link    Link
	stock   Stock
	queues  []NumberQueue
	audit   error // why the audit log cannot be written; nil when it can
	devices []local.PartState
	called  bool // staff were, and nobody has come yet
	word    local.CodeWord
	open    bool // the case is, or nobody can tell
	seal    Seal
	roster  bool  // there is one, so somebody may come to clear the case
	own     error // why the device's own certificate counts no more; nil when it does
}

func newKiosk(seal Seal, roster bool) kiosk {
	return kiosk{link: Link{Code: fault.Offline}, seal: seal, roster: roster}
}

// fault is the gravest of what is wrong with the machine, or "" when nothing is. What
// can be done nevertheless is in order.go.
func (k kiosk) fault() fault.Code {
	return cmp.Or(k.caseFault(), codeOf(k.own), k.readerFault(), codeOf(k.stock.Err), codeOf(k.audit))
}

func (k kiosk) caseFault() fault.Code {
	switch {
	case k.open:
		return fault.CaseOpen
	case k.seal.Broken():
		return fault.CaseOpened
	}
	return ""
}

// officersOnly tells whether nobody may begin a visit but an officer: the case was
// open, and everything that clearing it takes is in order.
func (k kiosk) officersOnly() bool {
	return k.roster && k.caseFault() == fault.CaseOpened && cmp.Or(codeOf(k.own), k.readerFault(), codeOf(k.audit)) == ""
}

func (k kiosk) readerFault() fault.Code {
	switch {
	case errors.Is(k.service, drivers.ErrAccessDenied):
		return fault.Denied
	case errors.Is(k.service, drivers.ErrServiceMismatch):
		return fault.LibMismatch
	case k.service != nil:
		return fault.NoService
	case len(k.readers) == 0:
		return fault.NoReader
	case k.mute:
		return fault.ReaderMute
	}
	return ""
}

func (k *kiosk) arrive(reader string) {
	if !slices.Contains(k.readers, reader) {
		k.readers = append(k.readers, reader)
	}
}

func (k *kiosk) leave(reader string) {
	k.readers = slices.DeleteFunc(k.readers, func(r string) bool { return r == reader })
}

// SetLink tells the state of the connection to the centre.
func (s *Session) SetLink(l Link) {
	s.post(func() {
		if s.kiosk.link != l {
			s.log.Info("link", "online", l.Online, "code", l.Code)
		}
		s.kiosk.link = l
	})
}

// SetStock tells the state of the queue.
func (s *Session) SetStock(q Stock) {
	s.post(func() {
		before := s.kiosk.fault()
		s.kiosk.stock = q
		s.tellFault(before)
		s.wake()
	})
}

// SetIdentity tells why the device's own certificate counts no more, with a fault
// code; nil when it does. Nobody is served in its name then; what is saved stays.
func (s *Session) SetIdentity(err error) {
	s.post(func() {
		before := s.kiosk.fault()
		s.kiosk.own = err
		s.tellFault(before)
		s.wake()
	})
}

// tellFault writes a line when the machine went out of order or came back.
func (s *Session) tellFault(before fault.Code) {
	switch now := s.kiosk.fault(); {
	case now == before:
	case now == "":
		s.log.Info("in order", "was", before)
		s.cfg.Audit.Note(Note{About: AboutFault, Outcome: "in-order", Code: before})
	default:
		s.cfg.Audit.Note(Note{About: AboutFault, Outcome: "out-of-order", Code: now})
		info := fault.Lookup(now)
		var still []string
		if s.outOfOrder() == "" {
			still = s.goesOn()
		}
		s.log.Warn("out of order", "code", now, "cause", info.Cause, "do", info.Action, "still", still)
	}
}

// Health tells the state of the parts, for technicians.
func (s *Session) Health() local.Health {
	answer := make(chan local.Health, 1)
	s.post(func() { answer <- s.health() })
	select {
	case h := <-answer:
		return h
	case <-s.quit:
		return local.Health{Version: s.cfg.Version, Device: s.cfg.Device.ID}
	}
}

func (s *Session) health() local.Health {
	k := s.kiosk
	parts := []local.PartState{
		part("reader", k.readerFault(), "gone"),
		part("queue", codeOf(k.stock.Err), "degraded"),
		part("audit", codeOf(k.audit), "gone"),
		part("link", linkCode(k.link), "degraded"),
		part("identity", codeOf(k.own), "gone"),
	}
	if k.seal.Broken() {
		parts = append(parts, part("seal", fault.CaseOpened, "degraded"))
	}
	for _, p := range s.cfg.Parts {
		parts = append(parts, part(p.Part, p.Code, "degraded"))
	}
	parts = append(parts, k.devices...)
	h := local.Health{
		Version: s.cfg.Version, Device: s.cfg.Device.ID,
		Ready: s.outOfOrder() == "", Parts: parts, QueueSize: k.stock.Waiting,
	}
	if s.cfg.Documents != nil {
		h.Documents = s.cfg.Documents()
	}
	for _, d := range h.Documents {
		h.Parts = append(h.Parts, part(d.Document, d.Code, "degraded"))
	}
	return h
}

func part(name string, c fault.Code, bad string) local.PartState {
	if c == "" {
		return local.PartState{Part: name, State: "ready"}
	}
	return local.PartState{Part: name, State: bad, Code: c, Do: fault.Lookup(c).Action}
}

func codeOf(err error) fault.Code {
	if err == nil {
		return ""
	}
	return fault.CodeOf(err)
}

func linkCode(l Link) fault.Code {
	if l.Online {
		return ""
	}
	return l.Code
}
