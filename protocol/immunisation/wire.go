package immunisation

import (
	"errors"
	"sync"

	"github.com/fxamacker/cbor/v2"
)

// ErrWire: bytes that are not what the other side should send.
var ErrWire = errors.New("not what the registry and the centre tell each other")

const (
	// ContentType is that of every message.
	ContentType = "application/cbor"
	// MaxMessage bounds one message, in bytes.
	MaxMessage = 8 << 20
)

var decMode = sync.OnceValues(func() (cbor.DecMode, error) {
	return cbor.DecOptions{
		DupMapKey: cbor.DupMapKeyEnforcedAPF, IndefLength: cbor.IndefLengthForbidden, TagsMd: cbor.TagsForbidden,
		ExtraReturnErrors: cbor.ExtraDecErrorUnknownField, FieldNameMatching: cbor.FieldNameMatchingCaseSensitive,
		UTF8: cbor.UTF8RejectInvalid, MaxNestedLevels: 8, MaxArrayElements: 1 << 17, MaxMapPairs: 32,
	}.DecMode()
})

// Decode reads a message; request.Encode writes it.
func Decode[T any](b []byte) (T, error) {
	var v, none T
	mode, err := decMode()
	if err != nil {
		return none, err
	}
	if len(b) > MaxMessage || mode.Unmarshal(b, &v) != nil {
		return none, ErrWire // the library's error may quote
	}
	return v, nil
}

// Verbs are the paths of the registry: each takes one message and gives one.
const (
	VerbPlan        = "/v1/plan"        // Name: [Planned]
	VerbOpen        = "/v1/open"        // [Session]: [SessionState]
	VerbSession     = "/v1/session"     // Name: [SessionState]
	VerbClose       = "/v1/close"       // [Closing]: [SessionState]
	VerbDosesOf     = "/v1/doses-of"    // Name of a session: []DoseState
	VerbHistory     = "/v1/history"     // [Whose]: []DoseState
	VerbDose        = "/v1/dose"        // Name: [DoseState]
	VerbRecord      = "/v1/record"      // [Dose]: [DoseState]
	VerbBatch       = "/v1/batch"       // [Batch]: [BatchState]
	VerbBatchOf     = "/v1/batch-of"    // Name, the root: [BatchState]
	VerbAttest      = "/v1/attest"      // [Attestation]: [BatchState]
	VerbCertificate = "/v1/certificate" // Name: [Certificate]
	VerbIssue       = "/v1/issue"       // [Certificate]: [Certificate]
	VerbRevoke      = "/v1/revoke"      // [Revocation]: [Revoked]
	VerbRevoked     = "/v1/revoked"     // Name, empty: [Revoked]
	VerbHours       = "/v1/hours"       // Name of a day, yyyy-mm-dd: []Hour
)

// Name asks for one thing.
type Name struct {
	Name string `cbor:"name"`
}

// Planned is a plan as the registry has it.
type Planned struct {
	Approval []byte `cbor:"approval"` // signed; empty: it was proposed and not approved
}

// Closing ends a session.
type Closing struct {
	Session string `cbor:"session"`
	Officer string `cbor:"officer"`
	At      int64  `cbor:"at"` // unix milliseconds
}

// Whose asks for a person's doses of one antigen, or of all.
type Whose struct {
	Number  string `cbor:"number"`
	Antigen string `cbor:"antigen"`
}

// Revoked are the ids of certificates that count no more.
type Revoked struct {
	Certificates []string `cbor:"certificates"`
}

// Refusal is the registry's answer to what cannot be.
type Refusal struct {
	Reason Reason `cbor:"reason"`
}
