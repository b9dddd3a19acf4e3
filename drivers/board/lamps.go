package board

import (
	"sync"
	"time"

	"periph.io/x/conn/v3/gpio"

	"motcua/drivers"
)

const (
	// blinkHalf is how long a blinking lamp is on, and off.
	blinkHalf = 500 * time.Millisecond
	// lampRest is the least time between two changes of a lamp: not more than 3
	// flashes a second (WCAG 2.3.1), whoever asks for what.
	lampRest = 200 * time.Millisecond
)

// lamps drives all lamps from one goroutine, which sleeps while none blinks.
// Lamps that blink do so together.
type lamps struct {
	outs map[drivers.Lamp]*output
	wake chan struct{}
	quit chan struct{}
	done chan struct{}

	mu   sync.Mutex
	want map[drivers.Lamp]drivers.LampPattern
}

// startLamps begins with all lamps out.
func startLamps(outs map[drivers.Lamp]*output) *lamps {
	l := &lamps{
		outs: outs, want: map[drivers.Lamp]drivers.LampPattern{},
		wake: make(chan struct{}, 1), quit: make(chan struct{}), done: make(chan struct{}),
	}
	go l.run()
	return l
}

// set says how a lamp is to shine.
func (l *lamps) set(lamp drivers.Lamp, p drivers.LampPattern) {
	l.mu.Lock()
	l.want[lamp] = p
	l.mu.Unlock()
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// stop ends the goroutine; the lamps stay as they are.
func (l *lamps) stop() {
	close(l.quit)
	<-l.done
}

func (l *lamps) run() {
	defer close(l.done)
	begun := time.Now()
	changed := map[drivers.Lamp]time.Time{}
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		timer.Stop()
		if next := l.step(time.Now(), begun, changed); !next.IsZero() {
			timer.Reset(time.Until(next))
		}
		select {
		case <-l.wake:
		case <-timer.C:
		case <-l.quit:
			return
		}
	}
}

// step sets the lamps as they have to be now and says when to look again; zero:
// not before something else is wanted.
func (l *lamps) step(now, begun time.Time, changed map[drivers.Lamp]time.Time) (next time.Time) {
	phase := now.Sub(begun) / blinkHalf
	sooner := func(t time.Time) {
		if next.IsZero() || t.Before(next) {
			next = t
		}
	}
	for lamp, out := range l.outs {
		p := l.pattern(lamp)
		level := gpio.Level(p == drivers.LampOn || p == drivers.LampBlink && phase%2 == 0)
		if p == drivers.LampBlink {
			sooner(begun.Add((phase + 1) * blinkHalf))
		}
		if level == out.wanted() {
			continue
		}
		if free := changed[lamp].Add(lampRest); now.Before(free) {
			sooner(free)
			continue
		}
		changed[lamp] = now
		_ = out.set(level) // trouble is told by the next Probe
	}
	return next
}

func (l *lamps) pattern(lamp drivers.Lamp) drivers.LampPattern {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.want[lamp]
}
