package scene_test

import (
	"fmt"
	"strings"
	"testing"

	"motcua/kiosk/gallery"
	"motcua/kiosk/model"
	"motcua/kiosk/scene"
	"motcua/kiosk/text"
)

// panels are those the screens must hold on, upright ones first.
var panels = []scene.Panel{{W: 1080, H: 1920}, {W: 800, H: 1280}, {W: 1920, H: 1080}, {W: 1280, H: 800}}

func newScene(t testing.TB) *scene.Scene {
	t.Helper()
	fonts, err := scene.LoadFonts()
	if err != nil {
		t.Fatal(err)
	}
	return scene.New(fonts)
}

// everywhere runs a check over every screen, panel, language and text size.
func everywhere(t *testing.T, check func(t *testing.T, l *scene.List, th scene.Theme, v model.View)) {
	sc := newScene(t)
	for _, p := range panels {
		for _, lang := range text.Langs() {
			for _, size := range []model.Size{model.Normal, model.Large} {
				set := model.Settings{Lang: lang, Size: size, Colours: model.Light}
				for _, e := range gallery.All() {
					v := e.View(set)
					name := fmt.Sprintf("%s/%dx%d/%s/%s", e.Name, p.W, p.H, lang, size)
					t.Run(name, func(t *testing.T) { check(t, sc.Build(v, p, ""), scene.NewTheme(p, v.Settings), v) })
				}
			}
		}
	}
}

func TestEverythingHasRoom(t *testing.T) {
	everywhere(t, func(t *testing.T, l *scene.List, _ scene.Theme, _ model.View) {
		for _, what := range l.Over {
			t.Errorf("no room for: %s", what)
		}
		for _, op := range l.Ops {
			if x := op.Text; x != nil && (x.X < 0 || x.Y < 0 || x.X+x.W > float64(l.W) || x.Y > float64(l.H)) {
				t.Errorf("%q leaves the screen", x.String)
			}
		}
	})
}

func TestTargetsFitFingers(t *testing.T) {
	everywhere(t, func(t *testing.T, l *scene.List, th scene.Theme, v model.View) {
		edge := 10.0
		if th.Small() {
			edge = 5.5 // there is no room for more beside four buttons of 20 mm
		}
		for i, a := range l.Targets {
			least, high, apart := 19.9, 19.9, 2.95
			if th.Small() && v.Board != nil && typing(v, a.ID) { // ten in a row have no room for more
				least, high, apart = 9.7, 11.8, 2.5
			}
			if w, h := th.ToMM(a.Rect.W), th.ToMM(a.Rect.H); w < least || h < high {
				t.Errorf("%s is %.1f by %.1f mm", a.ID, w, h)
			}
			r := a.Rect
			if m := th.ToMM(min(r.X, r.Y, float64(l.W)-r.Right(), float64(l.H)-r.Bottom())); m < edge {
				t.Errorf("%s is %.1f mm from the edge", a.ID, m)
			}
			for _, b := range l.Targets[i+1:] {
				if g := th.ToMM(distance(a.Rect, b.Rect)); g < apart {
					t.Errorf("%s and %s are %.1f mm apart", a.ID, b.ID, g)
				}
			}
		}
	})
}

// typing tells whether a target is on the keyboard.
func typing(v model.View, id string) bool {
	for _, row := range v.Board.Keys {
		for _, k := range row {
			if k.ID == id {
				return true
			}
		}
	}
	return false
}

// distance is the gap between two rectangles along the axis that separates them.
func distance(a, b scene.Rect) float64 {
	dx := max(a.X-b.Right(), b.X-a.Right())
	dy := max(a.Y-b.Bottom(), b.Y-a.Bottom())
	return max(dx, dy)
}

func TestFewChoicesEachSaidAloud(t *testing.T) {
	everywhere(t, func(t *testing.T, l *scene.List, _ scene.Theme, v model.View) {
		seen := map[string]bool{}
		choices := 0
		for _, x := range l.Targets {
			if strings.TrimSpace(x.Spoken) == "" || text.Plain(x.Spoken) != x.Spoken {
				t.Errorf("%s: spoken text is %q", x.ID, x.Spoken)
			}
			if seen[x.ID] {
				t.Errorf("%s: two targets have this id", x.ID)
			}
			if seen[x.ID] = true; !inBar(v, x.ID) && !strings.HasPrefix(x.ID, "key.") {
				choices++
			}
		}
		most := 6
		switch v.Screen {
		case model.Choose, model.Menu:
			most = 7 // six choices and the way back
		case model.Question:
			most = 8 // and the way past
		}
		if choices > most {
			t.Errorf("%d choices", choices)
		}
	})
}

func inBar(v model.View, id string) bool {
	for _, b := range v.Frame.Bar {
		if b.ID == id {
			return true
		}
	}
	return false
}

// Capitals: 4.9 mm at 60 cm in the normal size, 0.7 degrees (7.3 mm) in the large
// one, in proportion nearer by. On a small panel a full screen may be set down to
// 0.7 of the size; nothing is ever set smaller.
func TestCapitalsAreLegible(t *testing.T) {
	everywhere(t, func(t *testing.T, l *scene.List, th scene.Theme, v model.View) {
		least := 4.9
		if v.Settings.Size == model.Large {
			least = 7.3
		}
		distance := 1.0
		if th.Small() {
			distance = 2.0 / 3
		}
		for _, op := range l.Ops {
			if op.Text == nil {
				continue
			}
			mm := th.ToMM(float64(op.Text.Size) * 0.714)
			if mm < least*distance*0.69 {
				t.Errorf("%q: capitals are %.1f mm", op.Text.String, mm)
			}
			if !th.Small() && !th.Landscape && v.Settings.Size == model.Normal && mm < least*0.98 {
				t.Errorf("%q: capitals are %.1f mm on the large panel", op.Text.String, mm)
			}
		}
	})
}

func TestBarStaysInPlace(t *testing.T) {
	sc := newScene(t)
	for _, p := range panels {
		at := map[string]scene.Rect{}
		for _, e := range gallery.All() {
			v := e.View(model.Settings{Lang: text.Vietnamese, Size: model.Normal, Colours: model.Light})
			l := sc.Build(v, p, "")
			for _, x := range l.Targets {
				if !inBar(v, x.ID) {
					continue
				}
				if was, ok := at[x.ID]; ok && (was.X != x.Rect.X || was.W != x.Rect.W) {
					t.Errorf("%dx%d %s: %s moved from %v to %v", p.W, p.H, e.Name, x.ID, was, x.Rect)
				}
				at[x.ID] = x.Rect
			}
		}
	}
}
