package finger

import (
	"encoding/binary"
	"fmt"

	"motcua/drivers"
)

// AutoEnroll (31) and AutoIdentify (32) answer one command with several packets.
// The driver does not send them: the one stores a finger in the module's library
// and the other searches it. Whoever sees such answers on a line reads them here.

// R503EnrolStep is one answer to AutoEnroll (manual v1.2.2, pages 28 to 30).
type R503EnrolStep struct {
	Kind    R503StepKind
	Picture int // 1 to 6, for the kinds Taken and Extracted
	Place   int // in the library, with the kind Stored
}

// R503StepKind is what a step of AutoEnroll or AutoIdentify was.
type R503StepKind int

// Kinds of steps.
const (
	R503Taken     R503StepKind = iota + 1 // a picture
	R503Extracted                         // its features
	R503Checked                           // that the finger is not in the library
	R503Merged                            // the features into a template
	R503Stored                            // the template
	R503Searched                          // the library
)

// ParseR503EnrolStep reads the content of one answer. A confirmation code other
// than success is an [R503Code]. The manual counts the steps 01 to 09 and goes on
// with 10, 11, 12 where 0A, 0B, 0C would follow; both are taken.
func ParseR503EnrolStep(content []byte) (R503EnrolStep, error) {
	if len(content) > 0 && R503Code(content[0]) != r503OK {
		return R503EnrolStep{}, R503Code(content[0])
	}
	if len(content) != 3 {
		return R503EnrolStep{}, fmt.Errorf("enrolment step of %d bytes: %w", len(content), drivers.ErrProtocol)
	}
	step, place := content[1], int(content[2])
	switch {
	case step >= 0x10 && step <= 0x12:
		step -= 6
	case step == 0x0D:
		return R503EnrolStep{Kind: R503Checked}, nil
	case step == 0x0E:
		return R503EnrolStep{Kind: R503Merged}, nil
	case step == 0x0F:
		return R503EnrolStep{Kind: R503Stored, Place: place}, nil
	case step < 1 || step > 0x0C:
		return R503EnrolStep{}, fmt.Errorf("enrolment step %02X: %w", step, drivers.ErrProtocol)
	}
	kind := R503Extracted
	if step%2 == 1 {
		kind = R503Taken
	}
	return R503EnrolStep{Kind: kind, Picture: int(step+1) / 2}, nil
}

// R503EnrolSteps follows the answers to one AutoEnroll in their order.
type R503EnrolSteps struct {
	last int
}

// Next takes the content of the next answer and tells whether it was the last. A
// step that does not follow the one before it is [drivers.ErrProtocol]: an answer
// was lost, doubled or overtaken.
func (s *R503EnrolSteps) Next(content []byte) (step R503EnrolStep, done bool, err error) {
	step, err = ParseR503EnrolStep(content)
	if err != nil {
		return step, true, err
	}
	rank := step.rank()
	if rank != s.last+1 {
		return R503EnrolStep{}, true, fmt.Errorf("enrolment step %d after step %d: %w", rank, s.last, drivers.ErrProtocol)
	}
	s.last = rank
	return step, step.Kind == R503Stored, nil
}

// rank is the step's place in the order: six pictures and their features, check,
// merge, store.
func (s R503EnrolStep) rank() int {
	switch s.Kind {
	case R503Taken:
		return 2*s.Picture - 1
	case R503Extracted:
		return 2 * s.Picture
	case R503Checked:
		return 13
	case R503Merged:
		return 14
	}
	return 15
}

// R503IdentifyStep is one answer to AutoIdentify (manual v1.2.2, page 31).
type R503IdentifyStep struct {
	Kind         R503StepKind // Taken, Extracted or Searched
	Place, Score int          // with the kind Searched
}

// ParseR503IdentifyStep reads the content of one answer. A confirmation code other
// than success is an [R503Code].
func ParseR503IdentifyStep(content []byte) (R503IdentifyStep, error) {
	if len(content) > 0 && R503Code(content[0]) != r503OK {
		return R503IdentifyStep{}, R503Code(content[0])
	}
	if len(content) != 6 {
		return R503IdentifyStep{}, fmt.Errorf("identification step of %d bytes: %w", len(content), drivers.ErrProtocol)
	}
	switch content[1] {
	case 1:
		return R503IdentifyStep{Kind: R503Taken}, nil
	case 2:
		return R503IdentifyStep{Kind: R503Extracted}, nil
	case 3:
		place, score := binary.BigEndian.Uint16(content[2:]), binary.BigEndian.Uint16(content[4:])
		return R503IdentifyStep{Kind: R503Searched, Place: int(place), Score: int(score)}, nil
	}
	return R503IdentifyStep{}, fmt.Errorf("identification step %02X: %w", content[1], drivers.ErrProtocol)
}

// R503IdentifySteps follows the answers to one AutoIdentify in their order.
type R503IdentifySteps struct {
	last R503StepKind
}

// Next takes the content of the next answer and tells whether it was the last, as
// [R503EnrolSteps.Next] does.
func (s *R503IdentifySteps) Next(content []byte) (step R503IdentifyStep, done bool, err error) {
	step, err = ParseR503IdentifyStep(content)
	if err != nil {
		return step, true, err
	}
	follows := map[R503StepKind]R503StepKind{0: R503Taken, R503Taken: R503Extracted, R503Extracted: R503Searched}
	if step.Kind != follows[s.last] {
		return R503IdentifyStep{}, true, fmt.Errorf("identification step %d after step %d: %w", step.Kind, s.last, drivers.ErrProtocol)
	}
	s.last = step.Kind
	return step, step.Kind == R503Searched, nil
}
