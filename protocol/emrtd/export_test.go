package emrtd

import (
	"context"

	"motcua/protocol/apdu"
)

// Watched is a session that a reading opened, with what it computed from its
// keys, so that a test can look whether they were forgotten.
type Watched struct {
	session *Session
	mac     *authenticator
}

// Forgotten tells whether nothing of the keys is held any more.
func (w Watched) Forgotten() bool {
	s := w.session
	for _, b := range [][]byte{s.ssc, w.mac.k1[:], w.mac.k2[:]} {
		for _, v := range b {
			if v != 0 {
				return false
			}
		}
	}
	return s.dead && s.enc == nil && s.mac == nil && w.mac.block == nil && w.mac.last == nil
}

// ReadWatched is [Read], and returns the sessions that it opened.
func ReadWatched(ctx context.Context, card apdu.Transmitter, o Options) (*Document, []Watched, error) {
	w := &watcher{card: card}
	t := newTerminal(w, o)
	w.t = t
	doc, err := t.read(ctx)
	return doc, w.seen, err
}

type watcher struct {
	card apdu.Transmitter
	t    *terminal
	seen []Watched
}

func (w *watcher) Transmit(ctx context.Context, b []byte) ([]byte, error) {
	if s := w.t.ch.sm; s != nil && (len(w.seen) == 0 || w.seen[len(w.seen)-1].session != s) {
		w.seen = append(w.seen, Watched{s, s.mac})
	}
	return w.card.Transmit(ctx, b)
}

// RankPACE lets tests see the order of offers.
func RankPACE(offers []PACEInfo, extended bool) []PACEInfo { return rankPACE(offers, extended) }
