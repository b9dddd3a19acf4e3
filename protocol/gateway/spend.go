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
	nonce, proof string
}

func (d *delivery) use() used {
	e := d.request.Inner.Evidence
	challenge := request.ChallengeOf(e.Opening)
	return used{sha256.Sum256(e.Opening), keyed("nonce", d.finding.opening.Nonce), keyed("proof", challenge[:], e.SOD)}
}

// spend uses the evidence up: its nonce, its chip proof, and what of its visit may
// serve one request only. It returns the reason for a refusal.
func (d *delivery) spend(tx Tx) (reason string, alarm AlarmKind, err error) {
	known, reason, err := d.spendNonce(tx)
	if reason != "" || err != nil {
		return reason, AlarmReplayed, err
	}
	at := d.finding.opening.At
	now, most := d.now.UnixMilli(), evidenceMost.Milliseconds()
	if known == 0 && (now-at > most || at-now > most) {
		if d.opened.Outer.Clock.Trust == request.ClockUnset {
			return "evidence-too-old", "", nil // the kiosk has said that it does not know the time
		}
		return "evidence-too-old", AlarmMoved, nil
	}
	reason, err = d.spendProof(tx, max(known, at+most)+marksSlack.Milliseconds())
	return reason, AlarmReplayed, err
}

// spendNonce: a nonce belongs to one device and one opening. One that is not the
// centre's dates nothing: the request is dated by its arrival alone, and known is
// 0. Else known is until when the nonce is remembered.
func (d *delivery) spendNonce(tx Tx) (known int64, reason string, err error) {
	now := d.now.UnixMilli()
	m, found, err := tx.Marked(d.used.nonce, now)
	if err != nil || !found {
		return 0, "", err
	}
	n, err := readNonce(m.Value)
	if err != nil {
		return 0, "", err
	}
	switch {
	case n.device != d.opened.Outer.Device:
		return 0, "nonce-of-another-device", nil
	case n.used != request.Digest{} && n.used != d.used.opening:
		return 0, "nonce-used-twice", nil
	}
	d.from = n.given
	if n.used == d.used.opening {
		return m.Until, "", nil
	}
	n.used = d.used.opening
	return m.Until, "", tx.Mark(Mark{m.Key, n.bytes(), m.Until}, now)
}

// spendProof: one chip's answer to one challenge belongs to one opening, although
// eight bytes leave room for a second; and one opening serves each service that
// changes something once.
func (d *delivery) spendProof(tx Tx, until int64) (string, error) {
	opening, now := d.used.opening, d.now.UnixMilli()
	m, found, err := tx.Marked(d.used.proof, now)
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
	case used && len(d.kind.Key) > 0:
		return "evidence-used-twice", nil
	case used:
		return "", nil
	}
	value := append(opening[:], strings.Join(append(services, d.kind.ID), " ")...)
	return "", tx.Mark(Mark{d.used.proof, value, max(until, m.Until)}, now)
}
