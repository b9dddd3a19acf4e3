package gateway

import (
	"bytes"
	"errors"
	"slices"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/cccd"
	"motcua/protocol/emrtd"
	"motcua/protocol/emrtd/lds"
	"motcua/protocol/fault"
	"motcua/protocol/mrz"
	"motcua/protocol/request"
)

// visitMost is how long before a request its card may have been read, by the
// kiosk's own clock, and clockSlack how far that clock may step back meanwhile.
const (
	visitMost  = time.Hour
	clockSlack = 5 * time.Minute
)

// finding is what the centre found out about evidence by itself.
type finding struct {
	level   request.Level
	basis   Basis
	alarm   AlarmKind // "" for none
	opening request.Opening
}

// assess decides whether the evidence is enough for a service. What cannot be
// honest is refused, with an alarm. What falls short is held for somebody at the
// counter: the card may be good, and its issuer not provisioned here. Nobody at a
// counter stands in for an officer, whose acts are refused.
func (g *Gateway) assess(kind catalogue.Service, r Request) (verdict, finding) {
	var f finding
	need := demand(kind, r.Form)
	if reason, alarm := f.bind(need, r); reason != "" {
		f.alarm = alarm
		return refused(reason), f
	}
	r.Inner.Evidence = g.countable(r.Inner.Evidence)
	if reason := g.examine(&f, kind, r.Inner.Evidence, r.Inner.Subject, r.Now); reason != "" {
		f.level, f.alarm = request.E0, AlarmForged
		return refused(reason), f
	}
	claimed := r.Inner.Evidence.Level
	above := f.basis != BasisClaimed && !f.level.AtLeast(claimed)
	if above {
		f.alarm = AlarmLevel
	}
	switch {
	case f.level.AtLeast(need.Evidence):
		return verdict{}, f
	case need.Role != catalogue.RoleCitizen:
		return verdict{request.StatusRefused, fault.WeakEvidence, "evidence-too-weak"}, f
	case above && f.level.AtLeast(request.E1):
		return verdict{request.StatusHeld, fault.WeakEvidence, "level-not-proven"}, f
	case f.level.AtLeast(request.E1):
		return verdict{request.StatusHeld, fault.WeakEvidence, "evidence-too-weak"}, f
	}
	return refused("no-evidence"), f
}

// bind holds evidence to its request: the visit, device, time and facts that it
// is for. It returns the reason for a refusal.
func (f *finding) bind(need catalogue.Demand, r Request) (string, AlarmKind) {
	if reason, alarm := f.tie(r.Inner.Evidence, r); reason != "" {
		return reason, alarm
	}
	switch {
	case attendedWrong(r.Inner) != "":
		return attendedWrong(r.Inner), AlarmLevel
	case need.Subject && r.Inner.Subject == nil:
		return "no-subject", ""
	case need.Duty && r.Inner.Officer == nil:
		return "no-officer", ""
	case need.Duty && answered(r.Form, catalogue.FieldApprover) == r.Inner.Officer.Ref:
		return "approved-by-oneself", ""
	}
	return "", ""
}

// tie is bind for the evidence of anybody: it is of this request's visit.
func (f *finding) tie(e request.Evidence, r Request) (string, AlarmKind) {
	o := r.Outer
	opening, err := request.DecodeOpening(e.Opening)
	f.opening = opening
	switch {
	case err != nil || opening.Device != o.Device || opening.Facility != o.Facility || opening.Visit != r.Inner.Visit:
		return "evidence-of-another-visit", AlarmMoved
	case e.Facts.Proof == request.ProofAA && (e.AA == nil || e.AA.Challenge != request.ChallengeOf(e.Opening)):
		return "chip-proof-of-another-visit", AlarmMoved
	case o.Clock.Trust != request.ClockUnset && !timely(opening.At, e.CapturedAt, o.CreatedAt):
		return "evidence-of-another-time", AlarmMoved
	case e.Level != request.LevelOf(e.Facts):
		return "level-without-facts", AlarmLevel
	}
	return "", ""
}

// timely: the visit began, the card was read, the request was made, within a
// visit's time.
func timely(opened, captured, created int64) bool {
	slack := clockSlack.Milliseconds()
	return captured >= opened-slack && created >= captured-slack && created-opened <= visitMost.Milliseconds()
}

// examine finds the level from the card's own signatures; who is whom it has to name, nil
// for anybody. It returns the reason for a refusal when one of them, or a hash, is false.
func (g *Gateway) examine(f *finding, kind catalogue.Service, e request.Evidence, who *request.Subject, now time.Time) string {
	f.level, f.basis = request.LevelOf(e.Facts), BasisClaimed
	trust := g.cfg.Trust.Anchors()
	if trust.Len() == 0 || !e.Facts.Chip || len(e.SOD) == 0 || len(e.DG1) == 0 {
		if f.level.AtLeast(request.E1) {
			f.level = request.E1
		}
		return ""
	}
	groups := map[int][]byte{1: e.DG1}
	if e.AA != nil {
		groups[15] = e.AA.Key
	}
	v := emrtd.VerifyPassive(e.SOD, groups, trust, now)
	if v.Verdict == emrtd.Forged {
		return "card-forged"
	}
	if !listed(v, e.Groups) {
		return "hashes-not-signed"
	}
	holder, err := lds.ParseDG1(e.DG1)
	if _, digits := errors.AsType[*mrz.CheckError](err); err != nil && !digits {
		return "nobody-named"
	}
	if who != nil && !sameHolder(holder, *who) {
		return "subject-not-on-card"
	}
	facts := e.Facts
	facts.Verdict = worse(facts.Verdict, request.Verdict(v.Verdict))
	last, known := holder.ExpiryDate(now)
	facts.Expired = facts.Expired || known && time.UnixMilli(e.CapturedAt).After(last.AddDate(0, 0, 1))
	return f.prove(kind, facts, e.AA)
}

// prove takes from the facts what is no more than the device's word, where the
// service does not take that.
func (f *finding) prove(kind catalogue.Service, facts request.Facts, aa *request.ActiveAuth) string {
	f.basis = BasisChecked
	switch facts.Proof {
	case request.ProofAA:
		_, good, err := emrtd.VerifyActive(aa.Key, nil, aa.Challenge, aa.Signature)
		if err != nil || !good {
			return "chip-proof-false"
		}
	case request.ProofCA:
		f.basis = BasisAttested
		if !kind.Attested {
			facts.Proof = request.ProofNone
		}
	}
	if facts.Secret || facts.Biometric != nil {
		f.basis = BasisAttested
		if !kind.Attested {
			facts.Secret, facts.Biometric = false, nil
		}
	}
	f.level = request.LevelOf(facts)
	return ""
}

// worse is the verdict that counts: the device has seen groups that it does not
// send, and the centre may know of a revocation that the device does not.
func worse(device, centre request.Verdict) request.Verdict {
	rank := []request.Verdict{request.VerdictGenuine, request.VerdictIntegrityOnly, request.VerdictUnreadable, request.VerdictNone, request.VerdictForged}
	return rank[max(slices.Index(rank, device), slices.Index(rank, centre))]
}

// listed tells whether the issuer signed every hash that the device states.
func listed(v emrtd.Verification, stated []request.GroupHash) bool {
	for _, s := range stated {
		if !slices.ContainsFunc(v.Groups, func(g emrtd.GroupResult) bool {
			return g.Number == int(s.Group) && bytes.Equal(g.Hash, s.Hash)
		}) {
			return false
		}
	}
	return true
}

// sameHolder tells whether a card's zone names the subject. A zone has no room
// for the marks of a name: those stay the device's word.
func sameHolder(zone mrz.Document, s request.Subject) bool {
	stated := cccd.DG13{Number: s.Number, Name: s.Name, Birth: s.Birth, Sex: s.Sex} // a flat form says nothing of the sex
	return cccd.NumberOf(zone) == s.Number && len(cccd.CrossCheck(zone, &stated, nil)) == 0
}
