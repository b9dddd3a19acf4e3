package link

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// errTooLong is returned for an event beyond maxSnapshot.
var errTooLong = fmt.Errorf("an event has more than %d bytes", maxSnapshot)

// events reads a server-sent event stream (WHATWG HTML, 9.2.6) and gives each
// event's data. A comment, which kioskd sends as a heartbeat, is given as nil. It
// ends with the stream's or the receiver's error, and never with nil.
func events(r io.Reader, on func(data []byte) error) error {
	s := bufio.NewScanner(r)
	s.Buffer(nil, maxSnapshot)
	var data []byte
	has := false
	for s.Scan() {
		line := bytes.TrimSuffix(s.Bytes(), []byte("\r"))
		field, value, _ := bytes.Cut(line, []byte(":"))
		value = bytes.TrimPrefix(value, []byte(" "))
		var err error
		switch {
		case len(line) == 0 && has:
			err = on(data)
			data, has = nil, false
		case len(line) > 0 && len(field) == 0:
			err = on(nil)
		case string(field) == "data":
			if has {
				data = append(data, '\n')
			}
			data, has = append(data, value...), true
		}
		if err != nil {
			return err
		}
		if len(data) > maxSnapshot {
			return errTooLong
		}
	}
	if errors.Is(s.Err(), bufio.ErrTooLong) {
		return errTooLong
	}
	if err := s.Err(); err != nil {
		return fmt.Errorf("reading events: %w", err)
	}
	return fmt.Errorf("reading events: %w", io.ErrUnexpectedEOF)
}
