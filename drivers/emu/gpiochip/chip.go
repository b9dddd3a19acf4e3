package gpiochip

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"periph.io/x/conn/v3/gpio"

	"motcua/drivers"
	"motcua/drivers/board"
)

// Chip is a chip with named lines.
type Chip struct {
	mu      sync.Mutex
	rand    *rand.Rand
	lines   map[string]*wire
	gone    bool
	hanging chan struct{} // closed when calls may go on; nil: none hangs
	calls   int
}

// buffered is how many edges the kernel keeps of a line that nobody waits for.
const buffered = 16

// wire is a line and what hangs on it.
type wire struct {
	name string
	// driven is the level that the outside forces on the line; nil: none does.
	driven *gpio.Level
	stuck  bool
	broken bool
	busy   bool // somebody else has requested it

	request *request   // nil: nobody has requested it
	left    gpio.Level // as an output was left that nobody drives any more
	changes []Change   // of the line as an output
}

// request is the state that the kernel keeps for whoever requested a line.
type request struct {
	output  bool
	level   gpio.Level // of an output
	pull    gpio.Pull
	edges   chan gpio.Edge
	ended   chan struct{} // closed when the chip is pulled
	overrun int           // edges that found the buffer full
}

// Change is a level that a line was driven to.
type Change struct {
	At    time.Time
	Level gpio.Level
}

// New makes a chip with lines of these names. The seed decides how contacts
// bounce.
func New(seed uint64, lines ...string) *Chip {
	c := &Chip{rand: rand.New(rand.NewPCG(seed, seed)), lines: map[string]*wire{}}
	for _, name := range lines {
		c.lines[name] = &wire{name: name}
	}
	return c
}

var _ board.Lines = (*Chip)(nil)

// Input requests a line as a set of one.
func (c *Chip) Input(name string, pull gpio.Pull) (board.Input, error) {
	c.wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	w, err := c.take(name)
	if err != nil {
		return nil, err
	}
	w.request = newRequest()
	w.request.pull = pull
	return &Set{chip: c, wire: w, request: w.request}, nil
}

// Output gives a single line; it is requested with its first use.
func (c *Chip) Output(name string) (board.Output, error) { return c.Line(name) }

// Line gives a single line; it is requested with its first use.
func (c *Chip) Line(name string) (*Line, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	w, ok := c.lines[name]
	if !ok {
		return nil, fmt.Errorf("%s: %w", name, drivers.ErrNoDevice)
	}
	return &Line{chip: c, wire: w}, nil
}

func newRequest() *request {
	return &request{edges: make(chan gpio.Edge, buffered), ended: make(chan struct{})}
}

// take finds a line that may be requested. The caller holds mu.
func (c *Chip) take(name string) (*wire, error) {
	w, ok := c.lines[name]
	switch {
	case !ok:
		return nil, fmt.Errorf("%s: %w", name, drivers.ErrNoDevice)
	case c.gone:
		return nil, fmt.Errorf("%s: %w", name, drivers.ErrDeviceGone)
	case w.busy || w.request != nil:
		return nil, fmt.Errorf("%s: %w", name, drivers.ErrInUse)
	}
	return w, nil
}

// level is what the line has, seen from outside as from inside.
func (w *wire) level() gpio.Level {
	switch {
	case w.request != nil && w.request.output:
		return w.request.level
	case w.driven != nil:
		return *w.driven
	case w.request != nil && w.request.pull == gpio.PullUp:
		return gpio.High
	case w.request == nil:
		return w.left
	}
	return gpio.Low
}

// edge tells whoever requested the line of a change. When nobody has taken the
// last ones the oldest is lost, as in the kernel.
func (w *wire) edge(was gpio.Level) {
	r, now := w.request, w.level()
	if r == nil || r.output || now == was {
		return
	}
	e := gpio.FallingEdge
	if now == gpio.High {
		e = gpio.RisingEdge
	}
	for {
		select {
		case r.edges <- e:
			return
		default:
		}
		select {
		case <-r.edges:
			r.overrun++
		default:
		}
	}
}

// wait blocks while calls hang.
func (c *Chip) wait() {
	c.mu.Lock()
	hanging := c.hanging
	c.calls++
	c.mu.Unlock()
	if hanging != nil {
		<-hanging
	}
}

// Calls is how often the chip was asked for something.
func (c *Chip) Calls() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.calls
}

// Changes are the levels that a line was driven to, the oldest first.
func (c *Chip) Changes(name string) []Change {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.lines[name].changes)
}

// Level is what a line has now.
func (c *Chip) Level(name string) gpio.Level {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.lines[name].level()
}

// Driven tells whether somebody drives the line, to whatever level.
func (c *Chip) Driven(name string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.lines[name].request
	return r != nil && r.output
}
