package session_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
	"time"

	"motcua/daemon/session"
	"motcua/drivers"
	"motcua/protocol/catalogue"
	"motcua/protocol/fault"
	"motcua/protocol/immunisation"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// shelf is a book of vaccination sessions in memory.
type shelf struct {
	session *session.VaccineSession
	batches []session.VaccineBatch
	full    bool // the disk is
}

func (b *shelf) Open() (session.VaccineSession, bool) { return b.Unclosed() }

func (b *shelf) Unclosed() (session.VaccineSession, bool) {
	if b.session == nil {
		return session.VaccineSession{}, false
	}
	return *b.session, true
}

func (b *shelf) Begin(s session.VaccineSession) error {
	if b.full {
		return errors.New("full")
	}
	b.session = &s
	return nil
}

func (b *shelf) Close(_ string, of session.VaccineBatch) error {
	b.session = nil
	if of.Root != "" {
		b.batches = append(b.batches, of)
	}
	return nil
}

func (b *shelf) Batches() []session.VaccineBatch { return b.batches }
func (b *shelf) Attested(string) error           { b.batches = nil; return nil }

// stick is a signing token, which signs what it is given or fails.
type stick struct {
	fails error
	pin   string
	got   [32]byte
}

func (s *stick) Sign(_ context.Context, pin []byte, digest [32]byte) (drivers.TokenSignature, error) {
	s.pin, s.got = string(pin), digest
	clear(pin)
	if s.fails != nil {
		return drivers.TokenSignature{}, s.fails
	}
	return drivers.TokenSignature{Algorithm: drivers.SignedES256, Value: make([]byte, 70), Certificate: []byte("certificate")}, nil
}

// desk is a kiosk with all officers' services, and what they need.
type desk struct {
	*kit
	glass *glass
	roll  *roll
	book  *shelf
	token *stick
}

func offices(t *testing.T, story func(d *desk), changes ...func(*session.Config)) {
	t.Helper()
	d := &desk{roll: &roll{finger: "son"}, book: &shelf{}, token: &stick{}}
	all := append([]func(*session.Config){func(c *session.Config) {
		c.Vaccines, c.Token = d.book, d.token
		c.Services = []string{catalogue.CheckIn, catalogue.VaccineSession, catalogue.AttestDoses, catalogue.VaccineCert, catalogue.SigningDesk}
	}}, changes...)
	fingers(t, d.roll, func(k *kit, g *glass) {
		d.kit, d.glass = k, g
		story(d)
	}, all...)
}

// proven brings the officer to the session by finger, and into a service by PIN.
func (d *desk) proven(service string) {
	d.t.Helper()
	d.at(local.StepFinger)
	d.glass.lay("son")
	d.at(local.StepDuty)
	d.act(local.VerbService, service)
	d.at(local.StepAbout)
	d.act(local.VerbContinue, "")
	d.at(local.StepPIN)
	d.pin(officerPIN)
}

// refuses answers what is on its way as the centre does that does not take it.
func (d *desk) refuses(s saved, reason string) {
	d.t.Helper()
	r := d.signed(s, request.ClassReception, nil)
	r.Codes = []string{reason}
	d.session.Result(r)
	d.state()
}

// outcome is what the screen says came of it.
func (d *desk) outcome(want local.OutcomeWord) local.Outcome {
	d.t.Helper()
	v := d.at(local.StepOutcome)
	if v.Office == nil || v.Office.Outcome == nil || v.Office.Outcome.Word != want {
		d.t.Fatalf("%+v, want %s", v.Office, want)
	}
	return *v.Office.Outcome
}

// form is what a request was about.
func (d *desk) form(s saved) map[string]request.Value {
	d.t.Helper()
	svc, _ := catalogue.Lookup(s.draft.Service)
	f, err := svc.Read(s.inner.Form)
	if err != nil {
		d.t.Fatal(err)
	}
	return f.(request.GenericForm).Values
}

func word(values map[string]request.Value, field string) string {
	text, _ := values[field].Text()
	return text
}

func opened(session string) *request.Answer {
	return &request.Answer{Session: &request.AnswerSession{
		Session: session, Plan: "plan-1", Open: true, Until: time.Now().Add(5 * time.Hour).UnixMilli(), Most: 40,
		Lots: []request.SessionLot{{Lot: "LOT-0991", Antigen: "covid-19"}},
	}}
}

// TestAVaccinationDay: card, finger and PIN open a session, which the kiosk keeps; closing
// it tells the batch, and each act has a proof of the chip's own.
func TestAVaccinationDay(t *testing.T) {
	offices(t, func(d *desk) {
		d.proven(catalogue.VaccineSession)
		if q := d.at(local.StepQuestion).Question; q.Field != "plan" || !q.Scan {
			t.Errorf("%+v", q)
		}
		d.act(local.VerbAnswer, "plan-1")
		d.session.Scanned([]byte("LOT-0991"))
		if q := d.at(local.StepQuestion).Question; q.Field != "lots" || q.Value != "LOT-0991" || !q.Skip {
			t.Errorf("%+v", q)
		}
		d.act(local.VerbAnswer, "LOT-0991 LOT-0992")
		d.at(local.StepCheck)
		d.act(local.VerbSubmit, "")
		d.at(local.StepWaiting)
		first := d.last(catalogue.VaccineSession)
		e := first.inner.Evidence
		if e.Level != request.E4 || !e.Facts.Secret || e.Facts.Biometric == nil || e.Facts.Biometric.Method != "local" ||
			e.Facts.Biometric.Liveness != request.LivenessUnchecked || first.inner.Subject != nil || first.inner.Officer == nil {
			t.Errorf("%+v, subject %v", e.Facts, first.inner.Subject != nil)
		}
		if f := d.form(first); word(f, "act") != "open" || word(f, "plan") != "plan-1" {
			t.Errorf("%v", f)
		}
		d.receipt(first, request.StatusAccepted)
		d.at(local.StepWaiting)
		d.result(first, request.ClassOK, opened("s-1"))
		if o := d.outcome(local.OutcomeOpened); o.Session == nil || o.Session.Most != 40 {
			t.Errorf("%+v", o)
		}
		if d.book.session == nil || d.book.session.Officer != onDuty.Ref || d.book.session.ID != "s-1" {
			t.Errorf("kept: %+v", d.book.session)
		}
		// Back, and closed in the same visit: the card has to prove itself again.
		reads := d.reads
		d.act(local.VerbContinue, "")
		d.at(local.StepDuty)
		d.act(local.VerbService, catalogue.VaccineSession)
		d.act(local.VerbContinue, "")
		if rows := d.at(local.StepCheck).Answers; len(rows) != 2 || !rows[1].Fixed || rows[1].Value != "plan-1" {
			t.Errorf("%v", len(rows))
		}
		d.act(local.VerbSubmit, "")
		second := d.last(catalogue.VaccineSession)
		if d.reads != reads+1 || string(second.inner.Evidence.Opening) == string(first.inner.Evidence.Opening) {
			t.Error("closed with the proof of the opening")
		}
		a := opened("s-1")
		a.Session.Open, a.Session.Batch, a.Session.Records = false, strings.Repeat("ab", 32), 2
		d.result(second, request.ClassOK, a)
		d.outcome(local.OutcomeClosed)
		if d.book.session != nil || len(d.book.batches) != 1 || d.book.batches[0].Records != 2 {
			t.Errorf("%+v", d.book)
		}
		d.act(local.VerbFinish, "")
		d.at(session.Attract)
	})
}

// TestAnAttestation: what is seen is what is signed, with the officer's own token.
func TestAnAttestation(t *testing.T) {
	offices(t, func(d *desk) {
		root := strings.Repeat("ab", 32)
		d.book.batches = []session.VaccineBatch{{Session: "s-1", Plan: "plan-1", Root: root, Records: 2}}
		d.proven(catalogue.AttestDoses)
		if tasks := d.at(local.StepDesk).Office.Tasks; len(tasks) != 1 || tasks[0].ID != root || tasks[0].Records != 2 {
			t.Fatalf("%d tasks", len(tasks))
		}
		if err := d.try(local.VerbTake, strings.Repeat("cd", 32)); !errors.Is(err, local.ErrNotOffered) {
			t.Errorf("another batch: %v", err)
		}
		d.act(local.VerbTake, root)
		d.at(local.StepPreview)
		if err := d.try(local.VerbNo, ""); !errors.Is(err, local.ErrNotOffered) {
			t.Errorf("declining a batch: %v", err)
		}
		d.act(local.VerbContinue, "")
		d.at(local.StepToken)
		d.act(local.VerbPIN, "pin-0990")
		d.at(local.StepWaiting)
		if d.token.pin != "pin-0990" || d.token.got != sha256.Sum256(immunisation.AttestedBytes(root)) {
			t.Error("signed something else")
		}
		s := d.last(catalogue.AttestDoses)
		certificate := sha256.Sum256([]byte("certificate"))
		if f := d.form(s); word(f, "batch") != root || word(f, "certificate") != hex.EncodeToString(certificate[:]) {
			t.Errorf("%v", f)
		}
		d.result(s, request.ClassOK, &request.Answer{Filed: &request.AnswerFiled{No: "A-1", Next: "-"}})
		d.outcome(local.OutcomeAttested)
		if len(d.book.batches) != 0 {
			t.Error("still to be attested")
		}
		if strings.Contains(d.log.String(), "pin-0990") {
			t.Error("the token's PIN is in the log")
		}
	})
}

// TestARevocation: a certificate or a session, with a reason.
func TestARevocation(t *testing.T) {
	offices(t, func(d *desk) {
		d.proven(catalogue.VaccineCert)
		d.act(local.VerbAnswer, "URN:UVCI:01:VN:0990")
		d.act(local.VerbAnswer, "nhập nhầm")
		d.at(local.StepCheck)
		d.act(local.VerbSubmit, "")
		s := d.last(catalogue.VaccineCert)
		if f := d.form(s); word(f, "act") != "revoke" || s.inner.Subject != nil || s.inner.Evidence.Level != request.E4 {
			t.Errorf("%v, %s", f, s.inner.Evidence.Level)
		}
		d.result(s, request.ClassOK, &request.Answer{Filed: &request.AnswerFiled{No: "URN:UVCI:01:VN:0990", Next: "1 certificates count no more."}})
		d.outcome(local.OutcomeRevoked)
	})
}

// document is a task of the hub.
func extract(state request.SignState) request.SignTask {
	return request.SignTask{Document: request.Digest{9}, Kind: "birth-extract", Title: "Trích lục", Pages: 1, Preview: "dòng một", State: state, Mine: state == request.SignTaken}
}

func signing(t request.SignTask) *request.Answer {
	return &request.Answer{Signing: &request.AnswerSigning{Tasks: []request.SignTask{t}}}
}

// listed brings an officer to the list of what is to be signed, and to one of it.
func (d *desk) taken() {
	d.t.Helper()
	d.proven(catalogue.SigningDesk)
	d.at(local.StepWaiting)
	d.result(d.last(catalogue.SigningDesk), request.ClassOK, nil) // it is being asked for
	d.at(local.StepWaiting)
	d.result(d.last(catalogue.SigningDesk), request.ClassOK, signing(extract(request.SignListed)))
	d.at(local.StepDesk)
	d.act(local.VerbTake, request.Digest{9}.String())
	d.at(local.StepWaiting)
	d.result(d.last(catalogue.SigningDesk), request.ClassOK, signing(extract(request.SignTaken)))
	if c := d.at(local.StepPreview).Office.Chosen; c == nil || c.Title != "Trích lục" || c.Preview != "dòng một" {
		d.t.Errorf("%v", c != nil)
	}
}

// TestTheSigningDesk: list, take, sign; what was signed is told again when the hub has it.
func TestTheSigningDesk(t *testing.T) {
	offices(t, func(d *desk) {
		d.taken()
		d.act(local.VerbContinue, "")
		for _, c := range []struct {
			fails error
			code  fault.Code
			tries string
		}{
			{&drivers.PINError{Left: drivers.TriesLast}, fault.TokenPIN, "last"},
			{drivers.ErrPINForm, fault.TokenPIN, ""},
			{drivers.ErrNoToken, fault.TokenAbsent, ""},
			{drivers.ErrSeveralTokens, fault.TokenSeveral, ""},
			{drivers.ErrTokenGone, fault.TokenGone, ""},
			{drivers.ErrDeviceMute, fault.TokenMute, ""},
			{drivers.ErrDeviceFault, fault.TokenDefect, ""},
		} {
			d.token.fails = c.fails
			d.act(local.VerbPIN, "0990")
			if o := d.at(local.StepToken).Office; o.Token == nil || o.Token.Code != c.code || o.Tries != c.tries {
				t.Errorf("%v: %+v", c.fails, o.Token)
			}
		}
		d.token.fails = nil
		d.act(local.VerbPIN, "0990")
		s := d.last(catalogue.SigningDesk)
		if f := d.form(s); word(f, "act") != "sign" || word(f, "algorithm") != "ES256" || word(f, "signed_at") != "02/03/2026 14:30" || d.token.got != [32]byte{9} {
			t.Errorf("%v", f)
		}
		d.result(s, request.ClassOK, signing(extract(request.SignSigned)))
		d.outcome(local.OutcomeSigned)
		d.result(s, request.ClassOK, signing(extract(request.SignPushed)))
		d.outcome(local.OutcomePushed)
		d.act(local.VerbContinue, "") // what else is to be signed
		d.at(local.StepWaiting)
		if f := d.form(d.last(catalogue.SigningDesk)); word(f, "act") != "list" {
			t.Errorf("%v", f)
		}
	})
}

// TestDeclining: a document that is not to be signed takes a reason.
func TestDeclining(t *testing.T) {
	offices(t, func(d *desk) {
		d.taken()
		d.act(local.VerbNo, "")
		if q := d.at(local.StepQuestion).Question; q.Field != "reason" || !q.Back {
			t.Errorf("%+v", q)
		}
		d.act(local.VerbBack, "")
		d.at(local.StepPreview)
		d.act(local.VerbNo, "")
		d.act(local.VerbAnswer, "sai tên")
		d.at(local.StepCheck)
		d.act(local.VerbSubmit, "")
		s := d.last(catalogue.SigningDesk)
		if f := d.form(s); word(f, "act") != "refuse" || word(f, "reason") != "sai tên" {
			t.Errorf("%v", f)
		}
		d.result(s, request.ClassOK, signing(extract(request.SignRefused)))
		d.outcome(local.OutcomeDeclined)
	})
}

// TestTokensThatAreOfNoUse: with these nobody tries again.
func TestTokensThatAreOfNoUse(t *testing.T) {
	for code, err := range map[fault.Code]error{
		fault.TokenLocked: &drivers.PINError{Left: drivers.TriesNone}, fault.TokenCertificate: drivers.ErrNoCertificate,
		fault.TokenTime: drivers.ErrCertificateTime, fault.TokenModule: drivers.ErrTokenModule,
	} {
		t.Run(string(code), func(t *testing.T) {
			offices(t, func(d *desk) {
				d.taken()
				d.act(local.VerbContinue, "")
				d.token.fails = err
				d.act(local.VerbPIN, "0990")
				d.problem(code)
			})
		})
	}
}

// TestWhatIsRefused: each refusal is told with its reason, and nothing is kept.
func TestWhatIsRefused(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer func(d *desk, s saved)
		word   local.OutcomeWord
		reason string
	}{
		{"by the centre's rules", func(d *desk, s saved) { d.refuses(s, string(immunisation.PlanUnknown)) }, local.OutcomeRefused, "plan-unknown"},
		{"for the evidence", func(d *desk, s saved) { d.refuses(s, "evidence-too-weak") }, local.OutcomeRefused, "evidence-too-weak"},
		{"by the receipt alone", func(d *desk, s saved) { d.receipt(s, request.StatusRefused); time.Sleep(2 * time.Second) }, local.OutcomeRefused, ""},
		{"by somebody at the centre", func(d *desk, s saved) { d.receipt(s, request.StatusHeld) }, local.OutcomeHeld, ""},
		{"by nobody", func(*desk, saved) { time.Sleep(46 * time.Second) }, local.OutcomeSilent, ""},
		{"by the disk", func(d *desk, s saved) { d.book.full = true; d.result(s, request.ClassOK, opened("s-1")) }, local.OutcomeUnkept, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			offices(t, func(d *desk) {
				d.proven(catalogue.VaccineSession)
				d.act(local.VerbAnswer, "plan-1")
				d.act(local.VerbAnswer, "")
				d.act(local.VerbSubmit, "")
				s := d.last(catalogue.VaccineSession)
				if left := time.Until(time.UnixMilli(s.outer.ExpiresAt)); left > 45*time.Second {
					t.Errorf("the centre does it for %v", left)
				}
				c.answer(d, s)
				o := d.outcome(c.word)
				if o.Reason != c.reason || c.reason != "" && (o.VI == "" || o.EN == "") {
					t.Errorf("%+v", o)
				}
				if d.book.session != nil {
					t.Error("kept")
				}
				d.act(local.VerbContinue, "")
				d.at(local.StepDuty)
			})
		})
	}
}

// TestNotBegun: what the centre would refuse, or cannot be asked, is not begun.
func TestNotBegun(t *testing.T) {
	type story struct {
		name     string
		change   func(*session.Config)
		before   func(d *desk) // at the officer's session
		withheld local.Withheld
	}
	for _, c := range []story{
		{"offline", nil, func(d *desk) { d.session.SetLink(session.Link{Code: fault.Offline}) }, local.WithheldOffline},
		{"no finger is kept", nil, func(d *desk) { d.roll.finger = "" }, local.WithheldFinger},
		{"too many wrong fingers", nil, func(d *desk) { d.roll.spent = 3 }, local.WithheldFinger},
		{"the reader was pulled", nil, func(d *desk) {
			d.session.SetDevices([]local.PartState{{Part: "finger-reader", State: "gone"}})
		}, local.WithheldFinger},
		{"no module", func(s *session.Config) { s.Token = nil }, func(*desk) {}, local.WithheldToken},
	} {
		t.Run(c.name, func(t *testing.T) {
			var changes []func(*session.Config)
			if c.change != nil {
				changes = append(changes, c.change)
			}
			offices(t, func(d *desk) {
				d.act(local.VerbOtherWay, "") // by PIN
				d.pin(officerPIN)
				d.at(local.StepDuty)
				c.before(d)
				d.act(local.VerbService, catalogue.SigningDesk)
				v := d.at(local.StepAbout)
				found := local.Withheld("")
				for _, o := range v.Duty.Services {
					if o.Service == catalogue.SigningDesk {
						found = o.Withheld
					}
				}
				if found != c.withheld {
					t.Errorf("withheld: %q, want %q", found, c.withheld)
				}
				if err := d.try(local.VerbContinue, ""); !errors.Is(err, local.ErrNotOffered) {
					t.Errorf("begun: %v", err)
				}
				d.act(local.VerbBack, "")
				d.at(local.StepDuty)
				if d.count(catalogue.SigningDesk) != 0 {
					t.Error("something was sent")
				}
			}, changes...)
		})
	}
}

// TestTheFingerAsWell: after the PIN the finger is asked for, and a wrong one three times
// ends the service and not the session.
func TestTheFingerAsWell(t *testing.T) {
	offices(t, func(d *desk) {
		d.act(local.VerbOtherWay, "")
		d.pin(officerPIN)
		d.act(local.VerbService, catalogue.VaccineSession)
		d.act(local.VerbContinue, "")
		d.at(local.StepFinger)
		if err := d.try(local.VerbOtherWay, ""); !errors.Is(err, local.ErrNotOffered) {
			t.Errorf("the PIN instead: %v", err)
		}
		d.act(local.VerbBack, "")
		d.at(local.StepDuty)
		d.act(local.VerbService, catalogue.VaccineSession)
		d.act(local.VerbContinue, "")
		for range 2 {
			d.glass.lay("an")
			d.glass.lift()
		}
		d.glass.lay("an")
		d.fingerAt(local.StepDuty, local.FingerSpent)
		if d.count(catalogue.VaccineSession) != 0 {
			t.Error("something was sent")
		}
	})
}

// TestTheCardHasToStay: an act after the first needs the card again.
func TestTheCardHasToStay(t *testing.T) {
	offices(t, func(d *desk) {
		d.proven(catalogue.SigningDesk)
		d.at(local.StepWaiting)
		d.result(d.last(catalogue.SigningDesk), request.ClassOK, signing(extract(request.SignListed)))
		d.kit.lift()
		d.act(local.VerbTake, request.Digest{9}.String())
		d.problem(fault.CardGone)
		if d.count(catalogue.SigningDesk) != 1 {
			t.Error("sent without the card")
		}
		d.act(local.VerbRetry, "")
		d.at(local.StepDuty)
	})
}

// TestCitizensHaveNoOfficersMenu: officers' services are in nobody's menu, and no tap
// begins them.
func TestCitizensHaveNoOfficersMenu(t *testing.T) {
	visit(t, func(k *kit) {
		for _, o := range k.state().Kiosk.Services {
			if o.Service == catalogue.VaccineSession || o.Service == catalogue.SigningDesk || o.Service == catalogue.AttestDoses || o.Service == catalogue.DutySession {
				t.Errorf("%s is offered to everybody", o.Service)
			}
		}
		if err := k.try(local.VerbBegin, catalogue.SigningDesk); !errors.Is(err, local.ErrNotOffered) {
			t.Errorf("%v", err)
		}
	}, func(c *session.Config) {
		c.Services = []string{catalogue.CheckIn, catalogue.VaccineSession, catalogue.AttestDoses, catalogue.SigningDesk, catalogue.DutySession}
		c.Token = &stick{}
	})
}
