package main_test

import (
	"testing"

	"motcua/kiosk/text"
	"motcua/protocol/catalogue"
)

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
