package gateway

import (
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/fault"
	"motcua/protocol/request"
	"motcua/protocol/roster"
)

// sessionMost is how long an officer's session lasts at most, by the clock of its
// device.
const sessionMost = 12 * time.Hour

// Officers is who may be on duty, as the newest roster says that the centre has.
// It may be replaced while it is used. Without a roster, which is the zero value,
// the officer in a request is the device's word.
type Officers struct {
	roster atomic.Pointer[roster.Roster]
}

// Set makes a roster the one that counts. It goes on counting when its time is
// over and no newer one has come: nobody was put on duty or taken off since.
func (o *Officers) Set(r roster.Roster) { o.roster.Store(&r) }

// Approvers are those of the newest roster, of all facilities, whenever their time is.
func (o *Officers) Approvers() []roster.Officer {
	var all []roster.Officer
	if r := o.newest(); r != nil {
		all = slices.DeleteFunc(slices.Clone(r.Officers), func(e roster.Officer) bool { return e.Role != roster.Approver })
	}
	return all
}

// newest is nil without a roster.
func (o *Officers) newest() *roster.Roster {
	if o == nil {
		return nil
	}
	return o.roster.Load()
}

// holdOfficer holds the officer of a request against the roster, and the session
// against what is known of it. The verdict is zero when there is nothing to say.
func (d *delivery) holdOfficer(tx Tx) (verdict, AlarmKind, error) {
	officer, r := d.request.Inner.Officer, d.g.cfg.Officers.newest()
	if officer == nil || r == nil {
		return verdict{}, "", nil
	}
	switch v := d.offRoster(*r, *officer); v.status {
	case "":
	case request.StatusHeld:
		return v, "", nil
	default:
		return v, AlarmOfficer, nil
	}
	reason, err := d.bindSession(tx, *officer)
	if reason == "" || err != nil {
		return verdict{}, "", err
	}
	return refused(reason), AlarmSession, nil
}

// offRoster tells what becomes of a request in the name of an officer whom the
// roster does not have: what was made after the roster is refused. Before it, the
// officer may have been on duty, and a person decides.
func (d *delivery) offRoster(r roster.Roster, o request.Officer) verdict {
	made := time.UnixMilli(d.opened.Outer.CreatedAt)
	for _, e := range r.Officers {
		if e.Ref != o.Ref || e.Facility != d.branch.Facility || string(e.Role) != o.Role || e.Role == roster.Approver {
			continue
		}
		if made.Before(e.From) || !made.Before(e.Until) {
			return refused("officer-off-duty")
		}
		return d.ownCard(e)
	}
	if made.Before(r.Issued) && time.UnixMilli(d.from).Before(r.Issued) {
		return verdict{request.StatusHeld, fault.NotOnRoster, "officer-withdrawn"}
	}
	return refused("officer-not-on-roster")
}

// ownCard holds the card of a request against the officer's: an act of an officer is
// made with it, and what an officer attests of a person, or sees of one, is not about
// the officer.
func (d *delivery) ownCard(e roster.Officer) verdict {
	need := demand(d.kind, d.request.Form)
	own := roster.CardOf(d.request.Inner.Evidence.SOD) == e.Card
	switch {
	case need.Role == catalogue.RoleOfficer && !own:
		return refused("not-the-officers-card")
	case need.Role == catalogue.RoleCitizen && need.Duty && own, attended(d.request.Inner.Evidence) && own:
		return refused("officer-is-subject")
	}
	return verdict{}
}

// session is what is remembered of an officer's session: when a request was made in
// it for the first time, and whose it is.
type session struct {
	first int64 // unix milliseconds, by the device's clock
	owner string
}

func (s session) bytes() []byte {
	return append(binary.BigEndian.AppendUint64(nil, uint64(s.first)), s.owner...)
}

func readSession(b []byte) (session, error) {
	if len(b) < 8 {
		return session{}, errors.New("reading an officer's session: the inbox holds something else")
	}
	return session{int64(binary.BigEndian.Uint64(b)), string(b[8:])}, nil
}

// bindSession binds a session to the device and officer that used it first, and to
// its time. It returns the reason for a refusal. What is remembered may be forgotten
// when the evidence of a request made in the session would be too old.
func (d *delivery) bindSession(tx Tx, o request.Officer) (string, error) {
	now, made := d.now.UnixMilli(), d.opened.Outer.CreatedAt
	owner := strings.Join([]string{d.opened.Outer.Device, o.Ref, o.Role}, "\x00")
	m, found, err := tx.Marked(keyed("session", []byte(o.Session)), now)
	if err != nil {
		return "", err
	}
	if !found {
		until := max(now, made) + (sessionMost + evidenceMost + marksSlack).Milliseconds()
		return "", tx.Mark(Mark{m.Key, session{made, owner}.bytes(), until}, now)
	}
	s, err := readSession(m.Value)
	switch most := sessionMost.Milliseconds(); {
	case err != nil:
		return "", err
	case s.owner != owner:
		return "session-of-another", nil
	case made-s.first > most || s.first-made > most:
		return "session-over", nil
	}
	return "", nil
}
