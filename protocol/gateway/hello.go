package gateway

import (
	"context"
	"fmt"
	"time"

	"motcua/protocol/fault"
	"motcua/protocol/request"
	"motcua/protocol/wire"
)

// Greeting is what goes back to a device that said hello: first the replies, in
// the order of their seqs, then the Welcome, so that the device knows by it what
// has to be sent again.
type Greeting struct {
	Branch  wire.Branch
	Replies []Reply
	Welcome []byte // for dn/command
}

// Hello takes one message from a device's up/evt topic. Errors are as those of
// [Gateway.Process].
func (g *Gateway) Hello(ctx context.Context, branch wire.Branch, b []byte) (Greeting, error) {
	now := g.cfg.Now()
	if _, err := g.limits.take(branch.Device, now); err != nil {
		return Greeting{}, err
	}
	h, signer, err := g.verifier.Hello(b, now)
	if err != nil {
		return Greeting{}, fault.Wrap(fault.Refused, err)
	}
	from := branchOf(signer)
	if from != branch {
		a := Alarm{Kind: AlarmBranch, Device: h.Device, ID: h.ID, At: now.UnixMilli(), Times: 1}
		return Greeting{}, g.raise(ctx, a)
	}
	if err := g.revoked(ctx, signer, Alarm{Device: h.Device, ID: h.ID, At: now.UnixMilli(), Times: 1}); err != nil {
		return Greeting{}, err
	}
	greeting, w := Greeting{Branch: from}, request.Welcome{}
	err = g.cfg.Inbox.Update(ctx, func(tx Tx) (err error) {
		w, greeting.Replies, err = g.welcome(tx, from, h, now)
		return err
	})
	if err == nil {
		greeting.Welcome, err = g.signer.Welcome(g.cfg.Rand, w)
	}
	if err != nil {
		return Greeting{}, fmt.Errorf("answering a hello: %w", err)
	}
	return greeting, nil
}

// welcome is the transaction of a Hello.
func (g *Gateway) welcome(tx Tx, branch wire.Branch, h request.Hello, now time.Time) (request.Welcome, []Reply, error) {
	w := request.Welcome{
		V: request.Version, Re: h.ID, Device: h.Device, At: now.UnixMilli(),
		RetryAfter: g.limits.wait(h.Device, now),
	}
	p, err := tx.Position(h.Device)
	if err != nil {
		return w, nil, err
	}
	w.Contiguous, w.ChainHead = p.Contiguous, p.Head
	if w.AuditSize, w.AuditRoot, err = heldAudit(tx, h.Device); err != nil {
		return w, nil, err
	}
	if p.Frozen != "" {
		w.RetryAfter = max(w.RetryAfter, frozenWait)
		return w, nil, nil
	}
	if err := noteDevice(tx, branch); err != nil {
		return w, nil, err
	}
	records, err := tx.Seqs(h.Device, h.Open)
	if err != nil {
		return w, nil, err
	}
	var replies []Reply
	for _, r := range records {
		reply, err := g.renewed(replyOf(branch, r))
		if err != nil {
			return w, nil, err
		}
		replies = append(replies, reply)
	}
	if w.Nonces, err = g.give(tx, h.Device, int(h.Nonces), now); len(w.Nonces) > 0 {
		w.NoncesUntil = now.Add(g.cfg.Nonces.Life).UnixMilli()
	}
	if err == nil {
		err = g.takeBack(tx, branch, h.Returns, now)
	}
	room := 0
	if err == nil {
		room, err = leaseRoom(w)
	}
	if err == nil {
		w.Leases, err = g.lend(tx, branch, h.Leases, room, now)
	}
	return w, replies, err
}

// replyOf gives again what was given before.
func replyOf(branch wire.Branch, r *Record) Reply {
	return Reply{
		Branch: branch, ID: r.ID, Seq: r.Seq, Service: r.Service, Status: r.Status, Reason: r.Reason,
		Receipt: r.Receipt, Result: r.Result, Again: true,
	}
}
