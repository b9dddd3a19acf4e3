package audit_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"motcua/daemon/audit"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/request"
)

// carry takes the log's checkpoints and hashes as a technician carries them.
func (s *story) carry() gateway.CarriedLog {
	s.t.Helper()
	r, err := audit.OpenReader(s.dir)
	if err != nil {
		s.t.Fatal(err)
	}
	defer r.Close()
	var c gateway.CarriedLog
	for _, signed := range r.Checkpoints {
		c.Checkpoints = append(c.Checkpoints, signed)
	}
	for leaf, err := range r.Leaves {
		if err != nil {
			s.t.Fatal(err)
		}
		c.Leaves = append(c.Leaves, leaf)
	}
	return c
}

// bring lets the centre take what was carried.
func (s *story) bring(c gateway.CarriedLog, want map[gateway.AuditStatus]int) gateway.CarriedReply {
	s.t.Helper()
	r, err := s.far.AuditCarried(s.t.Context(), c)
	if err != nil || !maps.Equal(r.Counts, want) || r.Branch != s.device.Branch {
		s.t.Fatalf("%+v, %v; want %v", r, err, want)
	}
	return r
}

// days lets the log grow without a connection: checkpoints, of which the older ones
// are thinned out to one a day.
func (s *story) days(l *audit.Log, n int) *audit.Log {
	s.t.Helper()
	for range n {
		for range 3 {
			l = s.grown(l, 5)
			s.pass(8 * time.Hour)
		}
	}
	return l
}

// TestCarried: a kiosk was without a connection for a month, longer than all its
// checkpoints are kept, and had been heard of before. What is carried continues what
// the centre has; brought again it is nothing new; and the connection goes on from
// there.
func TestCarried(t *testing.T) {
	s := newStory(t)
	l := s.begun()
	l = s.grown(l, 2)
	s.greet(l)
	s.arrive(s.next(l), gateway.AuditContinues) // one that will be thinned out
	l = s.days(l, 30)
	c := s.carry()
	if n := len(c.Checkpoints); n < 30 || n > 60 {
		t.Fatalf("%d checkpoints are kept of a month", n)
	}
	r := s.bring(c, map[gateway.AuditStatus]int{gateway.AuditContinues: len(c.Checkpoints)})
	if r.Size != r.Proven || r.Size != uint64(len(c.Leaves)) || r.False > 0 {
		t.Errorf("%+v", r)
	}
	s.bring(c, map[gateway.AuditStatus]int{gateway.AuditAgain: len(c.Checkpoints)})

	l = s.grown(l, 4)
	if !s.greet(l) {
		t.Error("the log does not agree with the centre")
	}
	s.arrive(s.next(l), gateway.AuditContinues)
	s.alarms()
}

// TestCarriedFirst: the centre hears of a device's log for the first time by hand.
func TestCarriedFirst(t *testing.T) {
	s := newStory(t)
	s.days(s.open(), 3)
	c := s.carry()
	s.bring(c, map[gateway.AuditStatus]int{gateway.AuditNewLog: 1, gateway.AuditContinues: len(c.Checkpoints) - 1})
	s.alarms()
}

// TestCarriedLate: the folder was forgotten in a drawer, and the connection came
// back meanwhile. Nobody is accused of that.
func TestCarriedLate(t *testing.T) {
	s := newStory(t)
	l := s.days(s.begun(), 3)
	c := s.carry()
	for range 20 { // more than the centre remembers one by one
		l = s.grown(l, 2)
		s.greet(l)
		s.arrive(s.next(l), gateway.AuditContinues)
	}
	s.bring(c, map[gateway.AuditStatus]int{gateway.AuditOlder: len(c.Checkpoints)})
	s.alarms()
}

// TestCarriedWithoutHashes: checkpoints alone show no way over those that were
// thinned out. As over the network, that is a gap, and an alarm when it stays.
func TestCarriedWithoutHashes(t *testing.T) {
	for name, spoil := range map[string]func(c *gateway.CarriedLog){
		"gone":      func(c *gateway.CarriedLog) { c.Leaves = nil },
		"others":    func(c *gateway.CarriedLog) { c.Leaves[1][0] ^= 1 },
		"cut off":   func(c *gateway.CarriedLog) { c.Leaves = c.Leaves[:8] },
		"too many":  func(c *gateway.CarriedLog) { c.Leaves = slices.Insert(c.Leaves, 0, request.Digest{1}) },
		"one apart": func(c *gateway.CarriedLog) { c.Leaves = slices.Delete(c.Leaves, 3, 4) },
	} {
		t.Run(name, func(t *testing.T) {
			s := newStory(t)
			l := s.begun()
			s.days(l, 12)
			c := s.carry()
			c.Checkpoints = c.Checkpoints[1:] // the one that the centre has
			spoil(&c)
			s.bring(c, map[gateway.AuditStatus]int{gateway.AuditGap: 8, gateway.AuditAlarm: 1})
			s.alarms(gateway.AlarmAuditGap)
		})
	}
}

// TestCarriedMoreLeaves: hashes that nothing signs yet prove nothing and harm
// nothing.
func TestCarriedMoreLeaves(t *testing.T) {
	s := newStory(t)
	s.days(s.begun(), 2)
	c := s.carry()
	c.Leaves = append(c.Leaves, request.Digest{1}, request.Digest{2})
	r := s.bring(c, map[gateway.AuditStatus]int{gateway.AuditAgain: 1, gateway.AuditContinues: len(c.Checkpoints) - 1})
	if r.Proven != r.Size {
		t.Errorf("%d of %d entries are proven", r.Proven, r.Size)
	}
	s.alarms()
}

// TestCarriedRollback: an old copy of the disk came back, grew without a
// connection, and is carried to a centre that knows better: shorter than what that
// has, and then longer.
func TestCarriedRollback(t *testing.T) {
	for name, c := range map[string]struct {
		days int
		want gateway.AlarmKind
	}{
		"shorter": {1, gateway.AlarmAuditRollback},
		"longer":  {9, gateway.AlarmAuditFork},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStory(t)
			l := s.begun()
			s.close(l)
			old := s.keep()
			l = s.grown(s.open(), 60)
			s.greet(l)
			s.arrive(s.next(l), gateway.AuditContinues)
			s.close(l)

			s.restore(old)
			s.days(s.open(), c.days)
			carried := s.carry()
			r, err := s.far.AuditCarried(t.Context(), carried)
			if err != nil || r.Counts[gateway.AuditAlarm] != 1 || r.Counts[gateway.AuditContinues] != 0 {
				t.Errorf("%+v, %v", r, err)
			}
			s.alarms(c.want)
		})
	}
}

// TestCarriedFork: two kiosks went on from one disk, both without a connection.
func TestCarriedFork(t *testing.T) {
	s := newStory(t)
	l := s.begun()
	s.close(l)
	copied := s.keep()
	s.close(s.days(s.open(), 2))
	first := s.carry()
	s.restore(copied)
	s.close(s.days(s.open(), 3))
	second := s.carry()
	s.bring(first, map[gateway.AuditStatus]int{gateway.AuditAgain: 1, gateway.AuditContinues: len(first.Checkpoints) - 1})
	s.bring(second, map[gateway.AuditStatus]int{gateway.AuditAgain: 1, gateway.AuditAlarm: 1})
	s.alarms(gateway.AlarmAuditFork)
}

// TestCarriedContradiction: a device has signed two logs of one name; one folder
// holds what it said of both.
func TestCarriedContradiction(t *testing.T) {
	s := newStory(t)
	l := s.begun()
	s.close(l)
	copied := s.keep()
	s.close(s.days(s.open(), 1))
	one := s.carry()
	s.restore(copied)
	s.close(s.days(s.open(), 3))
	both := s.carry()
	both.Checkpoints = slices.Insert(both.Checkpoints, 1, one.Checkpoints[1])
	s.bring(both, map[gateway.AuditStatus]int{gateway.AuditAgain: 1, gateway.AuditAlarm: 1})
	s.alarms(gateway.AlarmAuditFork)
}

// TestCarriedNewLog: a damaged log was put aside. The new one, carried, is linked;
// the old one's folder that comes after it is only late; a log that an old copy of
// the disk made is an alarm.
func TestCarriedNewLog(t *testing.T) {
	s := newStory(t)
	s.close(s.days(s.begun(), 2))
	old, copied := s.carry(), s.keep()
	b := s.read("0000000000000000.log")
	b[len(b)/2] ^= 1
	s.put("0000000000000000.log", b)
	s.pass(time.Minute)
	s.put("hashes", s.read("hashes")[:32]) // so that the damage is found at once
	l := s.open()
	if n := l.Notice(); n.Damage == nil || n.Prev == nil {
		t.Fatalf("the damage was not noticed: %+v", n)
	}
	s.close(s.days(l, 1))
	fresh := s.carry()
	s.bring(fresh, map[gateway.AuditStatus]int{gateway.AuditNewLog: 1, gateway.AuditContinues: len(fresh.Checkpoints) - 1})
	s.bring(old, map[gateway.AuditStatus]int{gateway.AuditOlder: len(old.Checkpoints)})
	s.alarms()

	s.restore(copied)
	s.close(s.days(s.open(), 1))
	r, err := s.far.AuditCarried(t.Context(), s.carry())
	if err != nil || r.Counts[gateway.AuditAlarm] != 1 {
		t.Errorf("%+v, %v", r, err)
	}
	s.alarms(gateway.AlarmAuditRollback)
}

// TestCarriedHead: a checkpoint that names another envelope than the one that came
// is told, and the way goes on.
func TestCarriedHead(t *testing.T) {
	s := newStory(t)
	m := s.device.CheckIn(t, gatewaytest.Person(1), "internal")
	if _, err := s.far.Process(t.Context(), s.device.Branch, m.Bytes); err != nil {
		t.Fatal(err)
	}
	l := s.days(s.begun(), 1)
	s.seq, s.last = 1, m.Digest
	s.last[0] ^= 1
	l = s.grown(l, 2)
	s.last[0] ^= 1
	s.grown(l, 2)
	c := s.carry()
	s.bring(c, map[gateway.AuditStatus]int{gateway.AuditAgain: 1, gateway.AuditContinues: len(c.Checkpoints) - 2, gateway.AuditAlarm: 1})
	s.alarms(gateway.AlarmAuditHead)
}

// TestCarriedHostile: what this device did not sign for this log counts nothing, and
// does not keep the rest from counting.
func TestCarriedHostile(t *testing.T) {
	s := newStory(t)
	s.close(s.days(s.begun(), 1))
	c := s.carry()
	flipped := slices.Clone(c.Checkpoints[2])
	flipped[len(flipped)-3] ^= 1
	other := newStory(t)
	other.fleet, other.far = s.fleet, s.far
	other.device, other.o.Device = s.fleet.Device(t, "demo-k02"), "demo-k02"
	other.days(other.open(), 1)
	mixed := gateway.CarriedLog{Leaves: c.Leaves, Checkpoints: slices.Concat(
		[][]byte{[]byte("no checkpoint"), {}, flipped}, other.carry().Checkpoints[:2], c.Checkpoints[:2], c.Checkpoints[3:],
	)}
	r := s.bring(mixed, map[gateway.AuditStatus]int{gateway.AuditAgain: 1, gateway.AuditContinues: len(c.Checkpoints) - 2})
	if r.False != 5 || r.Why == nil {
		t.Errorf("%d count nothing, %v", r.False, r.Why)
	}
	for _, nothing := range []gateway.CarriedLog{{}, {Checkpoints: [][]byte{flipped}}, {Leaves: c.Leaves}} {
		if r, err := s.far.AuditCarried(t.Context(), nothing); err == nil {
			t.Errorf("taken: %+v", r)
		}
	}
	s.alarms()
}
