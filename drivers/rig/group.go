package rig

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Group is a set of programs that are stopped together. The zero value is empty
// and ready to use.
type Group struct {
	mu      sync.Mutex
	running []*Process
}

// Start starts a program as [Start] does and adds it to the group.
func (g *Group) Start(ctx context.Context, c Command) (*Process, error) {
	p, err := Start(ctx, c)
	if err != nil {
		return nil, err
	}
	g.Add(p)
	return p, nil
}

// Add puts a started program into the group.
func (g *Group) Add(p *Process) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.running = append(g.running, p)
}

// Stop stops the programs, the last one started first, and empties the group.
// Each has grace to end by itself.
func (g *Group) Stop(grace time.Duration) error {
	g.mu.Lock()
	running := g.running
	g.running = nil
	g.mu.Unlock()
	var errs []error
	for i := len(running) - 1; i >= 0; i-- {
		errs = append(errs, running[i].Stop(grace))
	}
	return errors.Join(errs...)
}

// Output runs a program to its end and returns what it wrote to its standard
// output. Any exit code but 0 is an error that holds the last line of its
// standard error. The program is killed when ctx ends.
func Output(ctx context.Context, c Command) ([]byte, error) {
	var out, complaint bytes.Buffer
	c.Stdout, c.Stderr = &out, &complaint
	p, err := Start(ctx, c)
	if err != nil {
		return nil, err
	}
	code, err := p.Wait(ctx)
	if ctx.Err() != nil {
		p.Kill()
		<-p.Done()
	}
	if err != nil {
		return nil, err
	}
	if code != 0 {
		return out.Bytes(), fmt.Errorf("%s: exit status %d: %s", filepath.Base(c.Path), code, lastLine(complaint.String()))
	}
	return out.Bytes(), nil
}

// Find tells where a program lies, looking through PATH.
func Find(program string) (string, error) { return exec.LookPath(program) }

func lastLine(s string) string {
	s = strings.TrimSpace(s)
	return s[strings.LastIndexByte(s, '\n')+1:]
}
