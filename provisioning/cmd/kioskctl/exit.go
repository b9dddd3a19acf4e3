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
func (o outcome) exitCode() int {
	if o.err != nil {
		return exitCodeOf(o.err)
	}
	r := o.reading
	switch {
	case r.Document.Trust.Verdict == emrtd.Forged, len(r.Differences) > 0:
		return exitForged
	case o.photoErr != nil:
		return exitInternal
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
	// TriesLeft is how many wrong keys the chip says that it still takes; absent
	// when it does not say, or was not asked.
	TriesLeft *int `json:"tries_left,omitempty"`
	chain     error
	judged    bool // the card was read to its end all the same
}

// problemOf finds words for an error; a nil error gives none.
func problemOf(err error) *problem {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, drivers.ErrNoCard):
		return &problem{Cause: "no card on the reader", Action: "lay the card flat on the reader and leave it there", chain: err}
	case errors.Is(err, cardread.ErrReader):
		return &problem{Cause: err.Error(), Action: "name one of these readers with --reader", chain: err}
	case errors.Is(err, cardread.ErrRevocations):
		return &problem{Code: fault.NoTrust, Cause: "the revocation lists cannot be used", Action: "give lists that the trusted authorities signed (--crl)", chain: err}
	case errors.Is(err, drivers.ErrTooLong):
		return &problem{
			Code: fault.Unreadable, Cause: "the reader does not carry what this card needs in one exchange",
			Action: "use another reader, one of extended length", chain: err,
		}
	case errors.Is(err, emrtd.ErrUnsupported):
		return &problem{
			Code: fault.CardForeign, Cause: "the chip is no travel document, or cannot be opened with this kind of key",
			Action: "try --mrz with a card that knows no card access number", chain: err,
		}
	case errors.Is(err, context.Canceled):
		return &problem{Cause: "interrupted", Action: "none", chain: err}
	}
	code := fault.CodeOf(err)
	info := fault.Lookup(code)
	p := &problem{Code: code, Cause: info.Cause, Action: info.Action, chain: err}
	if refused, ok := errors.AsType[*emrtd.KeyError](err); ok {
		p.tries(refused)
	}
	return p
}

// tries tells what the chip said about further keys.
func (p *problem) tries(refused *emrtd.KeyError) {
	if refused.Left >= 0 {
		p.TriesLeft = &refused.Left
	}
	switch {
	case refused.Suspended:
		p.Cause, p.Action = "the chip takes the PIN only after the card access number; it was not tried", "none; the holder has to free the PIN where the card was issued"
	case refused.Blocked:
	case refused.Left == 1:
		p.Cause += "; it takes one more wrong one"
	case refused.Left > 1:
		p.Cause += fmt.Sprintf("; it takes %d more wrong ones", refused.Left)
	}
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
