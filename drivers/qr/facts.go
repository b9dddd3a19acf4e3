package qr

import "strings"

// facts are what a reader tells about itself, line by line as "name: value". Names
// are in small letters.
type facts map[string]string

// maxFact is how many characters of a value are kept.
const maxFact = 60

func factsOf(text []byte) facts {
	f := facts{}
	for line := range strings.SplitSeq(string(text), "\n") {
		name, value, ok := strings.Cut(strings.Map(printable, line), ":")
		if name = strings.ToLower(strings.TrimSpace(name)); !ok || f[name] != "" {
			continue
		}
		value = strings.TrimSpace(value)
		f[name] = value[:min(len(value), maxFact)]
	}
	return f
}

// or is the value of a name, and something else where there is none.
func (f facts) or(name, otherwise string) string {
	if v := f[name]; v != "" {
		return v
	}
	return otherwise
}

// printable drops what does not belong into a log.
func printable(r rune) rune {
	if r < ' ' || r > '~' {
		return -1
	}
	return r
}
