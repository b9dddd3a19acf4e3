package session

import (
	"context"
	"crypto"
	"errors"
	"io"
	"time"

	"motcua/drivers"
	"motcua/protocol/apdu"
	"motcua/protocol/emrtd"
	"motcua/protocol/envelope"
	"motcua/protocol/fault"
	"motcua/protocol/local"
	"motcua/protocol/pki"
	"motcua/protocol/request"
)

// Queue keeps requests durably until the centre has answered for them.
type Queue interface {
	// Save makes a request durable: it gives it the device's next sequence number
	// and the digest of the envelope before, has it sealed, and returns once it
	// will survive a power cut. Its error carries a fault code.
	Save(ctx context.Context, d Draft, seal SealFunc) (seq uint64, err error)
	// Find gives the requests of this kiosk that the number on a slip stands for.
	Find(ctx context.Context, number string) ([]Kept, error)
}

// Kept is a request of this kiosk, and how far it has come.
type Kept struct {
	SavedAt time.Time
	// Status is that of the centre's receipt, which came at SettledAt; empty before.
	Status    request.Status
	SettledAt time.Time
}

// SealFunc makes the envelope for a place in the device's chain of envelopes.
type SealFunc func(seq uint64, prev request.Digest) (envelope.Sealed, error)

// Draft is what the queue has to know about a request; nothing in it tells who
// it is about.
type Draft struct {
	ID       request.ID
	Visit    string // for the audit log only
	Service  string
	Priority uint8
	// Subject keeps requests about one person in order; it is a keyed hash whose
	// key ends with the process. Zero: no order to keep.
	Subject   [16]byte
	ExpiresAt time.Time
	// Reserved: it may use the room that the queue keeps for numbers.
	Reserved bool
}

// Device is who signs: names, key and certificates.
type Device struct {
	ID, Facility, Province string
	FacilityName           string // shown to people
	Demo                   bool
	Signer                 crypto.Signer
	Chain                  [][]byte // DER, the device's own first
	Protection             request.Protection
}

// ReadFunc reads a card; it is emrtd.Read, but for tests.
type ReadFunc func(ctx context.Context, t apdu.Transmitter, o emrtd.Options) (*emrtd.Document, error)

// Habits remembers what readings taught about kinds of cards. It is called from
// the goroutine of a reading.
type Habits interface {
	// Of is what is known of cards with an answer to reset, at a reader.
	Of(atr []byte, reader string) emrtd.Habits
	Keep(atr []byte, reader string, h emrtd.Habits)
}

// Nonces gives out the centre's nonces, each once. It is called from the
// goroutine of a reading and may wait for the disk.
type Nonces interface {
	// Take gives one; false when there is none.
	Take() (nonce []byte, ok bool)
}

// Printer prints what a person takes along. It is called from goroutines of its
// own, may wait for the device, and fails when there is none at the moment.
type Printer interface {
	Print(ctx context.Context, t drivers.Ticket) error
}

// Fingers is the finger reader. It is called from goroutines of its own, waits for the
// person, and fails with what [drivers.FingerReader] fails with, or with what keeps the
// reader from being used.
type Fingers interface {
	// Compare waits for a finger and compares it with one template.
	Compare(ctx context.Context, t drivers.Template) (drivers.FingerMatch, error)
	// Enrol makes a template; progress is called before each step.
	Enrol(ctx context.Context, progress func(drivers.EnrolStep)) (drivers.Template, error)
	// Lifted waits until no finger lies on the reader.
	Lifted(ctx context.Context) error
}

// Seal remembers that the case was opened, until an officer has looked at the
// kiosk. It is called from the session's loop, rarely, and may wait for the disk.
type Seal interface {
	Broken() bool
	Break() error
	Mend() error
}

// Vaccination keeps the vaccination session of this kiosk, and the batches of closed ones.
// It is called from the session's loop, rarely, and may wait for the disk.
type Vaccination interface {
	// Open is the session in which doses may be recorded now.
	Open() (VaccineSession, bool)
	// Unclosed is the session that nobody has closed, be it over or not.
	Unclosed() (VaccineSession, bool)
	// Begin keeps a session that the centre has opened, and Close forgets it and keeps
	// the batch of its doses; one without a root is of none.
	Begin(s VaccineSession) error
	Close(session string, b VaccineBatch) error
	// Batches are those that are to be attested, and Attested forgets one.
	Batches() []VaccineBatch
	Attested(root string) error
}

// VaccineSession is a vaccination session of this kiosk.
type VaccineSession struct {
	ID, Plan    string
	Officer     string // reference of who has opened it, and who alone records doses in it
	Lots        []request.SessionLot
	From, Until time.Time // by the centre's clock
	Most        uint32    // doses that are planned
}

// VaccineBatch is the doses of a closed session that somebody has to attest.
type VaccineBatch struct {
	Session, Plan string
	Root          string // names the doses
	Records       uint32
	Closed        time.Time
}

// unvaccinated is [Vaccination] where nothing keeps any.
type unvaccinated struct{}

func (unvaccinated) Open() (VaccineSession, bool)     { return VaccineSession{}, false }
func (unvaccinated) Unclosed() (VaccineSession, bool) { return VaccineSession{}, false }
func (unvaccinated) Begin(VaccineSession) error       { return errUnvaccinated }
func (unvaccinated) Close(string, VaccineBatch) error { return errUnvaccinated }
func (unvaccinated) Batches() []VaccineBatch          { return nil }
func (unvaccinated) Attested(string) error            { return errUnvaccinated }

var errUnvaccinated = errors.New("nothing keeps vaccination sessions here")

// Clock says how far the kiosk's clock is trusted.
type Clock interface {
	State() request.Clock
}

// Config is what a session is made of.
type Config struct {
	Device Device
	// Services are those that the kiosk offers, in the order of the menu.
	Services []string
	Readers  drivers.CardReaders
	// UseReader says whether a reader of that name is ours; nil: any.
	UseReader func(name string) bool
	Read      ReadFunc
	Habits    Habits // nil: every card is a new one
	Anchors   pki.Anchors
	Queue     Queue
	Service   envelope.ServiceKey  // requests are sealed to it
	Nonces    Nonces               // nil: the kiosk's own
	Numbers   Numbers              // nil: none are given out
	Clock     Clock                // nil: not known to be wrong, nor right
	Meter     Meter                // nil: nobody counts
	Audit     Auditor              // nil: nothing is kept
	Fingers   Fingers              // nil: the kiosk has no finger reader
	Token     drivers.SigningToken // nil: the kiosk is not set up for signing tokens
	Printer   Printer              // nil: the kiosk has none
	Seal      Seal                 // nil: forgotten when the program ends
	Duty      Duty                 // nil: no roster, nobody is on duty
	Vaccines  Vaccination          // nil: no vaccination session is kept
	Verify    VerifyFunc           // nil: the kiosk verifies no vaccination certificates
	Rand      io.Reader
	Version   string // of the program, for Health
	Times     Times
	// Parts are the states of parts that do not change while kioskd runs.
	Parts []PartFault
	// Documents tells what is known of the centre's documents; nil: there are none.
	// It must return at once.
	Documents func() []local.DocumentState
}

// PartFault is a part that works, but not well, such as trust without an anchor.
type PartFault struct {
	Part string
	Code fault.Code
}

// Times are the limits of a visit.
type Times struct {
	// Idle is how long nobody may do anything before the screen asks whether
	// somebody is still there; End is how long it then waits.
	Idle, End time.Duration
	// AnswerWait is how long the insurer's answer is waited for.
	AnswerWait time.Duration
	// Read is how long reading a card may take.
	Read time.Duration
}

// How long reading may take, and how much longer a reader may take to give up
// before it counts as mute.
const (
	DefaultRead = 20 * time.Second
	muteAfter   = 3 * time.Second
)

// Link is the state of the connection to the centre.
type Link struct {
	Online bool
	Code   fault.Code // why not, when it is known
}

// Stock is the state of the queue.
type Stock struct {
	Waiting int // requests saved and not yet receipted
	// Err is why no visit that sends a request may begin now, with a fault code; nil
	// when it may. Reserved is the same for one that takes a number.
	Err, Reserved error
}
