package session

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"motcua/drivers"
	"motcua/protocol/cccd"
	"motcua/protocol/emrtd"
	"motcua/protocol/fault"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// chip is what is known of the card's chip.
type chip struct {
	key     key
	wanted  bool // the chip is still needed: the card should stay
	card    cccd.DG13
	refused int // keys that the chip refused in this visit
	left    int // tries that the chip says it has left, or -1
	opening []byte
	doc     *emrtd.Document
	picture local.Picture // for an officer to compare the person with
	asked   bool          // the picture was asked for, whether or not there is one
	facts   request.Facts
	level   request.Level
	subject request.Subject
	by      request.KnownBy // how, where no chip has named the subject; else empty
	reader  string
	readAt  time.Time
	took    time.Duration
	spent   []string // services for which this proof was used
	proving bool     // it is made anew now, and waiting for that is what comes after
	waiting []func()
}

// newChip is a chip of which nothing is known.
func newChip() chip { return chip{wanted: true, left: -1} }

// stages of a reading, in order.
func stages(photo bool) []local.Stage {
	all := []local.Stage{local.StageOpening, local.StageIdentity, local.StageVerifying}
	if photo {
		all = append(all, local.StagePhoto)
	}
	return all
}

// reading is one try to read the card.
type reading struct {
	reader string
	placed uint64
	key    key
	begun  time.Time
	// opening is the canonical bytes of the reading's request.Opening.
	opening []byte
	photo   bool // the picture is read too
	picture local.Picture
}

// enterReading reads the chip in a goroutine of its own. The chip is asked to
// sign a challenge that belongs to this visit alone.
func (s *Session) enterReading() {
	v, c := s.visit, s.visit.reads()
	c.left = -1
	r := reading{reader: s.slot.reader, placed: s.slot.placed, key: c.key, begun: time.Now(), photo: v.other == nil && s.attended()}
	v.reading = local.Reading{Stage: local.StageOpening, Total: len(stages(r.photo))}
	o := request.Opening{Visit: v.id, Device: s.cfg.Device.ID, Facility: s.cfg.Device.Facility, At: r.begun.UnixMilli()}
	options := emrtd.Options{
		Key: c.key.emrtd, Anchors: s.cfg.Anchors, Now: r.begun, Rand: s.cfg.Rand,
		Progress: func(p emrtd.Progress) { s.progress(v, r.photo, p) }, Photo: r.photo,
	}
	s.run(v, func(ctx context.Context) func() {
		opening, err := s.openingRecord(o)
		if err != nil {
			return func() { s.noOpening(err) }
		}
		r.opening, options.Challenge = opening, request.ChallengeOf(opening)
		doc, err := s.readGuarded(ctx, r.reader, options)
		if r.photo && err == nil {
			r.picture = s.picture(ctx, doc)
		}
		return func() { s.readEnded(r, doc, err) }
	})
}

// openingRecord gives the record with which a reading begins its nonce: one of the
// centre's while there are some, which dates the reading from below, and one of
// our own otherwise. The centre knows its own again.
func (s *Session) openingRecord(o request.Opening) ([]byte, error) {
	if s.cfg.Nonces != nil {
		o.Nonce, _ = s.cfg.Nonces.Take()
	}
	if o.Nonce == nil {
		o.Nonce = make([]byte, 16)
		if _, err := io.ReadFull(s.cfg.Rand, o.Nonce); err != nil {
			return nil, fmt.Errorf("reading randomness: %w", err)
		}
	}
	return o.Bytes()
}

func (s *Session) noOpening(err error) {
	v := s.visit
	if v.step != local.StepReading {
		return
	}
	s.log.Error("making the opening record", "visit", v.id, "err", err)
	s.fail(ProgramFault, fault.Internal)
}

// errMute: the reader did not give up when it was told to.
var errMute = errors.New("the reader does not answer")

// readGuarded reads the card within the time it may take. A reader that does not
// even give up in time is left behind: the kiosk is out of order until it does.
func (s *Session) readGuarded(ctx context.Context, reader string, o emrtd.Options) (*emrtd.Document, error) {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Times.Read)
	defer cancel()
	type result struct {
		doc *emrtd.Document
		err error
	}
	ended := make(chan result, 1)
	go func() {
		doc, err := s.readCard(ctx, reader, o)
		ended <- result{doc, err}
		s.post(func() { s.setMute(false) })
	}()
	select {
	case r := <-ended:
		return r.doc, r.err
	case <-ctx.Done():
	}
	grace := time.NewTimer(muteAfter)
	defer grace.Stop()
	select {
	case r := <-ended:
		return r.doc, r.err
	case <-grace.C:
		s.post(func() { s.setMute(true) })
		return nil, errMute
	}
}

func (s *Session) readCard(ctx context.Context, reader string, o emrtd.Options) (*emrtd.Document, error) {
	card, err := s.cfg.Readers.Connect(ctx, reader)
	if err != nil {
		return nil, err
	}
	o.MaxChunk = emrtd.ChunkFor(drivers.MaxData(card))
	if s.cfg.Habits != nil {
		o.Habits = s.cfg.Habits.Of(card.ATR(), reader)
	}
	doc, err := s.cfg.Read(ctx, card, o)
	if cerr := card.Close(); cerr != nil {
		s.log.Debug("closing the card", "err", cerr)
	}
	if s.cfg.Habits != nil && doc != nil {
		s.cfg.Habits.Keep(card.ATR(), reader, doc.Habits) // after a failed reading too
	}
	return doc, err
}

func (s *Session) setMute(mute bool) {
	before := s.kiosk.fault()
	s.kiosk.mute = mute
	s.tellFault(before)
	s.wake()
}

// progress shows how far reading has come. It is called from the reading's
// goroutine.
func (s *Session) progress(v *visit, photo bool, p emrtd.Progress) {
	if p.Bytes > 0 || p.Document != nil || p.Face != nil {
		return // within a stage
	}
	for i, stage := range stages(photo) {
		if string(stage) != string(p.Stage) {
			continue
		}
		s.post(func() {
			if s.visit == v && v.step == local.StepReading {
				v.reading.Stage, v.reading.Done = stage, i
			}
		})
	}
}

// readEnded takes what reading gave.
func (s *Session) readEnded(r reading, doc *emrtd.Document, err error) {
	v := s.visit
	if v.step != local.StepReading { // staff were called
		doc.Wipe()
		r.picture.Wipe()
		return
	}
	took := time.Since(r.begun)
	if errors.Is(err, drivers.ErrReaderMute) {
		s.setMute(true) // until the card is lifted
	}
	event, code := judge(doc, err, r.key.qr)
	s.cfg.Meter.Read(readOutcome(event), took)
	s.tellReading(doc, err, event, took)
	if event == CardGone && s.slot.reader != "" && s.slot.placed != r.placed {
		s.on(CardReturned) // it was put back before anybody noticed
		return
	}
	if event != Intact {
		s.noteCard(readOutcome(event), code, doc)
		s.notIntact(event, code, err)
		return
	}
	c := v.reads()
	c.readAt, c.took, c.reader, c.opening = r.begun, took, r.reader, r.opening
	c.picture, c.asked = r.picture, r.photo
	v.lastRead = r.placed
	s.identified(doc)
}

// notIntact tells what went wrong. A key that the chip refused is forgotten, and
// a card that will not be asked again may go.
func (s *Session) notIntact(e Event, code fault.Code, err error) {
	c := s.visit.reads()
	switch e {
	case KeyRefused, KeyBlocked:
		c.refused++
		c.left = triesLeft(err)
		c.key = key{}
		c.wanted = e == KeyRefused
	case Forged, Mismatch:
		c.key, c.wanted = key{}, false
	default:
	}
	s.fail(e, code)
}

// tellReading writes the story's line about a reading; nothing in it is about
// the person.
func (s *Session) tellReading(doc *emrtd.Document, err error, e Event, took time.Duration) {
	attrs := []any{"outcome", string(e), "took_ms", took.Milliseconds()}
	if doc != nil {
		attrs = append(attrs, "access", doc.Access, "apdus", doc.Stats.APDUs, "bytes_in", doc.Stats.BytesIn)
	}
	if err != nil {
		attrs = append(attrs, "err", err.Error())
	}
	s.story("read", attrs...)
}

// wipe forgets the card and the person it told of.
func (c *chip) wipe() {
	c.doc.Wipe()
	c.picture.Wipe()
	clear(c.opening)
	*c = newChip()
}
