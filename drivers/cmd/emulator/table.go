package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"time"

	"motcua/drivers/emu"
	"motcua/drivers/emu/world"
)

// patience is how long a card waits for its reader before that is an error.
const patience = 2 * time.Second

// between is how long the reader is empty between two cards: pcscd looks every 0.4
// seconds, and would take two cards for one that was reset.
const between = time.Second

// errEmpty is lifting what does not lie there.
var errEmpty = errors.New("no card is on the reader")

// table is one reader behind pcscd and the card that a person lays on it.
type table struct {
	dir      string // of the world
	issuer   *emu.Issuer
	personas []*emu.Persona
	addr     string
	link     emu.Link
	stand    *stand // nil: nothing stands beside the reader

	mu    sync.Mutex
	on    *emu.Persona // nil: no card
	stop  context.CancelFunc
	done  chan error
	empty time.Time // since when, after a card was lifted
}

// openTable loads the world's issuer.
func openTable(dir, addr, link string) (*table, error) {
	l, err := parseLink(link)
	if err != nil {
		return nil, err
	}
	issuer, err := world.LoadIssuer(dir)
	if err != nil {
		return nil, err
	}
	personas, err := emu.LoadPersonas()
	if err != nil {
		return nil, err
	}
	return &table{dir: dir, issuer: issuer, personas: personas, addr: addr, link: l}, nil
}

// find picks a persona by id.
func (t *table) find(id string) (*emu.Persona, error) {
	p, err := emu.FindPersona(t.personas, id)
	if errors.Is(err, fs.ErrNotExist) {
		var ids []string
		for _, p := range t.personas {
			ids = append(ids, p.ID)
		}
		return nil, fmt.Errorf("no persona %q; there are %s", id, strings.Join(ids, ", "))
	}
	return p, err
}

// place lays a card on the reader, after lifting the one that lies there. The
// card stays when ctx ends; lift takes it.
func (t *table) place(ctx context.Context, p *emu.Persona) error {
	chip, err := t.issuer.Issue(p, emu.CardOptions{})
	if err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.takeAway()
	if err := t.pause(ctx); err != nil {
		return err
	}
	life, stop := context.WithCancel(context.WithoutCancel(ctx))
	placed, done := make(chan struct{}), make(chan error, 1)
	var once sync.Once
	v := emu.VPCD{Addr: t.addr, Card: chip, Link: t.link, Placed: func() { once.Do(func() { close(placed) }) }}
	go func() { done <- v.Serve(life) }()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-placed:
		t.on, t.stop, t.done = p, stop, done
		return nil
	case <-ctx.Done():
		err = ctx.Err()
	case <-timer.C:
		err = fmt.Errorf("no reader at %s: is pcscd running with vsmartcard-vpcd?", t.addr)
	}
	stop()
	<-done
	return err
}

// lift takes the card away.
func (t *table) lift() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.on == nil {
		return errEmpty
	}
	t.takeAway()
	return nil
}

// lying is who lies on the reader, or nil.
func (t *table) lying() *emu.Persona {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.on
}

func (t *table) takeAway() {
	if t.on == nil {
		return
	}
	t.stop()
	<-t.done // its only error is that it was stopped
	t.on, t.empty = nil, time.Now()
}

// pause waits until the reader was empty for long enough to be seen.
func (t *table) pause(ctx context.Context) error {
	timer := time.NewTimer(time.Until(t.empty.Add(between)))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
