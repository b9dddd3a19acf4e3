package session

import (
	"fmt"
	"slices"
	"strings"

	"motcua/protocol/local"
)

// Attract is the step while nobody is being served. The others are the steps of
// protocol/local: each has one screen.
const Attract local.Step = "attract"

// Event is what can happen to a visit. An event says everything that its next
// step depends on, so that the table below needs no conditions.
type Event string

// Events.
const (
	MenuOpened     Event = "begun by a tap, service to be chosen"
	Told           Event = "service chosen, to be told about first"
	Begun          Event = "begun by a tap"
	BegunRead      Event = "begun, the card has been read"
	BegunFree      Event = "begun, no card needed"
	WentBack       Event = "back"
	CardPlaced     Event = "card placed"
	CardReturned   Event = "card placed, key known"
	KeyGiven       Event = "key given"
	KeyGivenNoCard Event = "key given, card away"
	KeyUnusable    Event = "no key in what was given"
	KeyRefused     Event = "key refused by the chip"
	KeyBlocked     Event = "chip takes no more keys"
	CardGone       Event = "card lifted too early"
	NotRead        Event = "not readable"
	Forged         Event = "forged"
	Mismatch       Event = "chip and code name different people"
	Intact         Event = "read and intact"
	IntactUnchosen Event = "read and intact, service to be chosen"
	Agreed         Event = "it is me, I agree"
	AgreedUnasked  Event = "it is me, I agree; insurer cannot be asked"
	AgreedLookup   Event = "it is me, I agree; dossiers are asked for"
	Confirmed      Event = "it is me"
	NotMe          Event = "it is not me"
	Claimed        Event = "named by a code or a word alone"
	Naming         Event = "to be named by word"
	PaysInstead    Event = "pays instead"
	Answered       Event = "insurer answered"
	NotAnswered    Event = "no answer in time"
	Continued      Event = "seen, go on"
	AskedAgain     Event = "ask again"
	Reporting      Event = "report what differs"
	Resumed        Event = "on with the check-in"
	Changed        Event = "an answer changed"
	MoreToAsk      Event = "answered, more to ask"
	FormComplete   Event = "answered, nothing more to ask"
	AnswerRefused  Event = "no good answer"
	AskedAnew      Event = "an answer to be changed"
	Checked        Event = "checked, consent to be given"
	NumberWanted   Event = "number to be taken"
	Submitted      Event = "send it"
	Saved          Event = "saved on this kiosk"
	NotSaved       Event = "could not be saved"
	Received       Event = "centre's receipt came"
	Refused        Event = "centre refused"
	TicketCame     Event = "ticket came"
	WasFiled       Event = "office took it"
	BillTold       Event = "how the bill stands"
	RetryKey       Event = "again: another key"
	RetryRead      Event = "again: read the card"
	RetryPlace     Event = "again: card away"
	RetrySend      Event = "again: save it"
	StaffCalled    Event = "staff called"
	Ended          Event = "finished, cancelled or nobody there"
	OfficerKnown   Event = "read and intact, an officer's card"
	PINGiven       Event = "PIN given"
	PINRefused     Event = "PIN is wrong"
	DutyRefused    Event = "no session can be opened"
	DutyOpened     Event = "session open"
	AsCitizen      Event = "here as a citizen"
	AsUnchosen     Event = "here as a citizen, service to be chosen"
	OfficerFinger  Event = "read and intact, an officer's with a finger"
	FingerRefused  Event = "no such finger, once more"
	FingerOver     Event = "no finger will do"
	PINInstead     Event = "PIN instead"
	FingerWanted   Event = "finger to be taken"
	FingerAgreed   Event = "finger may be kept"
	FingerDeclined Event = "no finger after all"
	FingerTaken    Event = "finger kept"
	FingerNotTaken Event = "finger not kept"
	FingerDropped  Event = "finger deleted, or not"
	NoOfficer      Event = "read and intact, but for officers only"
	// Of somebody else in a form.
	OtherWanted Event = "card of somebody else to be read"
	OtherKnown  Event = "somebody else is known by their card"
	SamePerson  Event = "read and intact, somebody who is in the form already"
	// Of a newborn's file.
	DraftWanted    Event = "hospital's file to be asked for"
	DraftTold      Event = "hospital's file told, or not"
	CaseCleared    Event = "case cleared"
	CaseNotCleared Event = "case could not be cleared"
	// Of vaccination certificates.
	CertificateTaken  Event = "certificate scanned, good so far"
	CertificateJudged Event = "certificate judged"
	TooWeak           Event = "read and intact, proves too little"
	// Of slips.
	SlipScanned Event = "slip scanned"
	SlipTold    Event = "told how far its request is"
	Withdrawing Event = "consent to be withdrawn by the slip"
	// Of an officer who compares the person with the card.
	ReadAnew       Event = "begun, the card to be read with its picture"
	PlacedAnew     Event = "begun, the card to come back for its picture"
	CompareWanted  Event = "it is me; an officer is to compare"
	SaidSame       Event = "this is the person; the PIN"
	SaidSameFinger Event = "this is the person; the finger"
	SaidOther      Event = "this is another person"
	CannotTell     Event = "the officer cannot tell"
	Vouched        Event = "confirmed by the officer"
	NotVouched     Event = "not confirmed"
	// Of appointments.
	Appointed  Event = "appointment known, consent to be given"
	SlotChosen Event = "appointment known, consent given"
	SlotsFound Event = "has appointments today"
	SentToDesk Event = "slip for the desk"
	// Of officers' services.
	OfficeChosen   Event = "officer's service chosen"
	BackToDuty     Event = "back to the officer's session"
	PINWanted      Event = "PIN to be given as well"
	FingerAsked    Event = "finger to be laid down as well"
	FingerLacking  Event = "no finger will do, and the PIN is not enough"
	FormBegun      Event = "proven, form to be filled in"
	DeskShown      Event = "proven, something to be signed chosen"
	CentreAsked    Event = "on its way to the centre"
	PreviewShown   Event = "to be looked at before it is signed"
	TokenAsked     Event = "signing token to be used"
	TokenPIN       Event = "token's PIN given"
	TokenRefused   Event = "not signed, once more"
	TokenUseless   Event = "not signed, and never by this token"
	Declining      Event = "not to be signed"
	OfficeAnswered Event = "centre said what came of it"
	ProgramFault   Event = "fault in the program"
)

// Transition leads from one step to the next.
type Transition struct {
	From local.Step
	On   Event
	To   local.Step
}

// Flow is the whole visit. A test draws it into testdata/flow.golden and proves
// that every step reaches an end that helps: done, or staff.
func Flow() []Transition {
	return []Transition{
		{Attract, MenuOpened, local.StepMenu},
		{Attract, Told, local.StepAbout},
		{Attract, Begun, local.StepPlace},
		{Attract, BegunFree, local.StepQuestion},
		{Attract, CardPlaced, local.StepKey},
		{Attract, CertificateTaken, local.StepPlace},
		{Attract, CertificateJudged, local.StepVerdict},
		{Attract, SlipScanned, local.StepLooking},
		{Attract, Appointed, local.StepAgree},
		{Attract, SentToDesk, local.StepDone},

		{local.StepMenu, Told, local.StepAbout},
		{local.StepMenu, Begun, local.StepPlace},
		{local.StepMenu, BegunRead, local.StepIdentify},
		{local.StepMenu, ReadAnew, local.StepReading},
		{local.StepMenu, PlacedAnew, local.StepPlace},
		{local.StepMenu, BegunFree, local.StepQuestion},
		{local.StepMenu, Appointed, local.StepAgree},
		{local.StepMenu, SentToDesk, local.StepDone},
		{local.StepMenu, StaffCalled, local.StepStaff},
		{local.StepMenu, Ended, Attract},

		{local.StepAbout, Begun, local.StepPlace},
		{local.StepAbout, BegunRead, local.StepIdentify},
		{local.StepAbout, ReadAnew, local.StepReading},
		{local.StepAbout, PlacedAnew, local.StepPlace},
		{local.StepAbout, BegunFree, local.StepQuestion},
		{local.StepAbout, WentBack, local.StepMenu},
		{local.StepAbout, Claimed, local.StepIdentify},
		{local.StepAbout, Naming, local.StepQuestion},
		{local.StepAbout, PINWanted, local.StepPIN},
		{local.StepAbout, FingerAsked, local.StepFinger},
		{local.StepAbout, FormBegun, local.StepQuestion},
		{local.StepAbout, FormComplete, local.StepCheck},
		{local.StepAbout, DeskShown, local.StepDesk},
		{local.StepAbout, CentreAsked, local.StepWaiting},
		{local.StepAbout, BackToDuty, local.StepDuty},
		{local.StepAbout, StaffCalled, local.StepStaff},
		{local.StepAbout, Ended, Attract},

		{local.StepPlace, CardPlaced, local.StepKey},
		{local.StepPlace, CardReturned, local.StepReading},
		{local.StepPlace, KeyGivenNoCard, local.StepPlace},
		{local.StepPlace, KeyUnusable, local.StepProblem},
		{local.StepPlace, WentBack, local.StepQuestion},
		{local.StepPlace, Claimed, local.StepIdentify},
		{local.StepPlace, Naming, local.StepQuestion},
		{local.StepPlace, Appointed, local.StepAgree},
		{local.StepPlace, SentToDesk, local.StepDone},
		{local.StepPlace, CertificateTaken, local.StepPlace},
		{local.StepPlace, CertificateJudged, local.StepVerdict},
		{local.StepPlace, StaffCalled, local.StepStaff},
		{local.StepPlace, Ended, Attract},

		{local.StepKey, Appointed, local.StepAgree},
		{local.StepKey, SentToDesk, local.StepDone},
		{local.StepKey, KeyGiven, local.StepReading},
		{local.StepKey, KeyGivenNoCard, local.StepPlace},
		{local.StepKey, KeyUnusable, local.StepProblem},
		{local.StepKey, WentBack, local.StepQuestion},
		{local.StepKey, CertificateTaken, local.StepKey},
		{local.StepKey, CertificateJudged, local.StepVerdict},
		{local.StepKey, StaffCalled, local.StepStaff},
		{local.StepKey, Ended, Attract},

		{local.StepReading, Intact, local.StepIdentify},
		{local.StepReading, IntactUnchosen, local.StepMenu},
		{local.StepReading, OfficerKnown, local.StepPIN},
		{local.StepReading, OfficerFinger, local.StepFinger},
		{local.StepReading, NoOfficer, Attract},
		{local.StepReading, SamePerson, local.StepProblem},
		{local.StepReading, CertificateJudged, local.StepVerdict},
		{local.StepReading, TooWeak, local.StepProblem},
		{local.StepReading, KeyRefused, local.StepProblem},
		{local.StepReading, KeyBlocked, local.StepProblem},
		{local.StepReading, CardGone, local.StepProblem},
		{local.StepReading, CardReturned, local.StepReading},
		{local.StepReading, NotRead, local.StepProblem},
		{local.StepReading, Forged, local.StepProblem},
		{local.StepReading, Mismatch, local.StepProblem},
		{local.StepReading, StaffCalled, local.StepStaff},
		{local.StepReading, Ended, Attract},

		{local.StepIdentify, Agreed, local.StepAsking},
		{local.StepIdentify, AgreedUnasked, local.StepInsurance},
		{local.StepIdentify, AgreedLookup, local.StepLooking},
		{local.StepIdentify, Confirmed, local.StepQuestion},
		{local.StepIdentify, CompareWanted, local.StepCompare},
		{local.StepIdentify, OtherKnown, local.StepQuestion},
		{local.StepIdentify, SentToDesk, local.StepDone},
		{local.StepIdentify, NotMe, local.StepPlace},
		{local.StepIdentify, WentBack, local.StepQuestion},
		{local.StepIdentify, StaffCalled, local.StepStaff},
		{local.StepIdentify, Ended, Attract},

		{local.StepCompare, SaidSame, local.StepVouch},
		{local.StepCompare, SaidSameFinger, local.StepVouchFinger},
		{local.StepCompare, SaidOther, local.StepStaff},
		{local.StepCompare, CannotTell, local.StepQuestion},
		{local.StepCompare, StaffCalled, local.StepStaff},
		{local.StepCompare, Ended, Attract},

		{local.StepVouch, PINGiven, local.StepVouchCheck},
		{local.StepVouch, WentBack, local.StepCompare},
		{local.StepVouch, StaffCalled, local.StepStaff},
		{local.StepVouch, Ended, Attract},

		{local.StepVouchCheck, Vouched, local.StepQuestion},
		{local.StepVouchCheck, PINRefused, local.StepVouch},
		{local.StepVouchCheck, NotVouched, local.StepCompare},

		{local.StepVouchFinger, Vouched, local.StepQuestion},
		{local.StepVouchFinger, FingerRefused, local.StepVouchFinger},
		{local.StepVouchFinger, FingerOver, local.StepVouch},
		{local.StepVouchFinger, PINInstead, local.StepVouch},
		{local.StepVouchFinger, NotVouched, local.StepCompare},
		{local.StepVouchFinger, WentBack, local.StepCompare},
		{local.StepVouchFinger, StaffCalled, local.StepStaff},
		{local.StepVouchFinger, Ended, Attract},

		{local.StepAsking, Answered, local.StepInsurance},
		{local.StepAsking, NotAnswered, local.StepInsurance},
		{local.StepAsking, StaffCalled, local.StepStaff},
		{local.StepAsking, Ended, Attract},

		{local.StepInsurance, Continued, local.StepCheck},
		{local.StepInsurance, AskedAgain, local.StepAsking},
		{local.StepInsurance, Reporting, local.StepQuestion},
		{local.StepInsurance, PaysInstead, local.StepQuestion},
		{local.StepInsurance, StaffCalled, local.StepStaff},
		{local.StepInsurance, Ended, Attract},

		{local.StepQuestion, Appointed, local.StepAgree},
		{local.StepQuestion, SlotChosen, local.StepSending},
		{local.StepQuestion, SentToDesk, local.StepDone},
		{local.StepQuestion, CardPlaced, local.StepKey},
		{local.StepQuestion, KeyGivenNoCard, local.StepPlace},
		{local.StepQuestion, MoreToAsk, local.StepQuestion},
		{local.StepQuestion, AnswerRefused, local.StepQuestion},
		{local.StepQuestion, WentBack, local.StepQuestion},
		{local.StepQuestion, FormComplete, local.StepCheck},
		{local.StepQuestion, OtherWanted, local.StepPlace},
		{local.StepQuestion, Claimed, local.StepIdentify},
		{local.StepQuestion, RetryPlace, local.StepPlace},
		{local.StepQuestion, Told, local.StepAbout},
		{local.StepQuestion, DraftWanted, local.StepLooking},
		{local.StepQuestion, NumberWanted, local.StepSending},
		{local.StepQuestion, Resumed, local.StepCheck},
		{local.StepQuestion, BackToDuty, local.StepDuty},
		{local.StepQuestion, PreviewShown, local.StepPreview},
		{local.StepQuestion, StaffCalled, local.StepStaff},
		{local.StepQuestion, Ended, Attract},

		{local.StepCheck, Changed, local.StepCheck},
		{local.StepCheck, AskedAnew, local.StepQuestion},
		{local.StepCheck, Checked, local.StepAgree},
		{local.StepCheck, Submitted, local.StepSending},
		{local.StepCheck, CentreAsked, local.StepWaiting},
		{local.StepCheck, StaffCalled, local.StepStaff},
		{local.StepCheck, Ended, Attract},

		{local.StepAgree, Submitted, local.StepSending},
		{local.StepAgree, AskedAnew, local.StepQuestion},
		{local.StepAgree, SentToDesk, local.StepDone},
		{local.StepAgree, WentBack, local.StepCheck},
		{local.StepAgree, StaffCalled, local.StepStaff},
		{local.StepAgree, Ended, Attract},

		{local.StepSending, Saved, local.StepDone},
		{local.StepSending, NotSaved, local.StepProblem},

		{local.StepDone, Received, local.StepDone},
		{local.StepDone, TicketCame, local.StepDone},
		{local.StepDone, WasFiled, local.StepDone},
		{local.StepDone, BillTold, local.StepDone},
		{local.StepDone, Resumed, local.StepCheck},
		{local.StepDone, Refused, local.StepProblem},
		{local.StepDone, StaffCalled, local.StepStaff},
		{local.StepDone, Ended, Attract},

		{local.StepProblem, RetryKey, local.StepKey},
		{local.StepProblem, RetryRead, local.StepReading},
		{local.StepProblem, RetryPlace, local.StepPlace},
		{local.StepProblem, RetrySend, local.StepSending},
		{local.StepProblem, Claimed, local.StepIdentify},
		{local.StepProblem, Naming, local.StepQuestion},
		{local.StepProblem, BackToDuty, local.StepDuty},
		{local.StepProblem, CardReturned, local.StepReading},
		{local.StepProblem, WentBack, local.StepQuestion},
		{local.StepProblem, StaffCalled, local.StepStaff},
		{local.StepProblem, Ended, Attract},

		{local.StepStaff, Ended, Attract},

		{local.StepLooking, SlipTold, local.StepLookup},
		{local.StepLooking, DraftTold, local.StepQuestion},
		{local.StepLooking, SlotsFound, local.StepQuestion},
		{local.StepLooking, SentToDesk, local.StepDone},
		{local.StepLooking, Refused, local.StepProblem},
		{local.StepLooking, StaffCalled, local.StepStaff},
		{local.StepLooking, Ended, Attract},

		{local.StepLookup, AskedAgain, local.StepLooking},
		{local.StepLookup, Withdrawing, local.StepCheck},
		{local.StepLookup, StaffCalled, local.StepStaff},
		{local.StepLookup, Ended, Attract},

		{local.StepVerdict, StaffCalled, local.StepStaff},
		{local.StepVerdict, Ended, Attract},

		{local.StepPIN, PINGiven, local.StepPINCheck},
		{local.StepPIN, BackToDuty, local.StepDuty},
		{local.StepPIN, AsCitizen, local.StepIdentify},
		{local.StepPIN, AsUnchosen, local.StepMenu},
		{local.StepPIN, StaffCalled, local.StepStaff},
		{local.StepPIN, Ended, Attract},

		{local.StepPINCheck, DutyOpened, local.StepDuty},
		{local.StepPINCheck, PINRefused, local.StepPIN},
		{local.StepPINCheck, DutyRefused, local.StepProblem},
		{local.StepPINCheck, FormBegun, local.StepQuestion},
		{local.StepPINCheck, FormComplete, local.StepCheck},
		{local.StepPINCheck, DeskShown, local.StepDesk},
		{local.StepPINCheck, CentreAsked, local.StepWaiting},

		{local.StepFinger, DutyOpened, local.StepDuty},
		{local.StepFinger, FingerRefused, local.StepFinger},
		{local.StepFinger, FingerOver, local.StepPIN},
		{local.StepFinger, PINInstead, local.StepPIN},
		{local.StepFinger, FormBegun, local.StepQuestion},
		{local.StepFinger, FormComplete, local.StepCheck},
		{local.StepFinger, DeskShown, local.StepDesk},
		{local.StepFinger, CentreAsked, local.StepWaiting},
		{local.StepFinger, FingerLacking, local.StepDuty},
		{local.StepFinger, BackToDuty, local.StepDuty},
		{local.StepFinger, DutyRefused, local.StepProblem},
		{local.StepFinger, StaffCalled, local.StepStaff},
		{local.StepFinger, Ended, Attract},

		{local.StepDuty, OfficeChosen, local.StepAbout},
		{local.StepDuty, CentreAsked, local.StepWaiting},
		{local.StepDuty, FingerWanted, local.StepConsent},
		{local.StepDuty, FingerDropped, local.StepDuty},
		{local.StepDuty, CaseCleared, local.StepDuty},
		{local.StepDuty, CaseNotCleared, local.StepProblem},
		{local.StepDuty, StaffCalled, local.StepStaff},
		{local.StepDuty, Ended, Attract},

		{local.StepConsent, FingerAgreed, local.StepEnrol},
		{local.StepConsent, FingerDeclined, local.StepDuty},
		{local.StepConsent, StaffCalled, local.StepStaff},
		{local.StepConsent, Ended, Attract},

		{local.StepEnrol, FingerTaken, local.StepDuty},
		{local.StepEnrol, FingerNotTaken, local.StepConsent},
		{local.StepEnrol, FingerDeclined, local.StepDuty},
		{local.StepEnrol, StaffCalled, local.StepStaff},
		{local.StepEnrol, Ended, Attract},

		{local.StepDesk, PreviewShown, local.StepPreview},
		{local.StepDesk, CentreAsked, local.StepWaiting},
		{local.StepDesk, BackToDuty, local.StepDuty},
		{local.StepDesk, StaffCalled, local.StepStaff},
		{local.StepDesk, Ended, Attract},

		{local.StepPreview, TokenAsked, local.StepToken},
		{local.StepPreview, Declining, local.StepQuestion},
		{local.StepPreview, DeskShown, local.StepDesk},
		{local.StepPreview, StaffCalled, local.StepStaff},
		{local.StepPreview, Ended, Attract},

		{local.StepToken, TokenPIN, local.StepSigning},
		{local.StepToken, PreviewShown, local.StepPreview},
		{local.StepToken, StaffCalled, local.StepStaff},
		{local.StepToken, Ended, Attract},

		{local.StepSigning, CentreAsked, local.StepWaiting},
		{local.StepSigning, TokenRefused, local.StepToken},
		{local.StepSigning, TokenUseless, local.StepProblem},

		{local.StepWaiting, DeskShown, local.StepDesk},
		{local.StepWaiting, PreviewShown, local.StepPreview},
		{local.StepWaiting, OfficeAnswered, local.StepOutcome},
		{local.StepWaiting, NotSaved, local.StepProblem},
		{local.StepWaiting, StaffCalled, local.StepStaff},
		{local.StepWaiting, Ended, Attract},

		{local.StepOutcome, OfficeAnswered, local.StepOutcome},
		{local.StepOutcome, CentreAsked, local.StepWaiting},
		{local.StepOutcome, BackToDuty, local.StepDuty},
		{local.StepOutcome, StaffCalled, local.StepStaff},
		{local.StepOutcome, Ended, Attract},
	}
}

// Next is the step that follows from on e. Any step but Attract may meet a fault
// in the program, and tells it.
func Next(from local.Step, e Event) (local.Step, bool) {
	if e == ProgramFault && from != Attract {
		return local.StepProblem, true
	}
	flow := Flow()
	i := slices.IndexFunc(flow, func(t Transition) bool { return t.From == from && t.On == e })
	if i < 0 {
		return "", false
	}
	return flow[i].To, true
}

// Offered are the verbs that a step takes. The step problem takes those that the
// problem names as its exits; VerbHere is taken everywhere.
func Offered(step local.Step) []local.Verb {
	switch step {
	case Attract:
		return []local.Verb{local.VerbBegin}
	case local.StepMenu:
		return []local.Verb{local.VerbService, local.VerbStaff, local.VerbCancel}
	case local.StepAbout:
		return []local.Verb{local.VerbContinue, local.VerbClaim, local.VerbName, local.VerbBack, local.VerbStaff, local.VerbCancel}
	case local.StepQuestion:
		return []local.Verb{local.VerbAnswer, local.VerbBack, local.VerbStaff, local.VerbCancel}
	case local.StepReading, local.StepAsking, local.StepLooking, local.StepWaiting:
		return []local.Verb{local.VerbStaff, local.VerbCancel}
	case local.StepPlace:
		return []local.Verb{local.VerbClaim, local.VerbName, local.VerbBack, local.VerbStaff, local.VerbCancel}
	case local.StepKey:
		return []local.Verb{local.VerbKey, local.VerbBack, local.VerbStaff, local.VerbCancel}
	case local.StepIdentify:
		return []local.Verb{local.VerbYes, local.VerbNo, local.VerbBack, local.VerbStaff, local.VerbCancel}
	case local.StepCompare:
		return []local.Verb{local.VerbYes, local.VerbNo, local.VerbOtherWay, local.VerbStaff, local.VerbCancel}
	case local.StepVouch:
		return []local.Verb{local.VerbPIN, local.VerbBack, local.VerbStaff, local.VerbCancel}
	case local.StepVouchFinger:
		return []local.Verb{local.VerbOtherWay, local.VerbBack, local.VerbStaff, local.VerbCancel}
	case local.StepInsurance:
		return []local.Verb{local.VerbContinue, local.VerbRetry, local.VerbService, local.VerbStaff, local.VerbCancel}
	case local.StepCheck:
		return []local.Verb{local.VerbSubmit, local.VerbAnswer, local.VerbChange, local.VerbStaff, local.VerbCancel}
	case local.StepAgree:
		return []local.Verb{local.VerbYes, local.VerbBack, local.VerbStaff, local.VerbCancel}
	case local.StepSending, local.StepPINCheck, local.StepVouchCheck, local.StepSigning:
		return nil
	case local.StepDone:
		return []local.Verb{local.VerbFinish, local.VerbContinue, local.VerbPrint, local.VerbStaff, local.VerbCancel}
	case local.StepProblem:
		return []local.Verb{local.VerbCancel}
	case local.StepStaff:
		return []local.Verb{local.VerbFinish, local.VerbCancel}
	case local.StepLookup:
		return []local.Verb{local.VerbFinish, local.VerbRetry, local.VerbService, local.VerbStaff, local.VerbCancel}
	case local.StepVerdict:
		return []local.Verb{local.VerbFinish, local.VerbPrint, local.VerbStaff, local.VerbCancel}
	case local.StepPIN:
		return []local.Verb{local.VerbPIN, local.VerbOtherWay, local.VerbBack, local.VerbStaff, local.VerbCancel}
	case local.StepFinger:
		return []local.Verb{local.VerbOtherWay, local.VerbBack, local.VerbStaff, local.VerbCancel}
	case local.StepConsent:
		return []local.Verb{local.VerbYes, local.VerbNo, local.VerbStaff, local.VerbCancel}
	case local.StepEnrol:
		return []local.Verb{local.VerbNo, local.VerbStaff, local.VerbCancel}
	case local.StepDuty:
		return []local.Verb{local.VerbService, local.VerbEnrol, local.VerbForget, local.VerbClear, local.VerbClose, local.VerbFinish, local.VerbStaff, local.VerbCancel}
	case local.StepDesk:
		return []local.Verb{local.VerbTake, local.VerbBack, local.VerbStaff, local.VerbCancel}
	case local.StepPreview:
		return []local.Verb{local.VerbContinue, local.VerbNo, local.VerbBack, local.VerbStaff, local.VerbCancel}
	case local.StepToken:
		return []local.Verb{local.VerbPIN, local.VerbBack, local.VerbStaff, local.VerbCancel}
	case local.StepOutcome:
		return []local.Verb{local.VerbContinue, local.VerbFinish, local.VerbStaff, local.VerbCancel}
	}
	return nil
}

// Picture draws the table: one block per step, what a person may do in it, and
// what leads out of it.
func Picture() string {
	var b strings.Builder
	var last local.Step
	for _, t := range Flow() {
		if t.From != last {
			fmt.Fprintf(&b, "\n%s  [%s]\n", t.From, words(Offered(t.From)))
			last = t.From
		}
		fmt.Fprintf(&b, "    %-44s -> %s\n", t.On, t.To)
	}
	return strings.TrimPrefix(b.String(), "\n")
}

func words(verbs []local.Verb) string {
	out := make([]string, len(verbs))
	for i, v := range verbs {
		out[i] = string(v)
	}
	return strings.Join(out, " ")
}
