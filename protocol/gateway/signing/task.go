package signing

import (
	"encoding/json"
	"fmt"
	"time"

	"motcua/protocol/gateway"
	"motcua/protocol/personal"
	"motcua/protocol/request"
)

// Asked is a signature that the hub asks for.
type Asked struct {
	personal.Masked

	Document request.Digest
	Kind     string
	Title    string
	Pages    uint32
	Due      int64 // unix milliseconds
	Preview  string
}

// Deed is what came of a task, for the hub.
type Deed struct {
	personal.Masked

	Document    request.Digest
	Officer     string // reference
	Algorithm   string // of the catalogue; empty when it was refused
	Certificate []byte // DER
	Signature   []byte
	SignedAt    int64 // unix milliseconds
	Reason      string
}

// task is what is known of one from the hub.
type task struct {
	Kind     string `json:"kind"`
	Facility string `json:"facility"`
	Due      int64  `json:"due"`
}

// desk is how far a task has come; zero: it is listed.
type desk struct {
	State   request.SignState `json:"state"`
	Officer string            `json:"officer"`
	At      int64             `json:"at"`              // of the state, unix milliseconds
	Until   int64             `json:"until,omitempty"` // nobody else takes it until then
	By      string            `json:"by,omitempty"`    // the request that signed or refused it
}

// takenFor is how long a task waits for who took it.
const takenFor = 15 * time.Minute

// at is the desk as it is at a time: what was taken too long ago is listed.
func (d desk) at(now time.Time) desk {
	if d.State == "" || d.State == request.SignTaken && now.UnixMilli() >= d.Until {
		return desk{State: request.SignListed}
	}
	return d
}

// take is the step from listed to taken; who has it already has it for longer.
func (d desk) take(officer string, now time.Time) (desk, Reason) {
	if why := d.closed(officer); why != "" {
		return d, why
	}
	return desk{State: request.SignTaken, Officer: officer, At: now.UnixMilli(), Until: now.Add(takenFor).UnixMilli()}, ""
}

// settle is the step from taken to signed or refused.
func (d desk) settle(to request.SignState, officer string, by request.ID, now time.Time) (desk, Reason) {
	if why := d.closed(officer); why != "" {
		return d, why
	}
	if d.State != request.SignTaken {
		return d, NotTaken
	}
	return desk{State: to, Officer: officer, At: now.UnixMilli(), By: by.String()}, ""
}

// closed says why an officer can do nothing with a task.
func (d desk) closed(officer string) Reason {
	switch {
	case d.State == request.SignSigned:
		return AlreadySigned
	case d.State == request.SignRefused:
		return AlreadyRefused
	case d.State == request.SignTaken && d.Officer != officer:
		return TakenByAnother
	}
	return ""
}

// tell is what an officer is told of a task.
func (d desk) tell(doc request.Digest, t task, pushed bool, officer string) request.SignTask {
	told := request.SignTask{Document: doc, Kind: t.Kind, Due: t.Due, State: d.State, Mine: d.Officer == officer && officer != "", Until: d.Until}
	if pushed {
		told.State = request.SignPushed
	}
	return told
}

// Where things are kept. The hub's word, the desk and the push have one writer each.
func taskKey(doc request.Digest) string   { return "signing/task/" + doc.String() }
func deskKey(doc request.Digest) string   { return "signing/desk/" + doc.String() }
func pushedKey(doc request.Digest) string { return "signing/pushed/" + doc.String() }

// load reads what is kept under a key; false: nothing is.
func load(st gateway.State, key string, into any) (bool, error) {
	b, found, err := st.Get(key)
	if err != nil || !found {
		return false, err
	}
	if err := json.Unmarshal(b, into); err != nil {
		return false, fmt.Errorf("reading a signing task: %w", err)
	}
	return true, nil
}

func save(st gateway.State, key string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return st.Set(key, b)
}
