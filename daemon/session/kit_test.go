package session_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"log/slog"
	"math/big"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"motcua/daemon/session"
	"motcua/drivers"
	"motcua/protocol/apdu"
	"motcua/protocol/catalogue"
	"motcua/protocol/emrtd"
	"motcua/protocol/envelope"
	"motcua/protocol/fault"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

const reader = "Test NFC 00"

// kit is a kiosk in a synctest bubble: a reader that tests place cards on, a
// queue in memory, a centre that answers when a test says so.
type kit struct {
	t       *testing.T
	session *session.Session
	log     bytes.Buffer

	events chan drivers.CardEvent
	read   func(ctx context.Context, o emrtd.Options) (*emrtd.Document, error)
	reads  int
	habits emrtd.Habits // of cards on the reader

	mu      sync.Mutex
	saved   []saved
	saveErr error
	kept    map[string][]session.Kept // by the number of a slip
	findErr error
	early   func(saved) // what the link does before the visit hears of a save

	service envelope.ServicePrivateKey
	roots   *x509.CertPool
	centre  *ecdsa.PrivateKey
	chain   [][]byte
}

// saved is an envelope in the queue, opened as the centre would.
type saved struct {
	draft session.Draft
	bytes []byte
	outer request.Outer
	inner request.Inner
}

func newKit(t *testing.T, changes ...func(*session.Config)) *kit {
	t.Helper()
	k := &kit{t: t, events: make(chan drivers.CardEvent)}
	k.read = k.genuine
	device := k.identity()
	conf := session.Config{
		Device: device, Readers: k, Queue: k, Habits: k, Service: k.service.Public(), Version: "test",
		Read: func(ctx context.Context, _ apdu.Transmitter, o emrtd.Options) (*emrtd.Document, error) {
			k.reads++
			return k.read(ctx, o)
		},
		Services: []string{catalogue.CheckIn, catalogue.VerifyVaccine, catalogue.DossierStatus},
		Times:    session.Times{Idle: time.Minute, End: 20 * time.Second, AnswerWait: 8 * time.Second},
	}
	for _, change := range changes {
		change(&conf)
	}
	k.session = session.New(conf, slog.New(slog.NewJSONHandler(&k.log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	return k
}

// identity makes the keys of device and centre.
func (k *kit) identity() session.Device {
	must := func(err error) {
		if err != nil {
			k.t.Fatal(err)
		}
	}
	from, to := time.Now().Add(-time.Hour), time.Now().Add(1000*time.Hour)
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: from, NotAfter: to,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	caDER, err := x509.CreateCertificate(rand.Reader, ca, ca, caKey.Public(), caKey)
	must(err)
	caCert, err := x509.ParseCertificate(caDER)
	must(err)
	k.roots = x509.NewCertPool()
	k.roots.AddCert(caCert)
	issue := func(template *x509.Certificate) (*ecdsa.PrivateKey, [][]byte) {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		must(err)
		der, err := x509.CreateCertificate(rand.Reader, template, caCert, key.Public(), caKey)
		must(err)
		return key, [][]byte{der}
	}
	deviceKey, deviceChain := issue(envelope.DeviceTemplate("demo-k01", "h001", "99", big.NewInt(2), from, to))
	k.centre, k.chain = issue(envelope.ReceiptTemplate("receipt-1", big.NewInt(3), from, to))
	k.service, err = envelope.NewServiceKey()
	must(err)
	return session.Device{
		ID: "demo-k01", Facility: "h001", Province: "99", FacilityName: "Bệnh viện Mẫu", Demo: true,
		Signer: deviceKey, Chain: deviceChain, Protection: request.ProtectionFile,
	}
}

// today moves a bubble's clock, which begins in the year 2000, to where requests
// are believed.
func today() { time.Sleep(time.Until(time.Date(2026, 3, 2, 7, 30, 0, 0, time.UTC))) }

// visit runs a story in a bubble: the kiosk is started, in order and online.
func visit(t *testing.T, story func(k *kit), changes ...func(*session.Config)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		today()
		k := newKit(t, changes...)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- k.session.Run(ctx) }()
		k.event(drivers.ReaderArrived)
		k.session.SetLink(session.Link{Online: true})
		synctest.Wait()
		story(k)
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// Readers, Watch and Connect make the kit a set of card readers.
func (k *kit) Readers(context.Context) ([]string, error) { return []string{reader}, nil }

func (k *kit) Watch(ctx context.Context, report func(drivers.CardEvent)) error {
	for {
		select {
		case e := <-k.events:
			report(e)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (k *kit) Connect(context.Context, string) (drivers.Card, error) { return card{}, nil }

type card struct{}

func (card) Transmit(context.Context, []byte) ([]byte, error) { return nil, errors.New("not used") }
func (card) ATR() []byte                                      { return []byte{0x3B, 0x80} }
func (card) Close() error                                     { return nil }
func (card) MaxData() int                                     { return 2048 }

// Of and Keep make the kit a memory of one kind of card.
func (k *kit) Of(atr []byte, at string) emrtd.Habits {
	if at != reader || len(atr) != 2 {
		return emrtd.Habits{}
	}
	return k.habits
}

func (k *kit) Keep(_ []byte, _ string, h emrtd.Habits) { k.habits = h }

func (k *kit) event(kind drivers.CardEventKind) {
	k.events <- drivers.CardEvent{Kind: kind, Reader: reader}
	synctest.Wait()
}

func (k *kit) place() { k.t.Helper(); k.event(drivers.CardPlaced) }
func (k *kit) lift()  { k.t.Helper(); k.event(drivers.CardLifted) }

// Save makes the kit a queue that opens what it is given.
func (k *kit) Save(_ context.Context, d session.Draft, seal session.SealFunc) (uint64, error) {
	s, err := k.save(d, seal)
	if err == nil && k.early != nil {
		k.early(s)
	}
	return s.outer.Seq, err
}

// Find makes the kit a queue that knows slips.
func (k *kit) Find(_ context.Context, number string) ([]session.Kept, error) {
	return k.kept[number], k.findErr
}

func (k *kit) save(d session.Draft, seal session.SealFunc) (saved, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.saveErr != nil {
		return saved{}, k.saveErr
	}
	seq := uint64(len(k.saved) + 1)
	var prev request.Digest
	if seq > 1 {
		prev = request.Digest{1}
	}
	sealed, err := seal(seq, prev)
	if err != nil {
		return saved{}, err
	}
	opened, err := envelope.Verify(sealed.Bytes, k.roots, time.Now())
	if err != nil {
		return saved{}, err
	}
	inner, err := opened.Open(k.service)
	if err != nil {
		return saved{}, err
	}
	k.saved = append(k.saved, saved{d, sealed.Bytes, opened.Outer, inner})
	return k.saved[seq-1], nil
}

// genuine is a card that reads well.
func (k *kit) genuine(_ context.Context, o emrtd.Options) (*emrtd.Document, error) {
	return document(o, emrtd.Genuine), nil
}

func (k *kit) state() local.Snapshot {
	synctest.Wait()
	s, _ := k.session.State()
	return s
}

// at checks the step and returns the visit; nil at the attract screen.
func (k *kit) at(want local.Step) *local.Visit {
	k.t.Helper()
	s := k.state()
	if got := stepOf(s); got != want {
		code := fault.Code("")
		if s.Visit != nil && s.Visit.Problem != nil {
			code = s.Visit.Problem.Code
		}
		k.t.Fatalf("at %s %s, want %s\n%s", got, code, want, k.log.String())
	}
	return s.Visit
}

func stepOf(s local.Snapshot) local.Step {
	if s.Visit == nil {
		return session.Attract
	}
	return s.Visit.Step
}

// try does what a person does who sees the current screen.
func (k *kit) try(verb local.Verb, value string) error {
	k.t.Helper()
	a := local.Action{Version: local.Version, Verb: verb, Value: value, Lang: "en"}
	if s := k.state(); s.Visit != nil {
		a.Visit, a.Step = s.Visit.ID, s.Visit.Step
	}
	if verb == local.VerbAnswer {
		a.Field = "specialty"
		if v := k.state().Visit; v != nil && v.Question != nil {
			a.Field = v.Question.Field
		}
	}
	err := k.session.Act(k.t.Context(), a)
	synctest.Wait()
	return err
}

func (k *kit) act(verb local.Verb, value string) {
	k.t.Helper()
	if err := k.try(verb, value); err != nil {
		k.t.Fatalf("%s at %s: %v", verb, stepOf(k.state()), err)
	}
}

// problem checks the code of the current problem.
func (k *kit) problem(want fault.Code) *local.Problem {
	k.t.Helper()
	v := k.at(local.StepProblem)
	if v.Problem == nil || v.Problem.Code != want {
		k.t.Fatalf("problem %+v, want %s", v.Problem, want)
	}
	return v.Problem
}

// last is the newest request in the queue.
func (k *kit) last(service string) saved {
	k.t.Helper()
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.saved) == 0 || k.saved[len(k.saved)-1].draft.Service != service {
		k.t.Fatalf("the newest of %d requests is no %s", len(k.saved), service)
	}
	return k.saved[len(k.saved)-1]
}

func (k *kit) count(service string) (n int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, s := range k.saved {
		if s.draft.Service == service {
			n++
		}
	}
	return n
}

// receipt answers a request with a receipt.
func (k *kit) receipt(s saved, status request.Status) {
	k.session.Receipt(request.Receipt{V: 1, ID: s.outer.ID, Device: s.outer.Device, Seq: s.outer.Seq, Status: status, No: "R-1"})
	synctest.Wait()
}

// blocked answers a request as one by the card of somebody who was registered as dead.
func (k *kit) blocked(s saved) {
	o := s.outer
	k.session.Receipt(request.Receipt{V: 1, ID: o.ID, Device: o.Device, Seq: o.Seq, Status: request.StatusRefused, Code: fault.CardBlocked})
	synctest.Wait()
}

// result answers a request with a result.
func (k *kit) result(s saved, class request.Class, a *request.Answer) {
	k.t.Helper()
	k.session.Result(k.signed(s, class, a))
	synctest.Wait()
}

// signed makes a result as the centre does, and takes it as the link does.
func (k *kit) signed(s saved, class request.Class, a *request.Answer) request.Result {
	k.t.Helper()
	now := time.Now()
	r := request.Result{V: 1, ID: s.outer.ID, Device: s.outer.Device, Service: s.outer.Service, Class: class, At: now.UnixMilli()}
	b, err := envelope.SignResult(rand.Reader, r, a, s.inner.ReplyKey, k.centre, k.chain)
	if err != nil {
		k.t.Fatal(err)
	}
	verified, err := envelope.VerifyResult(b, k.roots, now)
	if err != nil {
		k.t.Fatal(err)
	}
	return verified
}

func (k *kit) insured(class request.Class) *request.Answer {
	return &request.Answer{Insurance: &request.AnswerInsurance{
		Class: class, Code: "000", CardNo: "GD4990990000001", ValidFrom: "01/01/2026", ValidTo: "31/12/2026",
		Facility: "Trạm y tế Mẫu", AsOf: time.Now().UnixMilli(),
	}}
}

func ticket() *request.Answer {
	return &request.Answer{CheckIn: &request.AnswerCheckIn{
		Ticket:    request.Ticket{Queue: "internal", Prefix: "A", Number: 12, Room: "105", Floor: "1", Ahead: 3, WaitMin: 15},
		CheckInID: "CI-1",
	}}
}
