package session

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"time"

	"motcua/drivers"
	"motcua/protocol/catalogue"
	"motcua/protocol/fault"
	"motcua/protocol/immunisation"
	"motcua/protocol/local"
	"motcua/protocol/request"
	"motcua/protocol/workday"
)

// signWait is how long a token may take for a signature; the person waits.
const signWait = 30 * time.Second

// pinMost is how long a token's PIN may be.
const pinMost = 64

// signs tells whether a service is carried out with the officer's signing token.
func signs(id string) bool { return id == catalogue.SigningDesk || id == catalogue.AttestDoses }

// batches are those that are to be attested, as tasks; the one closed last comes first.
func batches(all []VaccineBatch) []local.Task {
	var out []local.Task
	for _, b := range slices.Backward(all) {
		out = append(out, local.Task{ID: b.Root, Kind: local.TaskBatch, Plan: b.Plan, Session: b.Session, Records: int(min(b.Records, maxShown))})
	}
	return out
}

// signingAnswered takes what the centre says of documents: all that are to be signed, or
// the one that an act was about.
func (s *Session) signingAnswered(a request.AnswerSigning) {
	v := s.visit
	act, _ := v.form.values["act"].Text()
	if act == "list" {
		v.office.tasks, v.office.chosen = nil, nil
		for _, t := range a.Tasks {
			v.office.tasks = append(v.office.tasks, shownTask(t))
		}
		v.office.end()
		s.on(DeskShown)
		return
	}
	if len(a.Tasks) != 1 || v.office.chosen == nil || a.Tasks[0].Document.String() != v.office.chosen.ID {
		s.log.Warn("an answer about another document", "visit", v.id)
		return
	}
	switch state := a.Tasks[0].State; {
	case act == "take":
		v.office.end()
		s.on(PreviewShown)
	case act == "refuse":
		s.concluded(local.Outcome{Word: local.OutcomeDeclined})
	case state == request.SignPushed:
		s.concluded(local.Outcome{Word: local.OutcomePushed})
	default:
		s.concluded(local.Outcome{Word: local.OutcomeSigned})
	}
}

func shownTask(t request.SignTask) local.Task {
	return local.Task{
		ID: t.Document.String(), Kind: t.Kind, Title: t.Title, Pages: int(t.Pages), Preview: t.Preview, Due: t.Due, Mine: t.Mine,
		Taken: t.State == request.SignTaken, Settled: t.State != request.SignListed && t.State != request.SignTaken,
	}
}

// takeTask takes one of the tasks: a document is kept for this officer by the centre.
func (s *Session) takeTask(id string) error {
	o := &s.visit.office
	i := slices.IndexFunc(o.tasks, func(t local.Task) bool { return t.ID == id })
	if i < 0 || o.tasks[i].Settled || o.tasks[i].Taken && !o.tasks[i].Mine {
		return local.ErrNotOffered
	}
	o.chosen, o.token, o.tries = &o.tasks[i], "", ""
	if s.visit.service == catalogue.AttestDoses {
		s.on(PreviewShown)
		return nil
	}
	s.askOffice(map[string]request.Value{"act": request.TextValue("take"), "document": request.TextValue(id)})
	return nil
}

// decline asks why a document is not to be signed.
func (s *Session) decline() {
	f := &s.visit.form
	svc, _ := catalogue.Lookup(s.visit.service)
	*f = newForm(svc, map[string]request.Value{"act": request.TextValue("refuse"), "document": request.TextValue(s.visit.office.chosen.ID)})
	f.only = []string{"reason"}
	f.next()
	s.on(Declining)
}

// takeTokenPIN takes the PIN of the token. Ours is wiped when the token has it.
func (s *Session) takeTokenPIN(pin string) error {
	if pin == "" || len(pin) > pinMost {
		return local.ErrNotOffered
	}
	s.visit.office.pin = []byte(pin)
	s.on(TokenPIN)
	return nil
}

// signed is what is signed: the document's SHA-256, or that of what an attester signs of
// a batch. It is the very task that is on the screen.
func (o office) signed() [32]byte {
	if o.chosen == nil {
		return [32]byte{}
	}
	if o.chosen.Kind == local.TaskBatch {
		return sha256.Sum256(immunisation.AttestedBytes(o.chosen.ID))
	}
	var digest [32]byte
	if b, err := hex.DecodeString(o.chosen.ID); err == nil && len(b) == len(digest) {
		copy(digest[:], b)
	}
	return digest
}

// enterSigning has the token sign.
func (s *Session) enterSigning() {
	v := s.visit
	pin, digest := v.office.pin, v.office.signed()
	v.office.pin = nil
	s.run(v, func(ctx context.Context) func() {
		ctx, cancel := context.WithTimeout(ctx, signWait)
		defer cancel()
		signature, err := s.cfg.Token.Sign(ctx, pin, digest)
		at := time.Now()
		return func() { s.tokenSigned(signature, at, err) }
	})
}

func (s *Session) tokenSigned(t drivers.TokenSignature, at time.Time, err error) {
	o := &s.visit.office
	o.token, o.tries = "", ""
	if err != nil {
		s.tokenFailed(err)
		return
	}
	s.story("signed", "service", s.visit.service, "algorithm", string(t.Algorithm))
	certificate := sha256.Sum256(t.Certificate)
	values := map[string]request.Value{
		"certificate": request.TextValue(hex.EncodeToString(certificate[:])), "signature": request.TextValue(hex.EncodeToString(t.Value)),
	}
	if o.chosen.Kind == local.TaskBatch {
		values["batch"], values["records"] = request.TextValue(o.chosen.ID), request.NumberValue(uint64(o.chosen.Records))
	} else {
		values["act"], values["document"] = request.TextValue("sign"), request.TextValue(o.chosen.ID)
		values["algorithm"] = request.TextValue(string(t.Algorithm))
		values["signed_at"] = request.TextValue(at.In(workday.Zone()).Format("02/01/2006 15:04"))
	}
	s.askOffice(values)
}

// tokenFailed asks for the PIN again where that may help.
func (s *Session) tokenFailed(err error) {
	v := s.visit
	code := tokenFault(err)
	s.log.Warn("nothing was signed", "visit", v.id, "code", code, "err", err)
	s.note(Note{About: AboutOffice, Service: v.service, Outcome: "not-signed", Code: code, Reasons: []string{"officer-" + v.duty.officer.Ref}})
	if fault.Lookup(code).Class == fault.Permanent {
		s.fail(TokenUseless, code)
		return
	}
	v.office.token = code
	if wrong, ok := errors.AsType[*drivers.PINError](err); ok {
		v.office.tries = map[drivers.PINTries]string{drivers.TriesLow: "low", drivers.TriesLast: "last"}[wrong.Left]
	}
	s.story("token", "code", string(code))
	s.on(TokenRefused)
}

// tokenFault is the code of what a token failed with.
func tokenFault(err error) fault.Code {
	for _, f := range []struct {
		err  error
		code fault.Code
	}{
		{drivers.ErrNoToken, fault.TokenAbsent},
		{drivers.ErrSeveralTokens, fault.TokenSeveral},
		{drivers.ErrTokenGone, fault.TokenGone},
		{drivers.ErrTokenLocked, fault.TokenLocked},
		{drivers.ErrPIN, fault.TokenPIN},
		{drivers.ErrPINForm, fault.TokenPIN},
		{drivers.ErrNoCertificate, fault.TokenCertificate},
		{drivers.ErrCertificateTime, fault.TokenTime},
		{drivers.ErrDeviceMute, fault.TokenMute},
		{context.DeadlineExceeded, fault.TokenMute},
		{drivers.ErrDeviceFault, fault.TokenDefect},
	} {
		if errors.Is(err, f.err) {
			return f.code
		}
	}
	return fault.TokenModule
}

// attested forgets the batch that somebody vouches for now.
func (s *Session) attested(a request.AnswerFiled) {
	v := s.visit
	out := local.Outcome{Word: local.OutcomeAttested, No: a.No}
	if err := s.cfg.Vaccines.Attested(v.office.chosen.ID); err != nil {
		s.log.Error("forgetting a batch that is attested", "visit", v.id, "err", err)
		out.Word = local.OutcomeUnkept
	}
	s.concluded(out)
}
