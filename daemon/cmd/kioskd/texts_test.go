package main_test

import (
	"testing"

	"motcua/kiosk/text"
	"motcua/protocol/catalogue"
)

// TestConsentIsToTheTextThatIsShown: a request carries the hash of the
// catalogue's text, so that must be what the screen says, letter for letter; where
// a line may break is the screen's own.
func TestConsentIsToTheTextThatIsShown(t *testing.T) {
	for _, lang := range catalogue.Languages() {
		shown, agreed := text.Plain(text.Lang(lang).Say(text.IdentifyConsent)), catalogue.ConsentText(catalogue.CheckIn, lang)
		if shown != agreed {
			t.Errorf("%s: shown %q, hashed %q", lang, shown, agreed)
		}
	}
}

// TestChoicesHaveWords: every department that a person may choose has its words.
func TestChoicesHaveWords(t *testing.T) {
	for _, c := range catalogue.Specialties() {
		for _, lang := range catalogue.Languages() {
			if _, ok := text.Lang(lang).Lookup(text.Key("specialty." + c.ID)); !ok {
				t.Errorf("%s: no words for %s", lang, c.ID)
			}
		}
	}
}
