package gateway

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"

	"motcua/protocol/request"
)

// Nonces is how nonces for the openings of visits are given out.
type Nonces struct {
	Most int           // in one Welcome; 0: none are given
	Life time.Duration // how long each may be used
}

// DefaultNonces last a week, so that a kiosk whose line fails has some.
func DefaultNonces() Nonces { return Nonces{Most: request.MaxNonces, Life: 7 * 24 * time.Hour} }

// nonceSize is the length of a nonce.
const nonceSize = 16

// keyed makes a key of a mark from what must not stand in the inbox.
func keyed(kind string, parts ...[]byte) string {
	h := sha256.New()
	for _, p := range append([][]byte{[]byte(kind)}, parts...) {
		var n [4]byte
		binary.BigEndian.PutUint32(n[:], uint32(len(p)))
		h.Write(n[:])
		h.Write(p)
	}
	return "gateway/" + kind + "/" + base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:24])
}

// nonce is what is remembered of one that was given out.
type nonce struct {
	given  int64          // unix milliseconds
	used   request.Digest // of the opening, zero until then
	device string
}

const nonceHead = 8 + 32

func (n nonce) bytes() []byte {
	b := binary.BigEndian.AppendUint64(nil, uint64(n.given))
	return append(append(b, n.used[:]...), n.device...)
}

func readNonce(b []byte) (nonce, error) {
	if len(b) < nonceHead {
		return nonce{}, errors.New("reading a nonce: the inbox holds something else")
	}
	return nonce{int64(binary.BigEndian.Uint64(b)), request.Digest(b[8:nonceHead]), string(b[nonceHead:])}, nil
}

// give makes nonces for a device and stores their hashes: for as long as a visit
// may begin with one, and a request of that visit may arrive.
func (g *Gateway) give(tx Tx, device string, n int, now time.Time) ([][]byte, error) {
	var all [][]byte
	until := now.Add(g.cfg.Nonces.Life + evidenceMost).UnixMilli()
	for range min(n, g.cfg.Nonces.Most) {
		b := make([]byte, nonceSize)
		if _, err := io.ReadFull(g.cfg.Rand, b); err != nil {
			return nil, fmt.Errorf("making a nonce: %w", err)
		}
		given := nonce{given: now.UnixMilli(), device: device}
		if err := tx.Mark(Mark{keyed("nonce", b), given.bytes(), until}, now.UnixMilli()); err != nil {
			return nil, err
		}
		all = append(all, b)
	}
	return all, nil
}
