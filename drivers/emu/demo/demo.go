package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"motcua/drivers/emu"
	"motcua/drivers/emu/hand"
	"motcua/drivers/emu/world"
)

// Options say how to play.
type Options struct {
	Bin     string // folder with kioskd, kiosk and gatewayd
	Out     string // folder for the world, logs and screenshots; emptied first
	Display string // of the person in front of it; empty: play alone under Xvfb
	Persona string // who checks in; empty: the first
	In      io.Reader
	Stdout  io.Writer
}

// told is what the story must hold before the demo counts as played.
var told = []string{
	"card-seen", "key", "read", "verified", "consent",
	"queued H01", "sent H01", "receipted H01 accepted", "ticket",
}

// Run sets the stage inside a rig and plays, or lets a person play.
func Run(ctx context.Context, o Options) error {
	if err := os.RemoveAll(o.Out); err != nil {
		return err
	}
	if err := os.MkdirAll(o.Out, 0o755); err != nil {
		return err
	}
	s := newStage(o.Bin, o.Out)
	err := play(ctx, s, o)
	return errors.Join(err, s.close())
}

func play(ctx context.Context, s *stage, o Options) error {
	screens := make(chan painted, 64)
	tale := newStory(o.Stdout)
	if err := raise(ctx, s, o, tale, screens); err != nil {
		return err
	}
	if o.Display != "" {
		return playTogether(ctx, s, o, screens)
	}
	return playAlone(ctx, s, o, tale, screens)
}

// raise starts the programs, the reader first and the window last.
func raise(ctx context.Context, s *stage, o Options, tale *story, screens chan<- painted) error {
	fmt.Fprintln(o.Stdout, "An invented world: issuing authority, one kiosk, one centre.")
	if err := s.makeWorld(); err != nil {
		return fmt.Errorf("inventing a world: %w", err)
	}
	s.display = o.Display
	type step struct {
		what  string
		start func() error
	}
	steps := []step{
		{"pcscd with a virtual reader", func() error { return s.startReader(ctx) }},
		{"the systems behind the centre: hospital, hub of births and deaths, immunisation registry", func() error { return s.startSystems(ctx) }},
		{"gatewayd with its broker", func() error { return s.startGateway(ctx) }},
		{"kioskd", func() error { return s.startKioskd(ctx, &lines{each: tale.line}) }},
	}
	if s.display == "" {
		steps = append(steps, step{"Xvfb", func() error { return s.startDisplay(ctx) }})
	}
	steps = append(steps, step{"kiosk", func() error { return s.startKiosk(ctx, watch(screens), o.Display != "") }})
	for _, step := range steps {
		began := time.Now()
		if err := step.start(); err != nil {
			return fmt.Errorf("starting %s: %w", step.what, err)
		}
		fmt.Fprintf(o.Stdout, "%8.3f s  started %s\n", time.Since(began).Seconds(), step.what)
	}
	return nil
}

// playAlone plays the citizen and holds the story to what must be in it.
func playAlone(ctx context.Context, s *stage, o Options, tale *story, screens <-chan painted) error {
	person, chip, err := cardOf(s, o.Persona)
	if err != nil {
		return err
	}
	h, err := hand.Open(s.display)
	if err != nil {
		return err
	}
	defer h.Close()
	c := &citizen{hand: h, screens: screens, card: chip, digits: person.CAN(), out: o.Out}
	fmt.Fprintf(o.Stdout, "\n%q comes to check in. Times are since the card was seen.\n", person.ID)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		select {
		case err := <-s.ended:
			cancel(err)
		case <-ctx.Done():
		}
	}()
	if err := visit(ctx, c, tale); err != nil {
		err = errors.Join(err, c.picture("stuck"))
		if cause := context.Cause(ctx); cause != nil {
			err = cause
		}
		return fmt.Errorf("checking in: %w", err)
	}
	pictures, err := filepath.Glob(filepath.Join(o.Out, "*.png"))
	if err != nil {
		return err
	}
	fmt.Fprintf(o.Stdout, "\nThe centre's signed receipt was verified. %d screenshots and the logs are in %s.\n", len(pictures), o.Out)
	return nil
}

// visit is the whole of it: in, served, and away again.
func visit(ctx context.Context, c *citizen, tale *story) error {
	if err := c.checkIn(ctx); err != nil {
		return err
	}
	if err := complete(ctx, tale); err != nil {
		return err
	}
	return c.leave(ctx)
}

// complete waits until the story holds everything that must be in it.
func complete(ctx context.Context, tale *story) error {
	deadline := time.Now().Add(patience)
	for missing := tale.missing(told...); len(missing) > 0; missing = tale.missing(told...) {
		if time.Now().After(deadline) {
			return fmt.Errorf("the story is not complete, missing: %s", strings.Join(missing, ", "))
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(50 * time.Millisecond):
		}
	}
	return nil
}

func cardOf(s *stage, id string) (*emu.Persona, *emu.Chip, error) {
	people, err := emu.LoadPersonas()
	if err != nil {
		return nil, nil, err
	}
	person := people[0]
	if id != "" {
		if person, err = emu.FindPersona(people, id); err != nil {
			return nil, nil, err
		}
	}
	issuer, err := world.LoadIssuer(s.worldDir())
	if err != nil {
		return nil, nil, err
	}
	chip, err := issuer.Issue(person, emu.CardOptions{})
	return person, chip, err
}
