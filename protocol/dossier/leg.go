package dossier

import (
	"slices"
	"time"
)

// Procedure names a leg.
type Procedure string

// Procedures of births and deaths.
const (
	BirthRegistration Procedure = "birth"            // the ward registers the birth
	PersonalNumber    Procedure = "personal-number"  // the police give the child a number
	Residence         Procedure = "residence"        // the police register where the child lives
	InsuranceCard     Procedure = "insurance-card"   // the social insurance issues the card
	DeathRegistration Procedure = "death"            // the ward registers the death
	ResidenceEnd      Procedure = "residence-end"    // the police end the registration
	FuneralBenefit    Procedure = "funeral-benefit"  // money for the funeral
	SurvivorBenefit   Procedure = "survivor-benefit" // money for those left behind
)

// Agency is who works on a leg.
type Agency string

// Agencies.
const (
	Ward            Agency = "ward"
	Police          Agency = "police"
	SocialInsurance Agency = "social-insurance"
)

// State is what an agency last said about a leg.
type State string

// States. A leg that waits for the personal number is no failure: a birth certificate
// without it is valid.
const (
	Waiting         State = "waiting" // for the leg before it
	Received        State = "received"
	Processing      State = "processing"
	NeedsSupplement State = "needs-supplement"
	PendingNumber   State = "pending-personal-number"
	Done            State = "done"
	Rejected        State = "rejected"
	Cancelled       State = "cancelled"
)

// Final tells that nothing follows.
func (s State) Final() bool { return s == Done || s == Rejected || s == Cancelled }

// Follows tells whether an agency may say next after s. Saying the same again is
// news of its age.
func (s State) Follows(next State) bool {
	return s == next && !s.Final() && s != Waiting || slices.Contains(after(s), next)
}

func after(s State) []State {
	switch s {
	case Waiting:
		return []State{Received, Cancelled}
	case Received:
		return []State{Processing, NeedsSupplement, PendingNumber, Done, Rejected, Cancelled}
	case Processing, PendingNumber:
		return []State{Processing, NeedsSupplement, PendingNumber, Done, Rejected, Cancelled}
	case NeedsSupplement:
		return []State{Processing, Rejected, Cancelled}
	case Done, Rejected, Cancelled:
	}
	return nil
}

// Reason says why a leg was rejected or cancelled, a stable word.
type Reason string

// Reasons that this package gives. Agencies have others.
const (
	SupplementLate Reason = "supplement-late"
	FirstRejected  Reason = "first-leg-rejected" // nothing can follow without it
	Unsaid         Reason = "unsaid"             // the agency gave none
)

// Leg is one procedure.
type Leg struct {
	Procedure Procedure `json:"procedure"`
	Agency    Agency    `json:"agency"`
	State     State     `json:"state"`
	Reason    Reason    `json:"reason,omitempty"` // of a final state
	Since     time.Time `json:"since"`            // when it entered the state
	AsOf      time.Time `json:"as_of"`            // when the agency said so last
	// Due is when the agency has to be finished, zero where the law sets no date or
	// the citizen has to do something first.
	Due time.Time `json:"due,omitzero"`
	// SupplementBy is until when what is missing has to be there.
	SupplementBy time.Time `json:"supplement_by,omitzero"`
	// Supplied is when the citizen brought it, which the agency has not seen yet: it is
	// not too late any more.
	Supplied time.Time `json:"supplied,omitzero"`
}

// Overdue tells that an agency should have been finished.
func (l Leg) Overdue(now time.Time) bool {
	return !l.State.Final() && !l.Due.IsZero() && now.After(l.Due)
}

// Age is how long ago the agency said something.
func (l Leg) Age(now time.Time) time.Duration { return max(now.Sub(l.AsOf), 0) }
