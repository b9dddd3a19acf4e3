package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"motcua/protocol/gateway"
	"motcua/protocol/handover"
	"motcua/protocol/request"
)

// errAudit means that an audit log of a folder is not what it should be.
var errAudit = errors.New("the audit log does not continue what the centre has")

// audit takes the audit log of the folder; listed is what the index says of it,
// nil when that says nothing.
func (i *importer) audit(ctx context.Context, folder fs.FS, listed *request.ExportedLog) error {
	log, err := handover.Audit(folder)
	if errors.Is(err, handover.ErrNothing) && listed != nil {
		return errors.New("the index lists an audit log, and none is here")
	}
	if err != nil {
		return fmt.Errorf("reading the audit log: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, processWithin)
	defer cancel()
	reply, err := i.gateway.AuditCarried(ctx, gateway.CarriedLog{Checkpoints: log.Checkpoints, Leaves: log.Leaves})
	if err != nil {
		return err
	}
	fmt.Fprintf(i.stdout, "audit log of %s up to entry %d, hashes up to entry %d\n", reply.Branch.Device, reply.Size, reply.Proven)
	if listed != nil && !log.Complete(*listed) {
		fmt.Fprintln(i.stdout, "its files are not those that the index lists")
	}
	for _, s := range []gateway.AuditStatus{
		gateway.AuditNewLog, gateway.AuditContinues, gateway.AuditAgain, gateway.AuditOlder, gateway.AuditGap, gateway.AuditAlarm,
	} {
		if n := reply.Counts[s]; n > 0 {
			fmt.Fprintf(i.stdout, "checkpoints %s %d\n", s, n)
		}
	}
	for _, a := range reply.Alarms {
		fmt.Fprintf(i.stderr, "gatewayd: alarm %s %s seq %d\n", a.Kind, a.Device, a.Seq)
	}
	if reply.False > 0 {
		fmt.Fprintf(i.stderr, "gatewayd: %d checkpoints count nothing; the first: %v\n", reply.False, reply.Why)
	}
	if len(reply.Alarms) > 0 || reply.False > 0 || reply.Counts[gateway.AuditGap] > 0 {
		return errAudit
	}
	return nil
}
