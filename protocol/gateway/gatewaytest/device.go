package gatewaytest

import (
	"crypto/rand"
	"fmt"
	"slices"
	"testing"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/envelope"
	"motcua/protocol/request"
	"motcua/protocol/wire"
)

// Device is a kiosk: it numbers and chains its envelopes.
type Device struct {
	Party
	Branch wire.Branch
	// Seq and Prev are those of the envelope sent last.
	Seq  uint64
	Prev request.Digest

	fleet *Fleet
	now   time.Time
}

// Pass moves the device's clock.
func (d *Device) Pass(by time.Duration) { d.now = d.now.Add(by) }

// Message is a sealed request and what its sender keeps of it.
type Message struct {
	envelope.Sealed
	Outer request.Outer
	Reply envelope.ReplyKey
}

// Person is an invented subject: number 0990 and eight digits.
func Person(n int) request.Subject {
	return request.Subject{Number: fmt.Sprintf("0990%08d", n), Name: "NGUYỄN THỊ MẪU", Birth: "01/02/1990", Sex: "F"}
}

// CheckIn seals a check-in to a specialty. Each change may alter it before.
func (d *Device) CheckIn(t testing.TB, subject request.Subject, specialty string, change ...func(*request.Outer, *request.Inner)) Message {
	t.Helper()
	return d.Seal(t, catalogue.CheckIn, subject, request.CheckIn{Specialty: specialty}, change...)
}

// CardValidity seals a look-up of the subject's insurance card.
func (d *Device) CardValidity(t testing.TB, subject request.Subject, change ...func(*request.Outer, *request.Inner)) Message {
	t.Helper()
	return d.Seal(t, catalogue.CardValidity, subject, request.CardValidity{LookupBy: request.LookupNumber}, change...)
}

// Number tells of a number of a queue that this device gave out from a lease, to
// nobody by name.
func (d *Device) Number(t testing.TB, l request.Lease, queue string, number uint32) Message {
	t.Helper()
	kind, _ := catalogue.Lookup(catalogue.QueueTicket)
	now := d.now.UTC().Add(7 * time.Hour)
	form := request.GenericForm{Entry: kind.Entry(), Values: map[string]request.Value{
		"queue": request.TextValue(queue), "day": request.TextValue(now.Format("02/01/2006")), "number": request.NumberValue(uint64(number)),
		catalogue.FieldLease: request.TextValue(l.ID), "issued_at": request.TextValue(now.Format("02/01/2006 15:04")),
	}}
	return d.Seal(t, kind.ID, Person(1), form, func(_ *request.Outer, i *request.Inner) {
		i.Subject = nil
		i.Evidence = request.Evidence{
			Level: request.E0, Facts: request.Facts{Verdict: request.VerdictNone, Proof: request.ProofNone},
			Opening: i.Evidence.Opening, CapturedAt: i.Evidence.CapturedAt,
		}
	})
}

// Seal seals a request of any service as the device's next envelope.
func (d *Device) Seal(t testing.TB, service string, subject request.Subject, form any, change ...func(*request.Outer, *request.Inner)) Message {
	t.Helper()
	reply, err := envelope.NewReplyKey()
	if err != nil {
		t.Fatal(err)
	}
	out, in := d.outer(t, service), d.inner(t, service, subject, form, reply)
	for _, c := range change {
		c(&out, &in)
	}
	sealed, err := envelope.Seal(rand.Reader, out, in, d.fleet.Service.Public(), d.Key, d.Chain())
	if err != nil {
		t.Fatal(err)
	}
	d.Seq, d.Prev = out.Seq, sealed.Digest
	return Message{sealed, out, reply}
}

func (d *Device) outer(t testing.TB, service string) request.Outer {
	t.Helper()
	id, err := request.NewID(d.now, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return request.Outer{
		V: request.Version, ID: id, Type: request.TypeRequest, Service: service, Seq: d.Seq + 1, Prev: d.Prev,
		Device: d.Branch.Device, Facility: d.Branch.Facility, Province: d.Branch.Province,
		CreatedAt: d.now.UnixMilli(), ExpiresAt: d.now.Add(time.Hour).UnixMilli(),
		Clock: request.Clock{Trust: request.ClockSynced}, Priority: 1, Protection: request.ProtectionFile,
	}
}

func (d *Device) inner(t testing.TB, service string, subject request.Subject, form any, reply envelope.ReplyKey) request.Inner {
	t.Helper()
	f, err := request.Encode(form)
	if err != nil {
		t.Fatal(err)
	}
	visit := fmt.Sprintf("v-%06d", d.Seq+1)
	return request.Inner{
		Visit: visit, Lang: "vi", Subject: &subject,
		Evidence: d.Evidence(t, d.fleet.Card(t, subject), d.Opening(t, visit)),
		Consent:  d.consent(service),
		Form:     f, ReplyKey: reply.Public(),
	}
}

// consent is to all that a service is for.
func (d *Device) consent(service string) (all []request.Consent) {
	for _, p := range catalogue.Purposes(service) {
		all = append(all, request.Consent{Purpose: p, TextHash: catalogue.ConsentHash(service, "vi"), Lang: "vi", At: d.now.UnixMilli()})
	}
	return all
}

// Opening begins a visit at this device with a nonce of its own.
func (d *Device) Opening(t testing.TB, visit string) request.Opening {
	t.Helper()
	nonce := make([]byte, 16)
	if _, err := rand.Read(nonce); err != nil {
		t.Fatal(err)
	}
	return request.Opening{Visit: visit, Device: d.Branch.Device, Facility: d.Branch.Facility, At: d.now.UnixMilli(), Nonce: nonce}
}

// Evidence is what a kiosk states after it has read a card with active
// authentication, in a visit that began with an opening.
func (d *Device) Evidence(t testing.TB, card Card, o request.Opening) request.Evidence {
	t.Helper()
	opening, err := o.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return request.Evidence{
		Level:  request.E2,
		Facts:  request.Facts{Claim: true, Chip: true, Verdict: request.VerdictGenuine, Proof: request.ProofAA},
		Access: "PACE-CAN", SOD: card.SOD, DG1: card.DG1, Groups: card.Groups, AA: card.Prove(t, request.ChallengeOf(opening)),
		Opening: opening, CapturedAt: o.At, DurationMS: 2000, Reader: "Virtual PCD 00 00",
	}
}

// Attended adds to a request's evidence that its officer has compared the person with
// the picture on the card, and confirmed it with the PIN.
func Attended(i *request.Inner, card Card) {
	e := &i.Evidence
	e.Groups = append(slices.Clone(e.Groups), card.Photo)
	e.Facts.Biometric = &request.Biometric{
		Modality: "face", Method: request.Attended, Matched: true, Liveness: request.LivenessUnchecked,
		Session: i.Officer.Session, Confirmed: request.MethodPIN,
	}
	e.Level = request.LevelOf(e.Facts)
}
