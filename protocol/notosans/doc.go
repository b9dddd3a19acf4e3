// Package notosans holds the letters of everything that people read: Noto Sans,
// regular and bold, cut to Latin with Vietnamese and the letters of the Central
// Highlands. The screen and the ticket are set in it, each by its own means, so
// that a name shown can also be printed.
//
// The fonts are under the SIL Open Font License 1.1 (OFL.txt).
package notosans

import _ "embed"

//go:generate ./subset.sh

//go:embed NotoSans-Regular.ttf
var regular []byte

//go:embed NotoSans-Bold.ttf
var bold []byte

// Regular is the regular font, a TrueType file without hints. Nobody may write
// to it.
func Regular() []byte { return regular }

// Bold is the bold font, likewise.
func Bold() []byte { return bold }
