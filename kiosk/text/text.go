package text

import (
	"strings"
	"unicode"

	"motcua/protocol/fault"
)

// Key names one text.
type Key string

// Lang is a language of the screen, as an ISO 639-1 code.
type Lang string

// Languages.
const (
	Vietnamese Lang = "vi"
	English    Lang = "en"
)

// Langs lists the languages, the default first.
func Langs() []Lang { return []Lang{Vietnamese, English} }

// Known tells whether the screen has texts in l.
func Known(l Lang) bool { return catalogue(l) != nil }

// Next is the language that a tap on the language button switches to.
func (l Lang) Next() Lang {
	if l == Vietnamese {
		return English
	}
	return Vietnamese
}

func catalogue(l Lang) map[Key]string {
	switch l {
	case Vietnamese:
		return vietnamese
	case English:
		return english
	}
	return nil
}

// Arg is the value of one placeholder.
type Arg struct{ name, value string }

// Fill gives a placeholder its value. The value is isolated (U+2066 to U+2069):
// digits, dates and names keep their own order whatever stands around them.
func Fill(name, value string) Arg { return Arg{"{" + name + "}", Isolate(value)} }

// Isolate wraps a number, date, code or name so that the direction of the text
// around it cannot reorder it.
func Isolate(s string) string {
	if s == "" {
		return ""
	}
	return "\u2066" + s + "\u2069"
}

// Say gives the words of k. A key without words says nothing: a blank is better
// in front of a citizen than the name of a key, and a test keeps it from
// happening.
func (l Lang) Say(k Key, args ...Arg) string {
	s, _ := l.Lookup(k)
	for _, a := range args {
		s = strings.ReplaceAll(s, a.name, a.value)
	}
	return s
}

// Lookup is Say without arguments for keys that come from another program; it
// tells whether the key has words.
func (l Lang) Lookup(k Key) (string, bool) {
	s, ok := catalogue(l)[k]
	return l.Set(s), ok
}

// Set prepares words of a language for being broken into lines. [Plain] undoes it.
func (l Lang) Set(s string) string {
	if l == Vietnamese {
		s = whole.Replace(s)
	}
	return Unbroken(s)
}

// whole keeps words of two syllables on one line: a Vietnamese reader stumbles
// over "bảo / hiểm" as an English one would over "insu / rance".
var whole = strings.NewReplacer(
	"bảo hiểm", "bảo\u00a0hiểm", "Bảo hiểm", "Bảo\u00a0hiểm", "bệnh viện", "bệnh\u00a0viện", "Bệnh viện", "Bệnh\u00a0viện",
	"căn cước", "căn\u00a0cước", "đăng ký", "đăng\u00a0ký", "Đăng ký", "Đăng\u00a0ký", "nhân viên", "nhân\u00a0viên", "Nhân viên", "Nhân\u00a0viên",
	"tiếp đón", "tiếp\u00a0đón", "thông tin", "thông\u00a0tin", "Thông tin", "Thông\u00a0tin", "y tế", "y\u00a0tế", "màn hình", "màn\u00a0hình",
	"hệ thống", "hệ\u00a0thống", "Hệ thống", "Hệ\u00a0thống", "tổng hợp", "tổng\u00a0hợp", "phụ khoa", "phụ\u00a0khoa", "giá trị", "giá\u00a0trị",
	"xác nhận", "xác\u00a0nhận", "trục trặc", "trục\u00a0trặc", "kết nối", "kết\u00a0nối", "khởi động", "khởi\u00a0động", "gần nhất", "gần\u00a0nhất",
	"khám bệnh", "khám\u00a0bệnh", "thứ tự", "thứ\u00a0tự", "tạm thời", "tạm\u00a0thời", "đồng ý", "đồng\u00a0ý",
)

// Unbroken keeps a line from being broken after a slash, so that "ông/bà" and
// dates stay together.
func Unbroken(s string) string {
	return strings.ReplaceAll(s, "/", "/\u2060")
}

// Plain is s without the invisible signs that only steer its layout; it is what
// a speech engine or a test reads.
func Plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\u00a0':
			return ' '
		case unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, s)
}

// Fault gives title and text of a fault by its citizen text key. An unknown one,
// from a newer kioskd, is told as a fault of the machine.
func (l Lang) Fault(textKey string) (title, body string) {
	k := Key(textKey)
	if _, ok := l.Lookup(k + ".title"); !ok {
		k = Key(fault.Lookup(fault.Internal).TextKey)
	}
	return l.Say(k + ".title"), l.Say(k)
}
