package gateway

import (
	"crypto/sha256"
	"errors"
	"slices"
	"strings"
	"time"

	"motcua/protocol/request"
)

// evidenceMost is how far the opening of a visit and the arrival of its request
// may lie apart, by the time that the opening itself names, unless a nonce of the
// centre's dates it. That time is under the chip's signature: nothing that is said
// later moves it. So a mark of used evidence may be forgotten when this has passed
// since the opening; what comes with it afterwards is too old. It is much longer
// than a request of any service may wait, since kiosks' clocks are wrong by days.
const evidenceMost = 7 * 24 * time.Hour

// marksSlack is how far the clocks of the centre's own machines may lie apart.
const marksSlack = time.Hour

// used is what of the evidence may be used once: the opening of its visit, and the
// keys of the marks of its nonce and its chip proof.
type used struct {
	opening      request.Digest
	at           int64 // of the opening, by its own word
	nonce, proof string
}

func usedOf(e request.Evidence, opening request.Opening) used {
	challenge := request.ChallengeOf(e.Opening)
	return used{sha256.Sum256(e.Opening), opening.At, keyed("nonce", opening.Nonce), keyed("proof", challenge[:], e.SOD)}
}

// marks are the keys of the marks.
func (u used) marks() []string { return []string{u.nonce, u.proof} }

// spend uses all evidence of the request up, the subject's first. It returns the reason
// for a refusal.
func (d *delivery) spend(tx Tx) (reason string, alarm AlarmKind, err error) {
	for i, u := range d.used {
		given, reason, alarm, err := d.spendOne(tx, u)
		if i == 0 {
			d.from = given
		}
		if reason != "" || err != nil {
			return reason, alarm, err
		}
	}
	return "", "", nil
}

// spendOne uses evidence up: its nonce, its chip proof, and what of its visit may serve
// one request only. Given is when the centre gave the nonce out; 0: not known.
func (d *delivery) spendOne(tx Tx, u used) (given int64, reason string, alarm AlarmKind, err error) {
	given, known, reason, err := d.spendNonce(tx, u)
	if reason != "" || err != nil {
		return given, reason, AlarmReplayed, err
	}
	at := u.at
	now, most := d.now.UnixMilli(), evidenceMost.Milliseconds()
	if known == 0 && (now-at > most || at-now > most) {
		if d.opened.Outer.Clock.Trust == request.ClockUnset {
			return given, "evidence-too-old", "", nil // the kiosk has said that it does not know the time
		}
		return given, "evidence-too-old", AlarmMoved, nil
	}
	reason, err = d.spendProof(tx, u, max(known, at+most)+marksSlack.Milliseconds())
	return given, reason, AlarmReplayed, err
}

// spendNonce: a nonce belongs to one device and one opening. One that is not the
// centre's dates nothing: the request is dated by its arrival alone, and known is
// 0. Else known is until when the nonce is remembered.
func (d *delivery) spendNonce(tx Tx, u used) (given, known int64, reason string, err error) {
	now := d.now.UnixMilli()
	m, found, err := tx.Marked(u.nonce, now)
	if err != nil || !found {
		return 0, 0, "", err
	}
	n, err := readNonce(m.Value)
	if err != nil {
		return 0, 0, "", err
	}
	switch {
	case n.device != d.opened.Outer.Device:
		return 0, 0, "nonce-of-another-device", nil
	case n.used != request.Digest{} && n.used != u.opening:
		return 0, 0, "nonce-used-twice", nil
	}
	if n.used == u.opening {
		return n.given, m.Until, "", nil
	}
	n.used = u.opening
	return n.given, m.Until, "", tx.Mark(Mark{m.Key, n.bytes(), m.Until}, now)
}

// spendProof: one chip's answer to one challenge belongs to one opening, although
// eight bytes leave room for a second; and one opening serves each service that
// changes something once.
func (d *delivery) spendProof(tx Tx, u used, until int64) (string, error) {
	opening, now := u.opening, d.now.UnixMilli()
	m, found, err := tx.Marked(u.proof, now)
	if err != nil {
		return "", err
	}
	var services []string
	if found {
		if len(m.Value) < len(opening) {
			return "", errors.New("reading a proof: the inbox holds something else")
		}
		if request.Digest(m.Value[:len(opening)]) != opening {
			return "challenge-used-twice", nil
		}
		services = strings.Fields(string(m.Value[len(opening):]))
	}
	used := slices.Contains(services, d.kind.ID)
	switch {
	case used && d.keyed():
		return "evidence-used-twice", nil
	case used:
		return "", nil
	}
	if d.keyed() || len(d.kind.Key) == 0 { // who only looks may still act on it
		services = append(services, d.kind.ID)
	}
	value := append(opening[:], strings.Join(services, " ")...)
	return "", tx.Mark(Mark{u.proof, value, max(until, m.Until)}, now)
}
