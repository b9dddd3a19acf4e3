package request

// Class is what an outcome means for the person in front of the kiosk.
type Class string

// Classes of outcomes.
const (
	ClassOK          Class = "ok"
	ClassNewCard     Class = "new-card"    // valid, under a newer card
	ClassReception   Class = "reception"   // staff have to look: managed elsewhere, a person decides
	ClassPending     Class = "pending"     // no valid insurance is known: another card, or paying
	ClassChild       Class = "child"       // a child without a card, for the guardian to prove
	ClassRetry       Class = "retry"       // the insurer's system is in trouble
	ClassDiscrepancy Class = "discrepancy" // the insurer's record and the chip differ
	ClassUnavailable Class = "unavailable" // the insurer could not be reached
	ClassOps         Class = "ops"         // the centre's own account or officer is refused
)

// Result says what came of a request. Class and Codes are clear, and say nothing
// about who it was; the answer itself is sealed to the visit's reply key.
type Result struct {
	V       uint     `cbor:"v"`
	ID      ID       `cbor:"id"` // of the request
	Device  string   `cbor:"device"`
	Service string   `cbor:"service"`
	Class   Class    `cbor:"class"`
	Codes   []string `cbor:"codes,omitempty"`
	At      int64    `cbor:"at"` // the centre's clock, unix milliseconds
	// Sealed is the canonical bytes of an [Answer], sealed to the reply key with
	// [Result.Bind] as additional data; empty when there is no answer.
	Sealed []byte `cbor:"sealed,omitempty"`
}

// Bind is what ties the sealed answer to the rest of r: the canonical bytes of r
// without it.
func (r Result) Bind() ([]byte, error) {
	r.Sealed = nil
	return Encode(r)
}

// Answer is the personal part of a result; exactly one field is set.
type Answer struct {
	Insurance *AnswerInsurance `cbor:"insurance,omitempty"` // of H09
	CheckIn   *AnswerCheckIn   `cbor:"check_in,omitempty"`  // of H01 and H02
	Taken     *Ticket          `cbor:"taken,omitempty"`     // of H03 and C10: the number that the kiosk gave out
	Filed     *AnswerFiled     `cbor:"filed,omitempty"`     // of the services with a generic form
	Dossier   *AnswerDossier   `cbor:"dossier,omitempty"`   // of C06 by slip
	Linked    *AnswerLinked    `cbor:"linked,omitempty"`    // of C01, C02 and of C06 by card
	Draft     *AnswerDraft     `cbor:"draft,omitempty"`     // of C06 by the slip of a newborn's file
	// Session is of V02, and Certificate of V05.
	Session     *AnswerSession     `cbor:"session,omitempty"`
	Certificate *AnswerCertificate `cbor:"certificate,omitempty"`
	Signing     *AnswerSigning     `cbor:"signing,omitempty"`     // of C13
	Appointment *AnswerAppointment `cbor:"appointment,omitempty"` // of H04
	Bill        *AnswerBill        `cbor:"bill,omitempty"`        // of H05
}

// AnswerDraft is what a newborn's file says that a hospital has begun (H11), so that
// nobody types it again. It names no parent.
type AnswerDraft struct {
	// Values are those of the file's form; empty: there is no such file, or it is not to
	// be told to who asks.
	Values map[string]Value `cbor:"values,omitempty"`
	Mine   bool             `cbor:"mine"` // who asks is the mother who began it
}

func (a AnswerDraft) validate() error { return GenericForm{Values: a.Values}.Validate() }

// AnswerSession is a vaccination session as it is now.
type AnswerSession struct {
	Session string       `cbor:"session"` // bound to device, officer, facility and time
	Plan    string       `cbor:"plan"`
	Open    bool         `cbor:"open"`
	Until   int64        `cbor:"until"` // it ends, or ended: unix milliseconds
	Lots    []SessionLot `cbor:"lots"`
	Doses   uint32       `cbor:"doses"` // recorded
	Most    uint32       `cbor:"most"`  // planned
	// Batch names the doses that are still to be attested, and Records is how many
	// these are; empty when there are none, or while the session is open.
	Batch   string `cbor:"batch,omitempty"`
	Records uint32 `cbor:"records,omitempty"`
	Again   bool   `cbor:"again"` // it was open, or closed, before
}

// SessionLot is a lot that may be given in a session.
type SessionLot struct {
	Lot     string `cbor:"lot"`
	Antigen string `cbor:"antigen"` // id of the catalogue
}

// AnswerCertificate is a certificate that was issued, to be shown as a code.
type AnswerCertificate struct {
	ID    string `cbor:"id"`
	Text  string `cbor:"text"`  // of the code
	Until string `cbor:"until"` // dd/mm/yyyy
	Again bool   `cbor:"again"` // the same request had got it before
}

// AnswerDossier says how far a request has come, and not what it was about.
type AnswerDossier struct {
	State DossierState `cbor:"state"`
	At    int64        `cbor:"at,omitempty"` // when the centre got it, unix milliseconds
	// Overall is how far the linked procedures are that the request began; empty for
	// one that began none.
	Overall string `cbor:"overall,omitempty"`
}

// DossierState is how far a request has come.
type DossierState string

// States of a request at the centre.
const (
	DossierReceived DossierState = "received"
	DossierHeld     DossierState = "held" // a person at the centre looks at it first
	DossierRefused  DossierState = "refused"
	DossierExpired  DossierState = "expired" // it came after its time
	DossierUnknown  DossierState = "unknown" // no request of the last day
	DossierSeveral  DossierState = "several" // more than one: the card has to say which
)

// AnswerFiled is what an office says about a request that it took.
type AnswerFiled struct {
	No   string `cbor:"no"`            // the office's number
	Next string `cbor:"next"`          // what happens next, in the language of the request
	Due  string `cbor:"due,omitempty"` // dd/mm/yyyy, when the result is due
	// Again is true when the same had been asked for before; the number is the one
	// given then.
	Again bool `cbor:"again"`
}

// AnswerInsurance is what the insurer says about the subject.
type AnswerInsurance struct {
	Class     Class  `cbor:"class"`
	Code      string `cbor:"code"` // the insurer's result code; empty when it gave none
	CardNo    string `cbor:"card_no,omitempty"`
	ValidFrom string `cbor:"valid_from,omitempty"` // dd/mm/yyyy
	ValidTo   string `cbor:"valid_to,omitempty"`   // dd/mm/yyyy
	Facility  string `cbor:"facility,omitempty"`   // name of the first registered facility
	FiveYears string `cbor:"five_years,omitempty"` // dd/mm/yyyy, when five years without a gap are reached
	AsOf      int64  `cbor:"as_of"`                // unix milliseconds
}

// AnswerCheckIn is the hospital's answer to a check-in.
type AnswerCheckIn struct {
	Ticket    Ticket           `cbor:"ticket"`
	CheckInID string           `cbor:"check_in_id"` // the hospital's number of the stay
	Insurance *AnswerInsurance `cbor:"insurance,omitempty"`
	Fee       *Fee             `cbor:"fee,omitempty"` // of H02
	// Again is true when the person had checked in before on that day for the same
	// specialty; the ticket is the one they got then.
	Again bool `cbor:"again"`
}

// Ticket is a place in a queue.
type Ticket struct {
	Queue   string `cbor:"queue"`  // id of the queue
	Prefix  string `cbor:"prefix"` // letters before the number
	Number  uint32 `cbor:"number"`
	Room    string `cbor:"room"`
	Floor   string `cbor:"floor"`
	Ahead   uint32 `cbor:"ahead"`    // people before this one
	WaitMin uint32 `cbor:"wait_min"` // estimated minutes
}
