package cardread

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"motcua/drivers"
	"motcua/protocol/cccd"
	"motcua/protocol/emrtd"
	"motcua/protocol/pki"
)

// Options say which card to read, and how.
type Options struct {
	// Reader is a reader's number, from 0 in the order they are listed, or a part
	// of its name; empty for the first one that has a card.
	Reader  string
	Key     emrtd.Key
	QR      *cccd.QR    // the printed code, if it was scanned, to hold against the chip
	Anchors pki.Anchors // the issuing authorities to trust
	Photo   bool        // read the photo too
	Decode  bool        // and decode it, while the card is busy with other files
	Groups  []int       // other data groups to read, where the card has them
	Now     func() time.Time
	Rand    io.Reader
	// Progress, if set, hears how far the reading is.
	Progress func(emrtd.Progress)
}

// Reading is what came of reading a card.
type Reading struct {
	Reader   string          // empty when no card was found
	Document *emrtd.Document // nil when no card was found
	Identity Identity        // zero unless the reading came to its end
	// Differences are the fields in which chip and code name different people.
	Differences []cccd.Difference
	Groups      []Group // of the card, by number
	Took        time.Duration

	decoding decoding
}

// Read reads the card that lies on a reader. The error carries a fault code,
// except for [drivers.ErrNoCard], a context that was cancelled and [ErrReader]. A
// forged card is not an error. The Reading is never nil; with an error it holds
// what is known.
func Read(ctx context.Context, readers drivers.CardReaders, o Options) (*Reading, error) {
	began := o.Now()
	r := &Reading{}
	err := r.read(ctx, readers, o)
	r.Took = o.Now().Sub(began)
	return r, coded(err)
}

func (r *Reading) read(ctx context.Context, readers drivers.CardReaders, o Options) (err error) {
	name, card, err := connect(ctx, readers, o.Reader)
	r.Reader = name
	if err != nil {
		return err
	}
	defer func() {
		if closing := card.Close(); err == nil && closing != nil {
			err = fmt.Errorf("letting go of the card: %w", closing)
		}
	}()
	var challenge [8]byte
	if _, err := io.ReadFull(o.Rand, challenge[:]); err != nil {
		return fmt.Errorf("making a challenge for the chip: %w", err)
	}
	progress := func(p emrtd.Progress) {
		if o.Decode && p.Face != nil {
			r.decoding.begin(ctx, *p.Face)
		}
		if o.Progress != nil {
			o.Progress(p)
		}
	}
	r.Document, err = emrtd.Read(ctx, card, emrtd.Options{
		Key: o.Key, Challenge: challenge, Photo: o.Photo, Groups: o.Groups, Anchors: o.Anchors,
		Now: o.Now(), Rand: o.Rand, Progress: progress, MaxChunk: emrtd.ChunkFor(drivers.MaxData(card)),
	})
	if err != nil {
		return fmt.Errorf("reading the card: %w", err)
	}
	r.Groups = groupsOf(r.Document, o.asked())
	err = r.identify(o.QR)
	if v := r.Document.Trust.Verdict; v == emrtd.Forged || v == emrtd.Unreadable {
		return nil // says more than a person who cannot be named
	}
	return err
}

// asked lists the data groups that a reading asks for, where the card has them.
func (o Options) asked() []int {
	asked := append([]int{1, 13}, o.Groups...)
	if o.Photo {
		asked = append(asked, 2)
	}
	return asked
}

// identify names the person and holds what names one against each other.
func (r *Reading) identify(qr *cccd.QR) error {
	who, err := cccd.IdentityOf(r.Document)
	if err != nil {
		return fmt.Errorf("naming the person: %w", err)
	}
	r.Identity = identityFrom(who)
	r.Differences, err = cccd.Check(r.Document, qr)
	if err != nil {
		return fmt.Errorf("comparing what names the person: %w", err)
	}
	return nil
}

// connect takes the card on the reader that was asked for, or the first card there
// is.
func connect(ctx context.Context, readers drivers.CardReaders, wanted string) (string, drivers.Card, error) {
	names, err := readers.Readers(ctx)
	if err != nil {
		return "", nil, err
	}
	names, err = choose(names, wanted)
	if err != nil {
		return "", nil, err
	}
	for _, name := range names {
		card, err := readers.Connect(ctx, name)
		if err == nil {
			return name, card, nil
		}
		if !errors.Is(err, drivers.ErrNoCard) || len(names) == 1 {
			return name, nil, err
		}
	}
	return "", nil, fmt.Errorf("looking on %d readers: %w", len(names), drivers.ErrNoCard)
}
