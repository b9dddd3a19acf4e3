package local

import "log/slog"

// Office is what an officer is doing, beside what every visit has.
type Office struct {
	// Tasks are what may be signed, at the step desk.
	Tasks []Task `json:"tasks,omitempty"`
	// Chosen is the one that is being signed.
	Chosen *Task `json:"chosen,omitempty"`
	// Token is what the signing token failed with last; nil: it has not.
	Token *Fault `json:"token,omitempty"`
	// Tries is what it tells of the tries left after a wrong PIN: low, last; empty where
	// it tells nothing.
	Tries string `json:"tries,omitempty"`
	// Outcome is what came of an act, at the step outcome.
	Outcome *Outcome `json:"outcome,omitempty"`
}

// Task is a document, or the doses of a vaccination session, that an officer may sign.
type Task struct {
	ID   string `json:"id"`   // what is signed: the document's SHA-256, or the batch's root; hexadecimal
	Kind string `json:"kind"` // of the document, such as birth-extract; TaskBatch
	// Of a document.
	Title   string `json:"title,omitempty"`
	Pages   int    `json:"pages,omitempty"`
	Preview string `json:"preview,omitempty"` // lines
	Due     int64  `json:"due,omitempty"`     // unix milliseconds
	// Taken: somebody has it for now; Mine: it is who is here. Settled: it is signed or
	// refused.
	Taken   bool `json:"taken,omitempty"`
	Mine    bool `json:"mine,omitempty"`
	Settled bool `json:"settled,omitempty"`
	// Of a batch.
	Plan    string `json:"plan,omitempty"`
	Session string `json:"session,omitempty"`
	Records int    `json:"records,omitempty"`
}

// TaskBatch is the kind of a batch of doses.
const TaskBatch = "batch"

// LogValue keeps a document out of the logs.
func (Task) LogValue() slog.Value { return slog.StringValue("[task]") }

// String keeps a document out of error texts.
func (Task) String() string { return "[task]" }

// Outcome is what came of an officer's act.
type Outcome struct {
	Word OutcomeWord `json:"word"`
	// Reason is why it was refused, a stable word, and VI and EN what is to be said of it.
	Reason string `json:"reason,omitempty"`
	VI     string `json:"vi,omitempty"`
	EN     string `json:"en,omitempty"`
	// Session is the vaccination session that was opened or closed.
	Session *VaccineSession `json:"session,omitempty"`
	// No is a number that was given.
	No string `json:"no,omitempty"`
}

// OutcomeWord is how an act ended.
type OutcomeWord string

// How acts end.
const (
	OutcomeOpened   OutcomeWord = "opened"   // a vaccination session
	OutcomeClosed   OutcomeWord = "closed"   // with doses that are to be attested, or without
	OutcomeAttested OutcomeWord = "attested" // a batch
	OutcomeRevoked  OutcomeWord = "revoked"  // a certificate, or a session
	OutcomeSigned   OutcomeWord = "signed"   // a document, which is on its way
	OutcomePushed   OutcomeWord = "pushed"   // a document, which is where it belongs
	OutcomeDeclined OutcomeWord = "declined" // a document, with a reason
	OutcomeRefused  OutcomeWord = "refused"  // by the centre, see Reason
	OutcomeHeld     OutcomeWord = "held"     // somebody at the centre looks at it first
	OutcomeSilent   OutcomeWord = "silent"   // the centre has not answered in time
	OutcomeUnkept   OutcomeWord = "unkept"   // done at the centre, and this kiosk could not keep it
)

// VaccineSession is a vaccination session as an officer sees it.
type VaccineSession struct {
	ID    string   `json:"id"`
	Plan  string   `json:"plan"`
	Lots  []string `json:"lots,omitempty"`
	Until int64    `json:"until"` // unix milliseconds
	Most  int      `json:"most,omitempty"`
	// Doses that were recorded, and Batch with Records what is to be attested.
	Doses   int    `json:"doses,omitempty"`
	Batch   string `json:"batch,omitempty"`
	Records int    `json:"records,omitempty"`
}

// DutyReport is how far the centre has been told of the officer's session.
type DutyReport string

// How far.
const (
	ReportNone     DutyReport = ""          // it is not to be told
	ReportLacking  DutyReport = "lacking"   // not told: a finger is needed for it
	ReportSaved    DutyReport = "saved"     // on this kiosk, and on its way
	ReportReceived DutyReport = "received"  // the centre has it
	ReportRefused  DutyReport = "refused"   // the centre does not take it
	ReportUnsaved  DutyReport = "not-saved" // it could not be saved
)
