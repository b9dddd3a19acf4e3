package request_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"motcua/protocol/request"
)

// at is a fixed instant: 2026-03-02 07:30:00 +07:00.
const at = 1772411400000

func sampleID() request.ID {
	id, err := request.ParseID("01965f3a-7c00-7abc-8def-0123456789ab")
	if err != nil {
		panic(err)
	}
	return id
}

func filled[T ~[8]byte | ~[32]byte](first byte) T {
	var v T
	for i := range len(v) {
		v[i] = first + byte(i)
	}
	return v
}

func sampleOuter() request.Outer {
	return request.Outer{
		V: request.Version, ID: sampleID(), Type: request.TypeRequest, Service: "H01", Seq: 7, Prev: filled[request.Digest](0x40),
		Device: "demo-k01", Facility: "h001", Province: "99", CreatedAt: at, ExpiresAt: at + 3600000,
		Clock: request.Clock{Trust: request.ClockSynced, OffsetMS: -12}, Priority: 1, Protection: request.ProtectionFile,
	}
}

func sampleOpening() request.Opening {
	return request.Opening{Visit: "v-000001", Device: "demo-k01", Facility: "h001", At: at, Nonce: bytes.Repeat([]byte{0xa5}, 16)}
}

func sampleCheckIn() request.CheckIn {
	return request.CheckIn{
		Specialty: "internal", Group: "over-75",
		Insurance: &request.InsuranceSeen{Class: request.ClassOK, Code: "000", CardNo: "GD4990990000123", AsOf: at},
	}
}

func sampleInner(t testing.TB) request.Inner {
	t.Helper()
	opening, err := sampleOpening().Bytes()
	if err != nil {
		t.Fatal(err)
	}
	form, err := request.Encode(sampleCheckIn())
	if err != nil {
		t.Fatal(err)
	}
	return request.Inner{
		Visit: "v-000001", Lang: "vi",
		Officer: &request.Officer{Session: "s-1", Ref: "op-17", Role: "officer", Method: request.MethodFinger, Reader: request.ReaderL0},
		Subject: &request.Subject{Number: "099090000123", Name: "NGUYỄN THỊ MẪU", Birth: "01/02/1990", Sex: "F"},
		Evidence: request.Evidence{
			Level:  request.E2,
			Facts:  request.Facts{Claim: true, Chip: true, Verdict: request.VerdictGenuine, Proof: request.ProofAA},
			Access: "PACE-CAN", SOD: []byte{0x77, 0x01, 0x00},
			Groups:  []request.GroupHash{{Group: 1, Hash: bytes.Repeat([]byte{1}, 32)}, {Group: 13, Hash: bytes.Repeat([]byte{2}, 32)}},
			DG1:     []byte{0x61, 0x03, 0x5f, 0x1f, 0x00},
			AA:      &request.ActiveAuth{Challenge: sampleOpening().Challenge(), Signature: bytes.Repeat([]byte{3}, 64), Key: []byte{0x6f, 0x00}},
			Opening: opening, CapturedAt: at, DurationMS: 2100, Reader: "Virtual PCD 00 00",
		},
		People: []request.Known{
			{Who: "father", By: request.KnownByCard, Evidence: &request.Evidence{
				Level: request.E1, Facts: request.Facts{Claim: true, Chip: true, Verdict: request.VerdictGenuine, Proof: request.ProofNone},
				SOD: []byte{0x77, 0x01, 0x01}, DG1: []byte{0x61, 0x03, 0x5f, 0x1f, 0x00}, Opening: opening, CapturedAt: at,
			}},
			{Who: "householder", By: request.KnownByWord},
		},
		Consent:  []request.Consent{{Purpose: "check-in", TextHash: filled[request.Digest](0x80), Lang: "vi", At: at}},
		Noticed:  []string{"too-fast", "clock-jump"},
		Form:     form,
		ReplyKey: bytes.Repeat([]byte{9}, 1216),
	}
}

// sampleAttended has an officer compare the person with the card.
func sampleAttended(t testing.TB) request.Inner {
	i := sampleInner(t)
	i.Evidence.Level, i.Evidence.Facts.Biometric = request.E3, attended("s-1", request.MethodFinger)
	i.Evidence.Facts.Biometric.Reader = request.ReaderL0
	i.Evidence.Groups = append(i.Evidence.Groups, request.GroupHash{Group: 2, Hash: bytes.Repeat([]byte{4}, 32)})
	return i
}

func sampleReceipt() request.Receipt {
	return request.Receipt{
		V: request.Version, ID: sampleID(), Device: "demo-k01", Seq: 7, Digest: filled[request.Digest](0x10),
		Status: request.StatusAccepted, No: "h001-260302-0001", At: at, Contiguous: 7, ChainHead: filled[request.Digest](0x10),
	}
}

func sampleResult() request.Result {
	return request.Result{
		V: request.Version, ID: sampleID(), Device: "demo-k01", Service: "H01", Class: request.ClassOK,
		Codes: []string{"000"}, At: at, Sealed: []byte{1, 2, 3},
	}
}

func sampleAnswer() request.Answer {
	return request.Answer{CheckIn: &request.AnswerCheckIn{
		Ticket:    request.Ticket{Queue: "internal", Prefix: "A", Number: 17, Room: "P.104", Floor: "1", Ahead: 5, WaitMin: 40},
		CheckInID: "h001-2603020017",
		Insurance: &request.AnswerInsurance{
			Class: request.ClassOK, Code: "000", CardNo: "GD4990990000123",
			ValidFrom: "01/01/2026", ValidTo: "31/12/2026", Facility: "Bệnh viện Mẫu", AsOf: at,
		},
	}}
}

func otherID() request.ID {
	id := sampleID()
	id[15]++
	return id
}

func sampleHello() request.Hello {
	return request.Hello{
		V: request.Version, Type: request.TypeHello, ID: sampleID(), Device: "demo-k01", At: at,
		Last: 9, Head: filled[request.Digest](0x10), Open: []uint64{4, 7, 9}, Nonces: 8,
		Leases:  []request.LeaseWish{{Queue: "internal", Day: "260301"}},
		Returns: []request.LeaseReturn{{Queue: "internal", Day: "260228", From: 37, To: 50}},
	}
}

func sampleWelcome() request.Welcome {
	return request.Welcome{
		V: request.Version, Re: sampleID(), Device: "demo-k01", At: at, Contiguous: 3, ChainHead: filled[request.Digest](0x10),
		Nonces: [][]byte{bytes.Repeat([]byte{1}, 16)}, NoncesUntil: at + 1000,
		AuditSize: 300, AuditRoot: new(filled[request.Digest](0x20)),
		Leases: []request.Lease{{ID: "L1", Queue: "internal", Day: "260301", Prefix: "AB", From: 51, To: 100, Place: &request.QueuePlace{
			Service: "H03", VI: "Nội tổng hợp", EN: "Internal medicine", Room: "104", Floor: "1", FirstOf: "internal",
		}}},
	}
}

func sampleCheckpoint() request.Checkpoint {
	return request.Checkpoint{
		V: request.Version, Type: request.TypeCheckpoint, Device: "demo-k01", Log: sampleID(), Size: 300, Root: filled[request.Digest](0x20),
		At: at, From: 256, Proof: []request.Digest{filled[request.Digest](0x30)}, Seq: 9, Head: filled[request.Digest](0x10),
		Prev: &request.Link{Log: otherID(), Size: 17, Root: filled[request.Digest](0x40)},
	}
}

func sampleRevocation() request.Revocation {
	return request.Revocation{
		V: request.Version, Type: request.TypeRevocation, Number: 3, At: at, Next: at + 3600000,
		Revoked: slices.Concat(bytes.Repeat([]byte{0x50}, 16), bytes.Repeat([]byte{0x51}, 16)),
	}
}

func sampleExport() request.Export {
	return request.Export{
		V: request.Version, Type: request.TypeExport, ID: sampleID(), Device: "demo-k01", At: at, Last: 9, Head: filled[request.Digest](0x10),
		Items: []request.Exported{{Seq: 4, Digest: filled[request.Digest](0x60)}, {Seq: 9, Digest: filled[request.Digest](0x10)}},
		Audit: &request.ExportedLog{Log: otherID(), Size: 300, Root: filled[request.Digest](0x20), Checkpoints: filled[request.Digest](0x70)},
	}
}

func sampleCheckpoints() request.Checkpoints {
	return request.Checkpoints{V: request.Version, Type: request.TypeCheckpoints, Signed: [][]byte{{1, 2, 3}, {4}}}
}

// sampleForm has a value of every kind.
func sampleForm() request.GenericForm {
	return request.GenericForm{
		Entry: filled[request.Digest](0x20),
		Values: map[string]request.Value{
			"text":      request.TextValue("Y Bhĭm Niê Kdăm"),
			"number":    request.NumberValue(300),
			"yes":       request.YesNoValue(true),
			"no":        request.YesNoValue(false),
			"codes":     request.ListValue("LOT-1", "LOT-2"),
			"documents": request.AttachmentsValue(request.Attachment{SHA256: filled[request.Digest](0x60), Size: 52_100, Type: request.TypeJPEG}),
			"mother":    request.PersonValue(request.Subject{Number: "099190000123", Name: "NGUYỄN THỊ MẪU", Birth: "1990", Sex: "F"}),
		},
	}
}

func sampleFiled() request.Answer {
	return request.Answer{Filed: &request.AnswerFiled{No: "h001-C05-260302-0001", Next: "Ông/bà không cần làm gì thêm.", Due: "05/03/2026"}}
}

func samplePaid() request.Answer {
	a := sampleAnswer()
	a.CheckIn.Insurance = nil
	a.CheckIn.Fee = &request.Fee{Due: 150_000, Code: "00020101021238560010A0000007270126000697041501121133666688880208QRIBFTTA5303704540515000058"}
	return a
}

func sampleAppointment() request.Answer {
	return request.Answer{Appointment: &request.AnswerAppointment{
		Outcome: request.Arrived, Slots: []request.Slot{{Number: "7K2P9M4T", At: at, Specialty: "eye"}},
		Ticket: &request.Ticket{Queue: "eye", Prefix: "EH", Number: 3, Room: "205", Floor: "2", Ahead: 1, WaitMin: 5}, CheckInID: "h001-2603020018",
	}}
}

func sampleBill() request.Answer {
	return request.Answer{Bill: &request.AnswerBill{State: request.BillDue, Fee: samplePaid().CheckIn.Fee}}
}

func sampleDraft() request.Answer {
	return request.Answer{Draft: &request.AnswerDraft{Mine: true, Values: map[string]request.Value{
		"certificate_no": request.TextValue("CS-0990-1"), "birth_order": request.NumberValue(1),
	}}}
}

func sampleSigning() request.Answer {
	return request.Answer{Signing: &request.AnswerSigning{Tasks: []request.SignTask{
		{Document: request.Digest{1}, Kind: "birth-extract", Title: "Trích lục khai sinh", Pages: 1, Preview: "CS-0001\nNGUYỄN THỊ MẪU", Due: at, State: request.SignTaken, Mine: true, Until: at},
		{Document: request.Digest{2}, Kind: "death-extract", State: request.SignPushed},
	}}}
}

func sampleLinked() request.Answer {
	return request.Answer{Linked: &request.AnswerLinked{Dossiers: []request.LinkedDossier{{
		No: "h001-C01-260302-0001", Kind: "birth", Overall: "partial", Filed: at, Hub: true, Legs: []request.LinkedLeg{
			{Procedure: "birth", Agency: "ward", State: "done", Since: at, AsOf: at, Source: request.SourceHub},
			{Procedure: "residence", Agency: "police", State: "needs-supplement", Since: at, AsOf: at, Source: request.SourceHub, Stale: true, Item: "householder-consent", ItemBy: "11/03/2026"},
			{Procedure: "insurance-card", Agency: "social-insurance", State: "waiting", Since: at, AsOf: at, Source: request.SourceCentre, Due: "04/03/2026"},
		},
	}}}}
}

func sampleSession() request.Answer {
	return request.Answer{Session: &request.AnswerSession{
		Session: "SAEBAGBAFAYDQQCIKBMGA2DQPCA", Plan: "plan-0990", Until: 1772452800000, Lots: []request.SessionLot{{Lot: "LOT-0991", Antigen: "covid-19"}},
		Doses: 2, Most: 40, Batch: strings.Repeat("0a", 32), Records: 2,
	}}
}

func sampleCertificate() request.Answer {
	return request.Answer{Certificate: &request.AnswerCertificate{ID: "URN:UVCI:01:VN:CAEBAGBAFAYDQQCIKBMGA2DQPCA", Text: "HC1:6BF", Until: "02/03/2027"}}
}
