package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/veraison/go-cose"

	"motcua/protocol/request"
)

// receiptOf reads what a receipt says, without verifying it: kioskd did, before
// it settled anything.
func receiptOf(signed []byte) (at time.Time, detail map[string]string, ok bool) {
	var m cose.Sign1Message
	if len(signed) == 0 || m.UnmarshalCBOR(signed) != nil {
		return time.Time{}, nil, false
	}
	r, err := request.DecodeReceipt(m.Payload)
	if err != nil {
		return time.Time{}, nil, false
	}
	detail = map[string]string{"status": string(r.Status), "contiguous": strconv.FormatUint(r.Contiguous, 10)}
	for name, v := range map[string]string{"code": string(r.Code), "quote": r.No} {
		if v != "" {
			detail[name] = v
		}
	}
	return time.UnixMilli(r.At), detail, true
}

// print writes one line for each moment.
func (t trace) print(w io.Writer) error {
	name := t.Visit
	if name == "" {
		name = "a visit that the log does not tell of"
	}
	if _, err := fmt.Fprintf(w, "%s, %s\n", name, t.Begun.Format("2006-01-02 15:04:05.000 -07:00")); err != nil {
		return err
	}
	for _, m := range t.Events {
		if _, err := fmt.Fprintln(w, strings.TrimRight(fmt.Sprintf("%9d ms  %-7s  %s", m.MS, m.Source, m.words()), " ")); err != nil {
			return err
		}
	}
	return nil
}

// words are what happened and its details, in one line whatever a log may hold.
func (m moment) words() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-20s", plainWord(m.Event))
	if m.Seq != 0 {
		fmt.Fprintf(&b, " no=%d", m.Seq)
	}
	for _, name := range slices.Sorted(maps.Keys(m.Detail)) {
		fmt.Fprintf(&b, " %s=%s", plainWord(name), quoted(m.Detail[name]))
	}
	return b.String()
}

// quoted puts a value in quotes that is more than a word.
func quoted(v string) string {
	if strings.ContainsFunc(v, func(r rune) bool { return r <= ' ' || r == '"' || r == '=' || r >= 0x7f }) {
		return strconv.Quote(v)
	}
	return v
}

// plainWord keeps control characters off the terminal.
func plainWord(v string) string {
	if q := strconv.Quote(v); len(q) != len(v)+2 {
		return q
	}
	return v
}
