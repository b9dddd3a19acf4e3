package session

import (
	"context"
	"errors"
	"time"

	"motcua/drivers"
	"motcua/protocol/apdu"
	"motcua/protocol/cccd"
	"motcua/protocol/emrtd"
	"motcua/protocol/fault"
	"motcua/protocol/request"
)

// judge says what a reading means for the visit: an event, and the fault that is
// told when there is one. It decides only.
func judge(doc *emrtd.Document, err error, qr *cccd.QR) (Event, fault.Code) {
	if err != nil {
		return judgeError(err)
	}
	switch doc.Trust.Verdict {
	case emrtd.Forged:
		return Forged, fault.Forged
	case emrtd.Genuine, emrtd.IntegrityOnly:
	case emrtd.Unreadable:
		return NotRead, fault.Unreadable
	default:
		return NotRead, fault.Unreadable
	}
	differences, err := cccd.Check(doc, qr)
	if err != nil {
		return NotRead, fault.Unreadable
	}
	if len(differences) > 0 {
		return Mismatch, fault.Mismatch
	}
	return Intact, ""
}

// judgeError sorts the ways in which reading fails. A wrong key is told as such
// and never as an unreadable card.
func judgeError(err error) (Event, fault.Code) {
	if ke, ok := errors.AsType[*emrtd.KeyError](err); ok {
		if ke.Blocked {
			return KeyBlocked, fault.KeyBlocked
		}
		return KeyRefused, fault.WrongKey
	}
	switch {
	case errors.Is(err, emrtd.ErrWrongKey):
		return KeyRefused, fault.WrongKey
	case errors.Is(err, apdu.ErrCardGone), errors.Is(err, drivers.ErrNoCard):
		return CardGone, fault.CardGone
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, errMute), errors.Is(err, drivers.ErrReaderMute):
		return NotRead, fault.ReadTimeout
	case errors.Is(err, drivers.ErrBusy):
		return NotRead, fault.CardBusy
	case errors.Is(err, drivers.ErrNoReader):
		return NotRead, fault.NoReader
	case errors.Is(err, drivers.ErrNoService):
		return NotRead, fault.NoService
	case errors.Is(err, emrtd.ErrUnsupported):
		return NotRead, fault.CardForeign
	}
	return NotRead, fault.Unreadable
}

// triesLeft is what the chip says, or -1.
func triesLeft(err error) int {
	if ke, ok := errors.AsType[*emrtd.KeyError](err); ok {
		return ke.Left
	}
	return -1
}

// factsOf states what was observed; the level follows from it.
func factsOf(doc *emrtd.Document, now time.Time) request.Facts {
	f := request.Facts{
		Claim: true, Chip: true, Proof: request.ProofNone,
		Verdict: request.Verdict(doc.Trust.Verdict),
		Expired: expired(doc, now),
	}
	switch doc.Trust.ChipProof { // the proof is good and its key is covered
	case "AA":
		f.Proof = request.ProofAA
	case "CA", "CAM":
		f.Proof = request.ProofCA
	}
	return f
}

// expired tells whether the card's date has passed at the time of reading. The
// card is valid through its last day.
func expired(doc *emrtd.Document, now time.Time) bool {
	last, ok := doc.MRZ.ExpiryDate(now)
	return ok && now.After(last.AddDate(0, 0, 1))
}
