package printer

import (
	"context"
	"errors"
	"fmt"
	"time"

	"motcua/drivers"
)

const (
	// ahead is how many pieces the printer may have that it has not answered for.
	ahead = 2
	// step is how long an answer to GS r may take before one asks what is wrong.
	step = 300 * time.Millisecond
	// patience is how long a printer may stand still without a reason, and rest how
	// long for one that passes, such as a hot head. The more time has passed the more
	// seldom it is asked, up to slowly: its buffer has to hold the questions.
	patience = 10 * time.Second
	rest     = 2 * time.Minute
	slowly   = 5 * time.Second
	// lull is how long a printer that has answered for everything is silent. If it is
	// not, it was not done yet, and noise was taken for its answers.
	lull = 100 * time.Millisecond
	// farewell is how long a call may go on after its context has ended, to clear
	// the printer.
	farewell = 250 * time.Millisecond
)

// Print prints and cuts one ticket. The ticket's own faults (a letter that there
// is none of, [ticket.ErrTooLong]) are told before anything is sent.
func (d *Dev) Print(ctx context.Context, t drivers.Ticket) error {
	pieces, err := d.compose(t)
	if err != nil {
		return fmt.Errorf("printer: %w", err)
	}
	if err := d.prepare(ctx); err != nil {
		return d.failed(ctx, "before printing", err)
	}
	d.memory.clean = false
	err = d.send(ctx, pieces...)
	if err == nil {
		err = d.finish(ctx)
	}
	if err != nil {
		d.abandon(ctx)
		return d.failed(ctx, "printing", err)
	}
	d.memory.clean = true
	return nil
}

// compose writes the ticket as commands, in pieces that fit the printer's buffer.
func (d *Dev) compose(t drivers.Ticket) ([][]byte, error) {
	pieces := [][]byte{[]byte(initialize)}
	if d.options.Text {
		lines, err := d.plain(t)
		if err != nil {
			return nil, err
		}
		pieces = append(pieces, lines...)
	} else {
		b, err := d.setter.Set(t)
		if err != nil {
			return nil, err
		}
		pieces = append(pieces, bands(b)...)
	}
	return append(pieces, d.cut()), nil
}

func (d *Dev) cut() []byte {
	if d.options.Uncut {
		return []byte(feedOut)
	}
	return []byte(feedAndCut)
}

// prepare asks how the printer is, and brings it to where a ticket may begin.
func (d *Dev) prepare(ctx context.Context) error {
	if err := d.begin(ctx); err != nil {
		return err
	}
	r, err := d.report(ctx)
	if err == nil && (r.recoverable || r.cutter) {
		// Whatever it was may have been put right; if not, it fails again.
		if err = d.line.Write(ctx, []byte(recoverCleared)); err == nil {
			r, err = d.report(ctx)
		}
	}
	if err == nil {
		err = r.trouble()
	}
	if err != nil {
		return err
	}
	var pieces [][]byte
	if d.unsure {
		pieces = append(pieces, append(zeros(), initialize...))
	}
	if !d.memory.clean {
		pieces = append(pieces, d.cut())
	}
	if err := d.send(ctx, pieces...); err != nil {
		return err
	}
	d.unsure = false
	return nil
}

// send sends pieces, and returns when the printer has processed all of them.
func (d *Dev) send(ctx context.Context, pieces ...[]byte) error {
	for _, p := range pieces {
		if err := d.await(ctx, ahead-1); err != nil {
			return err
		}
		if err := d.line.Write(ctx, append(p, tell...)); err != nil {
			d.torn = true
			return err
		}
		d.asked++
	}
	return d.await(ctx, 0)
}

// standstill is a time without answers to GS r.
type standstill struct {
	since time.Time
	limit time.Duration // until it counts as a failure
	wait  time.Duration // until one asks what is wrong, again
	spare bool          // one more answer was asked for,
	told  int           // when so many had come
}

func newStandstill() standstill {
	return standstill{since: time.Now(), limit: patience, wait: step}
}

// await waits until the printer owes no more than so many answers.
func (d *Dev) await(ctx context.Context, most int) error {
	for s := newStandstill(); d.asked-d.told > most; {
		told := d.told
		a, err := d.hear(ctx, s.wait)
		switch {
		case err == nil:
			d.note(a)
			if a.paperOut() {
				_, err = d.look(ctx)
			}
		case errors.Is(err, drivers.ErrNoAnswer):
			err = d.askWhy(ctx, &s)
		}
		if err != nil {
			return err
		}
		if d.told > told {
			s.since, s.limit, s.wait = time.Now(), patience, step
		}
		if time.Since(s.since) > s.limit {
			return fmt.Errorf("%w: it stands still", drivers.ErrNoAnswer)
		}
	}
	return nil
}

// askWhy asks what is wrong. If nothing is, an answer may have got lost, be it on
// the line, be it with all that a printer held that lost its power for a moment:
// then one more is asked for. When that has come and no other follows, it is so.
func (d *Dev) askWhy(ctx context.Context, s *standstill) error {
	r, err := d.look(ctx)
	switch {
	case err != nil:
		return err
	case r.busy():
		s.limit, s.wait = rest, min(2*s.wait, slowly)
	case !s.spare:
		s.spare, s.told = true, d.told
		d.asked++
		return d.line.Write(ctx, []byte(tell))
	case d.told > s.told:
		return fmt.Errorf("%w: for a part of the ticket; it was off for a moment, or the line is bad", drivers.ErrNoAnswer)
	}
	return nil
}

// look asks how the printer is, and fails if it cannot print.
func (d *Dev) look(ctx context.Context) (report, error) {
	r, err := d.report(ctx)
	if err == nil {
		err = r.trouble()
	}
	return r, err
}

// finish waits for a lull, and looks once more. Answers that come all the same say that noise, or an
// answer that came twice, was taken for one; with more than one such, more was
// sent ahead than the printer has room for.
func (d *Dev) finish(ctx context.Context) error {
	for range maxNoise {
		a, err := d.hear(ctx, lull)
		if errors.Is(err, drivers.ErrNoAnswer) {
			break
		}
		if err != nil {
			return err
		}
		d.note(a)
	}
	if d.told-d.asked > 1 {
		return fmt.Errorf("%w: it answered %d times more than it was asked", drivers.ErrProtocol, d.told-d.asked)
	}
	_, err := d.look(ctx)
	return err
}

// abandon sees to it that what the printer still holds of a ticket is not printed
// later. It ends soon, also when the context has ended before; what it cannot do
// the next ticket does, see prepare.
func (d *Dev) abandon(ctx context.Context) {
	d.unsure = true
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer cancel()
	if d.mend(ctx) != nil || d.line.Write(ctx, []byte(clearBuffers)) != nil {
		return
	}
	for {
		// Nothing may follow before the answer; printers that do not know the command
		// do not answer either.
		a, err := d.hear(ctx, farewell/2)
		if err != nil || a.kind == answerCleared {
			break
		}
	}
	if d.line.Write(ctx, []byte(recoverCleared)) == nil {
		_, _ = d.askOnce(ctx, 1) // which it answers after having done so
	}
}
