package cardread

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"motcua/drivers"
)

// ErrReader is wrapped when what was given for a reader fits none or several.
var ErrReader = errors.New("no single reader fits")

// choose returns the readers that fit what was asked for: one, or all if nothing
// was.
func choose(names []string, wanted string) ([]string, error) {
	if len(names) == 0 {
		return nil, drivers.ErrNoReader
	}
	if wanted == "" {
		return names, nil
	}
	if n, err := strconv.Atoi(wanted); err == nil && n >= 0 && n < len(names) {
		return names[n : n+1], nil
	}
	fitting := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !strings.Contains(name, wanted) })
	if len(fitting) != 1 {
		return nil, fmt.Errorf("%w %q; there are: %s", ErrReader, wanted, list(names))
	}
	return fitting, nil
}

func list(names []string) string {
	numbered := make([]string, len(names))
	for i, name := range names {
		numbered[i] = fmt.Sprintf("%d %q", i, name)
	}
	return strings.Join(numbered, ", ")
}
