package audit_test

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"motcua/daemon/audit"
	"motcua/protocol/envelope"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/gateway/inboxsqlite"
	"motcua/protocol/request"
)

// story is a kiosk's log and the real gateway, with the network between them in
// the test's hands.
type story struct {
	*desk
	fleet *gatewaytest.Fleet
	inbox *inboxsqlite.Store
	far   *gateway.Gateway
}

func newStory(t *testing.T) *story {
	s := &story{desk: newDesk(t), fleet: gatewaytest.NewFleet(t, noon())}
	s.device = s.fleet.Device(t, "demo-k01")
	var err error
	if s.inbox, err = inboxsqlite.Open(t.Context(), filepath.Join(t.TempDir(), "inbox.db")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.inbox.Close() })
	s.far, err = gateway.New(gateway.Config{
		Roots: s.fleet.Roots, Service: s.fleet.Service, Signer: s.fleet.Receipt.Key, Chain: s.fleet.Receipt.Chain(),
		Inbox: s.inbox, Services: map[string]gateway.Service{}, Now: s.now, Rand: rand.Reader,
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// next is the checkpoint that the log would send now.
func (s *story) next(l *audit.Log) []byte {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 5*time.Second)
	defer cancel()
	b, err := l.Next(ctx)
	if err != nil {
		s.t.Fatal(err)
	}
	return b
}

// arrive brings a checkpoint to the centre.
func (s *story) arrive(b []byte, want gateway.AuditStatus) {
	s.t.Helper()
	r, err := s.far.Audit(s.t.Context(), s.device.Branch, b)
	if err != nil || r.Status != want {
		s.t.Fatalf("a checkpoint of %d entries: %q %v, %v; want %q", r.Size, r.Status, r.Alarms, err, want)
	}
}

// greet lets the log hear what the centre has.
func (s *story) greet(l *audit.Log) bool {
	s.t.Helper()
	id, err := request.NewID(s.now(), rand.Reader)
	if err != nil {
		s.t.Fatal(err)
	}
	b, err := envelope.SignHello(rand.Reader, request.Hello{
		V: request.Version, Type: request.TypeHello, ID: id, Device: "demo-k01", At: s.now().UnixMilli(),
	}, s.device.Key, s.device.Chain())
	if err != nil {
		s.t.Fatal(err)
	}
	g, err := s.far.Hello(s.t.Context(), s.device.Branch, b)
	if err != nil {
		s.t.Fatal(err)
	}
	w, err := envelope.VerifyWelcome(g.Welcome, s.fleet.Roots, s.now())
	if err != nil {
		s.t.Fatal(err)
	}
	var root request.Digest
	if w.AuditRoot != nil {
		root = *w.AuditRoot
	}
	return l.Held(w.AuditSize, root)
}

// grown writes entries and signs the log's head.
func (s *story) grown(l *audit.Log, n int) *audit.Log {
	s.t.Helper()
	s.write(l, n, n)
	s.close(l)
	s.pass(5 * time.Minute)
	return s.open()
}

func (s *story) alarms(want ...gateway.AlarmKind) {
	s.t.Helper()
	list, err := s.inbox.Alarms(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	var got []gateway.AlarmKind
	for _, a := range list {
		got = append(got, a.Kind)
	}
	if !slices.Equal(got, want) {
		s.t.Fatalf("alarms %v, want %v", got, want)
	}
}

// keep copies the log as it is; put brings the copy back.
func (s *story) keep() string {
	s.t.Helper()
	to := s.t.TempDir()
	if err := os.CopyFS(to, os.DirFS(s.dir)); err != nil {
		s.t.Fatal(err)
	}
	return to
}

func (s *story) restore(from string) {
	s.t.Helper()
	if err := os.RemoveAll(s.dir); err != nil {
		s.t.Fatal(err)
	}
	if err := os.CopyFS(s.dir, os.DirFS(from)); err != nil {
		s.t.Fatal(err)
	}
}

// begun is a log of which the centre has a checkpoint. Opening takes what is
// signed for sent, so the log is asked once before.
func (s *story) begun() *audit.Log {
	s.t.Helper()
	l := s.open()
	s.write(l, 10, 10)
	s.close(l)
	l = s.open()
	s.greet(l) // the centre has nothing
	s.arrive(s.next(l), gateway.AuditNewLog)
	return l
}

// TestCheckpointsContinue: each checkpoint that comes is shown to continue the one
// before; the same again is nothing new.
func TestCheckpointsContinue(t *testing.T) {
	s := newStory(t)
	l := s.begun()
	for n := range 20 {
		l = s.grown(l, n+1)
		if !s.greet(l) {
			t.Error("the log does not agree with the centre")
		}
		b := s.next(l)
		s.arrive(b, gateway.AuditContinues)
		s.arrive(b, gateway.AuditAgain)
	}
	s.alarms()
}

// TestLostAndLate: checkpoints that get lost or come in another order are no
// alarm: the device shows the way as soon as it hears what the centre has.
func TestLostAndLate(t *testing.T) {
	s := newStory(t)
	s.o.Entries = 1 // a checkpoint for each batch
	l := s.begun()
	send := func() []byte {
		s.write(l, 3, 3)
		return s.next(l)
	}
	_ = send() // lost
	_ = send() // lost
	s.arrive(send(), gateway.AuditGap)
	s.arrive(send(), gateway.AuditGap)
	if !s.greet(l) {
		t.Error("the log does not agree with the centre")
	}
	s.arrive(s.next(l), gateway.AuditContinues) // the bridge
	early := send()
	late := send()
	s.arrive(late, gateway.AuditGap)
	s.arrive(early, gateway.AuditContinues)
	s.arrive(late, gateway.AuditAgain)
	s.pass(2 * time.Hour)
	s.arrive(send(), gateway.AuditContinues)
	s.alarms()
}

// TestGap: a device that never shows the way raises an alarm.
func TestGap(t *testing.T) {
	s := newStory(t)
	s.o.Entries = 1
	l := s.begun()
	send := func() []byte {
		s.write(l, 3, 3)
		return s.next(l)
	}
	_ = send()
	s.arrive(send(), gateway.AuditGap)
	s.pass(61 * time.Minute)
	s.arrive(send(), gateway.AuditAlarm)
	s.alarms(gateway.AlarmAuditGap)
}

// TestRollback: an old copy of the disk comes back. Its next checkpoint is shorter
// than what the centre has, and later, when it has grown, it is a fork.
func TestRollback(t *testing.T) {
	s := newStory(t)
	l := s.begun()
	s.close(l)
	old := s.keep()
	l = s.grown(s.open(), 20)
	s.greet(l)
	s.arrive(s.next(l), gateway.AuditContinues)
	s.close(l)

	s.restore(old)
	l = s.grown(s.open(), 5)
	if s.greet(l) {
		t.Error("the old copy agrees with the centre")
	}
	s.arrive(s.next(l), gateway.AuditAlarm)
	s.alarms(gateway.AlarmAuditRollback)

	l = s.grown(l, 30)
	if s.greet(l) {
		t.Error("the old copy agrees with the centre")
	}
	s.arrive(s.next(l), gateway.AuditAlarm)
	s.alarms(gateway.AlarmAuditRollback, gateway.AlarmAuditFork)
}

// TestFork: two kiosks go on from one disk; the second one that says so is told.
func TestFork(t *testing.T) {
	s := newStory(t)
	l := s.begun()
	s.close(l)
	copied := s.keep()
	l = s.grown(s.open(), 6)
	first := s.next2(l)
	s.close(l)
	s.restore(copied)
	s.pass(time.Minute)
	l = s.grown(s.open(), 6)
	second := s.next2(l)
	s.arrive(first, gateway.AuditContinues)
	s.arrive(second, gateway.AuditAlarm)
	s.alarms(gateway.AlarmAuditFork)
}

// next2 is the next checkpoint after the centre said what it has.
func (s *story) next2(l *audit.Log) []byte {
	s.t.Helper()
	s.greet(l)
	return s.next(l)
}

// TestForgedProof: a device that has rewritten its log cannot show that it
// continues the old one.
func TestForgedProof(t *testing.T) {
	s := newStory(t)
	l := s.begun()
	l = s.grown(l, 7)
	s.greet(l)
	c, _, err := envelope.VerifyCheckpoint(s.next(l), s.fleet.Roots, s.now())
	if err != nil {
		t.Fatal(err)
	}
	c.Root[0] ^= 1
	b, err := s.o.Sign(c)
	if err != nil {
		t.Fatal(err)
	}
	s.arrive(b, gateway.AuditAlarm)
	s.alarms(gateway.AlarmAuditFork)
}

// TestNewLog: a damaged log is put aside and the new one names its last
// checkpoint, which is no alarm; one that names nothing is.
func TestNewLog(t *testing.T) {
	s := newStory(t)
	l := s.begun()
	s.close(l)
	b := s.read("0000000000000000.log")
	b[len(b)/2] ^= 1
	s.put("0000000000000000.log", b)
	l = s.open()
	if n := l.Notice(); n.Damage == nil || n.Prev == nil || n.Kept == "" {
		t.Fatalf("the damage was not noticed: %+v", n)
	}
	l = s.grown(l, 2)
	if s.greet(l) {
		t.Error("the new log agrees with the centre")
	}
	linked := s.next(l)
	s.arrive(linked, gateway.AuditNewLog)
	s.arrive(linked, gateway.AuditAgain)
	s.alarms()
	s.close(l)

	if err := os.RemoveAll(s.dir); err != nil {
		t.Fatal(err)
	}
	l = s.grown(s.open(), 2)
	s.greet(l)
	s.arrive(s.next(l), gateway.AuditAlarm)
	s.alarms(gateway.AlarmAuditUnlinked)
	s.arrive(linked, gateway.AuditAlarm) // its time is over
	s.alarms(gateway.AlarmAuditUnlinked, gateway.AlarmAuditRollback)
}

// TestQueueAndLogVouch: a checkpoint that names another envelope than the one that
// came is told.
func TestQueueAndLogVouch(t *testing.T) {
	s := newStory(t)
	m := s.device.CheckIn(t, gatewaytest.Person(1), "internal")
	if _, err := s.far.Process(t.Context(), s.device.Branch, m.Bytes); err != nil {
		t.Fatal(err)
	}
	s.seq, s.last = 1, m.Digest
	l := s.begun()
	s.last[0] ^= 1
	l = s.grown(l, 2)
	s.arrive(s.next2(l), gateway.AuditAlarm)
	s.alarms(gateway.AlarmAuditHead)
}

// TestForeignCheckpoint: what another device signed, or nobody, counts nothing.
func TestForeignCheckpoint(t *testing.T) {
	s := newStory(t)
	l := s.open()
	s.write(l, 3, 3)
	s.close(l)
	l = s.open()
	s.greet(l)
	b := s.next(l)
	other := s.fleet.Device(t, "demo-k02")
	if _, err := s.far.Audit(t.Context(), other.Branch, b); err == nil {
		t.Error("taken on another device's topic")
	}
	s.alarms(gateway.AlarmBranch)
	b[len(b)-1] ^= 1
	if _, err := s.far.Audit(t.Context(), s.device.Branch, b); err == nil {
		t.Error("a false signature was taken")
	}
	pool := x509.NewCertPool()
	if _, _, err := envelope.VerifyCheckpoint(b, pool, s.now()); err == nil {
		t.Error("an unknown authority counts")
	}
}
