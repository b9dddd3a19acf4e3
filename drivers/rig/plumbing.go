package rig

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"
)

// plumbing carries a program's input and output. It is not left to os/exec,
// whose Wait hangs for as long as a writer does: a program's end must be told
// also when nobody reads its output any more.
type plumbing struct {
	theirs []*os.File // the program's ends, closed here once it runs
	ours   []*os.File
	copied sync.WaitGroup
}

// connect gives cmd its streams.
func (p *plumbing) connect(cmd *exec.Cmd, c Command) error {
	stdin, err := p.input(c.Stdin)
	if err != nil {
		return err
	}
	if stdin != nil {
		cmd.Stdin = stdin
	}
	for _, out := range []struct {
		to  io.Writer
		set *io.Writer
	}{{c.Stdout, &cmd.Stdout}, {c.Stderr, &cmd.Stderr}} {
		f, err := p.output(out.to)
		if err != nil {
			return err
		}
		if f != nil {
			*out.set = f
		}
	}
	return nil
}

func (p *plumbing) pipe() (r, w *os.File, err error) {
	r, w, err = os.Pipe()
	if err != nil {
		return nil, nil, fmt.Errorf("making a pipe: %w", err)
	}
	return r, w, nil
}

func (p *plumbing) output(to io.Writer) (*os.File, error) {
	if f, ok := to.(*os.File); ok || to == nil {
		return f, nil
	}
	r, w, err := p.pipe()
	if err != nil {
		return nil, err
	}
	p.theirs, p.ours = append(p.theirs, w), append(p.ours, r)
	p.copied.Go(func() { _, _ = io.Copy(to, r) }) // ends with the pipe, or with the writer's error
	return w, nil
}

// input is not waited for: its reader may block for ever.
func (p *plumbing) input(from io.Reader) (*os.File, error) {
	if f, ok := from.(*os.File); ok || from == nil {
		return f, nil
	}
	r, w, err := p.pipe()
	if err != nil {
		return nil, err
	}
	p.theirs, p.ours = append(p.theirs, r), append(p.ours, w)
	go func() {
		_, _ = io.Copy(w, from) // the program may not want to read it all
		w.Close()
	}()
	return r, nil
}

func (p *plumbing) closeTheirs() {
	for _, f := range p.theirs {
		f.Close()
	}
}

// finish waits for output that is still in the pipes, but not for ever.
func (p *plumbing) finish(limit time.Duration) {
	done := make(chan struct{})
	go func() {
		p.copied.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(limit):
	}
	for _, f := range p.ours {
		f.Close()
	}
}
