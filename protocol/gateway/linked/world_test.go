package linked_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/catalogue/cataloguetest"
	"motcua/protocol/envelope"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/gateway/inboxsqlite"
	"motcua/protocol/gateway/linked"
	"motcua/protocol/request"
	"motcua/protocol/simcentral"
	"motcua/protocol/simcentral/hub"
	"motcua/protocol/workday"
)

const secret = "invented-secret"

// begun is Tuesday 2026-03-03 09:00 +07:00.
func begun() time.Time { return time.UnixMilli(1772503200000) }

// centre is a gateway with its inbox on the disk and a hub over HTTP.
type centre struct {
	*gateway.Gateway
	t        *testing.T
	fleet    *gatewaytest.Fleet
	device   *gatewaytest.Device
	file     string
	inbox    *inboxsqlite.Store
	hub      *hub.Hub
	server   *httptest.Server
	calendar *workday.Calendar
	log      *gatewaytest.Log
	raised   []gateway.AlarmKind
	put      []byte       // what the hub was brought last
	lose     atomic.Int32 // answers that get lost after the hub has done what was asked

	mu  sync.Mutex
	now time.Time
}

func newCentre(t *testing.T, s hub.Scenario) *centre {
	t.Helper()
	s.Client = hub.Account{ID: "gateway", Secret: secret}
	c := &centre{t: t, fleet: gatewaytest.NewFleet(t, begun()), file: filepath.Join(t.TempDir(), "inbox.db"), log: &gatewaytest.Log{}, now: begun()}
	c.device = c.fleet.Device(t, "k01")
	var err error
	if c.hub, err = hub.New(s, c.time); err != nil {
		t.Fatal(err)
	}
	if c.calendar, err = workday.New(); err != nil {
		t.Fatal(err)
	}
	c.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.overhear(r)
		if r.Method == http.MethodPut && c.lose.Add(-1) >= 0 {
			c.hub.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		}
		c.hub.ServeHTTP(w, r)
	}))
	t.Cleanup(func() { c.server.CloseClientConnections(); c.server.Close() })
	c.start()
	t.Cleanup(func() { _ = c.inbox.Close() })
	return c
}

// overhear keeps what the hub is brought.
func (c *centre) overhear(r *http.Request) {
	if r.Method != http.MethodPut {
		return
	}
	b, err := io.ReadAll(r.Body)
	if err != nil {
		c.t.Error(err)
	}
	r.Body = io.NopCloser(bytes.NewReader(b))
	c.mu.Lock()
	defer c.mu.Unlock()
	c.put = b
}

// start begins a gateway anew on what the one before has left.
func (c *centre) start() {
	c.t.Helper()
	var err error
	if c.inbox != nil {
		_ = c.inbox.Close()
	}
	if c.inbox, err = inboxsqlite.Open(c.t.Context(), c.file); err != nil {
		c.t.Fatal(err)
	}
	client, err := linked.OpenHub(linked.HubConfig{Address: c.server.URL, Client: "gateway", Secret: secret, Now: c.time})
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(client.Close)
	blocklist, err := gateway.NewBlocklist(c.fleet.Service)
	if err != nil {
		c.t.Fatal(err)
	}
	services := linked.Config{
		Hub: client, Calendar: c.calendar, Key: []byte("key"),
		Log: slog.New(slog.NewJSONHandler(c.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Raise: func(_ context.Context, a gateway.Alarm) {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.raised = append(c.raised, a.Kind)
		},
		Block: func(ctx context.Context, number, dossier string, at time.Time) error {
			return c.inbox.Update(ctx, func(tx gateway.Tx) error { return blocklist.Block(tx, number, dossier, at) })
		},
	}.Services()
	insurer, err := simcentral.NewInsurer(nil)
	if err != nil {
		c.t.Fatal(err)
	}
	for id, s := range simcentral.Services(insurer) {
		if services[id] == nil {
			services[id] = s
		}
	}
	c.Gateway, err = gateway.New(gateway.Config{
		Roots: c.fleet.Roots, Service: c.fleet.Service, Signer: c.fleet.Receipt.Key, Chain: c.fleet.Receipt.Chain(), Inbox: c.inbox,
		Services: services, Now: c.time, Rand: rand.Reader, Trust: gateway.NewTrusted(c.fleet.Issuer.Anchors(c.t)), Nonces: gateway.DefaultNonces(),
	})
	if err != nil {
		c.t.Fatal(err)
	}
}

func (c *centre) time() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.now }

// pass lets time pass for centre, hub and kiosk.
func (c *centre) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	c.device.Pass(d)
}

// until lets time pass to an hour of a day in Viet Nam, by the way of an hour at a
// time, in which the gateway works.
func (c *centre) until(day string, hour int) {
	c.t.Helper()
	d, err := workday.ParseDay(day)
	if err != nil {
		c.t.Fatal(err)
	}
	for end := d.At(hour); c.time().Before(end); {
		c.pass(min(time.Hour, end.Sub(c.time())))
		c.work()
	}
}

// form is a good form of a service with some answers of its own.
func form(id string, choices map[string]string, values map[string]request.Value) request.GenericForm {
	s, _ := catalogue.Lookup(id)
	f := cataloguetest.Fill(s, choices)
	maps.Copy(f.Values, values)
	return f
}

func mother() request.Subject { return gatewaytest.Person(1) }

func father() request.Subject {
	return request.Subject{Number: "099090000002", Name: "TRẦN VĂN GIẢ", Birth: "03/04/1988", Sex: "M"}
}

func deceased() request.Subject {
	return request.Subject{Number: "099050000003", Name: "LÊ VĂN CŨ", Birth: "01/01/1950", Sex: "M"}
}

// birth is a newborn's form, told by one of the parents.
func birth(relation string) request.GenericForm {
	return form(catalogue.Birth, map[string]string{"relation": relation}, map[string]request.Value{
		"mother": request.PersonValue(mother()), "father": request.PersonValue(father()), "certificate_no": request.TextValue("CS-0001"),
	})
}

// death is a form about the deceased, with so many procedures.
func death(procedures string) request.GenericForm {
	return form(catalogue.Death, map[string]string{"procedures": procedures}, map[string]request.Value{
		"deceased_number": request.TextValue(deceased().Number), "deceased_name": request.TextValue(deceased().Name),
		"deceased_birth": request.TextValue(deceased().Birth), "notice": request.TextValue("BT-0001"),
	})
}

// matched adds a live comparison to the chip's evidence.
func matched(_ *request.Outer, i *request.Inner) {
	i.Evidence.Level = request.E3
	i.Evidence.Facts.Biometric = &request.Biometric{Modality: "finger", Method: "local", Matched: true, Score: 60, Threshold: 40, Liveness: "not-checked"}
}

// send brings a request to the gateway.
func (c *centre) send(service string, who request.Subject, f request.GenericForm, change ...func(*request.Outer, *request.Inner)) (gatewaytest.Message, gateway.Reply) {
	c.t.Helper()
	m := c.device.Seal(c.t, service, who, f, change...)
	reply, err := c.Process(c.t.Context(), c.device.Branch, m.Bytes)
	if err != nil {
		c.t.Fatal(err)
	}
	return m, reply
}

// apply sends a birth or death and returns the dossier that is told.
func (c *centre) apply(service string, who request.Subject, f request.GenericForm, want request.Status) (gatewaytest.Message, request.LinkedDossier) {
	c.t.Helper()
	m, reply := c.send(service, who, f, matched)
	if reply.Status != want {
		c.t.Fatalf("%s is %s because of %q, want %s", service, reply.Status, reply.Reason, want)
	}
	return m, c.dossier(reply, m)
}

func (c *centre) open(reply gateway.Reply, m gatewaytest.Message) (request.Result, request.Answer) {
	c.t.Helper()
	r, err := envelope.VerifyResult(reply.Result, c.fleet.Roots, c.time())
	if err != nil {
		c.t.Fatal(err)
	}
	a, err := envelope.OpenResult(r, m.Reply)
	if err != nil {
		c.t.Fatal(err)
	}
	return r, a
}

func (c *centre) dossier(reply gateway.Reply, m gatewaytest.Message) request.LinkedDossier {
	c.t.Helper()
	_, a := c.open(reply, m)
	if a.Linked == nil || len(a.Linked.Dossiers) != 1 {
		c.t.Fatalf("no dossier is told")
	}
	return a.Linked.Dossiers[0]
}

// work does what is due until nothing is.
func (c *centre) work() (all []gateway.Reply) {
	c.t.Helper()
	for range 5 {
		replies, err := c.Work(c.t.Context())
		if err != nil {
			c.t.Fatal(err)
		}
		all = append(all, replies...)
	}
	return all
}

// asked is what a person is told of their dossiers by card.
func (c *centre) asked(who request.Subject) []request.LinkedDossier {
	c.t.Helper()
	m, reply := c.send(catalogue.DossierStatus, who, form(catalogue.DossierStatus, map[string]string{"by": "person"}, nil))
	if reply.Status != request.StatusAccepted {
		c.t.Fatalf("C06 is %s because of %q", reply.Status, reply.Reason)
	}
	_, a := c.open(reply, m)
	if a.Linked == nil {
		c.t.Fatal("no dossiers are told")
	}
	return a.Linked.Dossiers
}

// leg is what is told of one leg of the person's newest dossier.
func (c *centre) leg(who request.Subject, procedure string) request.LinkedLeg {
	c.t.Helper()
	for _, l := range c.asked(who)[0].Legs {
		if l.Procedure == procedure {
			return l
		}
	}
	c.t.Fatalf("no leg %s", procedure)
	return request.LinkedLeg{}
}

// states are the states of all legs, in their order.
func states(d request.LinkedDossier) (all []string) {
	for _, l := range d.Legs {
		all = append(all, l.State)
	}
	return all
}

// due are the due dates of all legs, in their order.
func due(d request.LinkedDossier) (all []string) {
	for _, l := range d.Legs {
		all = append(all, l.Due)
	}
	return all
}
