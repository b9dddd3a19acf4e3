package approval

import (
	"crypto"
	"crypto/ed25519"
	"fmt"
	"regexp"
	"time"
	"unicode/utf8"

	"motcua/protocol/request"
	"motcua/protocol/signedlist"
)

// MaxSize is the most bytes of a whole statement.
const MaxSize = 2 << 10

// format is that of a statement among what is signed with Ed25519.
var format = signedlist.Format{ContentType: "application/vnd.motcua.approval+cbor", MaxSize: MaxSize}

// version is that of the format.
const version = 1

// Verdict is what is said.
type Verdict string

// Verdicts.
const (
	Release Verdict = "release"
	Refuse  Verdict = "refuse"
)

// Statement is what one approver says about one request.
type Statement struct {
	Device string // that sent the request
	ID     request.ID
	Digest request.Digest // of its envelope
	// Facility and Ref name the approver on the roster.
	Facility, Ref string
	Verdict       Verdict
	Reason        string    // 1 to 500 bytes, which should name nobody
	At            time.Time // in whole seconds
}

// payload is [Statement] as it travels.
type payload struct {
	Version  uint64 `cbor:"1,keyasint"`
	Device   string `cbor:"2,keyasint"`
	ID       []byte `cbor:"3,keyasint"`
	Digest   []byte `cbor:"4,keyasint"`
	Facility string `cbor:"5,keyasint"`
	Ref      string `cbor:"6,keyasint"`
	Verdict  string `cbor:"7,keyasint"`
	Reason   string `cbor:"8,keyasint"`
	At       int64  `cbor:"9,keyasint"` // seconds since 1970
}

var nameShape = regexp.MustCompile(`^[A-Za-z0-9_-]{1,32}$`)

const (
	maxReason = 500
	// maxTime is the last second of the year 9999.
	maxTime = 253402300799
)

// Fault says what is outside its bounds, "" when nothing is.
func (p payload) Fault() string {
	switch {
	case !nameShape.MatchString(p.Device) || !nameShape.MatchString(p.Facility) || !nameShape.MatchString(p.Ref):
		return "a device, facility or reference that is none"
	case len(p.ID) != len(request.ID{}) || len(p.Digest) != len(request.Digest{}):
		return "an id or a digest that is none"
	case p.Verdict != string(Release) && p.Verdict != string(Refuse):
		return "a verdict that is none"
	case p.Reason == "" || len(p.Reason) > maxReason || !utf8.ValidString(p.Reason):
		return fmt.Sprintf("a reason that is not of 1 to %d bytes", maxReason)
	case p.At < 0 || p.At > maxTime:
		return "a time that is none"
	}
	return ""
}

// Sign makes a statement with the approver's Ed25519 key, which may live in a token.
// It fails with [signedlist.ErrContent] for what is out of bounds.
func Sign(s Statement, key crypto.Signer) ([]byte, error) {
	content, err := signedlist.Encode(payload{
		version, s.Device, s.ID[:], s.Digest[:], s.Facility, s.Ref, string(s.Verdict), s.Reason, s.At.Unix(),
	})
	if err != nil {
		return nil, fmt.Errorf("signing an approval: %w", err)
	}
	b, err := format.Sign(content, key)
	if err != nil {
		return nil, fmt.Errorf("signing an approval: %w", err)
	}
	return b, nil
}

// Open checks a statement's form and signature and says what it holds. Errors:
// [signedlist.ErrMalformed], [signedlist.ErrSignature], [signedlist.ErrVersion].
func Open(b []byte, key ed25519.PublicKey) (Statement, error) {
	content, err := format.Open(b, key)
	if err != nil {
		return Statement{}, fmt.Errorf("approval: %w", err)
	}
	p, err := signedlist.Decode[payload](content, version)
	if err != nil {
		return Statement{}, fmt.Errorf("approval: %w", err)
	}
	return Statement{
		Device: p.Device, ID: request.ID(p.ID), Digest: request.Digest(p.Digest), Facility: p.Facility, Ref: p.Ref,
		Verdict: Verdict(p.Verdict), Reason: p.Reason, At: time.Unix(p.At, 0).UTC(),
	}, nil
}
