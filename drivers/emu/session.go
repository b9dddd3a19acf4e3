package emu

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"motcua/drivers"
	"motcua/protocol/apdu"
)

// session is one connection to one card on one reader; it ends for good when the
// card is lifted, the service stops, an exchange is given up, or it is closed.
type session struct {
	readers *Readers
	reader  *reader
	card    CardSide
	turn    chan struct{}
	atr     []byte
	life    context.Context // its cause says why it ended
	end     context.CancelCauseFunc
}

var _ drivers.Card = (*session)(nil)

func newSession(r *Readers, rd *reader) *session {
	life, end := context.WithCancelCause(context.Background())
	return &session{readers: r, reader: rd, card: rd.card, turn: rd.turn, atr: slices.Clone(rd.card.ATR()), life: life, end: end}
}

// ATR is the answer to reset.
func (s *session) ATR() []byte { return slices.Clone(s.atr) }

// Transmit exchanges one command for one answer.
func (s *session) Transmit(ctx context.Context, command []byte) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("exchanging with the card: %w", err)
	}
	if len(command) < 4 {
		return nil, fmt.Errorf("exchanging with the card: command of %d bytes: %w", len(command), apdu.ErrMalformed)
	}
	answer, err := s.exchange(ctx, bytes.Clone(command))
	if err != nil {
		return nil, fmt.Errorf("exchanging with the card: %w", err)
	}
	return answer, nil
}

func (s *session) exchange(ctx context.Context, command []byte) ([]byte, error) {
	select {
	case <-s.life.Done():
		return nil, context.Cause(s.life)
	case s.turn <- struct{}{}:
	}
	if s.life.Err() != nil { // both were ready
		<-s.turn
		return nil, context.Cause(s.life)
	}
	torn, link := s.readers.count(s.reader, s)
	answers := make(chan []byte, 1)
	go func() {
		answer := s.card.Transmit(command)
		<-s.turn
		answers <- answer
	}()
	select {
	case <-s.life.Done():
		return nil, context.Cause(s.life)
	case <-ctx.Done():
		s.end(errGivenUp)
		return nil, ctx.Err()
	case answer := <-answers:
		return s.deliver(ctx, answer, torn, link.Takes(len(command), len(answer))+thought(s.card))
	}
}

// deliver brings the answer over the air.
func (s *session) deliver(ctx context.Context, answer []byte, torn bool, takes time.Duration) ([]byte, error) {
	if torn {
		s.readers.tearOff(s.reader, s)
		return nil, context.Cause(s.life)
	}
	if len(answer) < 2 {
		s.end(errMute)
		return nil, errMute
	}
	if takes > 0 {
		timer := time.NewTimer(takes)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
			s.end(errGivenUp)
			return nil, ctx.Err()
		case <-s.life.Done():
		}
	}
	if s.life.Err() != nil {
		return nil, context.Cause(s.life)
	}
	return answer, nil
}

// Close resets the card and lets go of the reader.
func (s *session) Close() error {
	s.readers.mu.Lock()
	defer s.readers.mu.Unlock()
	s.end(errClosed)
	if s.reader.session != s {
		return nil
	}
	s.reader.session = nil
	if s.reader.idle() {
		s.card.Power(Reset)
	}
	return nil
}

// count tells whether this exchange is the one in which the card is torn off.
func (r *Readers) count(rd *reader, s *session) (torn bool, link Link) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if rd.session != s || rd.tear == 0 {
		return false, r.link
	}
	rd.tear--
	return rd.tear == 0, r.link
}

func (r *Readers) tearOff(rd *reader, s *session) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if rd.session == s && rd.card != nil {
		r.lift(rd)
	}
	s.end(errLifted) // nothing, unless somebody else was quicker
}
