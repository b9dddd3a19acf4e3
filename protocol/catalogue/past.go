package catalogue

import (
	"time"

	"motcua/protocol/request"
)

// CheckAt holds a value against the time at which it was given, in Viet Nam: whoever
// types a day that is still to come has mistyped. [Late] says that the law has it late,
// which people are told and nobody is refused for. The result is empty when the value is
// good.
func (f Field) CheckAt(v request.Value, now time.Time) Problem {
	if p := f.Check(v); p != "" || !f.Past {
		return p
	}
	text, _ := v.Text()
	for _, s := range f.Kind.shapes() {
		at, err := time.ParseInLocation(s.layout, text, now.Location())
		switch {
		case err != nil:
		case at.After(now):
			return NotYet
		case f.LateAfter > 0 && now.After(at.AddDate(0, 0, f.LateAfter+1)):
			return Late
		}
	}
	return ""
}
