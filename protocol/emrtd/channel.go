package emrtd

import (
	"context"
	"errors"
	"fmt"

	"motcua/protocol/apdu"
)

const (
	// maxChained bounds what GET RESPONSE may bring for one command.
	maxChained = 1 << 17
	// maxExchanges bounds a reading: no honest card comes near it.
	maxExchanges = 1 << 15
)

// channel sends commands to the chip, protected once a session stands, and
// counts what it costs.
type channel struct {
	card  apdu.Transmitter
	sm    *Session
	stats *Stats
	// habits learn whether extended length works at all.
	habits   *Habits
	extended bool // it did, in this reading
}

// send exchanges one command. A status word is no error here, except that one
// in the clear under secure messaging ends the session.
func (c *channel) send(ctx context.Context, cmd apdu.Command) (apdu.Response, error) {
	if c.sm == nil {
		r, err := c.exchange(ctx, cmd)
		if le, told := r.Status.RightLe(); err == nil && told && cmd.Le != le {
			cmd.Le = le
			return c.exchange(ctx, cmd)
		}
		return r, err
	}
	protected, err := c.sm.Protect(cmd)
	if err != nil {
		return apdu.Response{}, err
	}
	r, err := c.exchange(ctx, protected)
	if err != nil {
		return apdu.Response{}, err
	}
	return c.sm.Unprotect(r)
}

// exchange sends a command as it is and collects an answer that comes in parts
// (61xx).
func (c *channel) exchange(ctx context.Context, cmd apdu.Command) (apdu.Response, error) {
	r, err := c.transmit(ctx, cmd)
	if err != nil {
		return r, err
	}
	n, waiting := r.Status.More()
	if !waiting {
		return r, nil
	}
	data := append([]byte(nil), r.Data...)
	for waiting && len(data) < maxChained {
		if n == 0 {
			n = apdu.MaxShortLe
		}
		r, err = c.transmit(ctx, apdu.Command{CLA: cmd.CLA &^ 0x1F, INS: apdu.InsGetResponse, Le: n})
		if err != nil {
			return r, err
		}
		if len(r.Data) == 0 {
			break
		}
		data = append(data, r.Data...)
		n, waiting = r.Status.More()
	}
	return apdu.Response{Data: data, Status: r.Status}, nil
}

func (c *channel) transmit(ctx context.Context, cmd apdu.Command) (apdu.Response, error) {
	if err := ctx.Err(); err != nil {
		return apdu.Response{}, fmt.Errorf("reading the card: %w", err)
	}
	if c.stats.APDUs == maxExchanges {
		return apdu.Response{}, fmt.Errorf("more exchanges than any card needs: %w", ErrProtocol)
	}
	b, err := cmd.Bytes()
	if err != nil {
		return apdu.Response{}, err
	}
	c.stats.APDUs++
	c.stats.BytesOut += len(b)
	answer, err := c.card.Transmit(ctx, b)
	if err != nil {
		return apdu.Response{}, c.failed(cmd, err)
	}
	if cmd.Extended {
		c.extended, c.habits.Doubts = true, 0
	}
	c.stats.BytesIn += len(answer)
	r, err := apdu.ParseResponse(answer)
	if err != nil {
		return r, fmt.Errorf("answer to command %02X: %w: %w", cmd.INS, ErrProtocol, err)
	}
	return r, nil
}

// failed tells why an exchange failed. The session with the chip, if any, is
// over: nobody knows whether the chip heard the command. A reader that refuses
// extended length may say so in its own words, or lose the card over it.
func (c *channel) failed(cmd apdu.Command, err error) error {
	if c.sm != nil {
		c.sm.dead = true
	}
	switch {
	case !cmd.Extended || c.extended || errors.Is(err, context.Canceled) || errors.Is(err, apdu.ErrTooLong):
	case errors.Is(err, apdu.ErrCardGone), errors.Is(err, context.DeadlineExceeded):
		if c.habits.Chunk <= apdu.MaxShortLe {
			c.habits.Doubts++
		}
	default:
		err = fmt.Errorf("%w: %w", apdu.ErrTooLong, err)
	}
	return fmt.Errorf("sending command %02X: %w", cmd.INS, err)
}

// selectFile selects by identifier, without asking for file information: some
// cards refuse a length there.
func (c *channel) selectFile(ctx context.Context, p1 byte, id []byte) (apdu.Response, error) {
	return c.send(ctx, apdu.Command{INS: apdu.InsSelect, P1: p1, P2: 0x0C, Data: id})
}

// P1 of SELECT (ISO/IEC 7816-4, table 63).
const (
	selectByID  byte = 0x00 // master file
	selectChild byte = 0x02 // elementary file below the current one
	selectByAID byte = 0x04
)
