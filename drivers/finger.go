package drivers

import (
	"context"
	"errors"

	"motcua/protocol/personal"
)

// What reading a finger fails with, beside what any device does.
var (
	// ErrNoFinger: no finger lies on the reader. Retry.
	ErrNoFinger = errors.New("no finger on the reader")
	// ErrPoorFinger: the picture is too dry, wet, small or smeared to use. Retry
	// with the finger laid down again.
	ErrPoorFinger = errors.New("finger not readable")
	// ErrFingersDiffer: the pictures of an enrolment do not show one finger. Retry
	// the enrolment.
	ErrFingersDiffer = errors.New("pictures of different fingers")
	// ErrTemplate: the template is none of this kind of reader. Permanent.
	ErrTemplate = errors.New("template of another kind or damaged")
)

// FingerReader reads fingerprints and compares one finger with one template that
// the host keeps. It never searches: nothing here tells who somebody is. It
// claims nothing about liveness, and its trust is [TrustL0].
//
// No call leaves anything of a person in the module.
type FingerReader interface {
	Device
	// WaitFinger waits until a finger lies on the reader (on), or none does.
	WaitFinger(ctx context.Context, on bool) error
	// Enrol asks for the same finger several times and makes a template of it.
	// progress is called before each step, from the same goroutine.
	Enrol(ctx context.Context, progress func(EnrolStep)) (Template, error)
	// Verify waits for a finger and compares it with one template.
	Verify(ctx context.Context, t Template) (FingerMatch, error)
	// Purge empties the module's memory of fingers.
	Purge(ctx context.Context) error
}

// FingerCamera is an optional ability of a [FingerReader], found by assertion:
// it gives the picture of a finger.
type FingerCamera interface {
	// CaptureFinger waits for a finger and returns its picture.
	CaptureFinger(ctx context.Context) (FingerPicture, error)
}

// EnrolStep is where an enrolment stands.
type EnrolStep struct {
	Ask    EnrolAsk
	Number int // of the picture that is asked for, from 1
	Of     int // pictures in all
}

// EnrolAsk is what the person is asked to do.
type EnrolAsk int

// What an enrolment asks for.
const (
	LayFinger EnrolAsk = iota + 1
	LiftFinger
)

// Template is what a module keeps of a finger, in its maker's format. It belongs
// to a person.
type Template struct {
	personal.Masked
	Kind string // the maker's format and its size, such as "zfm-1536"; readers take their own only
	Data []byte
}

// Wipe forgets the template.
func (t *Template) Wipe() { clear(t.Data); *t = Template{} }

// FingerMatch is the module's answer to a comparison, by its own measure.
type FingerMatch struct {
	Same  bool
	Score int // of the module's own scale; 0 where it tells none
}

// FingerPicture is a grey picture of a finger, 8 bits a pixel, row by row. It
// belongs to a person.
type FingerPicture struct {
	personal.Masked
	Width, Height int
	DPI           int // 0 where the maker does not tell
	Grey          []byte
}

// Wipe forgets the picture.
func (p *FingerPicture) Wipe() { clear(p.Grey); *p = FingerPicture{} }
