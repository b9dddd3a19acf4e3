package scene_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"motcua/kiosk/gallery"
	"motcua/kiosk/model"
	"motcua/kiosk/scene"
	"motcua/kiosk/text"
)

// Letters of Vietnamese names, and of Ede, Jarai, Bahnar and Koho ones.
const (
	vowels     = "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
	tones      = "\u0300\u0301\u0303\u0309\u0323"
	highlands  = "ĐđƀɃŬŭĂăĔĕĬĭŎŏČčÑñƆɔƁɓṬṭḎḏŊŋÊêÔôƠơƯưÂâḄḅ"
	stressed   = "̆" // breve over letters that have no precomposed form
	punctuated = "…–—•·“”‘’₫№×"
)

func TestFontsHaveEveryLetter(t *testing.T) {
	fonts, err := scene.LoadFonts()
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, v := range vowels {
		for _, tone := range tones {
			all.WriteString(norm.NFC.String(string(v) + string(tone)))
		}
	}
	all.WriteString(vowels + tones + highlands + stressed + punctuated)
	for r := rune('!'); r < unicode.MaxASCII; r++ {
		all.WriteRune(r)
	}
	for _, face := range []scene.Face{scene.Regular, scene.Bold} {
		if missing := fonts.Missing(face, all.String()); len(missing) > 0 {
			t.Errorf("%s: no glyph for %q", face, string(missing))
		}
	}
}

func TestFontsHaveEveryText(t *testing.T) {
	fonts, err := scene.LoadFonts()
	if err != nil {
		t.Fatal(err)
	}
	sc := scene.New(fonts)
	for _, lang := range text.Langs() {
		for _, e := range gallery.All() {
			l := sc.Build(e.View(settings(lang)), scene.Panel{W: 1080, H: 1920}, "")
			for _, op := range l.Ops {
				if op.Text == nil {
					continue
				}
				if missing := fonts.Missing(op.Text.Face, op.Text.String); len(missing) > 0 {
					t.Errorf("%s: no glyph for %q of %q", e.Name, string(missing), op.Text.String)
				}
			}
		}
	}
}

func settings(l text.Lang) model.Settings {
	return model.Settings{Lang: l, Size: model.Normal, Colours: model.Light}
}

func TestContrast(t *testing.T) {
	for _, c := range []model.Colours{model.Light, model.Dark} {
		set := settings(text.Vietnamese)
		set.Colours = c
		p := scene.NewTheme(scene.Panel{W: 1080, H: 1920}, set).Colours
		for _, x := range []struct {
			what    string
			ink, on scene.Color
			atLeast float64
			why     string
		}{
			{"text", p.Ink, p.Ground, 10, ""},
			{"text on a card", p.Ink, p.Surface, 10, ""},
			{"second lines", p.Soft, p.Ground, 10, ""},
			{"labels on a card", p.Soft, p.Surface, 10, ""},
			{"header", p.HeadInk, p.Head, 10, ""},
			{"header, second line", p.HeadSoft, p.Head, 10, ""},
			{"primary button", p.OnBrand, p.Brand, 10, ""},
			{"primary button, pressed", p.OnBrand, p.Pressed, 10, ""},
			{"a button, pressed", p.Ink, p.Touched, 10, ""},
			{"chosen", p.Ink, p.Good, 10, ""},
			{"notice, care", p.Ink, p.Care, 10, ""},
			{"notice, calm, and the bar", p.Ink, p.Calm, 10, ""},
			{"demonstration", p.OnStrip, p.Strip, 10, ""},
			{"big number", p.Brand, p.Surface, 10, ""},
			{"disabled", p.OnRest, p.Rest, 4.5, "not to be read in order to go on"},
			{"border of a button", p.Line, p.Surface, 3, "WCAG 1.4.11"},
			{"border of a button, on the ground", p.Line, p.Ground, 3, "WCAG 1.4.11"},
			{"border of a button, in the bar", p.Line, p.Calm, 3, "WCAG 1.4.11"},
			{"border of a notice", p.CareLine, p.Ground, 3, "WCAG 1.4.11"},
		} {
			if got := scene.Contrast(x.ink, x.on); got < x.atLeast {
				t.Errorf("%s: %s has contrast %.1f, want %.1f %s", c, x.what, got, x.atLeast, x.why)
			}
		}
	}
}

func TestContrastOfKnownColours(t *testing.T) {
	black, white := scene.Color{A: 255}, scene.Color{R: 255, G: 255, B: 255, A: 255}
	if got := scene.Contrast(black, white); got < 20.99 || got > 21.01 {
		t.Errorf("black on white: %.2f, want 21", got)
	}
}

// A masked number must not be turned around by the text before it.
func TestNumbersStandAsTheyAre(t *testing.T) {
	sc := newScene(t)
	l := sc.Build(find(t, "identify").View(settings(text.Vietnamese)), scene.Panel{W: 800, H: 1280}, "")
	var found bool
	for _, op := range l.Ops {
		if op.Text != nil && text.Plain(op.Text.String) == "0990•••••456" {
			found = true
			for i := 1; i < len(op.Text.Glyphs); i++ {
				if op.Text.Glyphs[i].X < op.Text.Glyphs[i-1].X {
					t.Error("the number runs backwards")
				}
			}
		}
	}
	if !found {
		t.Error("the masked number is not on one line of its own")
	}
}

func find(t testing.TB, name string) gallery.Example {
	t.Helper()
	for _, e := range gallery.All() {
		if e.Name == name {
			return e
		}
	}
	t.Fatalf("no example %s", name)
	return gallery.Example{}
}

func TestAtFindsTheTargetUnderAFinger(t *testing.T) {
	l := newScene(t).Build(find(t, "key").View(settings(text.English)), scene.Panel{W: 1080, H: 1920}, "")
	for _, x := range l.Targets {
		if got := l.At(x.Rect.X+x.Rect.W/2, x.Rect.Y+x.Rect.H/2); got == nil || got.ID != x.ID {
			t.Errorf("%s: found %v", x.ID, got)
		}
	}
	if l.At(1, 1) != nil {
		t.Error("found a target in the corner")
	}
}

// The warning hides what was said about the person.
func TestWarningShowsNobody(t *testing.T) {
	l := newScene(t).Build(find(t, "still").View(settings(text.Vietnamese)), scene.Panel{W: 1080, H: 1920}, "")
	p := gallery.Person()
	for _, op := range l.Ops {
		if op.Text != nil && (strings.Contains(op.Text.String, p.Name) || strings.Contains(op.Text.String, p.NumberMasked)) {
			t.Errorf("the warning shows %q", op.Text.String)
		}
	}
}

// A picture that an officer compares somebody with is as large as a hand wherever it is
// shown, in its own proportions, and covers nothing.
func TestAFaceIsLargeEnough(t *testing.T) {
	everywhere(t, func(t *testing.T, l *scene.List, th scene.Theme, v model.View) {
		if v.Picture == nil {
			return
		}
		i := slices.IndexFunc(l.Ops, func(op scene.Op) bool { return op.Picture != nil })
		if i < 0 {
			t.Fatal("the picture is not drawn")
		}
		p := l.Ops[i].Picture
		least := 60.0
		if th.Small() {
			least = 40
		}
		if h := th.ToMM(p.Box.H); h < least {
			t.Errorf("%.0f mm high", h)
		}
		if got, want := p.Box.W/p.Box.H, float64(p.W)/float64(p.H); got < want*0.98 || got > want*1.02 {
			t.Errorf("drawn %.2f to 1, is %.2f", got, want)
		}
		if p.Box.X < 0 || p.Box.Y < 0 || p.Box.Right() > float64(l.W) || p.Box.Bottom() > float64(l.H) {
			t.Errorf("it leaves the screen: %v", p.Box)
		}
		for _, x := range l.Targets {
			if distance(p.Box, x.Rect) < 0 {
				t.Errorf("%s lies over it", x.ID)
			}
		}
		for _, op := range l.Ops[i+1:] {
			if op.Text != nil && distance(p.Box, op.Text.Box) < 0 {
				t.Errorf("%q lies over it", op.Text.String)
			}
		}
	})
}
