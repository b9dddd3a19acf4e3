package immunisation

import (
	"motcua/protocol/personal"
	"motcua/protocol/request"
)

// Session is a session that was opened at a device. Its ID seals the rest.
type Session struct {
	ID       string         `cbor:"id"`
	Request  request.ID     `cbor:"request"` // that opened it
	Plan     string         `cbor:"plan"`
	Approval request.Digest `cbor:"approval"`
	Facility string         `cbor:"facility"`
	Device   string         `cbor:"device"`
	Officer  string         `cbor:"officer"` // reference of the roster
	Duty     string         `cbor:"duty"`    // the officer's session at the device
	Place    string         `cbor:"place"`
	// Opened and Until bound the session, unix milliseconds.
	Opened int64 `cbor:"opened"`
	Until  int64 `cbor:"until"`
	Lots   []Lot `cbor:"lots"`
	Most   uint  `cbor:"most"` // doses that are planned
}

// Lot finds a lot of the session.
func (s Session) Lot(id string) (Lot, bool) { return find(s.Lots, id) }

// SessionState is a session and what became of it.
type SessionState struct {
	Session Session `cbor:"session"`
	Closed  int64   `cbor:"closed"`  // unix milliseconds; 0: not closed by anybody
	Revoked int64   `cbor:"revoked"` // 0: not
	Doses   uint    `cbor:"doses"`
}

// End is when the session ends, or ended: unix milliseconds.
func (s SessionState) End() int64 {
	if s.Closed != 0 {
		return min(s.Closed, s.Session.Until)
	}
	return s.Session.Until
}

// Dose is one that was given. Its ID seals the rest.
type Dose struct {
	personal.Masked `cbor:"-"`

	ID       string          `cbor:"id"`
	Request  request.ID      `cbor:"request"`
	Session  string          `cbor:"session"`
	Facility string          `cbor:"facility"`
	Device   string          `cbor:"device"`
	Officer  string          `cbor:"officer"`
	Subject  request.Subject `cbor:"subject"`
	Antigen  string          `cbor:"antigen"`
	Number   uint            `cbor:"number"` // the how manieth
	Lot      Lot             `cbor:"lot"`
	Site     string          `cbor:"site"`
	Reaction string          `cbor:"reaction"`
	At       int64           `cbor:"at"` // unix milliseconds
}

// DoseState is a dose and what became of it.
type DoseState struct {
	Dose    Dose   `cbor:"dose"`
	Batch   string `cbor:"batch"`   // the attested batch that it belongs to; empty: not attested
	Revoked int64  `cbor:"revoked"` // 0: not
}

// Batch is doses of one session that are to be attested together.
type Batch struct {
	Root    string   `cbor:"root"` // [RootOf] the doses
	Session string   `cbor:"session"`
	Doses   []string `cbor:"doses"` // their ids, in the order of their bytes
}

// Attestation is somebody's word for a batch. Its ID seals the rest.
type Attestation struct {
	ID          string     `cbor:"id"`
	Request     request.ID `cbor:"request"`
	Root        string     `cbor:"root"`
	Session     string     `cbor:"session"`
	Attester    string     `cbor:"attester"`
	Certificate string     `cbor:"certificate"` // SHA-256 of the signer's, hexadecimal
	Signature   string     `cbor:"signature"`
	At          int64      `cbor:"at"`
}

// BatchState is a batch and whether it is attested.
type BatchState struct {
	Batch       Batch        `cbor:"batch"`
	Attestation *Attestation `cbor:"attestation"`
}

// Certificate is one that was issued.
type Certificate struct {
	personal.Masked `cbor:"-"`

	ID       string     `cbor:"id"` // unique (UVCI)
	Request  request.ID `cbor:"request"`
	Facility string     `cbor:"facility"`
	Sessions []string   `cbor:"sessions"` // in which its doses were given
	Doses    []string   `cbor:"doses"`
	Issued   int64      `cbor:"issued"`
	Expires  int64      `cbor:"expires"`
	Text     string     `cbor:"text"` // of its code
	Revoked  int64      `cbor:"revoked"`
}

// Revocation ends a certificate, or a session with everything that came of it.
type Revocation struct {
	personal.Masked `cbor:"-"`

	Request    request.ID `cbor:"request"`
	Credential string     `cbor:"credential"` // id of a certificate or of a session
	Reason     string     `cbor:"reason"`
	Officer    string     `cbor:"officer"`
	Facility   string     `cbor:"facility"`
	At         int64      `cbor:"at"`
}

// Hour is how many doses a facility has recorded in one hour. Nobody is in it.
type Hour struct {
	Facility string `cbor:"facility" json:"facility"`
	Hour     string `cbor:"hour" json:"hour"` // yyyy-mm-ddThh in Viet Nam
	Sessions uint   `cbor:"sessions" json:"sessions"`
	Doses    uint   `cbor:"doses" json:"doses"`
}
