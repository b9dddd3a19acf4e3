package clock

import (
	"errors"
	"io/fs"
	"log/slog"
	"sync"
	"time"

	"motcua/protocol/request"
)

// Bounds of what counts as set from the centre.
const (
	// MaxUncertainty is half the longest way to the centre and back that still
	// tells the time.
	MaxUncertainty = 5 * time.Second
	// MaxAge is how long the centre's time counts as known. A quartz that runs 50
	// millionths wrong, which is a bad one, is 4 seconds off by then.
	MaxAge = 24 * time.Hour
	// askAgain is the age at which the time is asked for again while online.
	askAgain = 12 * time.Hour
	// maxJump is how much the kiosk's clock may differ from the time counted since:
	// more has been a turn of its hands.
	maxJump = time.Second
)

// Source is where the kiosk's time comes from.
type Source struct {
	// Wall is the clock that can be turned.
	Wall func() time.Time
	// Up is the time since power came on, sleep included; it cannot be turned.
	Up func() time.Duration
	// Boot names the run of the machine that Up counts from; "" when unknown.
	Boot string
}

// Clock judges the kiosk's clock. Its methods may be called from any goroutine.
type Clock struct {
	src  Source
	file string
	log  *slog.Logger

	mu     sync.Mutex
	last   sample // the newest word of the centre; zero: none since power came on
	synced bool   // last was heard by this process
	told   bool   // the jump since last has been logged
}

// sample is the centre's word about the time.
type sample struct {
	offset      time.Duration // centre minus kiosk
	uncertainty time.Duration
	wall        time.Time // the kiosk's clocks then
	up          time.Duration
}

// Open reads what an earlier run of kioskd knew; file "" keeps nothing. A file
// that is not there, damaged, or of an earlier run of the machine is one that
// knows nothing.
func Open(file string, src Source, log *slog.Logger) *Clock {
	c := &Clock{src: src, file: file, log: log}
	if file == "" {
		return c
	}
	s, boot, err := load(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		log.Warn("clock: what was known of the time is lost", "err", err)
	case boot != "" && boot == src.Boot && s.up <= src.Up():
		c.last = s
	}
	return c
}

// Ask begins a question for the centre's time. The answer is to be called once,
// when the signed answer has come, with the centre's time in it.
func (c *Clock) Ask() (answer func(centre time.Time)) {
	asked := c.src.Up()
	return func(centre time.Time) { c.learn(centre, asked) }
}

// learn takes the centre's time, which was some time between asked and now.
func (c *Clock) learn(centre time.Time, asked time.Duration) {
	now := sample{wall: c.src.Wall(), up: c.src.Up()}
	now.uncertainty = (now.up - asked) / 2
	if now.uncertainty < 0 || now.uncertainty > MaxUncertainty {
		return // it may have been held back on the way
	}
	now.offset = centre.Add(now.uncertainty).Sub(now.wall)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last, c.synced, c.told = now, true, false
	if c.file == "" {
		return
	}
	if err := save(c.file, now, c.src.Boot); err != nil {
		c.log.Warn("clock: what is known of the time is not kept", "err", err)
	}
}

// State is what a request says about the clock that it was made by.
func (c *Clock) State() request.Clock {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.last == (sample{}) {
		return request.Clock{Trust: request.ClockUnset}
	}
	up, turned := c.src.Up(), c.turned()
	trust := request.ClockHeld
	if c.synced && !turned && up-c.last.up <= MaxAge {
		trust = request.ClockSynced
	}
	return request.Clock{Trust: trust, OffsetMS: bounded(c.offset()).Milliseconds()}
}

// Centre is the centre's time as far as it is known, and the kiosk's otherwise.
func (c *Clock) Centre() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.last == (sample{}) {
		return c.src.Wall()
	}
	return c.last.wall.Add(c.last.offset + c.src.Up() - c.last.up)
}

// Wanted reports whether the centre should be asked for the time now.
func (c *Clock) Wanted() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.synced || c.turned() || c.src.Up()-c.last.up > askAgain
}

// turned reports whether the kiosk's clock was set by more than a second since
// the centre's last word; c.mu is held.
func (c *Clock) turned() bool {
	jump := c.last.offset - c.offset()
	if jump.Abs() <= maxJump {
		return false
	}
	if !c.told {
		c.told = true
		c.log.Warn("clock: the kiosk's clock was turned", "by_ms", jump.Milliseconds())
	}
	return true
}

// offset is the difference to the centre's clock now: what somebody turned the
// kiosk's by comes off; c.mu is held.
func (c *Clock) offset() time.Duration {
	elapsed := c.src.Up() - c.last.up
	return c.last.offset - (c.src.Wall().Sub(c.last.wall) - elapsed)
}

// maxOffset is the greatest difference that a request may state.
const maxOffset = 10*365*24*time.Hour - time.Second

func bounded(d time.Duration) time.Duration { return min(max(d, -maxOffset), maxOffset) }
