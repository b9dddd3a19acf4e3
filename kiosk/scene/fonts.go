package scene

import (
	"bytes"
	"fmt"
	"unicode"

	"github.com/go-text/typesetting/font"

	"motcua/protocol/notosans"
)

// Face names a font.
type Face string

// Faces.
const (
	Regular Face = "regular"
	Bold    Face = "bold"
)

// capHeight is the height of a capital in Noto Sans, in ems.
const capHeight = 0.714

// Fonts are the embedded fonts, parsed. They are used from one goroutine.
type Fonts struct{ regular, bold *font.Face }

// LoadFonts parses the embedded fonts.
func LoadFonts() (*Fonts, error) {
	regular, err := font.ParseTTF(bytes.NewReader(notosans.Regular()))
	if err != nil {
		return nil, fmt.Errorf("embedded regular font: %w", err)
	}
	bold, err := font.ParseTTF(bytes.NewReader(notosans.Bold()))
	if err != nil {
		return nil, fmt.Errorf("embedded bold font: %w", err)
	}
	return &Fonts{regular, bold}, nil
}

// Face gives a font by its name.
func (f *Fonts) Face(name Face) *font.Face {
	if name == Bold {
		return f.bold
	}
	return f.regular
}

// Missing lists the visible characters of s that a face has no glyph for.
func (f *Fonts) Missing(name Face, s string) []rune {
	var out []rune
	for _, r := range s {
		if unicode.Is(unicode.Cf, r) || r == '\n' {
			continue
		}
		if _, ok := f.Face(name).NominalGlyph(r); !ok {
			out = append(out, r)
		}
	}
	return out
}
