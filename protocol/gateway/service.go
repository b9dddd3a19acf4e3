package gateway

import (
	"context"
	"time"

	"motcua/protocol/fault"
	"motcua/protocol/request"
)

// Service does what the requests of one catalogue id ask for.
type Service interface {
	// Handle answers one request. What it keeps in st becomes durable together
	// with the receipt, or not at all, so it must not have effects elsewhere: a
	// service that has to call another system keeps the call in st and makes it
	// afterwards. Handle runs inside the inbox's transaction and must be quick.
	//
	// An error means that nothing has happened and that the same request may
	// succeed later; the kiosk gets no receipt and sends again. What will never
	// succeed is an Outcome with StatusRefused.
	Handle(ctx context.Context, st State, r Request) (Outcome, error)
}

// State is what a service remembers between requests. Keys are the service's own.
type State interface {
	Get(key string) (value []byte, found bool, err error)
	Set(key string, value []byte) error
}

// Request is a request whose sender, signature, evidence and form have been
// checked.
type Request struct {
	Outer request.Outer
	Inner request.Inner
	// Form is the service's form: request.CheckIn, request.CardValidity, or
	// request.GenericForm, held against the catalogue.
	Form any
	// Key is the keyed hash of the request's business key, zero when the service
	// has none. Two requests with the same key ask for the same.
	Key request.Digest
	// Again is true when another request with this key was accepted before.
	Again bool
	// Refused is true when a person has refused the request that a [Follower] had held.
	Refused bool
	// Level is what the evidence is worth by the centre's own checks. It is less than the
	// service demands when a person has let the request go.
	Level request.Level
	// Known is what the evidence of others of the form is worth, by the catalogue's id; who
	// is not there is named by the subject's word alone.
	Known map[string]request.Level
	// From is when the centre gave the nonce of the visit's opening out: the card was
	// read after it. Unix milliseconds; 0: not known.
	From int64
	// Came is when the request came, unix milliseconds.
	Came int64
	// Now is the centre's time, and Date its day in Viet Nam as yymmdd.
	Now  time.Time
	Date string
}

// Text is the text that the form has in one of its fields, and empty when it has none.
func (r Request) Text(field string) string { return answered(r.Form, field) }

// Outcome is what a service made of a request.
type Outcome struct {
	// Status is empty for a request that was processed, else StatusHeld or
	// StatusRefused with a Code.
	Status request.Status
	Code   fault.Code
	Class  request.Class
	Codes  []string
	Answer *request.Answer
	// More means that the answer is not whole: the service is a [Follower], and
	// [Gateway.Work] has it complete the answer.
	More bool
	// After is how long a [Follower] need not be asked again.
	After time.Duration
	// Reason says why the request is refused, or why a [Follower] has held it, a stable
	// word for operators.
	Reason string
}
