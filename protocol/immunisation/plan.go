package immunisation

import (
	"crypto"
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"regexp"
	"slices"
	"time"

	"motcua/protocol/request"
	"motcua/protocol/signedlist"
)

// Lot is a lot of vaccine at a facility, with what a certificate says of it.
type Lot struct {
	Lot     string `cbor:"lot"`
	Antigen string `cbor:"antigen"` // id of the catalogue
	Expires string `cbor:"expires"` // yyyy-mm-dd, the last day
	// Doses are those of a full course, and Pause the fewest days between two of them.
	Doses uint `cbor:"doses"`
	Pause uint `cbor:"pause"`
	// Codes of the eHealth Network's value sets, as certificates say them.
	Disease string `cbor:"disease"`
	Vaccine string `cbor:"vaccine"`
	Product string `cbor:"product"`
	Maker   string `cbor:"maker"`
}

// Plan is one session that is to take place.
type Plan struct {
	ID       string `cbor:"id"`
	Facility string `cbor:"facility"`
	Place    string `cbor:"place"`
	Day      string `cbor:"day"` // yyyy-mm-dd in Viet Nam
	Proposer string `cbor:"proposer"`
	Lots     []Lot  `cbor:"lots"`
	Most     uint   `cbor:"most"` // doses that are planned
}

// Approval is a plan and who says that it is to take place.
type Approval struct {
	Plan Plan `cbor:"2,keyasint"`
	// Facility and Ref are the approver's on the roster.
	Facility string `cbor:"3,keyasint"`
	Ref      string `cbor:"4,keyasint"`
	At       int64  `cbor:"5,keyasint"` // unix seconds
}

// By names the approver in forms: facility/ref.
func (a Approval) By() string { return a.Facility + "/" + a.Ref }

// approvalPayload is [Approval] as it travels.
type approvalPayload struct {
	Version uint64 `cbor:"1,keyasint"`
	Approval
}

const (
	approvalVersion = 1
	// MaxApproval is the most bytes of an approval.
	MaxApproval = 16 << 10
	maxLots     = 16
	maxPlanned  = 10_000
	maxCourse   = 9
)

var approvalFormat = signedlist.Format{ContentType: "application/vnd.motcua.vaccination-plan+cbor", MaxSize: MaxApproval}

var (
	nameShape = regexp.MustCompile(`^[A-Za-z0-9_-]{1,32}$`)
	wordShape = regexp.MustCompile(`^[!-~]{1,64}$`)
)

// Fault says what is outside its bounds, "" when nothing is.
func (p approvalPayload) Fault() string {
	if !nameShape.MatchString(p.Approval.Facility) || !nameShape.MatchString(p.Ref) || p.At <= 0 {
		return "no approver, or no time"
	}
	if p.Plan.Facility == p.Approval.Facility {
		return "an approver of the facility itself"
	}
	return p.Plan.fault()
}

func (p Plan) fault() string {
	switch {
	case !nameShape.MatchString(p.ID) || !nameShape.MatchString(p.Facility) || !nameShape.MatchString(p.Proposer):
		return "a name that is none"
	case p.Place == "" || len(p.Place) > 200:
		return "no place"
	case !isDay(p.Day):
		return "a day that is none"
	case len(p.Lots) < 1 || len(p.Lots) > maxLots || p.Most < 1 || p.Most > maxPlanned:
		return "no lots or no doses, or too many"
	}
	for i, l := range p.Lots {
		if text := l.fault(); text != "" {
			return text
		}
		if slices.ContainsFunc(p.Lots[:i], func(o Lot) bool { return o.Lot == l.Lot }) {
			return "a lot that is there twice"
		}
	}
	return ""
}

func (l Lot) fault() string {
	for _, word := range []string{l.Lot, l.Antigen, l.Disease, l.Vaccine, l.Product, l.Maker} {
		if !wordShape.MatchString(word) {
			return "a code of a lot that is none"
		}
	}
	if !isDay(l.Expires) || l.Doses < 1 || l.Doses > maxCourse || l.Pause > 3650 {
		return "a lot whose course is none"
	}
	return ""
}

func isDay(s string) bool {
	t, err := time.Parse(time.DateOnly, s)
	return err == nil && t.Year() >= 2000 && t.Year() < 2200
}

// Approve signs a plan with the approver's Ed25519 key. It refuses what is out of
// bounds, and an approver of the facility itself.
func Approve(a Approval, key crypto.Signer) ([]byte, error) {
	content, err := signedlist.Encode(approvalPayload{approvalVersion, a})
	if err != nil {
		return nil, fmt.Errorf("approving a plan: %w", err)
	}
	return approvalFormat.Sign(content, key)
}

// OpenApproval reads an approval that was signed with the key. Errors are those of
// signedlist.
func OpenApproval(b []byte, key ed25519.PublicKey) (Approval, error) {
	content, err := approvalFormat.Open(b, key)
	if err != nil {
		return Approval{}, fmt.Errorf("approval of a plan: %w", err)
	}
	p, err := signedlist.Decode[approvalPayload](content, approvalVersion)
	if err != nil {
		return Approval{}, fmt.Errorf("approval of a plan: %w", err)
	}
	return p.Approval, nil
}

// ApprovalDigest names an approval in a form.
func ApprovalDigest(b []byte) request.Digest { return sha256.Sum256(b) }

// Lot finds a lot of the plan.
func (p Plan) Lot(id string) (Lot, bool) { return find(p.Lots, id) }

func find(lots []Lot, id string) (Lot, bool) {
	i := slices.IndexFunc(lots, func(l Lot) bool { return l.Lot == id })
	if i < 0 {
		return Lot{}, false
	}
	return lots[i], true
}
