package gatewaytest

import (
	"bytes"
	"crypto/rand"
	"fmt"
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

// Seal seals a request of any service as the device's next envelope.
func (d *Device) Seal(t testing.TB, service string, subject request.Subject, form any, change ...func(*request.Outer, *request.Inner)) Message {
	t.Helper()
	reply, err := envelope.NewReplyKey()
	if err != nil {
		t.Fatal(err)
	}
	out, in := d.outer(t, service), d.inner(t, subject, form, reply)
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

func (d *Device) inner(t testing.TB, subject request.Subject, form any, reply envelope.ReplyKey) request.Inner {
	t.Helper()
	const visit = "v-000001"
	opening, err := request.Opening{
		Visit: visit, Device: d.Branch.Device, Facility: d.Branch.Facility, At: d.now.UnixMilli(), Nonce: make([]byte, 16),
	}.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	f, err := request.Encode(form)
	if err != nil {
		t.Fatal(err)
	}
	return request.Inner{
		Visit: visit, Lang: "vi", Subject: &subject,
		Evidence: request.Evidence{
			Level:  request.E2,
			Facts:  request.Facts{Claim: true, Chip: true, Verdict: request.VerdictGenuine, Proof: request.ProofAA},
			Access: "PACE-CAN", SOD: bytes.Repeat([]byte{7}, 1800),
			AA:      &request.ActiveAuth{Challenge: request.ChallengeOf(opening), Signature: make([]byte, 256), Key: make([]byte, 300)},
			Opening: opening, CapturedAt: d.now.UnixMilli(), DurationMS: 2000, Reader: "Virtual PCD 00 00",
		},
		Consent: []request.Consent{{Purpose: catalogue.PurposeCheckIn, TextHash: catalogue.ConsentHash(catalogue.CheckIn, "vi"), Lang: "vi", At: d.now.UnixMilli()}},
		Form:    f, ReplyKey: reply.Public(),
	}
}
