package rig

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Command is a program to start.
type Command struct {
	Path string   // found in PATH unless it holds a slash
	Args []string // without the program's name
	Env  []string // added to this process's environment
	Dir  string   // working folder; empty for this process's

	Stdin          io.Reader // nil reads nothing
	Stdout, Stderr io.Writer // nil discards; an *os.File is handed over as it is

	// Ready is asked again and again after the start until it returns nil; nil
	// means ready at once. Patience bounds the asking: 10 s if zero.
	Ready    func(context.Context) error
	Patience time.Duration

	// Foreground keeps the program in the caller's process group, which one that
	// reads the terminal needs. Otherwise it has its own, and an interrupt typed
	// at the terminal does not reach it.
	Foreground bool
}

const (
	defaultPatience = 10 * time.Second
	readyEvery      = 20 * time.Millisecond
	drain           = 500 * time.Millisecond // for output still in the pipe after the end
)

// ErrNotReady is wrapped by [Start]'s error when the program did not become ready.
var ErrNotReady = errors.New("program did not become ready")

// Process is a program that was started here.
type Process struct {
	name  string
	cmd   *exec.Cmd
	pipes plumbing
	own   bool // has a process group of its own

	mu     sync.Mutex
	reaped bool // its number may belong to somebody else now

	done chan struct{}
	err  error // valid after done
}

// Start starts a program and returns when it is ready. It ends with this process
// at the latest, however this process ends. ctx bounds only the start; a program
// that does not become ready is stopped.
func Start(ctx context.Context, c Command) (*Process, error) {
	p := &Process{name: filepath.Base(c.Path), cmd: build(c), own: !c.Foreground, done: make(chan struct{})}
	err := p.pipes.connect(p.cmd, c)
	if err == nil {
		started := make(chan error, 1)
		go p.run(started)
		err = <-started
	}
	if err != nil {
		p.pipes.closeTheirs()
		p.pipes.finish(drain)
		return nil, fmt.Errorf("starting %s: %w", p.name, err)
	}
	if err := p.untilReady(ctx, c); err != nil {
		p.Kill()
		<-p.done
		return nil, fmt.Errorf("starting %s: %w", p.name, err)
	}
	return p, nil
}

func build(c Command) *exec.Cmd {
	cmd := exec.Command(c.Path, c.Args...)
	cmd.Env = append(os.Environ(), c.Env...)
	cmd.Dir = c.Dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: !c.Foreground, Pdeathsig: unix.SIGKILL}
	return cmd
}

// run starts the program and reaps it. The kernel kills the program when the
// thread that started it ends, so that thread stays until then.
func (p *Process) run(started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := p.cmd.Start()
	started <- err
	if err != nil {
		return
	}
	p.pipes.closeTheirs()
	awaitExit(p.cmd.Process.Pid)
	p.reap()
	p.pipes.finish(drain)
	close(p.done)
}

func (p *Process) reap() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.own { // what it left behind; its number is still its own until it is reaped
		_ = unix.Kill(-p.cmd.Process.Pid, unix.SIGKILL)
	}
	p.err = p.cmd.Wait()
	p.reaped = true
}

// awaitExit waits for the end of a child without reaping it.
func awaitExit(pid int) {
	for {
		err := unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED|unix.WNOWAIT, nil)
		if !errors.Is(err, unix.EINTR) {
			return
		}
	}
}

func (p *Process) untilReady(ctx context.Context, c Command) error {
	if c.Ready == nil {
		return nil
	}
	patience := c.Patience
	if patience == 0 {
		patience = defaultPatience
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		err := c.Ready(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-p.done:
			return fmt.Errorf("%w: it ended: %w", ErrNotReady, p.failure())
		case <-ctx.Done():
			return fmt.Errorf("%w within %v: %w", ErrNotReady, patience, err)
		case <-time.After(readyEvery):
		}
	}
}

// PID is the number of the program's process.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Done is closed when the program has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// Wait waits for the program's end and tells its exit code: 128 and more when a
// signal ended it. The error is for a program whose end could not be learnt.
func (p *Process) Wait(ctx context.Context) (int, error) {
	select {
	case <-p.done:
		return exitCode(p.err)
	case <-ctx.Done():
		return 0, fmt.Errorf("waiting for %s: %w", p.name, ctx.Err())
	}
}

func (p *Process) failure() error {
	if p.err != nil {
		return p.err
	}
	return errors.New("exit status 0")
}

// Signal sends a signal to the program and what it started in its group. One that
// has ended is left alone.
func (p *Process) Signal(s syscall.Signal) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.reaped {
		return
	}
	pid := p.cmd.Process.Pid
	if p.own {
		pid = -pid
	}
	_ = unix.Kill(pid, s) // ESRCH when it is just ending
}

// Kill ends the program at once (SIGKILL), without waiting.
func (p *Process) Kill() { p.Signal(unix.SIGKILL) }

// Stop asks the program to end (SIGTERM), waits, and kills it after grace. The
// error says that it had to be killed.
func (p *Process) Stop(grace time.Duration) error {
	p.Signal(unix.SIGTERM)
	select {
	case <-p.done:
		return nil
	case <-time.After(grace):
	}
	p.Kill()
	<-p.done
	return fmt.Errorf("%s did not end within %v of being asked, killed", p.name, grace)
}
