package request_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"motcua/protocol/request"
)

// TestMasking: no way of turning a message into text by accident shows the person.
func TestMasking(t *testing.T) {
	inner, answer, form := sampleInner(t), sampleAnswer(), sampleCheckIn()
	values := map[string]any{
		"inner": inner, "&inner": &inner, "subject": *inner.Subject, "&subject": inner.Subject,
		"officer": *inner.Officer, "evidence": inner.Evidence, "aa": *inner.Evidence.AA,
		"form": form, "insurance seen": *form.Insurance, "card validity": request.CardValidity{LookupBy: request.LookupCard, CardNo: "GD4990990000123"},
		"answer": answer, "&answer": &answer, "check-in": *answer.CheckIn, "insurance": *answer.CheckIn.Insurance,
		"inside a struct": struct{ Inner request.Inner }{inner}, "inside a slice": []request.Subject{*inner.Subject},
	}
	secrets := []string{"099090000123", "NGUY", "MẪU", "1990", "GD4", "000123", "A17", "P.104", "op-17", hexOf("099090000123"), "770100", "119 1 0"}
	for name, v := range values {
		for _, way := range ways(t, v) {
			for _, secret := range secrets {
				if strings.Contains(way, secret) {
					t.Errorf("%s: %q shows %q", name, way, secret)
				}
			}
		}
	}
}

func hexOf(s string) string { return fmt.Sprintf("%x", s) }

// ways are the texts that programs make of a value.
func ways(t *testing.T, v any) []string {
	t.Helper()
	var all []string
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		all = append(all, fmt.Sprintf(verb, v))
	}
	j, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "v", v)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "v", v)
	return append(all, string(j), log.String(), fmt.Errorf("failed on %v", v).Error())
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
