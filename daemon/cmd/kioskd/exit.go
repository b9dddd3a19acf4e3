package main

import (
	"fmt"
	"io"
	"strings"

	"motcua/protocol/fault"
)

// Exit codes; docs/kioskd.md lists them for unit files. All from exitConfig on
// stay until somebody changes something: restarting does not help.
const (
	exitOK       = 0 // stopped on request
	exitInternal = 1 // a part failed; start again
	exitUsage    = 2
	exitConfig   = 3 // no configuration, or a wrong one
	exitKey      = 4 // device key, certificate or the centre's keys missing or wrong
	exitQueue    = 5 // the queue cannot be opened or has to be read back; or the audit log
	exitSecond   = 6 // another kioskd is running
)

// exitCode is the code for a fault.
func exitCode(c fault.Code) int {
	switch c {
	case fault.ConfigAbsent, fault.ConfigInvalid:
		return exitConfig
	case fault.KeyAbsent, fault.KeyInvalid:
		return exitKey
	case fault.QueueFull, fault.DiskFull, fault.QueueBroken, fault.AuditBroken:
		return exitQueue
	case fault.SocketInUse, fault.QueueLocked:
		return exitSecond
	default:
		return exitInternal
	}
}

// refuse writes the one line that says what happened and what to do, and returns
// the exit code.
func refuse(stderr io.Writer, err error) int {
	c := fault.CodeOf(err)
	fmt.Fprintf(stderr, "kioskd: %s: %s; what to do: %s\n", c, oneLine(c, err), fault.Lookup(c).Action)
	return exitCode(c)
}

// oneLine is the text of err without line breaks and without the code, which
// stands before it.
func oneLine(c fault.Code, err error) string {
	text := strings.ReplaceAll(err.Error(), string(c)+": ", "")
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }), "; ")
}
