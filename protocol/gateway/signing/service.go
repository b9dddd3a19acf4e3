package signing

import (
	"context"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"motcua/protocol/gateway"
	"motcua/protocol/request"
)

// Hub is where signatures are asked for, and brought.
type Hub interface {
	// Asked are the signatures that the hub asks for at a facility, the most pressing
	// first.
	Asked(ctx context.Context, facility string) ([]Asked, error)
	// Bring tells what came of one. The same may be brought again. An error that is
	// [ErrNotTaken] is for good.
	Bring(ctx context.Context, d Deed) error
}

// ErrNotTaken: the hub does not take what came of a task, however often it is brought.
var ErrNotTaken = errors.New("the hub does not take the signature")

// Why a person looks at a signature: the hub does not take it, or its certificate was
// removed before the hub had it.
const (
	notTakenByHub = "signature-not-taken"
	signerRemoved = "signer-removed"
)

func held(why string) gateway.Outcome {
	return gateway.Outcome{Status: request.StatusHeld, Reason: why, Class: request.ClassReception, Codes: []string{why}}
}

// Service is the signing desk (C13).
type Service struct {
	Hub Hub
	// Signers are the certificates of officers, each by its common name, which is the
	// officer's reference; they may change while the gateway runs. Those count that
	// Authority has issued.
	Signers   func() []*x509.Certificate
	Authority *x509.CertPool
	Log       *slog.Logger
}

// Patience implements gateway.Follower: a signature that was made reaches the hub, or a
// person looks at it.
func (*Service) Patience() gateway.Retry {
	return gateway.Retry{Attempts: 1 << 30, First: time.Second, Most: 5 * time.Minute, Within: 365 * 24 * time.Hour, Timeout: 15 * time.Second, Hold: true}
}

// Handle implements gateway.Follower.
func (s *Service) Handle(_ context.Context, st gateway.State, r gateway.Request) (gateway.Outcome, error) {
	if _, ok := r.Form.(request.GenericForm); !ok || r.Inner.Officer == nil {
		return gateway.Outcome{}, errors.New("signing desk: not the form of this service")
	}
	if r.Text("act") == "list" {
		return gateway.Outcome{Status: request.StatusAccepted, Class: request.ClassOK, More: true}, nil
	}
	doc, t, d, err := find(st, r)
	switch {
	case err != nil:
		return gateway.Outcome{}, err
	case t.Facility == "" || t.Facility != r.Outer.Facility:
		return refused(NoSuchTask), nil
	}
	return s.step(st, r, doc, t, d)
}

// find is the task that a request is about, as it is now; without a facility there is
// none.
func find(st gateway.State, r gateway.Request) (doc request.Digest, t task, d desk, err error) {
	b, err := hex.DecodeString(r.Text("document"))
	if err != nil || len(b) != len(doc) {
		return doc, t, d, errors.New("signing desk: the form names no document")
	}
	copy(doc[:], b)
	_, err = load(st, taskKey(doc), &t)
	if err == nil {
		_, err = load(st, deskKey(doc), &d)
	}
	return doc, t, d.at(r.Now), err
}

// step makes the step of the act, in the transaction of the receipt.
func (s *Service) step(st gateway.State, r gateway.Request, doc request.Digest, t task, d desk) (gateway.Outcome, error) {
	officer, act := r.Inner.Officer.Ref, r.Text("act")
	to := map[string]request.SignState{"take": request.SignTaken, "sign": request.SignSigned, "refuse": request.SignRefused}[act]
	if d.State == to && act != "take" && d.Officer == officer {
		return s.again(st, doc, t, d)
	}
	next, why := d.take(officer, r.Now)
	if act != "take" {
		next, why = d.settle(to, officer, r.Outer.ID, r.Now)
	}
	if why == "" && act == "sign" {
		why = s.signed(r, doc, d)
	}
	if why != "" {
		s.Log.Warn("nothing signed", "document", doc.String(), "act", act, "officer", officer, "reason", string(why))
		return refused(why), nil
	}
	s.Log.Info("signing task", "document", doc.String(), "state", string(next.State), "officer", officer)
	out := told(next.tell(doc, t, false, officer))
	out.Status, out.More = request.StatusAccepted, act != "take"
	return out, save(st, deskKey(doc), next)
}

// again gives the first answer to who does again what they have done.
func (s *Service) again(st gateway.State, doc request.Digest, t task, d desk) (gateway.Outcome, error) {
	_, pushed, err := st.Get(pushedKey(doc))
	out := told(d.tell(doc, t, pushed, d.Officer))
	out.Status = request.StatusDuplicate
	return out, err
}

// Follow implements gateway.Follower: it asks the hub what is to be signed, or brings
// what came of a task.
func (s *Service) Follow(ctx context.Context, st gateway.State, r gateway.Request) (gateway.Outcome, error) {
	if r.Text("act") == "list" {
		return s.list(ctx, st, r)
	}
	if r.Refused {
		return gateway.Outcome{Status: request.StatusRefused, Class: request.ClassReception, Codes: []string{"refused-by-operator"}}, nil
	}
	doc, t, d, err := find(st, r)
	if err != nil {
		return gateway.Outcome{}, err
	}
	if d.By != r.Outer.ID.String() {
		return gateway.Outcome{}, errors.New("signing desk: the task is not this request's")
	}
	deed := Deed{Document: doc, Officer: d.Officer, Reason: r.Text("reason")}
	if d.State == request.SignSigned {
		if deed, err = s.made(r, doc); err != nil {
			return held(signerRemoved), nil
		}
	}
	switch err := s.Hub.Bring(ctx, deed); {
	case errors.Is(err, ErrNotTaken):
		return held(notTakenByHub), nil
	case err != nil:
		return gateway.Outcome{}, fmt.Errorf("bringing a signature: %w", err)
	}
	return told(d.tell(doc, t, true, d.Officer)), st.Set(pushedKey(doc), []byte("1"))
}

// made is the signature that was checked when it came.
func (s *Service) made(r gateway.Request, doc request.Digest) (Deed, error) {
	c := s.named(r.Text("certificate"))
	signature, err := hex.DecodeString(r.Text("signature"))
	if c == nil || err != nil {
		return Deed{}, errors.Join(errors.New("signing desk: the signer's certificate is not there any more"), err)
	}
	return deedOf(r, doc, c, signature), nil
}

// list tells what the hub asks for, and how far that is here.
func (s *Service) list(ctx context.Context, st gateway.State, r gateway.Request) (gateway.Outcome, error) {
	if !waits(r) {
		return gateway.Outcome{}, nil // nobody looks any more
	}
	all, err := s.Hub.Asked(ctx, r.Outer.Facility)
	if err != nil {
		return gateway.Outcome{}, fmt.Errorf("asking what is to be signed: %w", err)
	}
	var tasks []request.SignTask
	for _, a := range all[:min(len(all), request.MaxSignTasks)] {
		t := task{Kind: a.Kind, Facility: r.Outer.Facility, Due: a.Due}
		var d desk
		if _, err := load(st, deskKey(a.Document), &d); err != nil {
			return gateway.Outcome{}, err
		}
		if err := save(st, taskKey(a.Document), t); err != nil {
			return gateway.Outcome{}, err
		}
		one := d.at(r.Now).tell(a.Document, t, false, r.Inner.Officer.Ref)
		one.Title, one.Pages, one.Preview = a.Title, a.Pages, a.Preview
		tasks = append(tasks, one)
	}
	return told(tasks...), nil
}

// waits: somebody looks at the screen still.
func waits(r gateway.Request) bool {
	return r.Outer.Clock.Trust == request.ClockUnset || r.Now.UnixMilli() < r.Outer.ExpiresAt+r.Outer.Clock.OffsetMS
}

// told is the outcome that tells of tasks.
func told(tasks ...request.SignTask) gateway.Outcome {
	return gateway.Outcome{Class: request.ClassOK, Answer: &request.Answer{Signing: &request.AnswerSigning{Tasks: tasks}}}
}
