package local

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"unicode/utf8"
)

// What an action may fail with. Each says that nothing was done.
var (
	// ErrLate: the visit or the step that the action names has passed.
	ErrLate = errors.New("the step has passed")
	// ErrNotOffered: the current step does not take this verb or this value.
	ErrNotOffered = errors.New("not offered at this step")
	// ErrMalformed: the bytes are no action of this version.
	ErrMalformed = errors.New("malformed action")
)

// Limits of an action, in bytes. The longest value is the text of a scanned
// code.
const (
	MaxAction = 4096
	MaxValue  = 1024
	maxWord   = 64
)

// verbs lists every Verb.
var verbs = []Verb{
	VerbBegin, VerbKey, VerbYes, VerbNo, VerbContinue, VerbAnswer, VerbSubmit,
	VerbService, VerbChange, VerbBack, VerbRetry, VerbOtherWay, VerbStaff, VerbCancel, VerbHere, VerbFinish, VerbPIN, VerbClose, VerbEnrol, VerbForget, VerbClear, VerbPrint, VerbClaim, VerbName, VerbTake,
}

// Verbs lists every verb.
func Verbs() []Verb { return slices.Clone(verbs) }

// ParseAction reads one action strictly: one JSON object of this version with
// known fields, a known verb and bounded, valid text. It wraps [ErrMalformed].
func ParseAction(b []byte) (Action, error) {
	if len(b) > MaxAction {
		return Action{}, fmt.Errorf("%d bytes: %w", len(b), ErrMalformed)
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	var a Action
	if err := dec.Decode(&a); err != nil {
		return Action{}, fmt.Errorf("%w: not the JSON of an action", ErrMalformed)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Action{}, fmt.Errorf("%w: something follows it", ErrMalformed)
	}
	return a, a.check()
}

// check never repeats a value in its error: it may be a person's.
func (a Action) check() error {
	switch {
	case a.Version != Version:
		return fmt.Errorf("%w: version %d, want %d", ErrMalformed, a.Version, Version)
	case !slices.Contains(verbs, a.Verb):
		return fmt.Errorf("%w: unknown verb", ErrMalformed)
	case len(a.Value) > MaxValue || !utf8.ValidString(a.Value):
		return fmt.Errorf("%w: value too long or not text", ErrMalformed)
	case len(a.Visit) > maxWord || len(a.Step) > maxWord || len(a.Field) > maxWord || len(a.Lang) > 8:
		return fmt.Errorf("%w: a field is too long", ErrMalformed)
	}
	return nil
}

// LogValue keeps what a person typed or scanned out of the logs.
func (a Action) LogValue() slog.Value {
	return slog.GroupValue(slog.String("verb", string(a.Verb)), slog.String("step", string(a.Step)))
}

// String keeps what a person typed or scanned out of error texts.
func (a Action) String() string { return "[action " + string(a.Verb) + "]" }
