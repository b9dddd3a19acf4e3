package screen

import (
	"encoding/json"
	"io"
	"time"

	"motcua/kiosk/model"
	"motcua/kiosk/scene"
)

// tracer writes one line for each painted screen: its name, language and targets
// in window pixels, nothing of what it says. A line comes when the screen takes
// taps, or when the next screen follows before that.
type tracer struct {
	w       io.Writer
	screen  model.Screen
	since   time.Time
	waiting []byte
	last    string
}

type traceLine struct {
	Screen  model.Screen  `json:"screen"`
	Lang    string        `json:"lang"`
	Targets []traceTarget `json:"targets"`
}

type traceTarget struct {
	ID string `json:"id"`
	X  int    `json:"x"`
	Y  int    `json:"y"`
	W  int    `json:"w"`
	H  int    `json:"h"`
}

// painted notes a painted screen.
func (t *tracer) painted(v model.View, l *scene.List, now time.Time) {
	if t.w == nil {
		return
	}
	line := traceLine{Screen: v.Screen, Lang: string(v.Settings.Lang), Targets: []traceTarget{}}
	for _, x := range l.Targets {
		line.Targets = append(line.Targets, traceTarget{x.ID, int(x.Rect.X), int(x.Rect.Y), int(x.Rect.W), int(x.Rect.H)})
	}
	b, err := json.Marshal(line)
	if err != nil || string(b) == t.last {
		return
	}
	t.last = string(b)
	if v.Screen != t.screen {
		t.flush()
		t.screen, t.since = v.Screen, now
	}
	t.waiting = append(b, '\n')
	t.settle(now)
}

// settle writes the waiting line once the screen takes taps.
func (t *tracer) settle(now time.Time) {
	if now.Sub(t.since) >= model.Guard {
		t.flush()
	}
}

func (t *tracer) flush() {
	if len(t.waiting) > 0 {
		_, _ = t.w.Write(t.waiting) // nobody listens any more: no reason to stop serving people
		t.waiting = nil
	}
}
