package gpiochip

import (
	"time"

	"periph.io/x/conn/v3/gpio"
)

// Close connects a line to ground, as a switch does that is closed. A contact
// bounces: for some milliseconds the line goes up and down before it rests.
func (c *Chip) Close(name string) { c.bounce(name, gpio.Low) }

// Open takes a line from ground, as a switch does that is opened; its pull has it
// then. It bounces, too.
func (c *Chip) Open(name string) { c.bounce(name, gpio.High) }

// Drive puts a level on a line, as a sensor does.
func (c *Chip) Drive(name string, l gpio.Level) { c.put(name, &l) }

// Stick lets a switch stay as it is, whatever is done to it.
func (c *Chip) Stick(name string) { c.change(name, func(w *wire) { w.stuck = true }) }

// Free lets it move again.
func (c *Chip) Free(name string) { c.change(name, func(w *wire) { w.stuck = false }) }

// Break makes every use of a line fail, as a bus does that cannot be read.
func (c *Chip) Break(name string) { c.change(name, func(w *wire) { w.broken = true }) }

// Mend ends it.
func (c *Chip) Mend(name string) { c.change(name, func(w *wire) { w.broken = false }) }

// Occupy lets another program request a line before we do.
func (c *Chip) Occupy(name string) { c.change(name, func(w *wire) { w.busy = true }) }

// Vacate ends it.
func (c *Chip) Vacate(name string) { c.change(name, func(w *wire) { w.busy = false }) }

// Swing lets a line go up and down until the returned function is called.
func (c *Chip) Swing(name string, every time.Duration) (stop func()) {
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(every)
		defer tick.Stop()
		for l := gpio.Low; ; l = !l {
			c.Drive(name, l)
			select {
			case <-tick.C:
			case <-quit:
				return
			}
		}
	}()
	return func() { close(quit); <-done }
}

// Hang lets every later call to the chip block, as a bus driver in the kernel that
// waits for ever, until the returned function is called.
func (c *Chip) Hang() (release func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	hanging := make(chan struct{})
	c.hanging = hanging
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.hanging = nil
		close(hanging)
	}
}

// Unplug pulls the chip. Every line that was requested is dead for good, and none
// can be requested, for as long as a process lives: periph looks for chips once.
func (c *Chip) Unplug() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gone = true
	for _, w := range c.lines {
		if w.request != nil {
			close(w.request.ended)
			w.request = nil
		}
	}
}

// change does something to a line; an edge that comes of it is told.
func (c *Chip) change(name string, do func(*wire)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	w := c.lines[name]
	was := w.level()
	do(w)
	w.edge(was)
}

func (c *Chip) put(name string, l *gpio.Level) {
	c.change(name, func(w *wire) {
		if !w.stuck {
			w.driven = l
		}
	})
}

// bounce moves a contact to a level by a seeded number of changes, within 10 ms. It
// returns when the contact rests.
func (c *Chip) bounce(name string, to gpio.Level) {
	c.mu.Lock()
	waits := make([]time.Duration, 2*c.rand.IntN(12))
	for i := range waits {
		waits[i] = time.Duration(c.rand.Int64N(int64(400 * time.Microsecond)))
	}
	c.mu.Unlock()
	l := to
	c.contact(name, l)
	for _, w := range waits {
		time.Sleep(w)
		l = !l
		c.contact(name, l)
	}
}

func (c *Chip) contact(name string, l gpio.Level) {
	if l == gpio.Low {
		c.put(name, &l)
	} else {
		c.put(name, nil)
	}
}

// Reset lets an output forget its level, as an expander does that loses its power
// for a moment.
func (c *Chip) Reset(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if r := c.lines[name].request; r != nil && r.output {
		r.level = gpio.Low
	}
}
