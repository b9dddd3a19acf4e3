package fault

import (
	"errors"
	"fmt"
	"slices"
)

// Code is a stable fault code, such as CARD-01. Codes are never reused.
type Code string

// Class says whether trying the same again can help.
type Class int

// Classes of faults.
const (
	Retry     Class = iota + 1 // the same again may succeed
	Permanent                  // it will not, until somebody changes something
)

func (c Class) String() string {
	if c == Permanent {
		return "permanent"
	}
	return "retry"
}

// Info describes one fault.
type Info struct {
	Code  Code
	Class Class
	// Cause is what happened, for a developer or a log line.
	Cause string
	// TextKey names the citizen's text in kiosk/text; empty where a citizen
	// never sees it.
	TextKey string
	// Action is what a technician does about it.
	Action string
}

// Codes. The table below gives each its meaning; a test keeps both equal.
const (
	CardGone      Code = "CARD-01"
	CardForeign   Code = "CARD-02"
	CardBusy      Code = "CARD-03"
	SamePerson    Code = "CARD-04"
	WrongKey      Code = "READ-01"
	KeyBlocked    Code = "READ-02"
	Unreadable    Code = "READ-03"
	ReadTimeout   Code = "READ-04"
	CodeUnusable  Code = "READ-05"
	Forged        Code = "TRUST-01"
	Mismatch      Code = "TRUST-02"
	NoTrust       Code = "TRUST-03"
	WeakEvidence  Code = "TRUST-04"
	Outdated      Code = "TRUST-05"
	NoReader      Code = "READER-01"
	NoService     Code = "READER-02"
	Denied        Code = "READER-03"
	LibMismatch   Code = "READER-04"
	ReaderMute    Code = "READER-05"
	Offline       Code = "NET-01"
	CentreSilent  Code = "NET-02"
	LinkRefused   Code = "NET-03"
	Refused       Code = "CENTRE-01"
	Expired       Code = "CENTRE-02"
	BadReceipt    Code = "CENTRE-03"
	Frozen        Code = "CENTRE-04"
	Revoked       Code = "CENTRE-05"
	Busy          Code = "CENTRE-06"
	RevokedSigner Code = "CENTRE-07"
	NotOffered    Code = "CENTRE-08"
	BadForm       Code = "CENTRE-09"
	CardBlocked   Code = "CENTRE-10"
	QueueFull     Code = "QUEUE-01"
	DiskFull      Code = "QUEUE-02"
	QueueBroken   Code = "QUEUE-03"
	QueueLocked   Code = "QUEUE-04"
	QueueStuck    Code = "QUEUE-05"
	NoNumbers     Code = "NUMBER-01"
	AuditBroken   Code = "AUDIT-01"
	ConfigAbsent  Code = "CONFIG-01"
	ConfigInvalid Code = "CONFIG-02"
	KeyAbsent     Code = "KEY-01"
	KeyInvalid    Code = "KEY-02"
	SocketInUse   Code = "SOCKET-01"
	Internal      Code = "KIOSK-01"
)

var table = []Info{
	{CardGone, Retry, "the card was lifted while it was being read", "fault.card-gone", "none; if it happens without anybody lifting the card, check the antenna and its cable"},
	{CardForeign, Permanent, "the chip has no travel-document application", "fault.card-foreign", "none; another kind of card was placed"},
	{CardBusy, Retry, "another program on this machine holds the card", "fault.card-busy", "stop the other program that uses the reader"},
	{SamePerson, Retry, "the card is that of somebody who is in the form already", "fault.same-person", "none; the card of somebody else is asked for"},
	{WrongKey, Retry, "the chip refused the key", "fault.wrong-key", "none; the digits did not belong to this card"},
	{KeyBlocked, Permanent, "the chip takes no more keys for now", "fault.key-blocked", "none; the card has to rest or be replaced by its issuer"},
	{Unreadable, Retry, "the chip answered in a way the protocols do not allow", "fault.unreadable", "clean the reader's surface; read a known card with kioskctl card read"},
	{ReadTimeout, Retry, "the chip did not answer in time", "fault.unreadable", "read a known card with kioskctl card read; replace the reader if that is slow too"},
	{CodeUnusable, Retry, "the typed or scanned text holds no key for the chip", "fault.code-unusable", "none"},
	{Forged, Permanent, "data, signature or chip proof is false", "fault.forged", "call the duty officer; keep the visit number"},
	{Mismatch, Permanent, "chip, code and printed data name different people", "fault.mismatch", "call the duty officer; keep the visit number"},
	{NoTrust, Permanent, "no issuing authority is provisioned", "", "put the authority's certificates into the trust folder named in kioskd.toml"},
	{WeakEvidence, Permanent, "the service asks for more evidence than the card gave", "fault.weak-evidence", "provision the authority that issued the card; a person at the counter decides on the held request"},
	{Outdated, Retry, "a list that the centre brings is past its time", "", "restore the connection to the centre; if it stands, have the list signed anew there (for revocation: gatewayd revocation renew)"},
	{NoReader, Retry, "no card reader is connected", "fault.out-of-order", "connect the card reader, or check its cable and power"},
	{NoService, Retry, "pcscd is not running", "fault.out-of-order", "start it: systemctl start pcscd.socket"},
	{Denied, Permanent, "pcscd refuses this user (polkit)", "fault.out-of-order", "install the polkit rule for the kioskd user"},
	{LibMismatch, Permanent, "libpcsclite and pcscd versions differ", "fault.out-of-order", "install libpcsclite1 and pcscd from the same release"},
	{ReaderMute, Retry, "the reader no longer answers", "fault.out-of-order", "unplug and replug the reader; restart kioskd if it stays"},
	{Offline, Retry, "no connection to the centre", "fault.offline", "check network and broker address; requests are kept and sent later"},
	{CentreSilent, Retry, "the centre did not answer in time", "fault.offline", "none; requests are kept and sent later"},
	{LinkRefused, Permanent, "the broker refuses this device", "fault.offline", "check the device certificate and its registration at the centre"},
	{Refused, Permanent, "the centre refused the request", "fault.refused", "look the request up at the centre by its number"},
	{Expired, Permanent, "the request reached the centre after its time", "fault.refused", "none; the person starts again"},
	{BadReceipt, Permanent, "a receipt, result or document of the centre is false", "", "report it: somebody may be forging the centre's answers"},
	{Frozen, Retry, "the centre takes nothing from this device since a security alarm", "", "look at the alarms with gatewayd inbox; replace a copied or altered kiosk, release the device with gatewayd device release"},
	{Revoked, Permanent, "the device's certificate was revoked", "fault.out-of-order", "provision the kiosk again with a new key, and find out who has the old one; saved requests stay in the queue"},
	{Busy, Retry, "the device sends more than the centre takes from one", "", "none; the requests are kept and sent later"},
	{RevokedSigner, Permanent, "a receipt, result or document is signed by a revoked certificate of the centre", "", "report it: a gateway still uses the old key, or somebody else has it"},
	{NotOffered, Permanent, "the centre does not offer the service", "fault.refused", "let the kiosk offer only what its centre does, or have the service set up there"},
	{BadForm, Permanent, "the form does not hold to the centre's catalogue", "fault.refused", "bring kiosk and centre to the same release; report it if they are"},
	{CardBlocked, Permanent, "the card is on the centre's blocklist: its holder's death was registered", "fault.card-blocked", "call the duty officer and be kind: the registration may be wrong; the centre lifts a wrong entry with gatewayd blocked lift"},
	{QueueFull, Retry, "the queue of saved requests is nearly full", "fault.out-of-order", "restore the connection to the centre, or export the queue"},
	{DiskFull, Retry, "no space left for the queue", "fault.out-of-order", "free space on the data partition"},
	{QueueBroken, Permanent, "the queue's disk or file cannot be trusted", "fault.out-of-order", "restart kioskd; if it stays, replace the disk and keep the queue file"},
	{QueueLocked, Permanent, "another kioskd uses the queue", "", "stop the other kioskd"},
	{QueueStuck, Retry, "requests wait for an answer longer than they should", "", "kioskctl outbox list tells which; restore the connection, or export them to the centre"},
	{NoNumbers, Retry, "no number of a queue is left that this kiosk may give out, or the disk does not take note of one", "fault.no-numbers", "restore the connection to the centre, which lends more; check tickets.queues and the space on the data partition"},
	{AuditBroken, Permanent, "the audit log cannot be written or opened", "fault.out-of-order", "free space on the data partition; restart kioskd; if it stays, replace the disk and keep the audit folder"},
	{ConfigAbsent, Permanent, "there is no configuration file", "", "provision the kiosk, or name the file with -config"},
	{ConfigInvalid, Permanent, "the configuration is wrong", "", "mend the lines that are named; check with kioskd -check-config"},
	{KeyAbsent, Permanent, "the device key or its certificate is missing", "", "provision the kiosk again"},
	{KeyInvalid, Permanent, "the device key and its certificate do not fit, or have ended", "", "provision the kiosk again"},
	{SocketInUse, Permanent, "another kioskd serves the socket", "", "stop the other kioskd"},
	{Internal, Retry, "a fault in the program itself", "fault.internal", "restart kioskd and report the log lines of the visit"},
}

// infos are all tables in one.
func infos() []Info { return slices.Concat(table, devices, duty, token) }

// All lists every fault, sorted by code.
func All() []Info {
	all := infos()
	slices.SortFunc(all, func(a, b Info) int {
		if a.Code < b.Code {
			return -1
		}
		return 1
	})
	return all
}

// Lookup returns what is known about a code; an unknown one is described as
// [Internal].
func Lookup(c Code) Info {
	for _, i := range infos() {
		if i.Code == c {
			return i
		}
	}
	i := Lookup(Internal)
	i.Code = c
	return i
}

// Error is an error with a fault code.
type Error struct {
	Code Code
	Err  error
}

func (e *Error) Error() string { return fmt.Sprintf("%s: %v", e.Code, e.Err) }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Wrap attaches a code to err; a nil err stays nil.
func Wrap(c Code, err error) error {
	if err == nil {
		return nil
	}
	return &Error{Code: c, Err: err}
}

// CodeOf finds the outermost code attached to err, and [Internal] when there is
// none.
func CodeOf(err error) Code {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return Internal
}
