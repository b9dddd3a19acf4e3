package session

import (
	"motcua/protocol/emrtd"
	"motcua/protocol/fault"
)

// Auditor keeps what has to be provable afterwards. It is called from the
// session's loop and must return at once.
type Auditor interface{ Note(n Note) }

// About says what a note is about.
type About string

// What notes are about.
const (
	AboutCard    About = "card"    // a reading and what came of it
	AboutConsent About = "consent" // the person agreed
	AboutVisit   About = "visit"   // it ended, or staff were called
	AboutFault   About = "fault"   // the kiosk went out of order, or came back
	// AboutCertificate: what a vaccination certificate is worth.
	AboutCertificate About = "certificate"
	// AboutComparison: what an officer said of the person and the card.
	AboutComparison About = "comparison"
	// AboutNoticed: a request that meets rules of protocol/anomaly, as reasons.
	AboutNoticed About = "noticed"
	AboutCase    About = "case" // it was opened or closed, or an officer looked at it
	// AboutOffice: what came of an officer's act; Detail is the digest of what was signed.
	AboutOffice About = "office"
)

// Note is something that happened, in words from closed lists. Nothing in it is
// about the person.
type Note struct {
	About   About
	Visit   string
	Service string
	Outcome string
	Code    fault.Code
	Access  string
	Level   string
	Reasons []string
	Detail  [32]byte // digest of what was agreed to, or of a certificate's code; zero: none
	Lists   []uint64 // numbers of the lists that a certificate was held against
}

// unaudited keeps nothing.
type unaudited struct{}

func (unaudited) Note(Note) {}

// note keeps something about the visit.
func (s *Session) note(n Note) {
	if s.visit != nil {
		n.Visit = s.visit.id
	}
	s.cfg.Audit.Note(n)
}

// noteCard keeps what came of a reading. doc is nil when there was nothing to be
// read.
func (s *Session) noteCard(outcome string, code fault.Code, doc *emrtd.Document) {
	n := Note{About: AboutCard, Outcome: outcome, Code: code}
	if doc != nil {
		n.Access = doc.Access
		for _, r := range doc.Trust.Reasons {
			n.Reasons = append(n.Reasons, string(r))
		}
	}
	if v := s.visit; outcome == readOutcome(Intact) {
		n.Outcome, n.Level = string(doc.Trust.Verdict), string(v.reads().level)
	}
	s.note(n)
}

// SetAudit tells why the audit log cannot be written, with a fault code; nil when
// it can. Without it nobody is served.
func (s *Session) SetAudit(err error) {
	s.post(func() {
		before := s.kiosk.fault()
		s.kiosk.audit = err
		s.tellFault(before)
		s.wake()
	})
}
