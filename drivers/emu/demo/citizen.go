package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"time"

	"motcua/drivers/emu"
	"motcua/drivers/emu/hand"
	"motcua/drivers/rig"
)

// painted is one line of the kiosk's trace: what it shows and what can be tapped.
type painted struct {
	Screen  string   `json:"screen"`
	Targets []target `json:"targets"`
}

type target struct {
	ID string `json:"id"`
	X  int    `json:"x"`
	Y  int    `json:"y"`
	W  int    `json:"w"`
	H  int    `json:"h"`
}

func (p painted) target(id string) (target, bool) {
	for _, t := range p.Targets {
		if t.ID == id {
			return t, true
		}
	}
	return target{}, false
}

const (
	// glance is how long the citizen looks at a screen before acting: longer than
	// the guard against double taps, long enough to be seen in the pictures.
	glance = 450 * time.Millisecond
	// patience is how long the citizen waits for the next screen.
	patience = 15 * time.Second
)

// citizen plays one person who comes to check in.
type citizen struct {
	hand    *hand.Hand
	screens <-chan painted
	card    *emu.Chip
	digits  string // the last six of the number
	out     string // folder for pictures
	taken   int    // pictures

	last     painted // what the window shows
	handedIn bool    // the digits
	lift     context.CancelFunc
}

// checkIn goes from the attract screen to the ticket and away again.
func (c *citizen) checkIn(ctx context.Context) error {
	seen := ""
	for {
		p, err := c.next(ctx)
		if err != nil {
			return fmt.Errorf("after the screen %q: %w", seen, err)
		}
		if p.Screen == seen {
			if err := c.again(p); err != nil {
				return err
			}
			continue
		}
		seen = p.Screen
		time.Sleep(glance)
		if err := c.picture(p.Screen); err != nil {
			return err
		}
		finished, err := c.act(ctx, p)
		if err != nil || finished {
			return err
		}
	}
}

// again looks at a screen that changed while it stayed: the digits are complete
// when the button for them comes alive.
func (c *citizen) again(p painted) error {
	if _, ready := p.target("submit"); p.Screen != "key" || !ready || c.handedIn {
		return nil
	}
	c.handedIn = true
	return c.tap(p, "submit")
}

// act does what a person does on a screen; it tells when the visit is over.
func (c *citizen) act(ctx context.Context, p painted) (finished bool, err error) {
	switch p.Screen {
	case "attract":
		c.place(ctx)
	case "key":
		return false, c.typeDigits(p)
	case "identify":
		return false, c.tap(p, "yes")
	case "insurance":
		return false, c.tap(p, "continue")
	case "check":
		return false, c.tap(p, "submit")
	case "problem", "staff", "outoforder", "lost":
		return false, fmt.Errorf("the kiosk shows %q", p.Screen)
	case "done":
		return true, nil
	}
	return false, nil
}

// leave reads the ticket, says so, takes the card and sees the screen empty.
func (c *citizen) leave(ctx context.Context) error {
	p, err := c.until(ctx, func(p painted) bool { _, ok := p.target("finish"); return p.Screen == "done" && ok })
	if err != nil {
		return err
	}
	time.Sleep(glance)
	if err := c.picture("ticket"); err != nil {
		return err
	}
	if err := c.tap(p, "finish"); err != nil {
		return err
	}
	c.lift()
	if _, err := c.until(ctx, func(p painted) bool { return p.Screen == "attract" }); err != nil {
		return err
	}
	return nil
}

// until waits for a screen that the citizen looks for.
func (c *citizen) until(ctx context.Context, is func(painted) bool) (painted, error) {
	for last := c.last; ; {
		if is(last) {
			return last, nil
		}
		var err error
		if last, err = c.next(ctx); err != nil {
			return painted{}, fmt.Errorf("after the screen %q: %w", c.last.Screen, err)
		}
	}
}

func (c *citizen) next(ctx context.Context) (painted, error) {
	select {
	case p, open := <-c.screens:
		if !open {
			return painted{}, errors.New("the window is gone")
		}
		c.last = p
		return p, nil
	case <-time.After(patience):
		return painted{}, fmt.Errorf("no new screen within %v", patience)
	case <-ctx.Done():
		return painted{}, ctx.Err()
	}
}

// place puts the card on the reader until lift is called.
func (c *citizen) place(ctx context.Context) {
	if c.lift != nil {
		return
	}
	ctx, c.lift = context.WithCancel(ctx)
	reader := emu.VPCD{Addr: rig.Addr0, Card: c.card, Link: emu.Link106k} // as slow as a real antenna
	go func() { _ = reader.Serve(ctx) }()                                 // ends when the card is lifted
}

func (c *citizen) typeDigits(p painted) error {
	for _, d := range c.digits {
		if err := c.tap(p, "key."+string(d)); err != nil {
			return err
		}
		time.Sleep(2 * hand.Press)
	}
	return nil
}

func (c *citizen) tap(p painted, id string) error {
	t, ok := p.target(id)
	if !ok {
		return fmt.Errorf("the screen %q has nothing to tap called %q", p.Screen, id)
	}
	return c.hand.Tap(t.X+t.W/2, t.Y+t.H/2)
}

// picture keeps what the display shows.
func (c *citizen) picture(screen string) error {
	img, err := c.hand.Look()
	if err != nil {
		return err
	}
	c.taken++
	f, err := os.Create(filepath.Join(c.out, fmt.Sprintf("%02d-%s.png", c.taken, screen)))
	if err != nil {
		return err
	}
	defer f.Close()
	if err := png.Encode(f, img); err != nil {
		return err
	}
	return f.Close()
}

// watch turns the kiosk's trace into screens.
func watch(screens chan<- painted) *lines {
	return &lines{each: func(line []byte) {
		var p painted
		if json.Unmarshal(line, &p) == nil && p.Screen != "" {
			screens <- p
		}
	}}
}
