package gateway

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"time"

	"motcua/protocol/fault"
	"motcua/protocol/request"
	"motcua/protocol/wire"
)

// CarriedLog is what a device that had no connection has to show of its audit log.
type CarriedLog struct {
	// Checkpoints are signed as those on up/audit; the last one says whose and which
	// log it is.
	Checkpoints [][]byte
	// Leaves are the hashes of the log's entries, from the first on (RFC 6962, 2.1).
	// They count as far as they lead to a root that the device has signed.
	Leaves []request.Digest
}

// CarriedReply is what became of it.
type CarriedReply struct {
	Branch wire.Branch
	Log    request.ID
	Size   uint64              // of the newest checkpoint
	Proven uint64              // entries whose hashes lead to what was signed
	Counts map[AuditStatus]int // of the checkpoints
	Alarms []Alarm
	// False are checkpoints that count nothing: signature, device or log are wrong. Why
	// is the reason of the first.
	False int
	Why   error
}

// AuditCarried takes an audit log that was carried here by hand. Its checkpoints
// are held against what the centre has, the smallest first, as [Gateway.Audit]
// does; a connected device would hear what the centre has and show the way from
// there, here the leaves show it. A log may be brought twice, and late. What
// follows an alarm that ends the way is not looked at. Errors are as those of
// Audit.
func (g *Gateway) AuditCarried(ctx context.Context, l CarriedLog) (CarriedReply, error) {
	now := g.cfg.Now()
	var reply CarriedReply
	all := reply.verify(g, l.Checkpoints, now)
	if len(all) == 0 {
		return reply, fault.Wrap(fault.Refused, fmt.Errorf("no checkpoint counts: %w", cmp.Or(reply.Why, errors.New("there is none"))))
	}
	for _, s := range all {
		a := Alarm{Device: s.Device, ID: s.Log, Seq: s.Size, Digest: s.Root, At: now.UnixMilli(), Times: 1}
		if err := g.revoked(ctx, s.by, a); err != nil {
			return reply, err
		}
	}
	tree, err := newCarriedTree(l.Leaves, all)
	if err != nil {
		return reply, fault.Wrap(fault.Refused, err)
	}
	reply.Proven = tree.proven
	err = g.cfg.Inbox.Update(ctx, func(tx Tx) error {
		reply.Counts, reply.Alarms = map[AuditStatus]int{}, nil
		t := auditing{tx: tx, c: all[0].Checkpoint, now: now, tree: tree}
		if err := t.load(); err != nil {
			return err
		}
		for _, s := range all {
			t.c = s.Checkpoint
			if err := t.judge(); err != nil {
				return err
			}
			reply.Counts[t.status]++
			reply.Alarms = append(reply.Alarms, t.alarms...)
			if t.stuck() {
				break
			}
		}
		return t.state.save(tx, t.c.Device)
	})
	if err != nil {
		return reply, fmt.Errorf("taking a carried audit log: %w", err)
	}
	return reply, nil
}

// signedCheckpoint is a checkpoint whose signature verified.
type signedCheckpoint struct {
	request.Checkpoint
	by *x509.Certificate
}

// verify gives the checkpoints that count, the smallest first, and notes whose they
// are.
func (r *CarriedReply) verify(g *Gateway, signed [][]byte, now time.Time) []signedCheckpoint {
	refuse := func(err error) {
		r.False++
		r.Why = cmp.Or(r.Why, err)
	}
	var all []signedCheckpoint
	for _, b := range signed {
		c, by, err := g.verifier.Checkpoint(b, now)
		if err != nil {
			refuse(err)
			continue
		}
		all = append(all, signedCheckpoint{c, by})
	}
	if len(all) == 0 {
		return nil
	}
	last := all[len(all)-1]
	all = slices.DeleteFunc(all, func(s signedCheckpoint) bool {
		other := branchOf(s.by) != branchOf(last.by) || s.Log != last.Log
		if other {
			refuse(fmt.Errorf("a checkpoint of another device or log, %s of %s", s.Log, s.Device))
		}
		return other
	})
	slices.SortStableFunc(all, func(a, b signedCheckpoint) int { return cmp.Compare(a.Size, b.Size) })
	r.Branch, r.Log, r.Size = branchOf(last.by), last.Log, all[len(all)-1].Size
	return all
}

// stuck tells that nothing that follows can continue.
func (t *auditing) stuck() bool {
	return slices.ContainsFunc(t.alarms, func(a Alarm) bool {
		return a.Kind == AlarmAuditFork || a.Kind == AlarmAuditRollback || a.Kind == AlarmAuditGap
	})
}

// carried holds a carried checkpoint to the leaves that came with it, and lets them
// show the way from what the centre has. It is true when that says what the
// checkpoint is.
func (t *auditing) carried() bool {
	c, s := &t.c, &t.state
	within := c.Size <= t.tree.proven
	switch {
	case s.has(c.Size, c.Root):
		return false
	case within && t.tree.root(c.Size) != c.Root:
		t.alarm(AlarmAuditFork) // the device has signed both
	case c.Size < s.Size:
		t.late(within)
	case within && s.Size > 0:
		c.From, c.Proof = s.Size, t.tree.proof(c.Size, s.Size)
		return false
	default:
		return false
	}
	return true
}

// late is a carried checkpoint when the centre has had a later one.
func (t *auditing) late(within bool) {
	c, s := &t.c, &t.state
	shared := false // the leaves account for it, and for what the centre has had later
	for _, r := range s.Recent {
		if r.Size > t.tree.proven {
			continue
		}
		if t.tree.root(r.Size) != r.Root {
			t.alarm(AlarmAuditFork)
			return
		}
		shared = shared || within && c.Size <= r.Size
	}
	switch {
	case shared:
		t.again()
	case t.outdated():
	default:
		t.alarm(AlarmAuditRollback)
	}
}

// outdated tells whether a carried checkpoint was made before the one that the
// centre has: it was carried for long, and is nothing to be held against anybody.
func (t *auditing) outdated() bool {
	if t.tree == nil || t.c.At > cmp.Or(t.state.Made, t.state.At) {
		return false
	}
	if t.status == "" {
		t.status = AuditOlder
	}
	return true
}
