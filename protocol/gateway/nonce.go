package gateway

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
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

// keyed makes a key of the inbox's state from what must not stand there.
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
		return nonce{}, errors.New("reading a nonce: the state holds something else")
	}
	return nonce{int64(binary.BigEndian.Uint64(b)), request.Digest(b[8:nonceHead]), string(b[nonceHead:])}, nil
}

// give makes nonces for a device and stores their hashes.
func (g *Gateway) give(st State, device string, n int, now time.Time) ([][]byte, error) {
	var all [][]byte
	for range min(n, g.cfg.Nonces.Most) {
		b := make([]byte, nonceSize)
		if _, err := io.ReadFull(g.cfg.Rand, b); err != nil {
			return nil, fmt.Errorf("making a nonce: %w", err)
		}
		if err := st.Set(keyed("nonce", b), nonce{given: now.UnixMilli(), device: device}.bytes()); err != nil {
			return nil, err
		}
		all = append(all, b)
	}
	return all, nil
}

// spend uses the evidence up: its nonce, its chip proof, and what of its visit may
// serve one request only. It returns the reason for a refusal.
func (d *delivery) spend(st State) (reason string, err error) {
	opening := request.Digest(sha256.Sum256(d.request.Inner.Evidence.Opening))
	if reason, err = d.spendNonce(st, opening); reason != "" || err != nil {
		return reason, err
	}
	return d.spendProof(st, opening)
}

// spendNonce: a nonce belongs to one device and one opening. One that is not the
// centre's dates nothing: the request is dated by its arrival alone.
func (d *delivery) spendNonce(st State, opening request.Digest) (string, error) {
	key := keyed("nonce", d.finding.opening.Nonce)
	b, found, err := st.Get(key)
	if err != nil || !found {
		return "", err
	}
	n, err := readNonce(b)
	if err != nil {
		return "", err
	}
	switch {
	case n.device != d.opened.Outer.Device:
		return "nonce-of-another-device", nil
	case n.used != request.Digest{} && n.used != opening:
		return "nonce-used-twice", nil
	}
	d.from = n.given
	if n.used == opening {
		return "", nil
	}
	n.used = opening
	return "", st.Set(key, n.bytes())
}

// spendProof: one chip's answer to one challenge belongs to one opening, although
// eight bytes leave room for a second; and one opening serves each service that
// changes something once.
func (d *delivery) spendProof(st State, opening request.Digest) (string, error) {
	e := d.request.Inner.Evidence
	challenge := request.ChallengeOf(e.Opening)
	key := keyed("proof", challenge[:], e.SOD)
	b, found, err := st.Get(key)
	if err != nil {
		return "", err
	}
	var services []string
	if found {
		if len(b) < len(opening) {
			return "", errors.New("reading a proof: the state holds something else")
		}
		if request.Digest(b[:len(opening)]) != opening {
			return "challenge-used-twice", nil
		}
		services = strings.Fields(string(b[len(opening):]))
	}
	if len(d.kind.Key) > 0 && slices.Contains(services, d.kind.ID) {
		return "evidence-used-twice", nil
	}
	if slices.Contains(services, d.kind.ID) {
		return "", nil
	}
	return "", st.Set(key, append(opening[:], strings.Join(append(services, d.kind.ID), " ")...))
}
