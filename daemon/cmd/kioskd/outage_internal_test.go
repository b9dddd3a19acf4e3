package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sync/errgroup"

	"motcua/daemon/clock"
	"motcua/daemon/config"
	"motcua/daemon/duty"
	"motcua/daemon/metrics"
	"motcua/daemon/outbox"
	"motcua/daemon/session"
	"motcua/daemon/uplink"
	"motcua/drivers/emu"
	"motcua/drivers/emu/world"
	"motcua/protocol/apdu"
	"motcua/protocol/catalogue"
	"motcua/protocol/emrtd"
	"motcua/protocol/fault"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

var (
	outageVisits = flag.Int("outage-visits", 100, "how many people come on each of the three days without a connection")
	outageItems  = flag.Int("outage-items", 260, "how many requests the smaller queue holds (queue.max_items)")
)

// Outages last for three days, whose people come in ten hours of each.
const (
	outageLasts = 72 * time.Hour
	openHours   = 10 * time.Hour
	emuReader   = "Emulated NFC 00"
)

// outage is when the line is cut, and how much the queue holds.
type outage struct {
	from  time.Duration // after midnight in Viet Nam
	opens time.Duration // how long after that the day's people begin to come
	items int
}

// TestOutage is a kiosk whose line is cut for 72 hours, in faked time: its own session,
// queue, numbers, nonces, audit log, duty book and uplink with their files, emulated
// chips that are really read, and the real gateway with its inbox. People come for
// everything that it offers. What the documents promise holds at every hour, and when the
// line is back everything arrives once, in the order that was promised.
func TestOutage(t *testing.T) {
	for name, o := range map[string]outage{
		"from the morning, with a small queue": {7 * time.Hour, 0, *outageItems},
		"from the evening":                     {17 * time.Hour, 14 * time.Hour, 10_000},
	} {
		t.Run(name, func(t *testing.T) { o.play(t) })
	}
}

func (o outage) play(t *testing.T) {
	dir := inMemory(t)
	cut := time.Date(2026, 3, 2, 0, 0, 0, 0, time.FixedZone("", 7*60*60)).Add(o.from)
	made := cut.Add(-time.Hour)
	must(t, world.Create(dir, world.Options{Now: made}))
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(made.Add(time.Minute)))
		k := newCutOff(t, dir, o)
		defer k.close()
		k.openDuty("")
		k.certificate()
		time.Sleep(time.Until(cut)) // nonces and numbers come
		k.lent = k.memory.nonces.Left()
		k.line.sever(true)
		k.until("offline", func(s local.Snapshot) bool { return !s.Kiosk.Online })
		for day := range 3 {
			k.day(day)
		}
		time.Sleep(time.Until(cut.Add(outageLasts)))
		k.atTheEnd()
		k.line.sever(false)
		k.drain()
		k.judge()
	})
}

// inMemory is a folder without a disk behind it where there is one: what a sync costs is
// not what is asked here.
func inMemory(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "outage-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { must(t, os.RemoveAll(dir)) })
	return dir
}

// cutOff is the kiosk, and what its people saw.
type cutOff struct {
	t       *testing.T
	dir     string
	conf    config.Config
	line    *line
	store   *outbox.Store
	memory  memory
	session *session.Session
	readers *emu.Readers
	issuer  *emu.Issuer
	notary  *notary
	model   *emu.Persona // whose card all others resemble
	book    *duty.Book
	cancel  context.CancelFunc
	ended   func() error
	outage  outage
	made    time.Time // when roster and lists were signed
	cutAt   time.Time
	opened  time.Time // the officer's session
	lent    int       // nonces at the beginning

	mu     sync.Mutex
	drafts map[request.ID]session.Draft // what was saved

	people, reads  int
	refused, dry   int             // people who were told before they began: no room, no number
	numbers        map[string]bool // that were shown, by day
	most           outbox.Stats    // at its fullest
	numbersAtFull  int             // given out although the queue was nearly full
	ownNonces      int             // readings after the centre's nonces had run out
	fullAt, noneAt time.Duration   // first time of each, after the cut
}

// Save makes the kit a queue that remembers what went into the real one.
func (k *cutOff) Save(ctx context.Context, d session.Draft, seal session.SealFunc) (uint64, error) {
	seq, err := queue{k.store, k.notary}.Save(ctx, d, seal)
	if err == nil {
		k.mu.Lock()
		defer k.mu.Unlock()
		k.drafts[d.ID] = d
	}
	return seq, err
}

// Find is the real queue's.
func (k *cutOff) Find(ctx context.Context, number string) ([]session.Kept, error) {
	return queue{k.store, k.notary}.Find(ctx, number)
}

func newCutOff(t *testing.T, dir string, o outage) *cutOff {
	t.Helper()
	k := &cutOff{t: t, dir: dir, outage: o, made: time.Now().Add(-time.Minute), cutAt: time.Now().Add(59 * time.Minute), readers: emu.NewReaders(emuReader), drafts: map[request.ID]session.Draft{}, numbers: map[string]bool{}}
	var err error
	k.conf, err = config.Load(filepath.Join(dir, "kioskd.toml"))
	must(t, err)
	c := &k.conf
	c.Services.Offered = []string{
		catalogue.CheckIn, catalogue.QueueTicket, catalogue.OneStopTicket, catalogue.StayNotice, catalogue.Pension, catalogue.Feedback, catalogue.VerifyVaccine,
	}
	c.Tickets.Queues = []string{"internal", "surgery", "residence"}
	c.Queue.MaxItems = o.items
	k.issuer, err = world.LoadIssuer(dir)
	must(t, err)
	k.model = persona(t, "an")
	k.start()
	k.until("in order and online", func(s local.Snapshot) bool { return s.Kiosk.Fault == nil && s.Kiosk.Online })
	return k
}

func persona(t *testing.T, id string) *emu.Persona {
	t.Helper()
	all, err := emu.LoadPersonas()
	must(t, err)
	p, err := emu.FindPersona(all, id)
	must(t, err)
	return p
}

// fakedClock is a machine whose clocks follow the faked time.
func fakedClock() clock.Source {
	on := time.Now()
	return clock.Source{Wall: func() time.Time { return time.Now().Round(0) }, Up: func() time.Duration { return time.Since(on) }, Boot: "outage"}
}

// start makes the parts as kioskd does, with a pipe for the line and emulated readers
// for pcscd.
func (k *cutOff) start() {
	t, c, log := k.t, k.conf, slog.New(slog.DiscardHandler)
	ctx, cancel := context.WithCancel(context.Background())
	k.cancel = cancel
	key, err := loadKey(c)
	must(t, err)
	far, err := loadCentre(c.Centre)
	must(t, err)
	figures := metrics.New("test")
	k.store, err = openQueue(ctx, c.Queue, figures, log)
	must(t, err)
	n := openAudit(c, key, k.store, log)
	k.memory = openMemory(c.Queue.File, c.Tickets, fakedClock(), log)
	p, err := openDocuments(c, far, log)
	must(t, err)
	book, err := openDuty(c, n, log)
	must(t, err)
	p.roster = openRoster(c, book, log)
	anchors, _ := loadTrust(c.Trust, time.Now(), log)
	k.line = newLine(t, k.dir, anchors, min(*outageVisits/20, request.MaxNonces))
	k.notary, k.book = n, book
	k.session = session.New(session.Config{
		Device: device(c.Device, key), Services: c.Services.Offered, Readers: k.readers, Read: k.read, Anchors: anchors,
		Queue: k, Service: far.service, Nonces: k.memory.nonces, Numbers: numbers{k.memory.leases}, Clock: k.memory.clock,
		Audit: n, Duty: onDuty(book), Verify: p.vaccine.verify(k.memory.clock.Centre), Documents: p.states(k.memory.clock.Centre),
		Times: session.Times{Idle: c.Visit.Idle, End: c.Visit.End, AnswerWait: c.Visit.AnswerWait},
	}, log)
	conf := linkConfig(c, key, far, k.memory, p, n)
	conf.Dial = k.line.dial
	link := newLink(conf, k.store, hearers{k.session, figures, n}, log)
	k.run(ctx, link, book)
}

// run runs the parts until close.
func (k *cutOff) run(ctx context.Context, link *uplink.Uplink, book *duty.Book) {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return k.session.Run(ctx) })
	g.Go(func() error { return watchQueue(ctx, k.store, k.session) })
	g.Go(func() error { return watchNumbers(ctx, k.memory.leases, k.session) })
	g.Go(func() error { return k.notary.watch(ctx, k.session) })
	g.Go(func() error { return book.Run(ctx) })
	g.Go(func() error { return link.Run(ctx) })
	k.ended = g.Wait
}

func (k *cutOff) close() {
	k.line.sever(true)
	k.cancel()
	if err := k.ended(); err != nil {
		k.t.Errorf("the kiosk ended with %v", err)
	}
	if err := k.notary.close(); err != nil {
		k.t.Error(err)
	}
	if err := k.store.Close(); err != nil {
		k.t.Error(err)
	}
	synctest.Wait()
}

func (k *cutOff) read(ctx context.Context, t apdu.Transmitter, o emrtd.Options) (*emrtd.Document, error) {
	k.reads++
	return emrtd.Read(ctx, t, o)
}

func (k *cutOff) state() local.Snapshot {
	synctest.Wait()
	s, _ := k.session.State()
	return s
}

// until waits for a state, a minute at most.
func (k *cutOff) until(what string, want func(local.Snapshot) bool) local.Snapshot {
	k.t.Helper()
	for range 600 {
		if s := k.state(); want(s) {
			return s
		}
		time.Sleep(100 * time.Millisecond)
	}
	k.t.Fatalf("it never came to %s: %+v", what, k.state())
	return local.Snapshot{}
}

func stepOf(s local.Snapshot) local.Step {
	if s.Visit == nil {
		return session.Attract
	}
	return s.Visit.Step
}

func (k *cutOff) act(verb local.Verb, field, value string) {
	k.t.Helper()
	a := local.Action{Version: local.Version, Verb: verb, Field: field, Value: value, Lang: "vi"}
	if s := k.state(); s.Visit != nil {
		a.Visit, a.Step = s.Visit.ID, s.Visit.Step
	}
	if err := k.session.Act(k.t.Context(), a); err != nil {
		k.t.Fatalf("%s %s at %s: %v", verb, value, stepOf(k.state()), err)
	}
}

// lay places a person's card.
func (k *cutOff) lay(p *emu.Persona) {
	k.t.Helper()
	chip, err := k.issuer.Issue(p, emu.CardOptions{})
	must(k.t, err)
	must(k.t, k.readers.Place(emuReader, chip))
	synctest.Wait()
}

func (k *cutOff) lift() {
	k.t.Helper()
	must(k.t, k.readers.Lift(emuReader))
	k.until("the next person", func(s local.Snapshot) bool { return s.Visit == nil && !s.Kiosk.CardLeft })
}

// walk does what a person does at each step until their request is saved.
func (k *cutOff) walk(p *emu.Persona, answers map[string]string) *local.Visit {
	k.t.Helper()
	for range 60 {
		v := k.state().Visit
		switch step := stepOf(k.state()); step {
		case local.StepDone:
			return v
		case local.StepAbout, local.StepInsurance:
			k.act(local.VerbContinue, "", "")
		case local.StepPlace:
			k.lay(p)
		case local.StepKey:
			k.act(local.VerbKey, "", p.Number[6:])
		case local.StepIdentify, local.StepAgree:
			k.act(local.VerbYes, "", "")
		case local.StepCheck:
			k.act(local.VerbSubmit, "", "")
		case local.StepCompare: // nobody vouches for the person
			k.act(local.VerbOtherWay, "", "")
		case local.StepQuestion:
			k.act(local.VerbAnswer, v.Question.Field, k.answer(v.Question, answers))
		case local.StepReading, local.StepSending, local.StepAsking:
			time.Sleep(100 * time.Millisecond)
		default:
			k.t.Fatalf("person %d came to %s: %+v", k.people, step, v)
		}
	}
	k.t.Fatalf("person %d came to no end: at %s, %+v", k.people, stepOf(k.state()), k.state().Visit)
	return nil
}

// answer is what a person answers: as they want, the first of the choices, or nothing.
// Who sees that their queue has no number left takes one of another.
func (k *cutOff) answer(q *local.Question, wanted map[string]string) string {
	if dry := func(of local.Queue) bool { return of.Dry && of.ID == wanted[q.Field] }; slices.ContainsFunc(q.Queues, dry) {
		k.foundDry()
		return q.Queues[slices.IndexFunc(q.Queues, func(of local.Queue) bool { return !of.Dry })].ID
	}
	if a, told := wanted[q.Field]; told {
		return a
	}
	if len(q.Choices) > 0 {
		return q.Choices[0]
	}
	return ""
}

func (k *cutOff) foundDry() {
	if k.dry++; k.dry == 1 {
		k.noneAt = time.Since(k.cutAt)
	}
}

// day is one day's people, at even intervals, an officer on duty, and the night.
func (k *cutOff) day(n int) {
	morning := k.cutAt.Add(time.Duration(n)*24*time.Hour + k.outage.opens)
	time.Sleep(time.Until(morning))
	k.openDuty("")
	for i := range *outageVisits {
		time.Sleep(time.Until(morning.Add(time.Duration(i+1) * openHours / time.Duration(*outageVisits))))
		k.people++
		k.come(n, i)
	}
}

// wish is what somebody comes for: most for a number.
func wish(i int) (service, queue string) {
	switch i % 20 {
	case 11:
		return catalogue.QueueTicket, "surgery"
	case 12:
		return catalogue.OneStopTicket, ""
	case 13, 14, 15:
		return catalogue.CheckIn, ""
	case 16:
		return catalogue.StayNotice, ""
	case 17:
		return catalogue.Pension, ""
	case 18:
		return catalogue.Feedback, ""
	case 19:
		return catalogue.VerifyVaccine, ""
	}
	return catalogue.QueueTicket, "internal"
}

// come is one person.
func (k *cutOff) come(day, i int) {
	k.t.Helper()
	k.withinBounds()
	k.asAged()
	service, queue := wish(i)
	if service == catalogue.VerifyVaccine {
		k.certificate()
		return
	}
	s := k.state()
	if s.Kiosk.Fault != nil {
		k.noRoomAtAll(s.Kiosk.Fault.Code)
		return
	}
	if why := withheldFor(s, service); why != "" {
		k.turnedAway(service, why)
		return
	}
	answers := map[string]string{"queue": queue, "group": "none", "from": time.Now().Format("02/01/2006"), "nights": "2"}
	if queue == "" {
		delete(answers, "queue")
	}
	if service == catalogue.Feedback {
		answers["act"] = "help"
	}
	p := *k.model
	who := k.people
	if service == catalogue.StayNotice {
		who-- // who has just checked in
	}
	p.Number = fmt.Sprintf("099201%06d", 100_000+who)
	if k.memory.nonces.Left() == 0 && (service != catalogue.QueueTicket && service != catalogue.OneStopTicket) {
		k.ownNonces++
	}
	if service == catalogue.CheckIn {
		k.lay(&p)
	} else {
		k.act(local.VerbBegin, "", service)
	}
	full := s.Kiosk.Services[0].Withheld == local.WithheldFull
	v := k.walk(&p, answers)
	if v.Receipt == nil || !v.Receipt.Saved || v.Receipt.Received {
		k.t.Fatalf("person %d: %s is told %+v", k.people, service, v.Receipt)
	}
	if v.Ticket != nil {
		number := fmt.Sprintf("%d %s", day, v.Ticket.Number)
		if k.numbers[number] {
			k.t.Errorf("number %s was given out twice", number)
		}
		k.numbers[number] = true
		if full {
			k.numbersAtFull++
		}
	}
	k.act(local.VerbFinish, "", "")
	if k.state().Kiosk.CardLeft {
		k.lift()
	}
}

func withheldFor(s local.Snapshot, service string) local.Withheld {
	for _, o := range s.Kiosk.Services {
		if o.Service == service {
			return o.Withheld
		}
	}
	return ""
}

// turnedAway is somebody who is told before anything of theirs is read.
func (k *cutOff) turnedAway(service string, why local.Withheld) {
	k.t.Helper()
	switch why {
	case local.WithheldFull:
		if k.refused++; k.refused == 1 {
			k.fullAt = time.Since(k.cutAt)
		}
	case local.WithheldNumbers:
		k.foundDry()
	default:
		k.t.Fatalf("%s is withheld: %s", service, why)
	}
	reads := k.reads
	if service == catalogue.CheckIn {
		p := *k.model
		k.lay(&p)
		defer k.lift()
	} else {
		k.act(local.VerbBegin, "", service)
	}
	if step := stepOf(k.state()); step != local.StepAbout || k.reads != reads {
		k.t.Errorf("person %d, for whom there is no room, came to %s", k.people, step)
	}
	k.act(local.VerbCancel, "", "")
}

// noRoomAtAll: the kiosk may be out of order only when not even a number fits.
func (k *cutOff) noRoomAtAll(code fault.Code) {
	k.t.Helper()
	if err := k.store.AdmitReserved(); code != fault.QueueFull || err == nil {
		k.t.Fatalf("person %d finds the kiosk out of order, %s, with room for numbers: %v", k.people, code, err)
	}
	k.refused++
}

// How long what the centre has signed counts, and an officer's session at most.
const (
	rosterCounts  = 72 * time.Hour
	listsCount    = 24 * time.Hour
	sessionCounts = 12 * time.Hour
)

// asAged holds what depends on the age of what the centre signed against the hour: who is
// on duty, and which lists are late. None of it closes the kiosk.
func (k *cutOff) asAged() {
	k.t.Helper()
	_, on := k.book.OnDuty()
	age := time.Since(k.made)
	lately := (age - rosterCounts).Abs() < time.Minute // it is looked at every half minute
	if open := time.Since(k.opened) < sessionCounts && age < rosterCounts; on != open && !lately {
		k.t.Errorf("%v after the roster was signed, %v after the session was opened: on duty %v", age, time.Since(k.opened), on)
	}
	late := 0
	for _, d := range k.session.Health().Documents {
		if d.Code == fault.Outdated {
			late++
		}
	}
	want := 0
	if age > listsCount {
		want = 3
	}
	if signing := (age - listsCount).Abs() < 2*time.Minute; late != want && !signing { // not all at once
		k.t.Errorf("%v after they were signed %d lists are late, want %d", age, late, want)
	}
}

// withinBounds holds the queue and what is told of it against the limits.
func (k *cutOff) withinBounds() {
	k.t.Helper()
	stats, err := k.store.Stats(k.t.Context())
	must(k.t, err)
	if stats.Open() > k.most.Open() {
		k.most = stats
	}
	if stats.Open() > k.conf.Queue.MaxItems || stats.Bytes > k.conf.Queue.MaxBytes {
		k.t.Fatalf("%d requests of %d bytes are beyond the limits", stats.Open(), stats.Bytes)
	}
	nearly := stats.Open() >= k.conf.Queue.MaxItems*8/10
	if s := k.state(); s.Kiosk.Fault == nil && nearly != (withheldFor(s, catalogue.CheckIn) == local.WithheldFull) {
		k.t.Errorf("with %d requests a check-in is withheld: %q", stats.Open(), withheldFor(s, catalogue.CheckIn))
	}
}

// certificate scans a vaccination certificate: it is worth something for as long as the
// lists are of this day.
func (k *cutOff) certificate() {
	k.t.Helper()
	want := ""
	if time.Since(k.made) > 24*time.Hour {
		want = "list-too-old"
	}
	if k.state().Kiosk.Fault != nil || k.store.Admit() != nil {
		return // begun by nobody while something is wrong
	}
	text, err := world.Certificate(k.dir, "an", "valid")
	must(k.t, err)
	k.session.Scanned([]byte(text))
	s := k.state()
	switch {
	case want == "" && stepOf(s) != local.StepPlace:
		k.t.Errorf("a certificate leads to %s: %+v", stepOf(s), s.Visit)
	case want != "" && (stepOf(s) != local.StepVerdict || s.Visit.Certificate.Status != want):
		k.t.Errorf("a certificate leads to %s: %+v", stepOf(s), s.Visit)
	}
	if s.Visit != nil {
		k.act(local.VerbCancel, "", "")
	}
}

// openDuty opens an officer's session by card and PIN, or is refused with a code.
func (k *cutOff) openDuty(want fault.Code) {
	k.t.Helper()
	if k.store.Admit() != nil {
		return // no card is read
	}
	p := persona(k.t, world.Officer)
	k.lay(p)
	k.act(local.VerbKey, "", p.Number[6:])
	k.until("the PIN", func(s local.Snapshot) bool { return stepOf(s) == local.StepPIN || stepOf(s) == local.StepIdentify })
	if stepOf(k.state()) == local.StepPIN {
		k.act(local.VerbPIN, "", world.OfficerPIN)
	}
	s := k.until("an answer", func(s local.Snapshot) bool { return stepOf(s) != local.StepPINCheck })
	switch got := stepOf(s); {
	case want == "" && got != local.StepDuty:
		k.t.Errorf("an officer comes to %s: %+v", got, s.Visit.Problem)
	case want == "":
		k.opened = time.Now()
	case want != "" && (got != local.StepProblem || s.Visit.Problem.Code != want):
		k.t.Errorf("an officer comes to %s: %+v", got, s.Visit.Problem)
	}
	k.act(local.VerbCancel, "", "")
	k.lift()
}
