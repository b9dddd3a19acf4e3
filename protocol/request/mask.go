package request

import (
	"fmt"
	"io"
	"log/slog"
)

// The methods below keep a person out of every text that a program writes
// without meaning to: fmt with any verb, encoding/json, log/slog. Whoever needs a
// field names it.

// mask writes a word in place of a value, whatever the verb.
func mask(f fmt.State, word string) { _, _ = io.WriteString(f, "["+word+"]") }

// String masks the value.
func (Inner) String() string { return "[inner]" }

// Format masks the value for every verb of fmt.
func (Inner) Format(f fmt.State, _ rune) { mask(f, "inner") }

// LogValue masks the value in logs.
func (Inner) LogValue() slog.Value { return slog.StringValue("[inner]") }

// MarshalJSON masks the value in JSON.
func (Inner) MarshalJSON() ([]byte, error) { return []byte(`"[inner]"`), nil }

// String masks the value.
func (Officer) String() string { return "[officer]" }

// Format masks the value for every verb of fmt.
func (Officer) Format(f fmt.State, _ rune) { mask(f, "officer") }

// LogValue masks the value in logs.
func (Officer) LogValue() slog.Value { return slog.StringValue("[officer]") }

// MarshalJSON masks the value in JSON.
func (Officer) MarshalJSON() ([]byte, error) { return []byte(`"[officer]"`), nil }

// String masks the value.
func (Subject) String() string { return "[subject]" }

// Format masks the value for every verb of fmt.
func (Subject) Format(f fmt.State, _ rune) { mask(f, "subject") }

// LogValue masks the value in logs.
func (Subject) LogValue() slog.Value { return slog.StringValue("[subject]") }

// MarshalJSON masks the value in JSON.
func (Subject) MarshalJSON() ([]byte, error) { return []byte(`"[subject]"`), nil }

// String masks the value.
func (AnswerDraft) String() string { return "[draft]" }

// Format masks the value for every verb of fmt.
func (AnswerDraft) Format(f fmt.State, _ rune) { mask(f, "draft") }

// LogValue masks the value in logs.
func (AnswerDraft) LogValue() slog.Value { return slog.StringValue("[draft]") }

// MarshalJSON masks the value in JSON.
func (AnswerDraft) MarshalJSON() ([]byte, error) { return []byte(`"[draft]"`), nil }

// String masks the value.
func (Known) String() string { return "[known]" }

// Format masks the value for every verb of fmt.
func (Known) Format(f fmt.State, _ rune) { mask(f, "known") }

// LogValue masks the value in logs.
func (Known) LogValue() slog.Value { return slog.StringValue("[known]") }

// MarshalJSON masks the value in JSON.
func (Known) MarshalJSON() ([]byte, error) { return []byte(`"[known]"`), nil }

// String masks the value.
func (Evidence) String() string { return "[evidence]" }

// Format masks the value for every verb of fmt.
func (Evidence) Format(f fmt.State, _ rune) { mask(f, "evidence") }

// LogValue masks the value in logs.
func (Evidence) LogValue() slog.Value { return slog.StringValue("[evidence]") }

// MarshalJSON masks the value in JSON.
func (Evidence) MarshalJSON() ([]byte, error) { return []byte(`"[evidence]"`), nil }

// String masks the value.
func (ActiveAuth) String() string { return "[active-auth]" }

// Format masks the value for every verb of fmt.
func (ActiveAuth) Format(f fmt.State, _ rune) { mask(f, "active-auth") }

// LogValue masks the value in logs.
func (ActiveAuth) LogValue() slog.Value { return slog.StringValue("[active-auth]") }

// MarshalJSON masks the value in JSON.
func (ActiveAuth) MarshalJSON() ([]byte, error) { return []byte(`"[active-auth]"`), nil }

// String masks the value.
func (CheckIn) String() string { return "[check-in form]" }

// Format masks the value for every verb of fmt.
func (CheckIn) Format(f fmt.State, _ rune) { mask(f, "check-in form") }

// LogValue masks the value in logs.
func (CheckIn) LogValue() slog.Value { return slog.StringValue("[check-in form]") }

// MarshalJSON masks the value in JSON.
func (CheckIn) MarshalJSON() ([]byte, error) { return []byte(`"[check-in form]"`), nil }

// String masks the value.
func (InsuranceSeen) String() string { return "[insurance]" }

// Format masks the value for every verb of fmt.
func (InsuranceSeen) Format(f fmt.State, _ rune) { mask(f, "insurance") }

// LogValue masks the value in logs.
func (InsuranceSeen) LogValue() slog.Value { return slog.StringValue("[insurance]") }

// MarshalJSON masks the value in JSON.
func (InsuranceSeen) MarshalJSON() ([]byte, error) { return []byte(`"[insurance]"`), nil }

// String masks the value.
func (CardValidity) String() string { return "[card-validity form]" }

// Format masks the value for every verb of fmt.
func (CardValidity) Format(f fmt.State, _ rune) { mask(f, "card-validity form") }

// LogValue masks the value in logs.
func (CardValidity) LogValue() slog.Value { return slog.StringValue("[card-validity form]") }

// MarshalJSON masks the value in JSON.
func (CardValidity) MarshalJSON() ([]byte, error) { return []byte(`"[card-validity form]"`), nil }

// String masks the value.
func (GenericForm) String() string { return "[form]" }

// Format masks the value for every verb of fmt.
func (GenericForm) Format(f fmt.State, _ rune) { mask(f, "form") }

// LogValue masks the value in logs.
func (GenericForm) LogValue() slog.Value { return slog.StringValue("[form]") }

// MarshalJSON masks the value in JSON.
func (GenericForm) MarshalJSON() ([]byte, error) { return []byte(`"[form]"`), nil }

// String masks the value.
func (Value) String() string { return "[value]" }

// Format masks the value for every verb of fmt.
func (Value) Format(f fmt.State, _ rune) { mask(f, "value") }

// LogValue masks the value in logs.
func (Value) LogValue() slog.Value { return slog.StringValue("[value]") }

// MarshalJSON masks the value in JSON.
func (Value) MarshalJSON() ([]byte, error) { return []byte(`"[value]"`), nil }

// String masks the value.
func (Answer) String() string { return "[answer]" }

// Format masks the value for every verb of fmt.
func (Answer) Format(f fmt.State, _ rune) { mask(f, "answer") }

// LogValue masks the value in logs.
func (Answer) LogValue() slog.Value { return slog.StringValue("[answer]") }

// MarshalJSON masks the value in JSON.
func (Answer) MarshalJSON() ([]byte, error) { return []byte(`"[answer]"`), nil }

// String masks the value.
func (AnswerInsurance) String() string { return "[insurance]" }

// Format masks the value for every verb of fmt.
func (AnswerInsurance) Format(f fmt.State, _ rune) { mask(f, "insurance") }

// LogValue masks the value in logs.
func (AnswerInsurance) LogValue() slog.Value { return slog.StringValue("[insurance]") }

// MarshalJSON masks the value in JSON.
func (AnswerInsurance) MarshalJSON() ([]byte, error) { return []byte(`"[insurance]"`), nil }

// String masks the value.
func (AnswerCheckIn) String() string { return "[check-in]" }

// Format masks the value for every verb of fmt.
func (AnswerCheckIn) Format(f fmt.State, _ rune) { mask(f, "check-in") }

// LogValue masks the value in logs.
func (AnswerCheckIn) LogValue() slog.Value { return slog.StringValue("[check-in]") }

// MarshalJSON masks the value in JSON.
func (AnswerCheckIn) MarshalJSON() ([]byte, error) { return []byte(`"[check-in]"`), nil }

// String masks the value.
func (AnswerFiled) String() string { return "[filed]" }

// Format masks the value for every verb of fmt.
func (AnswerFiled) Format(f fmt.State, _ rune) { mask(f, "filed") }

// LogValue masks the value in logs.
func (AnswerFiled) LogValue() slog.Value { return slog.StringValue("[filed]") }

// MarshalJSON masks the value in JSON.
func (AnswerFiled) MarshalJSON() ([]byte, error) { return []byte(`"[filed]"`), nil }

// String masks the value.
func (AnswerSigning) String() string { return "[signing]" }

// Format masks the value for every verb of fmt.
func (AnswerSigning) Format(f fmt.State, _ rune) { mask(f, "signing") }

// LogValue masks the value in logs.
func (AnswerSigning) LogValue() slog.Value { return slog.StringValue("[signing]") }

// MarshalJSON masks the value in JSON.
func (AnswerSigning) MarshalJSON() ([]byte, error) { return []byte(`"[signing]"`), nil }

// String masks the value.
func (SignTask) String() string { return "[task]" }

// Format masks the value for every verb of fmt.
func (SignTask) Format(f fmt.State, _ rune) { mask(f, "task") }

// LogValue masks the value in logs.
func (SignTask) LogValue() slog.Value { return slog.StringValue("[task]") }

// MarshalJSON masks the value in JSON.
func (SignTask) MarshalJSON() ([]byte, error) { return []byte(`"[task]"`), nil }

// String masks the value.
func (AnswerLinked) String() string { return "[linked]" }

// Format masks the value for every verb of fmt.
func (AnswerLinked) Format(f fmt.State, _ rune) { mask(f, "linked") }

// LogValue masks the value in logs.
func (AnswerLinked) LogValue() slog.Value { return slog.StringValue("[linked]") }

// MarshalJSON masks the value in JSON.
func (AnswerLinked) MarshalJSON() ([]byte, error) { return []byte(`"[linked]"`), nil }

// String masks the value.
func (AnswerCertificate) String() string { return "[certificate]" }

// Format masks the value for every verb of fmt.
func (AnswerCertificate) Format(f fmt.State, _ rune) { mask(f, "certificate") }

// LogValue masks the value in logs.
func (AnswerCertificate) LogValue() slog.Value { return slog.StringValue("[certificate]") }

// MarshalJSON masks the value in JSON.
func (AnswerCertificate) MarshalJSON() ([]byte, error) { return []byte(`"[certificate]"`), nil }
