package pcsc

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"motcua/drivers"
)

func summary(events []drivers.CardEvent) []string {
	var s []string
	for _, e := range events {
		s = append(s, fmt.Sprintf("%v %s % X", e.Kind, e.Reader, e.ATR))
	}
	return s
}

func TestRoster(t *testing.T) {
	const (
		empty   = 0x10
		present = 0x20
		inUse   = 0x100
	)
	count := func(n uint32) uint32 { return n << counterShift }
	old, young := []byte{0x3B, 0x01}, []byte{0x3B, 0x02}
	type step struct {
		name  string
		state uint32
		atr   []byte
		doubt bool // before
		later time.Duration
		want  []string
	}
	arrived, gone, lifted := "reader arrived R ", "reader gone R ", "card lifted R "
	placedOld, placedYoung := "card placed R 3B 01", "card placed R 3B 02"
	stories := map[string][]step{
		"placed and lifted": {
			{"empty", empty, nil, false, 0, []string{arrived}},
			{"placed", present | count(1), old, false, 0, []string{placedOld}},
			{"taken into use", present | inUse | count(1), old, false, 0, nil},
			{"lifted, ATR left over", empty | count(2), old, false, 0, []string{lifted}},
			{"still empty", empty | count(2), nil, false, 0, nil},
		},
		"quick swap": {
			{"placed", present | count(1), old, false, 0, []string{arrived, placedOld}},
			{"swapped", present | count(3), young, false, 0, []string{lifted, placedYoung}},
		},
		"mute card": {{"placed", present | 0x200 | count(1), nil, false, 0, []string{arrived, "card placed R "}}},
		"unplugged": {
			{"placed", present | count(1), old, false, 0, []string{arrived, placedOld}},
			{"unplugged", flagUnavailable, nil, false, 0, []string{lifted, gone}},
			{"still", flagUnknown, nil, false, 0, nil},
			{"replugged", empty, nil, false, 0, []string{arrived}},
		},
		"card vanished unnoticed": {
			{"placed", present | count(1), old, false, 0, []string{arrived, placedOld}},
			{"not noticed yet", present | count(1), old, true, settling / 2, []string{lifted}},
			{"noticed", empty | count(2), nil, false, 0, nil},
			{"placed again", present | count(3), old, false, 0, []string{placedOld}},
		},
		"card swapped unnoticed": {
			{"placed", present | count(1), old, false, 0, []string{arrived, placedOld}},
			{"not noticed yet", present | count(1), old, true, settling / 2, []string{lifted}},
			{"never noticed", present | count(1), young, false, settling, []string{placedYoung}},
		},
	}
	for name, steps := range stories {
		t.Run(name, func(t *testing.T) {
			now := time.Unix(0, 0)
			var r roster
			r.list([]string{"R"})
			for _, s := range steps {
				var got []drivers.CardEvent
				if s.doubt {
					got = r.doubt("R", now)
				}
				now = now.Add(s.later)
				r.settle(now, time.Hour)
				got = append(got, r.slots[0].update(s.state|flagChanged, s.atr)...)
				if !slices.Equal(summary(got), s.want) {
					t.Errorf("%s: got %q, want %q", s.name, summary(got), s.want)
				}
			}
		})
	}
}

func TestRosterReaderLeavesList(t *testing.T) {
	var r roster
	r.list([]string{"A", "B"})
	for _, s := range r.slots {
		s.update(0x20|1<<counterShift, []byte{0x3B})
	}
	if got, want := summary(r.snapshot()), []string{"reader arrived A ", "card placed A 3B", "reader arrived B ", "card placed B 3B"}; !slices.Equal(got, want) {
		t.Errorf("snapshot %q, want %q", got, want)
	}
	if got, want := summary(r.list([]string{"B"})), []string{"card lifted A ", "reader gone A "}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSettleBoundsTheWait(t *testing.T) {
	now := time.Unix(0, 0)
	var r roster
	r.list([]string{"A"})
	r.slots[0].update(0x20, nil)
	if got := r.settle(now, time.Second); got != time.Second {
		t.Errorf("wait of %v without doubt", got)
	}
	r.doubt("A", now)
	if got := r.settle(now.Add(settling/2), time.Second); got != settling/2 {
		t.Errorf("wait of %v, want until the doubt ends", got)
	}
	if r.settle(now.Add(settling), time.Second); r.slots[0].state != 0 {
		t.Error("the state is not asked for anew when the doubt has ended")
	}
}
