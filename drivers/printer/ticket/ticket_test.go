package ticket_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"motcua/drivers"
	"motcua/drivers/drivertest"
	"motcua/drivers/printer/ticket"
)

var update = flag.Bool("update", false, "draw the golden pictures anew")

func setter(tb testing.TB, p ticket.Paper) *ticket.Setter {
	tb.Helper()
	s, err := ticket.NewSetter(p)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func set(tb testing.TB, p ticket.Paper, t drivers.Ticket) *ticket.Bitmap {
	tb.Helper()
	b, err := setter(tb, p).Set(t)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// one sets a ticket of one block.
func one(tb testing.TB, p ticket.Paper, kind drivers.BlockKind, text string) *ticket.Bitmap {
	tb.Helper()
	return set(tb, p, drivers.Ticket{Blocks: []drivers.Block{{Kind: kind, Text: text}}})
}

var papers = map[string]ticket.Paper{"58": ticket.Paper58, "80": ticket.Paper80}

// Goldens are what people take along.
func TestGoldens(t *testing.T) {
	for name, tk := range drivertest.Tickets() {
		for width, p := range papers {
			t.Run(name+"."+width, func(t *testing.T) {
				compare(t, filepath.Join("testdata", name+"."+width+".png"), set(t, p, tk))
			})
		}
	}
}

// compare holds a picture against its golden. Another processor may round a curve
// differently: one dot in ten thousand may differ.
func compare(t *testing.T, name string, got *ticket.Bitmap) {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, got); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(name, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	file, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	want, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	differ := 0
	for y := range got.H {
		for x := range got.W {
			if r, _, _, _ := want.At(x, y).RGBA(); (r == 0) != got.Black(x, y) {
				differ++
			}
		}
	}
	if want.Bounds() == got.Bounds() && differ <= got.W*got.H/10_000 {
		return
	}
	seen := filepath.Join(t.ArtifactDir(), filepath.Base(name))
	if err := os.WriteFile(seen, out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Errorf("%s: %d dots of %v differ from the golden of %v; see %s", name, differ, got.Bounds(), want.Bounds(), seen)
}

// A mark that got lost would make two letters look alike.
func TestEveryLetterLooksDifferent(t *testing.T) {
	for width, p := range papers {
		for name, kind := range map[string]drivers.BlockKind{"heading": drivers.BlockHeading, "text": drivers.BlockText, "small": drivers.BlockSmall} {
			s, seen := setter(t, p), map[string]string{}
			for _, l := range drivertest.Letters() {
				b, err := s.Set(drivers.Ticket{Blocks: []drivers.Block{{Kind: kind, Text: l}}})
				if err != nil {
					t.Fatal(err)
				}
				bits := string(b.Bits)
				if other, ok := seen[bits]; ok {
					t.Errorf("%s on %s mm: %s looks like %s", name, width, l, other)
				}
				seen[bits] = l
			}
		}
	}
}

func TestDecomposedTextIsComposed(t *testing.T) {
	for _, kind := range []drivers.BlockKind{drivers.BlockHeading, drivers.BlockNumber, drivers.BlockText} {
		text := strings.Join(drivertest.Letters()[:20], " ")
		got, want := one(t, ticket.Paper80, kind, norm.NFD.String(text)), one(t, ticket.Paper80, kind, text)
		if !bytes.Equal(got.Bits, want.Bits) {
			t.Errorf("kind %d: a decomposed text looks different", kind)
		}
	}
}

func TestMissingLetterIsToldByItsClass(t *testing.T) {
	for _, c := range []struct{ text, class string }{
		{"Phòng ក", "Lo Khmer"},
		{"Phòng 中", "Lo Han"},
		{"Phòng \U0001F600", "So Common"},
		{"Phòng \x07", "Cc Common"},
		{"Phòng \U000E1000", "Cn unassigned"},
		{"Ph\xf2ng", "invalid UTF-8"},
	} {
		blocks := []drivers.Block{
			{Kind: drivers.BlockText, Text: c.text},
			{Kind: drivers.BlockNumber, Text: c.text},
			{Kind: drivers.BlockFact, Text: "Phòng", Value: c.text},
		}
		for _, b := range blocks {
			_, err := setter(t, ticket.Paper58).Set(drivers.Ticket{Blocks: []drivers.Block{b}})
			missing, ok := errors.AsType[*ticket.MissingError](err)
			if !ok || missing.Class != c.class {
				t.Errorf("%q as kind %d: got %v, want a missing letter of class %s", c.text, b.Kind, err, c.class)
			}
			if err != nil && strings.Contains(err.Error(), "Ph") {
				t.Errorf("the error shows the text: %v", err)
			}
		}
	}
}

// What shows nothing is not missed: signs that keep numbers from being turned round.
func TestInvisibleCharactersLeaveNoTrace(t *testing.T) {
	plain, isolated := one(t, ticket.Paper58, drivers.BlockText, "Số 12"), one(t, ticket.Paper58, drivers.BlockText, "Số \u206612\u2069")
	if !bytes.Equal(plain.Bits, isolated.Bits) {
		t.Error("isolates change the picture")
	}
}

// Nothing is cut off at the edge, however long a word is, and marks stay with
// their letters.
func TestLongWordsAreBroken(t *testing.T) {
	for width, p := range papers {
		for _, word := range []string{strings.Repeat("W", 200), strings.Repeat("ê\u0306", 200), strings.Repeat("7K2P-9M4T", 20)} {
			for _, kind := range []drivers.BlockKind{drivers.BlockHeading, drivers.BlockNumber, drivers.BlockText, drivers.BlockSmall, drivers.BlockFact} {
				b := one(t, p, kind, word)
				if l, r := sides(b); l < 2 || r < 2 {
					t.Errorf("kind %d on %s mm: %d dots free at the left and %d at the right", kind, width, l, r)
				}
			}
		}
	}
	marks := one(t, ticket.Paper58, drivers.BlockText, strings.Repeat("ê\u0306", 200))
	if alone := one(t, ticket.Paper58, drivers.BlockText, "ê\u0306"); inked(marks) != 200*inked(alone) {
		t.Errorf("200 letters with marks have %d dots, one has %d", inked(marks), inked(alone))
	}
}

// sides counts the white dots left and right of everything.
func sides(b *ticket.Bitmap) (l, r int) {
	l, r = b.W, b.W
	for y := range b.H {
		for x := range b.W {
			if b.Black(x, y) {
				l, r = min(l, x), min(r, b.W-1-x)
			}
		}
	}
	return l, r
}

func inked(b *ticket.Bitmap) (n int) {
	for y := range b.H {
		for x := range b.W {
			if b.Black(x, y) {
				n++
			}
		}
	}
	return n
}

func TestNumberIsAsLargeAsFits(t *testing.T) {
	for width, p := range papers {
		last := 1 << 30
		for _, n := range []string{"8", "88", "8888", "88888", "8888888888"} {
			h := one(t, p, drivers.BlockNumber, n).H
			if h > last {
				t.Errorf("%s mm: %s is higher than a shorter number", width, n)
			}
			last = h
		}
		l, r := sides(one(t, p, drivers.BlockNumber, "8888888888"))
		if l+r > int(p)/10 || l-r > 2 || r-l > 2 {
			t.Errorf("%s mm: a long number leaves %d and %d dots free", width, l, r)
		}
	}
}

func TestLimits(t *testing.T) {
	text := func(kind drivers.BlockKind, s string) []drivers.Block { return []drivers.Block{{Kind: kind, Text: s}} }
	for name, blocks := range map[string][]drivers.Block{
		"blocks": slices.Repeat(text(drivers.BlockRule, ""), ticket.MaxBlocks+1),
		"text":   text(drivers.BlockSmall, strings.Repeat("a", ticket.MaxText+1)),
		"paper":  text(drivers.BlockText, strings.Repeat("\n", ticket.MaxHeight/20)),
		"code":   text(drivers.BlockCode, strings.Repeat("a", 3000)),
		"module": text(drivers.BlockCode, strings.Repeat("a", 1200)),
	} {
		if _, err := setter(t, ticket.Paper58).Set(drivers.Ticket{Blocks: blocks}); !errors.Is(err, ticket.ErrTooLong) {
			t.Errorf("%s: got %v, want too long", name, err)
		}
	}
	if _, err := setter(t, ticket.Paper58).Set(drivers.Ticket{Blocks: []drivers.Block{{Kind: 99}}}); err == nil {
		t.Error("an unknown kind of block was set")
	}
	if _, err := ticket.NewSetter(400); err == nil {
		t.Error("a paper of 400 dots was taken")
	}
}

// A ticket sets to the same picture whatever was set before.
func TestNothingStaysBehind(t *testing.T) {
	s := setter(t, ticket.Paper58)
	first, err := s.Set(drivertest.Tickets()["number.vi"])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Set(drivertest.Tickets()["letters"]); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Set(drivers.Ticket{Blocks: []drivers.Block{{Kind: drivers.BlockText, Text: "ក"}}}); err == nil {
		t.Fatal("a missing letter was set")
	}
	again, err := s.Set(drivertest.Tickets()["number.vi"])
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first.Bits, again.Bits) {
		t.Error("the second ticket looks different")
	}
}

func ExampleSetter_Set() {
	s, err := ticket.NewSetter(ticket.Paper58)
	if err != nil {
		fmt.Println(err)
		return
	}
	b, err := s.Set(drivers.Slip{Caption: "Số thứ tự", Number: "A012"}.Ticket())
	fmt.Println(b.W, err)
	// Output: 384 <nil>
}
