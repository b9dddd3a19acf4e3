package model

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Marks of Vietnamese letters, as combining characters. The first five are tones, of
// which a word has one; the others belong to a letter.
const (
	acute, grave, hook, tilde, dotBelow = '\u0301', '\u0300', '\u0309', '\u0303', '\u0323'
	circumflex, breve, horn             = '\u0302', '\u0306', '\u031b'
)

var tones = []rune{acute, grave, hook, tilde, dotBelow}

// letter is a letter with its marks.
type letter struct {
	base  rune
	marks []rune
}

func (l letter) low() rune { return unicode.ToLower(l.base) }

func (l letter) vowel() bool { return strings.ContainsRune("aeiouy", l.low()) }

// shaped: a letter of its own, such as ê or ư, beside its tone.
func (l letter) shaped() bool {
	return slices.ContainsFunc(l.marks, func(m rune) bool { return !slices.Contains(tones, m) })
}

// letters takes a word apart.
func letters(word string) []letter {
	var out []letter
	for _, r := range norm.NFD.String(word) {
		if unicode.Is(unicode.Mn, r) && len(out) > 0 {
			last := &out[len(out)-1]
			last.marks = append(last.marks, r)
			continue
		}
		out = append(out, letter{base: r})
	}
	return out
}

func spell(word []letter) string {
	var b strings.Builder
	for _, l := range word {
		b.WriteRune(l.base)
		b.WriteString(string(l.marks))
	}
	return norm.NFC.String(b.String())
}

// lastWord cuts off the word that is being typed.
func lastWord(text string) (before, word string) {
	i := strings.LastIndexFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.Is(unicode.Mn, r) })
	if i < 0 {
		return "", text
	}
	_, size := firstRune(text[i:])
	return text[:i+size], text[i+size:]
}

func firstRune(s string) (r rune, size int) {
	for i, c := range s {
		if i > 0 {
			return r, i
		}
		r, size = c, len(s)
	}
	return r, size
}

// bearer is the letter of a word that bears its tone (the older way of writing: hòa,
// thúy); -1 where there is no vowel.
func bearer(word []letter) int {
	end := len(word)
	for end > 0 && !word[end-1].vowel() {
		end--
	}
	begin := end
	for begin > 0 && word[begin-1].vowel() {
		begin--
	}
	if begin > 0 && end-begin > 1 { // qu and gi begin a word as consonants do
		pair := string([]rune{word[begin-1].low(), word[begin].low()})
		if pair == "qu" && !word[begin].shaped() || pair == "gi" {
			begin++
		}
	}
	for i := end - 1; i >= begin; i-- {
		if word[i].shaped() {
			return i
		}
	}
	switch n := end - begin; {
	case n <= 0:
		return -1
	case n == 1:
		return begin
	case n == 2 && end == len(word):
		return begin
	default:
		return begin + 1
	}
}

// toneOf takes the tone off a word.
func toneOf(word []letter) (tone rune) {
	for i := range word {
		word[i].marks = slices.DeleteFunc(word[i].marks, func(m rune) bool {
			if slices.Contains(tones, m) {
				tone = m
				return true
			}
			return false
		})
	}
	return tone
}

// typed is text after one more letter; a tone moves to where it belongs in the longer
// word.
func typed(text string, r rune) string {
	before, word := lastWord(text + string(r))
	l := letters(word)
	if tone := toneOf(l); tone != 0 {
		if at := bearer(l); at >= 0 {
			l[at].marks = append(l[at].marks, tone)
		}
	}
	return before + spell(l)
}

// marked is text after a mark was put on its last word, or taken off again. Where no
// letter can bear it, the letter that the key shows is typed.
func marked(text string, mark, shows rune) string {
	before, word := lastWord(text)
	l := letters(word)
	if slices.Contains(tones, mark) {
		was := toneOf(l)
		at := bearer(l)
		if at < 0 {
			return typed(text, shows)
		}
		if was != mark {
			l[at].marks = append(l[at].marks, mark)
		}
		return before + spell(l)
	}
	for i := len(l) - 1; i >= 0; i-- {
		if !strings.ContainsRune(bearers(mark), l[i].low()) {
			continue
		}
		l[i].turn(mark)
		if i > 0 && mark == horn && l[i].low() == 'o' && l[i-1].low() == 'u' && l[i].has(horn) != l[i-1].has(horn) {
			l[i-1].turn(mark) // ươ goes together
		}
		tone := toneOf(l)
		if at := bearer(l); tone != 0 && at >= 0 {
			l[at].marks = append(l[at].marks, tone)
		}
		return before + spell(l)
	}
	return typed(text, shows)
}

// bearers are the letters that a mark is put on.
func bearers(mark rune) string {
	switch mark {
	case circumflex:
		return "aeo"
	case horn:
		return "ou"
	default: // the languages of the Central Highlands have it on each of them
		return "aeiou"
	}
}

func (l *letter) has(mark rune) bool { return slices.Contains(l.marks, mark) }

// turn puts a mark on or takes it off. A letter has one of circumflex and horn, and a
// breve beside a circumflex only.
func (l *letter) turn(mark rune) {
	if l.has(mark) {
		l.marks = slices.DeleteFunc(l.marks, func(m rune) bool { return m == mark })
		return
	}
	l.marks = slices.DeleteFunc(l.marks, func(m rune) bool {
		return m == horn || m == circumflex && (mark == horn || l.low() == 'a') || m == breve && l.low() == 'a'
	})
	l.marks = append(l.marks, mark)
}
