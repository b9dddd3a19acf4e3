package board

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"motcua/drivers"
)

// place is where a line is.
type place struct {
	chip, label string // the kernel's name of the chip, and the chip's own
	number      int
	line        string // empty: the line has no name
}

func (p place) String() string { return fmt.Sprintf("%s:%d", p.chip, p.number) }

// find gives the index of the one line of that name: a line's name, or a chip's
// name or label, a colon, and a line's name or number.
func find(name string, places []place) (int, error) {
	var found []int
	for i, p := range places {
		if p.called(name) {
			found = append(found, i)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return 0, fmt.Errorf("no line of that name: %w", drivers.ErrNoDevice)
	}
	at := make([]string, len(found))
	for i, j := range found {
		at[i] = places[j].String()
	}
	return 0, fmt.Errorf("%w: say which of them is meant: %s", errAmbiguous, strings.Join(at, ", "))
}

// errAmbiguous wraps ErrNoDevice: the name as it is written names nothing.
var errAmbiguous = fmt.Errorf("several lines have that name: %w", drivers.ErrNoDevice)

// errNameless says that an input's line has no name of its own.
var errNameless = errors.New("the line has no name, without which its failures cannot be seen; name it in the device tree (gpio-line-names)")

func (p place) called(name string) bool {
	if p.isLine(name) {
		return true
	}
	chip, line, ok := cutLast(name)
	if !ok || (chip != p.chip && chip != p.label) {
		return false
	}
	n, err := strconv.Atoi(line)
	return p.isLine(line) || err == nil && n == p.number
}

// isLine tells whether the line is called so. periph puts the chip's name in front
// when another of its drivers was quicker.
func (p place) isLine(name string) bool {
	return p.line != "" && (p.line == name || p.line == p.chip+"-"+name)
}

// cutLast cuts at the last colon: labels of chips have colons of their own.
func cutLast(s string) (before, after string, ok bool) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}
