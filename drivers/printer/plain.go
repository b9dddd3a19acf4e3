package printer

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"motcua/drivers"
	"motcua/drivers/printer/ticket"
)

// Commands of the printer's own letters.
const (
	left      = "\x1Ba\x00" // ESC a
	centred   = "\x1Ba\x01"
	bold      = "\x1BE\x01" // ESC E
	light     = "\x1BE\x00"
	usualSize = "\x1D!\x00" // GS !
)

// dotsPerLetter is the width of font A; largestLetter how many times as large GS !
// makes it.
const (
	dotsPerLetter = 12
	largestLetter = 8
)

// plain writes a ticket in the printer's own letters. Codes are left out: nothing
// but a picture carries them.
func (d *Dev) plain(t drivers.Ticket) ([][]byte, error) {
	if err := ticket.CheckSize(t); err != nil {
		return nil, err
	}
	p := plainText{columns: int(d.options.Paper) / dotsPerLetter}
	for i, b := range t.Blocks {
		if err := p.block(b); err != nil {
			return nil, fmt.Errorf("block %d of the ticket: %w", i+1, err)
		}
	}
	return p.pieces, nil
}

// plainText is a ticket while it is written, in pieces that fit the printer's
// buffer.
type plainText struct {
	columns int
	pieces  [][]byte
}

func (p *plainText) block(b drivers.Block) error {
	text, err := ascii(b.Text)
	if err != nil {
		return err
	}
	value, err := ascii(b.Value)
	if err != nil {
		return err
	}
	switch b.Kind {
	case drivers.BlockHeading:
		p.lines(centred+bold, wrap(text, p.columns), light)
	case drivers.BlockCaption:
		p.lines(centred, wrap(text, p.columns), "")
	case drivers.BlockNumber:
		p.number(text)
	case drivers.BlockFact:
		p.fact(text, value)
	case drivers.BlockText, drivers.BlockSmall:
		p.lines(left, wrap(text, p.columns), "\n")
	case drivers.BlockRule:
		p.lines(left, []string{strings.Repeat("-", p.columns)}, "")
	case drivers.BlockCode:
	default:
		return fmt.Errorf("unknown kind %d", b.Kind)
	}
	return nil
}

// number is as large as fits on a line.
func (p *plainText) number(text string) {
	times := min(largestLetter, p.columns/max(1, len(text)))
	if times < 2 {
		p.lines(centred+bold, wrap(text, p.columns), light)
		return
	}
	size := "\x1D!" + string([]byte{byte(times-1)<<4 | byte(times-1)})
	p.lines(centred+bold+size, []string{text}, usualSize+light+"\n")
}

// fact puts label and value on one line, or below each other.
func (p *plainText) fact(label, value string) {
	if free := p.columns - len(label) - len(value); free > 0 && !strings.Contains(label+value, "\n") {
		p.lines(left, []string{label + strings.Repeat(" ", free) + value}, "")
		return
	}
	p.lines(left, wrap(label, p.columns), "")
	for _, v := range wrap(value, p.columns) {
		p.lines(left, []string{strings.Repeat(" ", p.columns-len(v)) + v}, "")
	}
}

// lines writes lines between two commands.
func (p *plainText) lines(before string, lines []string, after string) {
	p.write(before)
	for _, l := range lines {
		p.write(l + "\n")
	}
	p.write(after)
}

// write begins a new piece where the last one is full.
func (p *plainText) write(s string) {
	const full = maxPiece / 2
	if n := len(p.pieces); n > 0 && len(p.pieces[n-1])+len(s) <= full {
		p.pieces[n-1] = append(p.pieces[n-1], s...)
		return
	}
	p.pieces = append(p.pieces, []byte(s))
}

// wrap breaks a text at its spaces into lines, and a long word anywhere.
func wrap(text string, columns int) (lines []string) {
	for part := range strings.SplitSeq(text, "\n") {
		line := ""
		for word := range strings.FieldsSeq(part) {
			if line != "" && len(line)+1+len(word) > columns {
				lines, line = append(lines, line), ""
			}
			if line != "" {
				line += " "
			}
			for line += word; len(line) > columns; line = line[columns:] {
				lines = append(lines, line[:columns])
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// ascii writes a text without accents. What has no such form is an error.
func ascii(text string) (string, error) {
	var out strings.Builder
	for _, r := range norm.NFKD.String(text) {
		switch {
		case r == '\n' || r >= ' ' && r <= '~':
			out.WriteRune(r)
		case unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r):
		case unicode.IsSpace(r):
			out.WriteByte(' ')
		default:
			like, ok := lookalike(r)
			if !ok {
				return "", ticket.Missing(r)
			}
			out.WriteString(like)
		}
	}
	return out.String(), nil
}

// lookalike is what stands for a character that does not come apart into a letter
// and its marks.
func lookalike(r rune) (string, bool) {
	switch r {
	case 'đ':
		return "d", true
	case 'Đ':
		return "D", true
	case 'ƀ':
		return "b", true
	case 'Ƀ':
		return "B", true
	case '‘', '’':
		return "'", true
	case '“', '”', '„':
		return `"`, true
	case '–', '—', '−', '‐':
		return "-", true
	case '•', '·':
		return "*", true
	case '×':
		return "x", true
	case '→':
		return "->", true
	default:
		return "", false
	}
}
