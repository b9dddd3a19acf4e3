package e2e_test

import (
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"motcua/kiosk/gallery"
	"motcua/kiosk/model"
	"motcua/kiosk/raster"
	"motcua/kiosk/scene"
	"motcua/kiosk/text"
	"motcua/protocol/local"
)

func example(t testing.TB, name string) gallery.Example {
	t.Helper()
	for _, e := range gallery.All() {
		if e.Name == name {
			return e
		}
	}
	t.Fatalf("no example %s", name)
	return gallery.Example{}
}

func snapshot(visit *local.Visit) local.Snapshot {
	return local.Snapshot{Version: local.Version, Rev: 1, Kiosk: gallery.Kiosk(), Visit: visit}
}

// TestVisit plays a visit from the attract screen to the ticket, touching only
// what the trace says is there.
func TestVisit(t *testing.T) {
	x := display(t, 800, 1280)
	k := newKioskd(t, snapshot(nil))
	s := startKiosk(t, x, "-socket", k.socket, "-size", "800x1280")
	f := newFinger(t, x)

	step := func(screen, target, show string, want local.Verb) {
		t.Helper()
		p := s.wait(screen)
		f.tap(p, target, 20*time.Millisecond)
		select {
		case a := <-k.acts:
			if a.Verb != want || a.Lang != "vi" {
				t.Errorf("%s on %s: kioskd was told %s in %s, want %s", target, screen, a.Verb, a.Lang, want)
			}
		case <-time.After(5 * time.Second):
			t.Fatalf("%s on %s: kioskd was told nothing", target, screen)
		}
		if show != "" {
			k.say(example(t, show).Visit)
		}
	}
	step("attract", "begin", "key-wrong", local.VerbBegin)
	typeKey(t, s, f, k, "123456")
	k.say(example(t, "reading").Visit)
	s.wait("reading")
	k.say(example(t, "identify").Visit)
	step("identify", "yes", "insurance-ok", local.VerbYes)
	step("insurance", "continue", "check", local.VerbContinue)
	step("check", "submit", "done", local.VerbSubmit)
	same(t, f, "done", 800, 1280)
	step("done", "finish", "", local.VerbFinish)
	k.say(nil)
	s.wait("attract")
	if out := s.stderr.String(); strings.Contains(out, gallery.Person().Name) || strings.Contains(out, "123456") {
		t.Errorf("the log names the person:\n%s", out)
	}
}

// typeKey types digits on the pad and sends them.
func typeKey(t *testing.T, s *screen, f *finger, k *kioskd, digits string) {
	t.Helper()
	p := s.wait("key")
	for _, d := range digits {
		f.tap(p, "key."+string(d), 20*time.Millisecond)
		time.Sleep(40 * time.Millisecond) // faster than any person
	}
	for !has(p, "submit") {
		p = s.wait("key")
	}
	f.tap(p, "submit", 20*time.Millisecond)
	for a := range k.acts {
		if a.Verb == local.VerbHere {
			continue
		}
		if a.Verb != local.VerbKey || a.Value != digits {
			t.Errorf("kioskd was told %s with %d characters", a.Verb, len(a.Value))
		}
		return
	}
}

func has(p painted, id string) bool {
	for _, x := range p.Targets {
		if x.ID == id {
			return true
		}
	}
	return false
}

// same waits until the display shows an example, to the pixel that its golden
// allows.
func same(t *testing.T, f *finger, name string, w, h int) {
	t.Helper()
	fonts, err := scene.LoadFonts()
	if err != nil {
		t.Fatal(err)
	}
	v := example(t, name).View(model.Settings{Lang: text.Vietnamese, Size: model.Normal, Colours: model.Light})
	want := raster.New(fonts).Image(scene.New(fonts).Build(v, scene.Panel{W: w, H: h}, ""))
	var off int
	var got *image.RGBA
	for range 50 {
		got = f.see()
		if off = raster.Differ(got, want, 16); off*1000 <= w*h {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	name = filepath.Join(t.ArtifactDir(), name+".png")
	if file, err := os.Create(name); err == nil {
		_ = png.Encode(file, got)
		file.Close()
	}
	t.Errorf("%d of %d pixels of the display differ from what was drawn; see %s", off, w*h, name)
}

// TestThirtyTapsNoneLost taps faster than any person and than the screen can be
// painted by software, half of the taps so short that they begin and end between
// two frames.
func TestThirtyTapsNoneLost(t *testing.T) {
	x := display(t, 800, 1280)
	k := newKioskd(t, snapshot(example(t, "check").Visit))
	s := startKiosk(t, x, "-socket", k.socket, "-size", "800x1280")
	f := newFinger(t, x)
	p := s.wait("check")
	for i := range 30 {
		f.tap(p, "submit", time.Duration(1+59*(i%2))*time.Millisecond)
		time.Sleep(20 * time.Millisecond)
	}
	for i := range 30 {
		select {
		case <-k.acts:
		case <-time.After(5 * time.Second):
			t.Fatalf("%d of 30 taps arrived", i)
		}
	}
}

// TestOutlivesKioskd shows a calm screen and nobody's data while kioskd is away,
// and goes on when it is back.
func TestOutlivesKioskd(t *testing.T) {
	x := display(t, 800, 1280)
	k := newKioskd(t, snapshot(example(t, "identify").Visit))
	s := startKiosk(t, x, "-socket", k.socket, "-size", "800x1280")
	f := newFinger(t, x)
	s.wait("identify")
	same(t, f, "identify", 800, 1280)
	k.stop()
	s.wait("lost")
	same(t, f, "lost", 800, 1280)
	k.serve(t)
	s.wait("identify")
}

// TestWithoutADisplay holds the order of initialisation that kiosk/display needs.
func TestWithoutADisplay(t *testing.T) {
	name, err := program()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []string{"", ":4711"} {
		cmd := exec.Command(name)
		cmd.Env = []string{"DISPLAY=" + d}
		out, _ := cmd.CombinedOutput()
		if got := cmd.ProcessState.ExitCode(); got != 3 {
			t.Errorf("DISPLAY=%q: exit code %d, want 3", d, got)
		}
		if strings.Count(string(out), "\n") != 1 || !strings.HasPrefix(string(out), "kiosk: no X display: ") {
			t.Errorf("DISPLAY=%q: said %q", d, out)
		}
	}
}

func TestWrongFlagsAreTold(t *testing.T) {
	name, err := program()
	if err != nil {
		t.Fatal(err)
	}
	x := display(t, 640, 480)
	for _, args := range [][]string{{"-size", "big"}, {"-lang", "xx"}, {"-mm", "-4"}, {"extra"}, {"-nonsense"}} {
		cmd := exec.Command(name, args...)
		cmd.Env = append(os.Environ(), "DISPLAY="+x)
		out, _ := cmd.CombinedOutput()
		if got := cmd.ProcessState.ExitCode(); got != 2 || len(out) == 0 {
			t.Errorf("%v: exit code %d, said %q", args, got, out)
		}
	}
}
