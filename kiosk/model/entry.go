package model

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"motcua/kiosk/text"
	"motcua/protocol/catalogue"
	"motcua/protocol/local"
)

// entry is what is being typed or picked as the answer to a question. It is about a
// person: it lives here until it is sent, and is wiped with the question, the visit and
// the connection.
type entry struct {
	text    []byte // UTF-8; of numbers and days the digits alone
	capital bool   // the next letter is one
	signs   bool   // digits and signs stand on the keys instead of letters
}

// maxEntry is what an action can carry.
const maxEntry = local.MaxValue

func (e *entry) wipe() {
	clear(e.text[:cap(e.text)])
	e.text = e.text[:0]
	e.capital, e.signs = false, false
}

// set replaces the text, and leaves nothing of the old one behind.
func (e *entry) set(s string) {
	if len(s) > maxEntry {
		return
	}
	if cap(e.text) == 0 {
		e.text = make([]byte, 0, maxEntry) // never moved, so that wiping finds all of it
	}
	clear(e.text[:cap(e.text)])
	e.text = append(e.text[:0], s...)
}

// way is how a question is answered.
type way int

const (
	byPick   way = iota // a tap on the answer
	byPicks             // taps on several, then on
	byDigits            // the digit pad
	byBoard             // the keyboard
	byScan              // a code before the reader, and nothing else
)

// wayOf gives each kind of field its way. A number of few is picked.
func wayOf(f catalogue.Field) way {
	switch f.Kind {
	case catalogue.KindChoice, catalogue.KindYesNo:
		return byPick
	case catalogue.KindChoices:
		return byPicks
	case catalogue.KindPerson:
		return byScan
	case catalogue.KindNumber:
		if f.Max-f.Min < maxChoices {
			return byPick
		}
		return byDigits
	case catalogue.KindAmount, catalogue.KindDigits, catalogue.KindDay, catalogue.KindDayOrYear, catalogue.KindMonth, catalogue.KindTime,
		catalogue.KindIDNumber, catalogue.KindPhone:
		return byDigits
	default:
		return byBoard
	}
}

// picture is how digits of a kind are set; 9 stands for one.
func picture(k catalogue.Kind) string {
	switch k {
	case catalogue.KindDay, catalogue.KindDayOrYear:
		return "99/99/9999"
	case catalogue.KindMonth:
		return "99/9999"
	case catalogue.KindTime:
		return "99/99/9999 99:99"
	default:
		return ""
	}
}

// digitsOf is how many digits a field takes.
func digitsOf(f catalogue.Field) int {
	switch f.Kind {
	case catalogue.KindIDNumber:
		return 12
	case catalogue.KindPhone:
		return 11
	case catalogue.KindNumber, catalogue.KindAmount:
		return len(fmt.Sprint(f.Max))
	case catalogue.KindDigits:
		return f.Max
	default:
		return strings.Count(picture(f.Kind), "9")
	}
}

// written is the answer as it is sent: digits are set as their kind is.
func (e *entry) written(f catalogue.Field) string {
	digits := string(e.text)
	form := picture(f.Kind)
	if form == "" || f.Kind == catalogue.KindDayOrYear && len(digits) <= 4 {
		return digits
	}
	var b strings.Builder
	for _, r := range form {
		if digits == "" {
			break
		}
		if r == '9' {
			r, digits = rune(digits[0]), digits[1:]
		}
		b.WriteRune(r)
	}
	return b.String()
}

// take begins with the answer so far.
func (e *entry) take(f catalogue.Field, value string) {
	e.wipe()
	if wayOf(f) == byDigits {
		value = strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return r
			}
			return -1
		}, value)
	}
	if f.Kind == catalogue.KindCodes {
		value = strings.ReplaceAll(value, "\n", " ")
	}
	e.set(value)
	e.capital = begins(f, value)
}

// begins tells whether a capital is due: at the beginning, and in names after each
// space.
func begins(f catalogue.Field, text string) bool {
	switch f.Kind {
	case catalogue.KindCode, catalogue.KindCodes, catalogue.KindAccount, catalogue.KindInsurance:
		return true // they are printed in capitals
	case catalogue.KindName, catalogue.KindPlace:
		return text == "" || strings.HasSuffix(text, " ")
	default:
		return text == ""
	}
}

// press is a tap on a key of the pad or the keyboard.
func (e *entry) press(f catalogue.Field, key string) {
	switch key {
	case "del":
		_, size := utf8.DecodeLastRune(e.text)
		e.set(string(e.text[:len(e.text)-size]))
	case "shift":
		e.capital = !e.capital
		return
	case "signs":
		e.signs = !e.signs
		return
	case "space":
		e.letter(f, ' ')
	default:
		if k, ok := markKeys()[key]; ok {
			e.set(marked(string(e.text), k.mark, e.cased(k.shows)))
			break
		}
		if r, size := utf8.DecodeRuneInString(key); size == len(key) && size > 0 {
			e.letter(f, e.cased(r))
		}
	}
	e.capital = begins(f, string(e.text))
}

func (e *entry) cased(r rune) rune {
	if e.capital {
		return unicode.ToUpper(r)
	}
	return r
}

// letter types one character, as far as the field has room.
func (e *entry) letter(f catalogue.Field, r rune) {
	most := f.Max
	if wayOf(f) == byDigits {
		most = digitsOf(f)
		if r < '0' || r > '9' {
			return
		}
	} else if most == 0 { // a fixed form, such as that of an insurance card
		most = 15
	}
	if f.Kind == catalogue.KindCodes {
		most = maxEntry // several, with a space between
	}
	if now := string(e.text); utf8.RuneCountInString(now) < most {
		e.set(typed(now, r))
	}
}

// toggle picks one of several, or puts it back.
func (e *entry) toggle(id string) {
	all := strings.Split(string(e.text), "\n")
	kept := all[:0]
	for _, one := range all {
		if one != id && one != "" {
			kept = append(kept, one)
		}
	}
	if len(kept) == len(all) && string(e.text) != "" || string(e.text) == "" {
		kept = append(kept, id)
	}
	e.set(strings.Join(kept, "\n"))
}

// markKey is a key of the keyboard that puts a mark on a letter.
type markKey struct {
	mark, shows rune
	said        text.Key
}

func markKeys() map[string]markKey {
	return map[string]markKey{
		"acute": {acute, 'á', text.BoardAcute}, "grave": {grave, 'à', text.BoardGrave}, "hook": {hook, 'ả', text.BoardHook},
		"tilde": {tilde, 'ã', text.BoardTilde}, "dot": {dotBelow, 'ạ', text.BoardDot},
		"hat": {circumflex, 'â', text.BoardHat}, "breve": {breve, 'ă', text.BoardBreve}, "horn": {horn, 'ơ', text.BoardHorn},
	}
}

// Board is the keyboard, with what was typed.
type Board struct {
	Text string
	Keys [][]BoardKey
}

// BoardKey is a key that is as wide as Width letters.
type BoardKey struct {
	Button
	Width int
}

// board is the keyboard for a field.
func (s *State) board(f catalogue.Field) *Board {
	rows := []string{"acute grave hook tilde dot hat breve horn đ del", "q w e r t y u i o p", "a s d f g h j k l .", "shift z x c v b n m , -"}
	if code := begins(f, "A"); code {
		rows = []string{"1 2 3 4 5 6 7 8 9 0", "q w e r t y u i o p", "a s d f g h j k l del", "shift z x c v b n m - /"}
	}
	if s.entry.signs {
		rows = []string{"1 2 3 4 5 6 7 8 9 0", "/ - . , : ; ( ) + =", "& # ° _ ’ ƀ č ñ del"}
	}
	b := &Board{Text: s.entry.written(f)}
	for _, row := range rows {
		var keys []BoardKey
		for id := range strings.FieldsSeq(row) {
			keys = append(keys, BoardKey{s.boardKey(id), 1})
		}
		b.Keys = append(b.Keys, keys)
	}
	return b.with(s.lastRow())
}

func (b *Board) with(row []BoardKey) *Board {
	b.Keys = append(b.Keys, row)
	return b
}

// lastRow has the other keys, space, and the way on.
func (s *State) lastRow() []BoardKey {
	signs := s.button("key.signs", text.BoardSigns, IconNone, Secondary)
	if s.entry.signs {
		signs = s.button("key.signs", text.BoardLetters, IconNone, Secondary)
	}
	space := s.button("key.space", text.BoardSpace, IconNone, Choice)
	on := s.button("submit", text.BoardOn, IconNone, Primary)
	on.Disabled = len(s.entry.text) == 0
	return []BoardKey{{signs, 2}, {space, 5}, {on, 3}}
}

func (s *State) boardKey(id string) Button {
	b := Button{ID: "key." + id, Label: string(s.entry.cased(firstOf(id))), Kind: Choice}
	b.Spoken = b.Label
	switch {
	case id == "del":
		return s.button("key.del", text.KeyDelete, IconDelete, Secondary)
	case id == "shift":
		b = s.button("key.shift", text.BoardShift, IconShift, Secondary)
		b.Selected = s.entry.capital
		return b
	}
	if k, ok := markKeys()[id]; ok {
		b.Label, b.Spoken = string(s.entry.cased(k.shows)), text.Plain(s.lang().Say(k.said))
		b.Kind = Secondary
	}
	return b
}

func firstOf(id string) rune {
	r, _ := utf8.DecodeRuneInString(id)
	return r
}
