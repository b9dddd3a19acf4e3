package gateway

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"motcua/protocol/code/ticket"
	"motcua/protocol/fault"
	"motcua/protocol/request"
	"motcua/protocol/wire"
)

// slipAge is for how long the code on a slip is looked up, and maxDevices bounds
// the kiosks of one facility that are looked at.
const (
	slipAge    = 24 * time.Hour
	maxDevices = 256
)

// Slips answers service C06 by a slip: how far the request has come whose code is on
// it, and nothing else. Whoever holds the slip may know that; who asked for what,
// and the answer, is for the person with the card.
//
// It is the gateway's own service: it looks into the inbox, and is of use to nobody
// else.
type Slips struct{}

var errNotOwn = errors.New("looking a slip up: not the gateway's own transaction")

// Handle implements [Service]. A slip is looked for among the requests of the
// facility's kiosks.
func (Slips) Handle(_ context.Context, st State, r Request) (Outcome, error) {
	tx, ok := st.(Tx)
	if !ok {
		return Outcome{}, errNotOwn
	}
	slip, err := ticket.Parse(answered(r.Form, "dossier"))
	if err != nil || answered(r.Form, "by") != "slip" || slip.Facility != r.Outer.Facility {
		return Outcome{Status: request.StatusRefused, Code: fault.Refused}, nil
	}
	found, err := numbered(tx, branchOfOuter(r.Outer), slip.Number, r.Now.Add(-slipAge))
	if err != nil {
		return Outcome{}, err
	}
	return Outcome{Class: request.ClassOK, Answer: &request.Answer{Dossier: told(found)}}, nil
}

func branchOfOuter(o request.Outer) wire.Branch {
	return wire.Branch{Province: o.Province, Facility: o.Facility, Device: o.Device}
}

// numbered are the requests of a facility that a slip's number names.
func numbered(tx Tx, b wire.Branch, number string, since time.Time) (found []*Record, err error) {
	devices, err := devicesOf(tx, b)
	if err != nil {
		return nil, err
	}
	for _, d := range devices {
		all, err := tx.Tail(d, since.UnixMilli(), ticket.TailOf(number))
		if err != nil {
			return nil, err
		}
		for _, r := range all {
			if ticket.NumberOf(r.ID) == number {
				found = append(found, r)
			}
		}
	}
	return found, nil
}

// told says of requests only how far they have come.
func told(found []*Record) *request.AnswerDossier {
	switch len(found) {
	case 0:
		return &request.AnswerDossier{State: request.DossierUnknown}
	case 1:
	default:
		return &request.AnswerDossier{State: request.DossierSeveral}
	}
	a := &request.AnswerDossier{State: request.DossierReceived, At: found[0].At}
	switch found[0].Status {
	case request.StatusHeld:
		a.State = request.DossierHeld
	case request.StatusRefused:
		a.State = request.DossierRefused
	case request.StatusExpired:
		a.State = request.DossierExpired
	case request.StatusAccepted, request.StatusDuplicate:
	}
	return a
}

func devicesKey(b wire.Branch) string { return "gateway/devices/" + b.Province + "/" + b.Facility }

// devicesOf are the kiosks of a branch's facility that have said hello, and the one
// that asks.
func devicesOf(tx Tx, b wire.Branch) ([]string, error) {
	stored, _, err := tx.Get(devicesKey(b))
	if err != nil {
		return nil, err
	}
	all := strings.Fields(string(stored))
	if !slices.Contains(all, b.Device) {
		all = append(all, b.Device)
	}
	return all, nil
}

// noteDevice remembers that a kiosk stands in its facility. Of more than maxDevices
// the first to come is forgotten.
func noteDevice(tx Tx, b wire.Branch) error {
	stored, _, err := tx.Get(devicesKey(b))
	if err != nil {
		return err
	}
	all := strings.Fields(string(stored))
	if slices.Contains(all, b.Device) {
		return nil
	}
	all = append(all, b.Device)
	all = all[max(0, len(all)-maxDevices):]
	return tx.Set(devicesKey(b), []byte(strings.Join(all, " ")))
}
