package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"motcua/drivers"
	"motcua/protocol/emrtd"
	"motcua/protocol/fault"
	"motcua/provisioning/cardread"
)

// Exit codes; docs/kioskctl.md lists them for scripts.
const (
	exitOK       = 0 // read and intact
	exitInternal = 1 // not read, or not to be judged, for a reason that has no code of its own
	exitUsage    = 2
	exitForged   = 3 // or chip and code name different people
	exitWrongKey = 4
	exitRemoved  = 5
	exitNoCard   = 6 // no reader or no card to be had
)

// exitCode is the code for what came of a reading.
func exitCode(r *cardread.Reading, err error) int {
	if err != nil {
		return exitCodeOf(err)
	}
	switch {
	case r.Document.Trust.Verdict == emrtd.Forged, len(r.Differences) > 0:
		return exitForged
	case r.Document.Trust.Verdict == emrtd.Genuine, r.Document.Trust.Verdict == emrtd.IntegrityOnly:
		return exitOK
	}
	return exitInternal
}

func exitCodeOf(err error) int {
	switch fault.CodeOf(err) {
	case fault.WrongKey, fault.KeyBlocked:
		return exitWrongKey
	case fault.CardGone:
		return exitRemoved
	case fault.NoReader, fault.NoService, fault.Denied, fault.LibMismatch, fault.CardBusy, fault.ReaderMute:
		return exitNoCard
	}
	switch {
	case errors.Is(err, drivers.ErrNoCard):
		return exitNoCard
	case errors.Is(err, cardread.ErrReader):
		return exitUsage
	}
	return exitInternal
}

// problem is what went wrong, for the technician.
type problem struct {
	Code   fault.Code `json:"code,omitempty"` // empty when the fault list has none
	Cause  string     `json:"cause"`
	Action string     `json:"action"`
	chain  error
	judged bool // the card was read to its end all the same
}

// problemOf finds words for an error; a nil error gives none.
func problemOf(err error) *problem {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, drivers.ErrNoCard):
		return &problem{"", "no card on the reader", "lay the card flat on the reader and leave it there", err, false}
	case errors.Is(err, cardread.ErrReader):
		return &problem{"", err.Error(), "name one of these readers with --reader", err, false}
	case errors.Is(err, emrtd.ErrUnsupported):
		return &problem{
			fault.CardForeign, "the chip is no travel document, or cannot be opened with this kind of key",
			"try --mrz with a card that knows no card access number", err, false,
		}
	case errors.Is(err, context.Canceled):
		return &problem{"", "interrupted", "none", err, false}
	}
	code := fault.CodeOf(err)
	info := fault.Lookup(code)
	return &problem{code, info.Cause, info.Action, err, false}
}

// report writes the problem: one line with the cause, one with what to do, and for
// who asks for it the whole chain of errors.
func (p *problem) report(w io.Writer, verbose bool) {
	label := string(p.Code)
	if label != "" {
		label += ": "
	}
	fmt.Fprintf(w, "kioskctl: %s%s\n", label, p.Cause)
	if todo := strings.TrimPrefix(strings.TrimPrefix(p.Action, "none"), "; "); todo != "" {
		fmt.Fprintf(w, "what to do: %s\n", todo)
	}
	if verbose {
		fmt.Fprintf(w, "details: %s\n", strings.ReplaceAll(p.chain.Error(), "\n", "; "))
	}
}
