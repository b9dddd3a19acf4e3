package emu

import "testing"

// TestSpecimensOfTheStandard writes the examples of ICAO 9303-4 (appendix B),
// 9303-5 and 9303-6 (appendix B), and the long number of 9303-11, appendix D.2.
func TestSpecimensOfTheStandard(t *testing.T) {
	for name, tt := range map[string]struct {
		holder, personal, birth, expires, sex string
		document                              Document
		want                                  string
	}{
		"passport": {
			"Eriksson Anna Maria", "ZE184226B", "1974-08-12", "2012-04-15", "Nữ",
			Document{FormTD3, "P", StateUtopia, "L898902C3"},
			"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<" + "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
		},
		"larger card": {
			"Eriksson Anna Maria", "", "1974-08-12", "2012-04-15", "Nữ",
			Document{FormTD2, "I", StateUtopia, "D23145890"},
			"I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<" + "D231458907UTO7408122F1204159<<<<<<<6",
		},
		"card": {
			"Eriksson Anna Maria", "", "1974-08-12", "2012-04-15", "Nữ",
			Document{FormTD1, "I", StateUtopia, "D23145890"},
			"I<UTOD231458907<<<<<<<<<<<<<<<" + "7408122F1204159UTO<<<<<<<<<<<6" + "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
		},
		"card with a long number": {
			"Stevenson Peter John", "", "1934-07-12", "1995-07-12", "Nam",
			Document{FormTD1, "I", StateUtopia, "D23145890734"},
			"I<UTOD23145890<7349<<<<<<<<<<<" + "3407127M9507122UTO<<<<<<<<<<<2" + "STEVENSON<<PETER<JOHN<<<<<<<<<",
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := &Persona{Name: tt.holder, Number: tt.personal, Sex: tt.sex, Document: tt.document}
			for text, date := range map[string]*Date{tt.birth: &p.Birth, tt.expires: &p.Expires} {
				if err := date.UnmarshalText([]byte(text)); err != nil {
					t.Fatal(err)
				}
			}
			if got, err := mrzLines(p); err != nil || got != tt.want {
				t.Errorf("%s (%v), want\n%s", got, err, tt.want)
			}
		})
	}
}
