package catalogue

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// shape is the fixed form of a value: a picture in which 9 stands for a digit, 5 for
// one from 1 to 5, x for one of hexadecimal and A for a capital letter. A shape of
// the calendar has a layout of package time, too.
type shape struct{ picture, layout string }

// shapes are those that a value of the kind may have; none where the form is free.
func (k Kind) shapes() []shape {
	switch k {
	case KindDay:
		return []shape{{"99/99/9999", "02/01/2006"}}
	case KindDayOrYear:
		return []shape{{"99/99/9999", "02/01/2006"}, {"9999", "2006"}}
	case KindMonth:
		return []shape{{"99/9999", "01/2006"}}
	case KindTime:
		return []shape{{"99/99/9999 99:99", "02/01/2006 15:04"}}
	case KindIDNumber:
		return []shape{{picture: strings.Repeat("9", 12)}}
	case KindInsurance: // group, benefit, province and number; the number alone; the personal number (Decree 188/2025)
		return []shape{{picture: "AA5" + strings.Repeat("9", 12)}, {picture: strings.Repeat("9", 10)}, {picture: strings.Repeat("9", 12)}}
	case KindPhone:
		return []shape{{picture: "0" + strings.Repeat("9", 9)}, {picture: "0" + strings.Repeat("9", 10)}}
	case KindDigest:
		return []shape{{picture: strings.Repeat("x", 64)}}
	default:
		return nil
	}
}

// shaped reports whether v has one of the shapes of the kind.
func (k Kind) shaped(v string) bool {
	return slices.ContainsFunc(k.shapes(), func(s shape) bool { return fits(s.picture, v) && s.onCalendar(v) })
}

func fits(picture, v string) bool {
	ok := len(v) == len(picture)
	for i := 0; ok && i < len(v); i++ {
		digit := v[i] >= '0' && v[i] <= '9'
		switch picture[i] {
		case '9':
			ok = digit
		case '5':
			ok = v[i] >= '1' && v[i] <= '5'
		case 'x':
			ok = digit || v[i] >= 'a' && v[i] <= 'f'
		case 'A':
			ok = v[i] >= 'A' && v[i] <= 'Z'
		default:
			ok = v[i] == picture[i]
		}
	}
	return ok
}

// onCalendar: there is such a day, between 1900 and 2099.
func (s shape) onCalendar(v string) bool {
	if s.layout == "" {
		return true
	}
	t, err := time.Parse(s.layout, v)
	return err == nil && t.Year() >= 1900 && t.Year() <= 2099
}

// pattern is the shapes in the words of JSON Schema. That a day is one of the
// calendar is more than those can say.
func (k Kind) pattern() string {
	var all []string
	for _, s := range k.shapes() {
		all = append(all, s.pattern())
	}
	return "^(" + strings.Join(all, "|") + ")$"
}

func (s shape) pattern() string {
	var b strings.Builder
	for rest := s.picture; rest != ""; {
		first := rest[:1]
		after := strings.TrimLeft(rest, first)
		class, ok := map[string]string{"9": "[0-9]", "5": "[1-5]", "x": "[0-9a-f]", "A": "[A-Z]"}[first]
		if !ok {
			class = first
		}
		b.WriteString(class)
		if n := len(rest) - len(after); n > 1 {
			fmt.Fprintf(&b, "{%d}", n)
		}
		rest = after
	}
	return b.String()
}
