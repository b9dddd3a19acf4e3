package local

import (
	"log/slog"
	"time"

	"motcua/protocol/fault"
)

// Version is the version of these messages; both sides refuse another one.
const Version = 1

// Paths of the local API.
const (
	PathState  = "/v1/state"  // GET: one Snapshot
	PathEvents = "/v1/events" // GET: text/event-stream, each event's data a Snapshot
	PathAct    = "/v1/act"    // POST: an Action; 204, or 409 when it came too late
	// PathPicture is what Compare is about: GET ?visit=ID, a [Picture] in bytes; 404 when
	// there is none, or no longer.
	PathPicture = "/v1/picture"
	PathHealth  = "/v1/health" // GET: Health, for technicians and service managers

	PathMetrics = "/metrics" // GET: figures in Prometheus' text format
)

// Snapshot is everything a screen needs to know.
type Snapshot struct {
	Version int `json:"version"`
	// Rev grows with every change; an action names the Rev it was made on.
	Rev   uint64 `json:"rev"`
	Kiosk Kiosk  `json:"kiosk"`
	// Visit is nil while nobody is being served.
	Visit *Visit `json:"visit,omitempty"`
}

// Kiosk is the state of the machine; it holds nothing about a person.
type Kiosk struct {
	Device   string `json:"device"`
	Facility string `json:"facility"` // name shown to people
	Demo     bool   `json:"demo"`     // invented cards and an invented centre: say so on every screen
	Online   bool   `json:"online"`   // the centre is reachable
	Waiting  int    `json:"waiting"`  // requests saved and not yet receipted
	// Scanner is true while a code reader is ready: the key of a chip may be
	// scanned instead of typed.
	Scanner bool `json:"scanner,omitempty"`
	// Code is what there is to say about the code that was scanned last; for some
	// seconds.
	Code CodeWord `json:"code,omitempty"`
	// Reader is true while a card reader is ready.
	Reader bool `json:"reader"`
	// Devices are those beside the card reader that the kiosk is to have.
	Devices []DeviceState `json:"devices,omitempty"`
	// StaffCalled: somebody asked for help, and nobody has come yet.
	StaffCalled bool `json:"staff_called,omitempty"`
	// Services are those that a tap may begin, in the order of the menu. With one of
	// them there is no menu.
	Services []Offer `json:"services,omitempty"`
	// CardLeft: a card whose visit has ended still lies there; no visit begins
	// before it was lifted.
	CardLeft bool `json:"card_left,omitempty"`
	// Fault is set while no visit can be started: out of order. A part that is missing
	// for some of the Services only is told with these.
	Fault *Fault `json:"fault,omitempty"`
	// Officers: nobody is served, but an officer may come with the card to clear the
	// case; also during that visit.
	Officers bool `json:"officers,omitempty"`
}

// Step is where a visit stands; each has one screen.
type Step string

// Steps of a visit, in the order of a check-in without trouble.
const (
	StepMenu      Step = "menu"      // the person chooses one of Kiosk.Services
	StepAbout     Step = "about"     // what the service needs and does, before it begins
	StepPlace     Step = "place"     // the person tapped first: asks for the card
	StepKey       Step = "key"       // asks for the last six digits of the number, or its QR code
	StepReading   Step = "reading"   // reading and verifying, see Reading
	StepIdentify  Step = "identify"  // is this you; consent
	StepAsking    Step = "asking"    // waiting for the insurance's answer
	StepInsurance Step = "insurance" // shows the insurance's answer
	StepQuestion  Step = "question"  // asks one question of the form, see Question
	StepCheck     Step = "check"     // check answers, nothing is sent before
	StepAgree     Step = "agree"     // consent to what was checked
	StepSending   Step = "sending"   // being saved and sent
	StepDone      Step = "done"      // see Receipt and Ticket
	StepProblem   Step = "problem"   // see Problem
	StepStaff     Step = "staff"     // staff have been called
	StepVerdict   Step = "verdict"   // what a vaccination certificate is worth, see Certificate
	StepLooking   Step = "looking"   // a slip is being looked up
	StepLookup    Step = "lookup"    // what is known of it, see Lookup

	// Those of an officer beside the person.
	StepCompare     Step = "compare"      // asks the officer to compare the person with the card, see Compare
	StepVouch       Step = "vouch"        // asks the officer for the PIN, see Key
	StepVouchFinger Step = "vouch-finger" // asks the officer for the finger instead, see Finger
	StepVouchCheck  Step = "vouch-check"  // the PIN is being checked

	// Those of an officer.
	StepPIN      Step = "pin"       // asks for the PIN, see Key
	StepPINCheck Step = "pin-check" // the PIN is being checked
	StepFinger   Step = "finger"    // asks for the finger instead of the PIN, see Finger
	StepDuty     Step = "duty"      // see Duty
	StepConsent  Step = "consent"   // asks whether a finger may be kept, see Finger
	StepEnrol    Step = "enrol"     // the finger is being taken, see Finger
	StepDesk     Step = "desk"      // what an officer may sign, see Office
	StepPreview  Step = "preview"   // what is to be signed, see Office
	StepToken    Step = "token"     // asks for the PIN of the officer's signing token, see Office
	StepSigning  Step = "signing"   // the token signs
	StepWaiting  Step = "waiting"   // an officer's act is on its way
	StepOutcome  Step = "outcome"   // what came of it, see Office
)

// Visit is one person being served.
type Visit struct {
	ID      string `json:"id"`
	Service string `json:"service"` // catalogue id, such as H01
	Step    Step   `json:"step"`
	// Acting: an officer carries the service out, and nobody else.
	Acting bool `json:"acting,omitempty"`
	// CardPresent says whether the card lies on the reader.
	CardPresent bool `json:"card_present"`
	// MayRemove: the chip is no longer needed.
	MayRemove bool `json:"may_remove"`
	// Desk: what is shown here proves less than the service demands, so that somebody
	// at the centre looks at the request first.
	Desk bool `json:"desk,omitempty"`
	// Attended: the officer on duty compares the person with the picture on the card.
	Attended bool       `json:"attended,omitempty"`
	Key      *KeyPrompt `json:"key,omitempty"`
	Reading  *Reading   `json:"reading,omitempty"`
	Person   *Person    `json:"person,omitempty"`
	// Other is whose card is asked for or was read instead of that of who asks: the
	// catalogue's id of somebody in the form. Person is them then.
	Other string `json:"other,omitempty"`
	// Draft: the slip of a newborn's file was scanned, for which the centre is asked.
	Draft     bool       `json:"draft,omitempty"`
	Insurance *Insurance `json:"insurance,omitempty"`
	Question  *Question  `json:"question,omitempty"`
	Answers   []Answer   `json:"answers,omitempty"`
	Filed     *Filed     `json:"filed,omitempty"`
	// Dossier is what the request began: a birth or a death with its procedures.
	Dossier *Dossier `json:"dossier,omitempty"`
	Issued  *Issued  `json:"issued,omitempty"`
	// CheckIn: the check-in that this request was made on the way of can go on.
	CheckIn bool     `json:"check_in,omitempty"`
	Receipt *Receipt `json:"receipt,omitempty"`
	Ticket  *Ticket  `json:"ticket,omitempty"`
	Fee     *Fee     `json:"fee,omitempty"`
	// Arrival is what became of coming for an appointment.
	Arrival *Arrival `json:"arrival,omitempty"`
	// Bill is how a bill stands; what is to be paid is in Fee.
	Bill *Bill `json:"bill,omitempty"`
	// Claim: the service takes what the scanned code of the card says, without its chip.
	Claim bool `json:"claim,omitempty"`
	// Naming: the service takes who the person says they are, without any card.
	Naming  bool      `json:"naming,omitempty"`
	Slip    SlipState `json:"slip,omitempty"`
	Problem *Problem  `json:"problem,omitempty"`
	Duty    *Duty     `json:"duty,omitempty"`
	Finger  *Finger   `json:"finger,omitempty"`
	Office  *Office   `json:"office,omitempty"`
	// Certificate is what a vaccination certificate is worth, once that is known.
	Certificate *Certificate `json:"certificate,omitempty"`
	// Compare is what an officer compares the person with.
	Compare *Compare `json:"compare,omitempty"`
	// Lookup is what is known of the request whose slip was scanned.
	Lookup *Lookup `json:"lookup,omitempty"`
	// IdleIn and EndIn are what is left, in milliseconds at the time of the
	// snapshot, until the screen asks whether somebody is still there and until
	// the visit ends by itself. Zero: no limit runs.
	IdleIn int64 `json:"idle_in,omitempty"`
	EndIn  int64 `json:"end_in,omitempty"`
}

// Duty is the officer's session that is open.
type Duty struct {
	Ref   string    `json:"ref"`
	Role  string    `json:"role"`  // officer, technician
	Until time.Time `json:"until"` // when it ends at the latest
	// CaseOpened: the case was open, is closed, and this officer may clear that.
	CaseOpened bool `json:"case_opened,omitempty"`
	// Finger says whether one is kept here; empty where none is and none can be taken.
	Finger FingerKept `json:"finger,omitempty"`
	// Services are those that this officer may carry out here.
	Services []Offer    `json:"services,omitempty"`
	Report   DutyReport `json:"report,omitempty"`
}

// KeyPrompt says how to ask for the key of the chip, or for an officer's PIN.
type KeyPrompt struct {
	// Failed is how many keys the chip, or PINs the kiosk, has refused in this visit.
	Failed int `json:"failed"`
	// Left is the number of tries the chip says it has left, or -1.
	Left int `json:"left"`
}

// Reading tells how far the chip has been read.
type Reading struct {
	// Stage is one of the Stage constants; Done of Total stages are behind us.
	Stage Stage `json:"stage"`
	Done  int   `json:"done"`
	Total int   `json:"total"`
}

// Stage is a part of reading a card, as shown to the person.
type Stage string

// Stages of reading, in order.
const (
	StageOpening   Stage = "opening"   // agreeing on a key with the chip
	StageIdentity  Stage = "identity"  // reading name and number
	StageVerifying Stage = "verifying" // checking signature and chip
	StagePhoto     Stage = "photo"
)

// Person is who the card says it belongs to, as much as the screen may show.
type Person struct {
	Name         string `json:"name"`
	NumberMasked string `json:"number_masked"` // first 4 and last 3 digits
	Birth        string `json:"birth"`         // dd/mm/yyyy
	Sex          string `json:"sex"`           // "M", "F" or ""
	Verdict      string `json:"verdict"`       // emrtd verdict: genuine, integrity-only
	Level        string `json:"level"`         // evidence level, such as E2
}

// LogValue keeps a person out of the logs.
func (Person) LogValue() slog.Value { return slog.StringValue("[person]") }

// String keeps a person out of error texts.
func (Person) String() string { return "[person]" }

// Insurance is the insurer's answer about the person.
type Insurance struct {
	// Class is the action class: ok, new-card, reception, pending, child, retry,
	// discrepancy, unavailable (see protocol/insurance).
	Class string `json:"class"`
	// TextKey names what to say: the title with ".title" behind it, and the sentence.
	TextKey    string `json:"text_key,omitempty"`
	Code       string `json:"code,omitempty"` // the insurer's result code, for staff
	CardMasked string `json:"card_masked,omitempty"`
	ValidFrom  string `json:"valid_from,omitempty"` // dd/mm/yyyy
	ValidTo    string `json:"valid_to,omitempty"`
	Facility   string `json:"facility,omitempty"` // first registered facility
	// Pays: the person may pay for themselves instead of waiting.
	Pays bool `json:"pays,omitempty"`
}

// LogValue keeps a person's insurance out of the logs.
func (Insurance) LogValue() slog.Value { return slog.StringValue("[insurance]") }

// Answer is one row of the check-answers screen. Value is shown as it is;
// ValueKey, when set, is a text key instead.
type Answer struct {
	Field    string `json:"field"` // text key of the label: name, number, birth, insurance, specialty
	Value    string `json:"value,omitempty"`
	ValueKey string `json:"value_key,omitempty"`
	// Choices are catalogue ids that the person may pick instead; empty: fixed.
	Choices []string `json:"choices,omitempty"`
	// Asked: Field is one of the service's form in the catalogue, Value is written as
	// in [Question], and the question may be asked again.
	Asked bool `json:"asked,omitempty"`
	// Name is that of the person whom the answer is about, where they are known otherwise
	// than by word.
	Name string `json:"name,omitempty"`
	// Fixed: Field is one of the form as well, and what is known already.
	Fixed bool `json:"fixed,omitempty"`
}

// LogValue keeps answers out of the logs.
func (Answer) LogValue() slog.Value { return slog.StringValue("[answer]") }

// Receipt says how far the request has come.
type Receipt struct {
	// LocalNo is the number under which the request is saved on this kiosk.
	LocalNo string `json:"local_no"`
	// Saved: durably on this kiosk. Received: the centre's signed receipt has
	// been verified.
	Saved    bool   `json:"saved"`
	Received bool   `json:"received"`
	No       string `json:"no,omitempty"` // the centre's receipt number
	// Held: the centre has it, and a person there looks at it first; no ticket
	// comes by itself.
	Held bool `json:"held,omitempty"`
}

// Ticket is the place in the queue the hospital gave.
type Ticket struct {
	Number string `json:"number"`
	Room   string `json:"room"`
	Floor  string `json:"floor,omitempty"`
	Ahead  int    `json:"ahead"`
	Wait   int    `json:"wait"` // estimated minutes
	// Unknown: the kiosk gave the number out by itself, and the centre has not said
	// how many people wait before it.
	Unknown bool `json:"unknown,omitempty"`
	// Queue is the one of a number that the kiosk gave out.
	Queue *Queue `json:"queue,omitempty"`
}

// Bill is how a bill stands, by the hospital's word.
type Bill struct {
	// State is due, paid, cancelled or unknown, or [BillSilent].
	State   string `json:"state"`
	Number  string `json:"number"`
	Receipt string `json:"receipt,omitempty"` // number, of what is paid
}

// BillSilent: the hospital has not said how the bill stands.
const BillSilent = "silent"

// Fee is what the hospital wants for the visit, or by a bill.
type Fee struct {
	Due uint64 `json:"due"` // đồng; 0: nothing
	// Code is a payment code (VietQR) for exactly that sum; empty: the cashier takes it.
	Code string `json:"code,omitempty"`
}

// Arrival is what became of coming for an appointment.
type Arrival struct {
	// TextKey names what to say, as [Insurance.TextKey] does.
	TextKey   string `json:"text_key"`
	At        string `json:"at,omitempty"`        // of the appointment, "15:04, 02/01/2006"
	Specialty string `json:"specialty,omitempty"` // id of the catalogue
	Code      string `json:"code,omitempty"`      // number of the appointment, as printed
}

// Slot is an appointment to choose.
type Slot struct {
	Number    string `json:"number"`
	At        string `json:"at"`        // "15:04, 02/01/2006"
	Specialty string `json:"specialty"` // id of the catalogue
}

// SlipState is how the printed slip is; empty: there is none.
type SlipState string

// States of a slip.
const (
	SlipPrinting SlipState = "printing"
	SlipPrinted  SlipState = "printed"
	SlipFailed   SlipState = "failed" // the number is on the screen only
)

// Problem is a dead end with its exits; there is always at least staff.
type Problem struct {
	Fault
	// Exits are the actions offered, best first.
	Exits []Verb `json:"exits"`
	// Said is what the centre says about it, in place of the fault's own words.
	Said *Said `json:"said,omitempty"`
}

// Said is a sentence in each language.
type Said struct {
	VI string `json:"vi"`
	EN string `json:"en"`
}

// Fault is a fault code with the text that a citizen sees.
type Fault struct {
	Code    fault.Code `json:"code"`
	TextKey string     `json:"text_key"`
}
