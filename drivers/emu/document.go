package emu

import "regexp"

// Form is the size of a document (ICAO 9303-4 to 9303-6).
type Form string

// Forms.
const (
	FormTD1 Form = "TD1" // a card
	FormTD2 Form = "TD2" // a larger card
	FormTD3 Form = "TD3" // a passport
)

// Document is what the chip lies in. The zero value is a Vietnamese identity
// card: TD1, its number the last nine digits of the personal number.
type Document struct {
	Form Form `json:"form"`
	// Code is the first one or two letters of the machine readable zone.
	Code string `json:"code"`
	// State issued it; the holder is its national.
	State State `json:"state"`
	// Number begins with 099 and has nine characters, or up to 22 where the form
	// lets a number go on in the optional data (TD1, TD2).
	Number string `json:"number"`
}

var (
	codeForm     = regexp.MustCompile(`^[A-Z]{1,2}$`)
	documentForm = regexp.MustCompile(`^099[0-9A-Z]{6,19}$`)
)

// maxNumbers are the characters that a number may have: with its check digit and
// a filler the overflow has to fit the optional data.
var maxNumbers = map[Form]int{FormTD1: 22, FormTD2: 14, FormTD3: 9}

// citizen tells whether the persona holds a Vietnamese identity card.
func (p *Persona) citizen() bool { return p.Document == Document{} }

// document is what the persona holds, written out.
func (p *Persona) document() Document {
	if p.citizen() {
		return Document{FormTD1, "ID", StateVietnam, p.Number[3:]}
	}
	return p.Document
}

// state is the state that issued the persona's document.
func (p *Persona) state() State { return p.document().State }

func (p *Persona) checkDocument(c *checker) {
	if p.citizen() {
		return
	}
	d := p.Document
	oneOf(c, "document.form", d.Form, FormTD1, FormTD2, FormTD3)
	oneOf(c, "document.state", d.State, States()...)
	c.need(codeForm.MatchString(d.Code), "document.code %q: want one or two capital letters", d.Code)
	c.need(documentForm.MatchString(d.Number), "document.number: want 099 and at least six capital letters and digits")
	c.need(len(d.Number) <= maxNumbers[d.Form], "document.number: at most %d characters in %s", maxNumbers[d.Form], d.Form)
}
