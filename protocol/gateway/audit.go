package gateway

import (
	"context"
	"fmt"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"motcua/protocol/fault"
	"motcua/protocol/request"
	"motcua/protocol/wire"
)

// AuditStatus says what a checkpoint is to the centre.
type AuditStatus string

// What a checkpoint is.
const (
	AuditContinues AuditStatus = "continues" // it is the newest now
	AuditAgain     AuditStatus = "again"     // the centre had it, or a later one
	AuditGap       AuditStatus = "gap"       // those between are missing: the next Welcome asks for the way
	AuditNewLog    AuditStatus = "new-log"   // a log begins
	AuditAlarm     AuditStatus = "alarm"     // it cannot be
	AuditOlder     AuditStatus = "older"     // carried here by hand after a later one, and made before that
)

// AuditReply is what became of a checkpoint. Nothing goes back to the device but
// what its next Welcome says.
type AuditReply struct {
	Branch wire.Branch
	Log    request.ID
	Size   uint64
	Status AuditStatus
	Alarms []Alarm
}

// Times and bounds of audit logs.
const (
	// gapWait is how long a device may leave a gap: it hears of it at its next Hello.
	gapWait    = time.Hour
	maxPending = 8
	maxRecent  = 16
	maxBefore  = 8
)

// Audit takes one message from a device's up/audit topic: a checkpoint of its
// audit log. Alarms are stored; errors are as those of [Gateway.Hello].
func (g *Gateway) Audit(ctx context.Context, branch wire.Branch, b []byte) (AuditReply, error) {
	now := g.cfg.Now()
	if _, err := g.limits.take(branch.Device, now); err != nil {
		return AuditReply{}, err
	}
	c, signer, err := g.verifier.Checkpoint(b, now)
	if err != nil {
		return AuditReply{}, fault.Wrap(fault.Refused, err)
	}
	a := Alarm{Kind: AlarmBranch, Device: c.Device, ID: c.Log, Seq: c.Size, Digest: c.Root, At: now.UnixMilli(), Times: 1}
	if from := branchOf(signer); from != branch {
		return AuditReply{}, g.raise(ctx, a)
	}
	if err := g.revoked(ctx, signer, a); err != nil {
		return AuditReply{}, err
	}
	reply := AuditReply{}
	err = g.cfg.Inbox.Update(ctx, func(tx Tx) error {
		t := auditing{tx: tx, c: c, now: now}
		err := t.take()
		reply = AuditReply{Branch: branch, Log: c.Log, Size: c.Size, Status: t.status, Alarms: t.alarms}
		return err
	})
	if err != nil {
		return AuditReply{}, fmt.Errorf("taking a checkpoint: %w", err)
	}
	return reply, nil
}

// auditing holds checkpoints of a device against what the centre has, one after the
// other, in a transaction.
type auditing struct {
	tx     Tx
	c      request.Checkpoint
	now    time.Time
	tree   *carriedTree // of a log that was carried here; nil over the network
	state  auditState
	status AuditStatus
	alarms []Alarm
}

// take is the transaction of one checkpoint.
func (t *auditing) take() error {
	if err := t.load(); err != nil {
		return err
	}
	if err := t.judge(); err != nil {
		return err
	}
	return t.state.save(t.tx, t.c.Device)
}

func (t *auditing) load() (err error) {
	t.state, err = loadAudit(t.tx, t.c.Device)
	return err
}

// judge says what the checkpoint is, and raises alarms.
func (t *auditing) judge() error {
	t.status, t.alarms = "", nil
	if err := t.checkHead(); err != nil {
		return err
	}
	switch {
	case t.state.Log == (request.ID{}):
		t.status = AuditNewLog
		t.begin()
	case t.c.Log != t.state.Log:
		t.otherLog()
	default:
		t.sameLog()
	}
	for _, a := range t.alarms {
		if err := t.tx.Raise(a); err != nil {
			return err
		}
	}
	return nil
}

// alarm notes what cannot be.
func (t *auditing) alarm(kind AlarmKind) {
	t.status = AuditAlarm
	t.alarms = append(t.alarms, Alarm{
		Kind: kind, Device: t.c.Device, ID: t.c.Log, Seq: t.c.Size, Digest: t.state.Root, At: t.now.UnixMilli(), Times: 1,
	})
}

// checkHead holds the envelope that the checkpoint names against the one that
// came.
func (t *auditing) checkHead() error {
	if t.c.Seq == 0 {
		return nil
	}
	records, err := t.tx.Seqs(t.c.Device, []uint64{t.c.Seq})
	if err != nil {
		return err
	}
	for _, r := range records {
		if r.Seq == t.c.Seq && r.Digest != t.c.Head {
			t.alarm(AlarmAuditHead)
		}
	}
	return nil
}

// begin makes the checkpoint the first that the centre has of its log.
func (t *auditing) begin() {
	t.state = auditState{Log: t.c.Log, Before: t.state.Before}
	t.advance(pendingOf(t.c, t.now))
}

// otherLog is a log that took the place of the one the centre knows.
func (t *auditing) otherLog() {
	if slices.Contains(t.state.Before, t.c.Log) { // its time is over
		if !t.outdated() {
			t.alarm(AlarmAuditRollback)
		}
		return
	}
	p := t.c.Prev
	linked := p != nil && p.Log == t.state.Log && (p.Size > t.state.Size || p.Size == t.state.Size && p.Root == t.state.Root)
	t.status = AuditNewLog
	if !linked {
		t.alarm(AlarmAuditUnlinked)
	}
	t.state.Before = append(t.state.Before, t.state.Log)
	t.state.Before = t.state.Before[max(0, len(t.state.Before)-maxBefore):]
	t.begin()
}

// sameLog holds the checkpoint against what the centre has of the log.
func (t *auditing) sameLog() {
	if t.tree != nil && t.carried() {
		return
	}
	c, s := t.c, &t.state
	switch {
	case s.has(c.Size, c.Root):
		t.again()
	case c.Size == s.Size:
		t.alarm(AlarmAuditFork)
	case c.Size < s.Size, c.Seq < s.Seq:
		t.alarm(AlarmAuditRollback)
	case c.From == s.Size && !consistent(c.Proof, c.Size, c.Root, s.Size, s.Root):
		t.alarm(AlarmAuditFork)
	case c.From == s.Size:
		if t.status == "" {
			t.status = AuditContinues
		}
		t.advance(pendingOf(c, t.now))
		t.settle()
	default:
		t.gap()
	}
}

func (t *auditing) again() {
	if t.status == "" {
		t.status = AuditAgain
	}
}

// gap keeps a checkpoint until the way to it is known. It has to agree with the
// others that wait.
func (t *auditing) gap() {
	c, s := t.c, &t.state
	for _, p := range s.Pending {
		if p.Size == c.Size && p.Root == c.Root {
			t.again()
			return
		}
		if p.Size == c.Size || p.Size == c.From && !consistent(c.Proof, c.Size, c.Root, p.Size, p.Root) {
			t.alarm(AlarmAuditFork)
			return
		}
	}
	if t.status == "" {
		t.status = AuditGap
	}
	s.Pending = append(s.Pending, pendingOf(c, t.now))
	tooMany := len(s.Pending) > maxPending
	if tooMany {
		s.Pending = s.Pending[1:]
	}
	if tooMany || t.now.Sub(time.UnixMilli(s.Pending[0].Since)) >= gapWait {
		t.alarm(AlarmAuditGap)
	}
}

// advance makes p the newest checkpoint of the log.
func (t *auditing) advance(p pendingCheckpoint) {
	s := &t.state
	s.Size, s.Root, s.Seq, s.At, s.Made = p.Size, p.Root, max(s.Seq, p.Seq), t.now.UnixMilli(), p.Made
	s.Recent = append(s.Recent, seenRoot{p.Size, p.Root})
	s.Recent = s.Recent[max(0, len(s.Recent)-maxRecent):]
}

// settle takes up those that waited for the newest one. One that the newest has
// passed without having shown the way is a gap for ever.
func (t *auditing) settle() {
	s := &t.state
	for i := 0; i < len(s.Pending); i++ {
		p := s.Pending[i]
		if p.From != s.Size && p.Size != s.Size {
			continue
		}
		if !consistent(p.Proof, p.Size, p.Root, p.From, s.Root) && p.From == s.Size || p.Size == s.Size && p.Root != s.Root {
			t.alarm(AlarmAuditFork)
			return
		}
		if p.From == s.Size {
			t.advance(p)
		}
		s.drop(p.Size)
		i = -1 // from the beginning
	}
	if len(s.Pending) > 0 && s.Pending[0].Size < s.Size {
		s.Pending = nil
		t.alarm(AlarmAuditGap)
	}
}

// consistent checks that a tree continues an older one (RFC 6962, 2.1.2).
func consistent(proof []request.Digest, size uint64, root request.Digest, from uint64, old request.Digest) bool {
	if from == 0 || from > size {
		return from == 0
	}
	p := make(tlog.TreeProof, len(proof))
	for i, h := range proof {
		p[i] = tlog.Hash(h)
	}
	return tlog.CheckTree(p, int64(size), tlog.Hash(root), int64(from), tlog.Hash(old)) == nil
}
