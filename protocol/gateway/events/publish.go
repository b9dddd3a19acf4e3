package events

import (
	"context"
	"encoding/binary"
	"log/slog"
	"time"

	"motcua/protocol/gateway"
)

// Batch is the largest number of events that are sent at once.
const Batch = 200

// Times of the publisher. One gateway publishes at a time, so that events keep
// their order; when it is gone, another takes over after its turn has run out.
const (
	every = 200 * time.Millisecond
	turn  = 5 * time.Second
)

// turnKey holds whose turn it is.
const turnKey = "events/turn"

// Send keeps events elsewhere, durably, and returns when they are there. It gives
// an error when it is not sure of one of them: then all are sent again.
type Send func(ctx context.Context, all []gateway.Event) error

// Publish sends what is there until ctx ends. me is another text for each gateway.
func Publish(ctx context.Context, inbox gateway.Inbox, me string, send Send, now func() time.Time, log *slog.Logger) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	trouble := false
	for {
		n, err := once(ctx, inbox, me, send, now)
		if ctx.Err() != nil {
			return
		}
		if err != nil && !trouble {
			log.Warn("events wait", "fault", err.Error())
		}
		trouble = err != nil
		if n == Batch && err == nil {
			continue // there may be more
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// once sends one batch, if it is this gateway's turn.
func once(ctx context.Context, inbox gateway.Inbox, me string, send Send, now func() time.Time) (int, error) {
	if waiting, err := inbox.Events(ctx, 1); err != nil || len(waiting) == 0 {
		return 0, err
	}
	mine := false
	err := inbox.Update(ctx, func(tx gateway.Tx) (err error) {
		mine, err = take(tx, me, now())
		return err
	})
	if err != nil || !mine {
		return 0, err
	}
	all, err := inbox.Events(ctx, Batch) // after the turn was taken: what another one sent is gone
	if err != nil || len(all) == 0 {
		return 0, err
	}
	sending, cancel := context.WithTimeout(ctx, turn/2)
	defer cancel()
	if err := send(sending, all); err != nil {
		return 0, err
	}
	numbers := make([]uint64, len(all))
	for i, e := range all {
		numbers[i] = e.Number
	}
	return len(all), inbox.Update(ctx, func(tx gateway.Tx) error { return tx.DropEvents(numbers) })
}

// take takes the turn, or keeps it.
func take(tx gateway.Tx, me string, now time.Time) (bool, error) {
	value, found, err := tx.Get(turnKey)
	if err != nil {
		return false, err
	}
	if found && len(value) > 8 && string(value[8:]) != me && now.UnixMilli() < int64(binary.BigEndian.Uint64(value)) {
		return false, nil
	}
	until := binary.BigEndian.AppendUint64(nil, uint64(now.Add(turn).UnixMilli()))
	return true, tx.Set(turnKey, append(until, me...))
}
