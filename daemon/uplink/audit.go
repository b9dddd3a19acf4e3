package uplink

import (
	"context"

	"motcua/protocol/fault"
	"motcua/protocol/request"
	"motcua/protocol/wire"
)

// vouch sends the audit log's checkpoints, for as long as the connection stands.
// A log that does not work ends no connection: requests still have to go.
func (u *Uplink) vouch(ctx context.Context, l *link) error {
	if u.cfg.Greeting.Audit == nil {
		<-ctx.Done()
		return ctx.Err()
	}
	select {
	case <-l.greeted: // the Welcome says what the centre has
	case <-ctx.Done():
		return ctx.Err()
	}
	for {
		if err := u.untilAllowed(ctx); err != nil {
			return err
		}
		b, err := u.cfg.Greeting.Audit.Next(ctx)
		if err != nil {
			<-ctx.Done()
			return ctx.Err()
		}
		if err := l.publish(ctx, u.cfg.Branch.Up(wire.UpAudit), wire.QoSEvent, b); err != nil {
			return err
		}
		u.count(func(c *Counts) *uint64 { return &c.Checkpoints })
	}
}

// heard tells the audit log what the centre has of it.
func (u *Uplink) heard(w request.Welcome) {
	a := u.cfg.Greeting.Audit
	if a == nil {
		return
	}
	var root request.Digest
	if w.AuditRoot != nil {
		root = *w.AuditRoot
	}
	if !a.Held(w.AuditSize, root) {
		u.log.Error("the centre has checkpoints of another audit log than this one: the log began anew, or an old copy came back",
			"fault", fault.AuditBroken, "centre", w.AuditSize)
	}
}
