package request

import "strings"

// AnswerSigning is what is to be signed at a facility, and by whom.
type AnswerSigning struct {
	// Tasks are all that the hub asks for; of another act than "list" the one that it is
	// about.
	Tasks []SignTask `cbor:"tasks"`
}

// MaxSignTasks is how many tasks one answer tells of.
const MaxSignTasks = 8

// Bounds of what is told of a document.
const (
	MaxSignPages = 1000
	MaxPreview   = 600 // bytes
)

// SignTask is a document that somebody is to sign.
type SignTask struct {
	Document Digest    `cbor:"document"` // SHA-256 of what is signed
	Kind     string    `cbor:"kind"`
	Title    string    `cbor:"title,omitempty"` // Title, Pages and Preview are told by "list" alone
	Pages    uint32    `cbor:"pages,omitempty"`
	Preview  string    `cbor:"preview,omitempty"` // lines
	Due      int64     `cbor:"due,omitempty"`     // unix milliseconds
	State    SignState `cbor:"state"`
	Mine     bool      `cbor:"mine"`            // who asks has taken it, signed it or refused it
	Until    int64     `cbor:"until,omitempty"` // nobody else takes it until then, unix milliseconds
}

// SignState is how far a task has come.
type SignState string

// States of tasks.
const (
	SignListed  SignState = "listed"
	SignTaken   SignState = "taken"
	SignSigned  SignState = "signed" // and not yet at the hub, nor is one that was refused
	SignRefused SignState = "refused"
	SignPushed  SignState = "pushed"
)

func (a AnswerSigning) validate() error {
	err := check(len(a.Tasks) <= MaxSignTasks, "signing.tasks", "at most 8")
	for _, t := range a.Tasks {
		err = first(err, t.validate())
	}
	return err
}

func (t SignTask) validate() error {
	err := first(
		word("task.kind", t.Kind), text("task.title", t.Title), check(t.Pages <= MaxSignPages, "task.pages", "at most 1000"),
		check(len(t.Preview) <= MaxPreview, "task.preview", "at most 600 bytes"),
		oneOf("task.state", t.State, SignListed, SignTaken, SignSigned, SignRefused, SignPushed),
	)
	for line := range strings.Lines(t.Preview) {
		err = first(err, check(printable(strings.TrimSuffix(line, "\n")), "task.preview", "lines of text without control characters"))
	}
	for _, at := range []int64{t.Due, t.Until} {
		if at != 0 {
			err = first(err, instant("task.time", at))
		}
	}
	return err
}
