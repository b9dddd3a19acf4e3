package catalogue

// Text is a text in the languages of the catalogue.
type Text struct{ VI, EN string }

// In is the text in a language; Vietnamese for one that is not there.
func (t Text) In(lang string) string {
	if lang == "en" {
		return t.EN
	}
	return t.VI
}

// Languages are the languages of the catalogue, the default first.
func Languages() []string { return []string{"vi", "en"} }
