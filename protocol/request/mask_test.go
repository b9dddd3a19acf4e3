package request_test

import (
	"strings"
	"testing"

	"motcua/protocol/personal/personaltest"
	"motcua/protocol/request"
)

// TestMasking: no way of turning a message into text by accident shows the person.
func TestMasking(t *testing.T) {
	inner, answer, form := sampleInner(t), sampleAnswer(), sampleCheckIn()
	personaltest.Hides(t, []any{
		inner, &inner, *inner.Subject, inner.Subject, *inner.Officer, inner.Evidence, *inner.Evidence.AA,
		form, *form.Insurance,
		request.CardValidity{LookupBy: request.LookupCard, CardNo: "GD4990990000123"},
		sampleForm(), sampleForm().Values["mother"], sampleForm().Values, *sampleFiled().Filed, *sampleLinked().Linked, *sampleDraft().Draft, sampleInner(t).People[0], *sampleSigning().Signing, *sampleAppointment().Appointment, sampleAppointment().Appointment.Slots[0], *samplePaid().CheckIn.Fee, *sampleBill().Bill, sampleSigning().Signing.Tasks[0], *sampleCertificate().Certificate,
		answer, &answer, *answer.CheckIn, *answer.CheckIn.Insurance,
		struct{ Inner request.Inner }{inner},
		[]request.Subject{*inner.Subject},
	}, "099090000123", "NGUY", "MẪU", "1990", "GD4", "000123", "A17", "P.104", "op-17", "Bhĭm", "LOT-1", "C05-260302", "C01-260302", "householder", "770100", "119 1 0")
}

// TestErrorsHoldNoValue: what a decoder says about a broken message quotes
// nothing of it.
func TestErrorsHoldNoValue(t *testing.T) {
	i := sampleInner(t)
	i.Subject.Birth, i.Subject.Name = "99/99/199x", "NGUYỄN\tTHỊ"
	if err := i.Validate(); err == nil || strings.Contains(err.Error(), "NGUY") || strings.Contains(err.Error(), "199x") {
		t.Errorf("got %v", err)
	}
	b, err := request.Encode(map[string]any{"099090000123": 1})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := request.DecodeInner(b); err == nil || strings.Contains(err.Error(), "0990") {
		t.Errorf("got %v", err)
	}
}
