package inboxpg

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// finalError is one that trying again does not help.
type finalError struct{ error }

func (e *finalError) Unwrap() error { return e.error }

// retry tries until do succeeds, fails for good, or the time is over; the pauses
// grow.
func retry(ctx context.Context, do func() error) error {
	pause := 10 * time.Millisecond
	for {
		err := do()
		if err == nil || !passing(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pause):
			pause = min(2*pause, time.Second)
		}
	}
}

// passing reports whether an error may be gone at the next try. Of the server's
// errors these are the classes of PostgreSQL's manual, appendix A, that speak of a
// transaction that was rolled back, of a connection, or of an operator who is at
// work; of all others, that no server has answered.
func passing(err error) bool {
	if _, final := errors.AsType[*finalError](err); final || errors.Is(err, context.Canceled) {
		return false
	}
	pg, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return true
	}
	switch pg.Code {
	case "53300", "55P03", "25P03", "25006": // too many connections, no lock, idle too long, a server that takes no writes any more
		return true
	}
	switch pg.Code[:min(len(pg.Code), 2)] {
	case "40", "08", "57":
		return true
	}
	return false
}
