package line

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"time"
)

// Tape is what was said on a line, in order. Its text is for people too:
//
//	# a remark
//	. what the host set out to do
//	= 9600 8N1           the host set speed and frame
//	> 7E 00 08 01 ...    the host said
//	~ 5s                 then it was quiet
//	< 02 00 00 01 ...    the device said
type Tape []Entry

// Entry is a line of a tape.
type Entry struct {
	Kind byte          // one of # . = > ~ <
	Text string        // of #, . and =
	Data []byte        // of > and <
	Wait time.Duration // of ~
}

func (e Entry) String() string {
	switch e.Kind {
	case '>', '<':
		return fmt.Sprintf("%c % X", e.Kind, e.Data)
	case '~':
		return fmt.Sprintf("~ %v", e.Wait)
	}
	return strings.TrimSpace(fmt.Sprintf("%c %s", e.Kind, e.Text))
}

// String is the tape's text.
func (t Tape) String() string {
	var s strings.Builder
	for _, e := range t {
		s.WriteString(e.String() + "\n")
	}
	return s.String()
}

// Steps are what the host set out to do.
func (t Tape) Steps() (steps []string) {
	for _, e := range t {
		if e.Kind == '.' {
			steps = append(steps, e.Text)
		}
	}
	return steps
}

// ReadTape reads a tape's text. Empty lines mean nothing.
func ReadTape(r io.Reader) (Tape, error) {
	var t Tape
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" {
			continue
		}
		e, err := readEntry(line[0], strings.TrimSpace(line[1:]))
		if err != nil {
			return nil, fmt.Errorf("line: tape, line %d: %w", n, err)
		}
		t = append(t, e)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("line: reading a tape: %w", err)
	}
	return t, nil
}

func readEntry(kind byte, text string) (Entry, error) {
	e := Entry{Kind: kind}
	var err error
	switch kind {
	case '#', '.', '=':
		e.Text = text
	case '>', '<':
		e.Data, err = hex.DecodeString(strings.ReplaceAll(text, " ", ""))
		if err == nil && len(e.Data) == 0 {
			err = fmt.Errorf("nothing is said")
		}
	case '~':
		e.Wait, err = time.ParseDuration(text)
	default:
		err = fmt.Errorf("%q begins no entry", kind)
	}
	return e, err
}
