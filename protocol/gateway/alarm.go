package gateway

import (
	"fmt"

	"motcua/protocol/request"
)

// AlarmKind says what is wrong.
type AlarmKind string

// Kinds of security alarms. None of them is an accident of the network: identical
// bytes are sent on every retry.
const (
	// AlarmIDReused: an id came back with other content.
	AlarmIDReused AlarmKind = "id-reused"
	// AlarmSeqReused: another request claims a place in the chain that is taken, as
	// a cloned or rolled-back kiosk does.
	AlarmSeqReused AlarmKind = "seq-reused"
	// AlarmChain: an envelope does not name the one before it, so the chain was
	// changed after it was made.
	AlarmChain AlarmKind = "chain-broken"
	// AlarmBranch: the message came on another device's topic.
	AlarmBranch AlarmKind = "foreign-branch"
	// AlarmForged: a signature or a hash in the evidence is false, which the kiosk
	// had to see itself.
	AlarmForged AlarmKind = "evidence-forged"
	// AlarmMoved: evidence of another device, visit or time, or a sealed part under
	// an outer part that it was not sealed with.
	AlarmMoved AlarmKind = "evidence-moved"
	// AlarmReplayed: evidence that was used up by another request.
	AlarmReplayed AlarmKind = "evidence-replayed"
	// AlarmLevel: more was stated than the evidence is worth here. Either the kiosk
	// trusts whom the centre does not, or it does not tell the truth.
	AlarmLevel AlarmKind = "level-above-evidence"
	// AlarmOfficer: a request in the name of an officer whom the roster does not have.
	AlarmOfficer AlarmKind = "officer-off-roster"
	// AlarmSession: an officer's session that another device or officer has, or that
	// was over.
	AlarmSession AlarmKind = "session-stolen"
	// AlarmApproval: the inbox says that a request is released which a rule holds, and
	// no approver of the roster has signed that.
	AlarmApproval AlarmKind = "approval-forged"
	// AlarmReview: a request that was accepted, of somebody or something that was
	// revoked since, has to be looked at again.
	AlarmReview AlarmKind = "review"
	// AlarmNumber: a device gave out a number of a queue that was not lent to it.
	AlarmNumber AlarmKind = "number-not-lent"
	// AlarmBlocked: the card of somebody whose death was registered was shown, with its
	// chip's proof. Somebody uses it, or the registration is wrong.
	AlarmBlocked AlarmKind = "card-blocked"
	// AlarmDossier: linked procedures do not go on: an agency is too late, or nothing is
	// heard of it.
	AlarmDossier AlarmKind = "dossier-stuck"
	// AlarmRevoked: a device whose certificate counts no more has sent something.
	AlarmRevoked AlarmKind = "revoked"
	// AlarmTrust: authorities that were put into the centre's files cannot be taken, or
	// may be used no more. It is about [Centre]; Digest is of what is in the files.
	AlarmTrust AlarmKind = "trust-refused"
	// AlarmInsurerOfficer: the insurer does not know the officer in whose name a card is
	// looked up, or nobody is on duty who could ask.
	AlarmInsurerOfficer AlarmKind = "insurer-officer"
	// AlarmInsurerAccount: the insurer refuses the centre's account, or what it is asked.
	AlarmInsurerAccount AlarmKind = "insurer-account"
	// AlarmRegistry: the immunisation registry holds a plan, a session or a dose that
	// nobody has signed or the centre has not made.
	AlarmRegistry AlarmKind = "registry-forged"
	// AlarmAuditFork: two checkpoints of a device's audit log contradict each other:
	// entries were changed or removed after they had been signed, or two kiosks
	// write one log.
	AlarmAuditFork AlarmKind = "audit-fork"
	// AlarmAuditRollback: the audit log is shorter than it was: an old copy came
	// back.
	AlarmAuditRollback AlarmKind = "audit-rollback"
	// AlarmAuditGap: the device was told what the centre has, and still does not show
	// that its audit log continues that.
	AlarmAuditGap AlarmKind = "audit-gap"
	// AlarmAuditUnlinked: a new audit log began that does not name the last
	// checkpoint of the one before.
	AlarmAuditUnlinked AlarmKind = "audit-unlinked"
	// AlarmAuditHead: a checkpoint names another envelope than the one that came
	// under its seq.
	AlarmAuditHead AlarmKind = "audit-head"
)

// The kinds of alarms about what does not look honest are "anomaly-" and the rule, see
// protocol/anomaly.

// Centre stands for the centre itself where an alarm names a device.
const Centre = "centre"

// Alarm is a message that was authentic and yet cannot be. Somebody has to look at
// the device. After an alarm about the message itself nothing has been processed
// and there is no receipt; a request with an alarm about its evidence is stored
// and has one.
type Alarm struct {
	Kind   AlarmKind `json:"kind"`
	Device string    `json:"device"`
	// ID, Seq and Digest are those of the message that raised it. About audit logs
	// they are the log, its size as the device says, and the root that the centre
	// had before.
	ID     request.ID     `json:"id"`
	Seq    uint64         `json:"seq"`
	Digest request.Digest `json:"digest"`
	At     int64          `json:"at"` // first time, unix milliseconds
	Times  int            `json:"times"`
}

func (a *Alarm) Error() string {
	return fmt.Sprintf("security alarm: %s: device %s, id %s, seq %d", a.Kind, a.Device, a.ID, a.Seq)
}
