package request

import "github.com/fxamacker/cbor/v2"

// Inner is the part of a request that only the service can read.
type Inner struct {
	Visit    string    `cbor:"visit"` // the kiosk's name for the visit
	Lang     string    `cbor:"lang"`  // language the person chose: vi, en
	Officer  *Officer  `cbor:"officer,omitempty"`
	Subject  *Subject  `cbor:"subject,omitempty"`
	Evidence Evidence  `cbor:"evidence"`
	People   []Known   `cbor:"people,omitempty"` // of the form, each once
	Consent  []Consent `cbor:"consent,omitempty"`
	// Noticed are the rules of protocol/anomaly that the kiosk itself saw met, each once.
	Noticed  []string        `cbor:"noticed,omitempty"`
	Form     cbor.RawMessage `cbor:"form"`      // canonical bytes of the service's form, mostly a [GenericForm]
	ReplyKey []byte          `cbor:"reply_key"` // public HPKE key of the visit; results are sealed to it
}

// Officer is the duty officer under whose session the request was made.
type Officer struct {
	Session string `cbor:"session"`
	Ref     string `cbor:"ref"`
	Role    string `cbor:"role"`
	// Method is what opened the session, beside the officer's card, and Reader how
	// far the finger reader is to be trusted; empty with a PIN.
	Method Method      `cbor:"method"`
	Reader ReaderTrust `cbor:"reader,omitempty"`
}

// Method is what an officer showed beside the card.
type Method string

// Methods.
const (
	MethodPIN    Method = "pin"
	MethodFinger Method = "finger" // compared with one template; nobody is searched for
)

// ReaderTrust says who vouches for a finger that was read (MOSIP SBI 0.9.5).
type ReaderTrust string

// ReaderL0 is a reader that signs nothing and claims nothing about liveness: the
// kiosk vouches for it.
const ReaderL0 ReaderTrust = "L0"

// Subject is the person the request is about, as the card says.
type Subject struct {
	Number string `cbor:"number"` // personal number, 12 digits
	Name   string `cbor:"name"`   // Unicode NFC
	// Birth is dd/mm/yyyy, or yyyy where the card knows only the year.
	Birth string `cbor:"birth"`
	Sex   string `cbor:"sex"` // M, F or empty
}

// Consent is one agreement, to one purpose, to one text.
type Consent struct {
	Purpose  string `cbor:"purpose"`   // such as check-in, insurance-lookup
	TextHash Digest `cbor:"text_hash"` // SHA-256 of the text as it was shown, UTF-8
	Lang     string `cbor:"lang"`
	At       int64  `cbor:"at"` // unix milliseconds
}

// CheckIn is the form of service H01.
type CheckIn struct {
	Specialty string `cbor:"specialty"`       // id of the catalogue
	Group     string `cbor:"group,omitempty"` // priority group, id of the catalogue; empty: none
	// Insurance is what the kiosk was told about the person's insurance in this
	// visit, and nil when it was told nothing.
	Insurance *InsuranceSeen `cbor:"insurance,omitempty"`
}

// InsuranceSeen is the insurance answer as the kiosk showed it.
type InsuranceSeen struct {
	Class  Class  `cbor:"class"`
	Code   string `cbor:"code,omitempty"` // the insurer's result code
	CardNo string `cbor:"card_no,omitempty"`
	AsOf   int64  `cbor:"as_of"` // unix milliseconds
}

// CardValidity is the form of service H09.
type CardValidity struct {
	LookupBy LookupBy `cbor:"lookup_by"`
	CardNo   string   `cbor:"card_no,omitempty"` // with lookup by card
}

// LookupBy names what the insurer is asked with.
type LookupBy string

// Ways of looking a card up.
const (
	LookupNumber LookupBy = "number" // the personal number of the subject
	LookupCard   LookupBy = "card"   // the number of the insurance card
)
