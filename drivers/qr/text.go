package qr

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"time"

	"motcua/drivers"
	"motcua/drivers/uart"
)

var (
	errTooLong   = fmt.Errorf("%w: a code of more than %d bytes", drivers.ErrProtocol, drivers.MaxCode)
	errCutShort  = fmt.Errorf("%w: a code without its end", drivers.ErrProtocol)
	errEmptyCode = fmt.Errorf("%w: an empty code", drivers.ErrProtocol)
)

// tailed finds codes that end with a tail. A silence before it means that the
// code's end was lost.
func tailed(tail string) bufio.SplitFunc {
	return func(data []byte, silent bool) (int, []byte, error) {
		return upTo(data, bytes.Index(data, []byte(tail)), len(tail), silent)
	}
}

// lined finds codes that end with the end of a line, be it CR, LF or both.
func lined(data []byte, silent bool) (int, []byte, error) {
	at := bytes.IndexByte(data, '\r')
	before := data
	if at >= 0 {
		before = data[:at]
	}
	if lf := bytes.IndexByte(before, '\n'); lf >= 0 {
		at = lf
	}
	return upTo(data, at, 1, silent) // the second of two is an empty line
}

// upTo takes the code before a tail, which is at an index or, if that is below
// zero, not there.
func upTo(data []byte, at, tail int, silent bool) (int, []byte, error) {
	switch {
	case at == 0:
		return tail, nil, nil // nothing was said
	case at > drivers.MaxCode, at < 0 && len(data) >= drivers.MaxCode+tail:
		return len(data), nil, errTooLong
	case at > 0:
		return at + tail, data[:at], nil
	case silent:
		return len(data), nil, errCutShort
	}
	return 0, nil, nil
}

// silenced finds the code of a module that says one and then nothing: only what is
// last can be the tail, so that a code may hold the same characters.
func silenced(tail string) bufio.SplitFunc {
	return func(data []byte, silent bool) (int, []byte, error) {
		if !silent {
			if len(data) > drivers.MaxCode+len(tail) {
				return len(data), nil, errTooLong
			}
			return 0, nil, nil
		}
		code, ok := bytes.CutSuffix(data, []byte(tail))
		switch {
		case !ok:
			return len(data), nil, errCutShort
		case len(code) == 0:
			return len(data), nil, errEmptyCode
		case len(code) > drivers.MaxCode:
			return len(data), nil, errTooLong
		}
		return len(data), code, nil
	}
}

// silencedAnyTail is for a module that may add a tail or not: what looks like one
// is taken off, and a code whose end was lost is not noticed.
func silencedAnyTail(data []byte, silent bool) (int, []byte, error) {
	tail := ""
	for _, t := range []string{"\r\n", "\r", "\n"} {
		if bytes.HasSuffix(data, []byte(t)) {
			tail = t
			break
		}
	}
	return silenced(tail)(data, silent)
}

// readText waits for a code that tells no kind of its own.
func readText(ctx context.Context, l *uart.Line, wait time.Duration, split bufio.SplitFunc) (drivers.Scan, error) {
	code, err := l.Frame(ctx, wait, gap, split)
	if err != nil {
		return drivers.Scan{}, err
	}
	return drivers.Scan{Raw: code}, nil
}
