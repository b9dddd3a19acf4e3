package roster

import (
	"crypto"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"time"

	"motcua/protocol/signedlist"
)

const (
	// MaxSize is the most bytes of a whole roster.
	MaxSize = 2 << 20
	// MaxAge is how long a roster counts at most after it was issued.
	MaxAge = 72 * time.Hour
)

// format is that of a roster among the signed lists.
var format = signedlist.Format{ContentType: "application/vnd.motcua.roster+cbor", MaxSize: MaxSize}

// Role is what somebody may do.
type Role string

// Roles.
const (
	// Duty is an officer who is responsible for what happens at the kiosk.
	Duty Role = "officer"
	// Technician is somebody who mends it.
	Technician Role = "technician"
	// Approver is somebody who looks at what the centre holds, for other facilities
	// than their own. Approvers sign, and never open a session at a kiosk.
	Approver Role = "approver"
)

// Key is the public half of an approver's Ed25519 key.
type Key [ed25519.PublicKeySize]byte

// Card names one card: the SHA-256 of its EF.SOD as read.
type Card [sha256.Size]byte

// CardOf names the card with this EF.SOD.
func CardOf(sod []byte) Card { return sha256.Sum256(sod) }

// Officer is an entry: somebody at one facility.
type Officer struct {
	Ref      string // opaque: 1 to 32 letters, digits, - and _
	Role     Role
	Facility string // as in the device's certificate
	Card     Card
	PIN      PIN // of those who come to kiosks; approvers have none
	Key      Key // of approvers; the others have none
	// From and Until bound the entry's use, in whole seconds.
	From, Until time.Time
}

// Roster is what a list says.
type Roster struct {
	signedlist.Head
	// Officers ascend by facility, then by reference; no pair comes twice, and no
	// card comes twice at one facility.
	Officers []Officer
}

// Sign makes a list with an Ed25519 key, which may live in a token. It fails with
// [signedlist.ErrContent] for what is out of bounds or out of order, such as a
// list that should count for more than [MaxAge].
func Sign(r Roster, key crypto.Signer) ([]byte, error) {
	content, err := signedlist.Encode(payloadOf(r))
	if err != nil {
		return nil, fmt.Errorf("signing a roster: %w", err)
	}
	b, err := format.Sign(content, key)
	if err != nil {
		return nil, fmt.Errorf("signing a roster: %w", err)
	}
	return b, nil
}

// Open checks a list's form and signature and says what it holds, whatever the
// time; see [signedlist.Head.ValidAt]. Errors: [signedlist.ErrMalformed],
// [signedlist.ErrSignature], [signedlist.ErrVersion].
func Open(b []byte, key ed25519.PublicKey) (Roster, error) {
	content, err := format.Open(b, key)
	if err != nil {
		return Roster{}, fmt.Errorf("roster: %w", err)
	}
	p, err := signedlist.Decode[payload](content, version)
	if err != nil {
		return Roster{}, fmt.Errorf("roster: %w", err)
	}
	return p.roster(), nil
}

// Holder finds whose card it is at a facility's kiosks at a time. It compares with
// every entry, and each in constant time.
func (r Roster) Holder(c Card, facility string, now time.Time) (Officer, bool) {
	var found Officer
	ok := false
	for _, o := range r.Officers {
		if subtle.ConstantTimeCompare(o.Card[:], c[:]) == 1 && o.Facility == facility && o.Role != Approver && o.validAt(now) {
			found, ok = o, true
		}
	}
	return found, ok
}

// Approver finds who may approve under a reference of a facility at a time.
func (r Roster) Approver(facility, ref string, now time.Time) (Officer, bool) {
	for _, o := range r.Officers {
		if o.Facility == facility && o.Ref == ref && o.Role == Approver && o.validAt(now) {
			return o, true
		}
	}
	return Officer{}, false
}

func (o Officer) validAt(now time.Time) bool { return !now.Before(o.From) && now.Before(o.Until) }
