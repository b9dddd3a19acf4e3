package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"motcua/drivers/emu/hand"
	"motcua/drivers/emu/world"
	"motcua/drivers/rig"
)

// Size of the window when no display gives another one: the portrait panel that
// kiosks commonly have.
const (
	screenWidth  = 1080
	screenHeight = 1920
)

const stopGrace = 5 * time.Second

// stage is the set of running programs around the citizen.
type stage struct {
	bin, dir string // the programs; the world and its logs
	programs rig.Group
	pcscd    *rig.Service
	display  string
	ended    chan error // a program that ended on its own
}

func newStage(bin, dir string) *stage {
	return &stage{bin: bin, dir: dir, ended: make(chan error, 8)}
}

// close stops everything that was started, the last first, and only that.
func (s *stage) close() error {
	err := s.programs.Stop(stopGrace)
	if s.pcscd != nil {
		err = errors.Join(err, s.pcscd.Stop())
	}
	return err
}

func (s *stage) path(name string) string { return filepath.Join(s.dir, name) }

func (s *stage) worldDir() string { return s.path("world") }

// makeWorld invents an issuing state, a fleet of one kiosk and a centre.
func (s *stage) makeWorld() error {
	if err := os.RemoveAll(s.worldDir()); err != nil {
		return err
	}
	return world.Create(s.worldDir(), world.Options{})
}

// start starts one of our programs, with a log beside the screenshots.
func (s *stage) start(ctx context.Context, c rig.Command) error {
	return s.startAs(ctx, filepath.Base(c.Path), c)
}

// startAs starts a program of which there is more than one.
func (s *stage) startAs(ctx context.Context, name string, c rig.Command) error {
	log, err := os.Create(s.path(name + ".log"))
	if err != nil {
		return err
	}
	defer log.Close() // the program has its own copy
	if c.Stderr == nil {
		c.Stderr = log
	} else {
		c.Stderr = io.MultiWriter(c.Stderr, keepOpen(log))
	}
	p, err := s.programs.Start(ctx, c)
	if err != nil {
		return fmt.Errorf("%w; its last words: %s", err, lastLine(s.path(name+".log")))
	}
	go func() {
		<-p.Done()
		s.ended <- fmt.Errorf("%s ended; its last words: %s", name, lastLine(s.path(name+".log")))
	}()
	return nil
}

// keepOpen gives a log to a writer that outlives the caller's.
func keepOpen(f *os.File) io.Writer {
	again, err := os.OpenFile(f.Name(), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return io.Discard
	}
	return again
}

func lastLine(name string) string {
	b, err := os.ReadFile(name)
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(b)), "\n")
	return lines[len(lines)-1]
}

func (s *stage) startReader(ctx context.Context) error {
	p, err := rig.StartPCSCD(ctx)
	if err != nil {
		return err
	}
	s.pcscd = p
	return nil
}

func (s *stage) startGateway(ctx context.Context) error {
	port := s.path("gateway.port")
	return s.start(ctx, rig.Command{
		Path:  filepath.Join(s.bin, "gatewayd"),
		Args:  []string{"-config", filepath.Join(s.worldDir(), "gatewayd.toml"), "-port-file", port},
		Ready: func(context.Context) error { _, err := os.Stat(port); return err },
	})
}

func (s *stage) socket() string { return filepath.Join(s.worldDir(), "kioskd.sock") }

// startKioskd starts the daemon; its log lines are the story.
func (s *stage) startKioskd(ctx context.Context, story io.Writer) error {
	return s.start(ctx, rig.Command{
		Path:   filepath.Join(s.bin, "kioskd"),
		Args:   []string{"-config", filepath.Join(s.worldDir(), "kioskd.toml")},
		Stderr: story,
		Ready: func(ctx context.Context) error {
			c, err := (&net.Dialer{}).DialContext(ctx, "unix", s.socket())
			if err != nil {
				return err
			}
			return c.Close()
		},
	})
}

// startDisplay starts an X server without a screen. It picks the number itself:
// a server looking for a free one tells whether a lock's owner is alive by its
// process number, which means nothing inside a rig, and would take over the
// display of somebody outside.
func (s *stage) startDisplay(ctx context.Context) error {
	number, err := freeDisplay()
	if err != nil {
		return err
	}
	s.display = fmt.Sprintf(":%d", number)
	return s.start(ctx, rig.Command{
		Path:  "Xvfb",
		Args:  []string{s.display, "-screen", "0", fmt.Sprintf("%dx%dx24", screenWidth, screenHeight), "-nolisten", "tcp"},
		Ready: func(context.Context) error { return seen(s.display) },
	})
}

// seen tells whether a display answers.
func seen(display string) error {
	h, err := hand.Open(display)
	if err != nil {
		return err
	}
	h.Close()
	return nil
}

// freeDisplay finds a number that nobody has locked, far from those that servers
// pick by themselves.
func freeDisplay() (int, error) {
	const first, last, tries = 100, 5000, 50
	for range tries {
		n := first + rand.IntN(last-first)
		_, lock := os.Stat(fmt.Sprintf("/tmp/.X%d-lock", n))
		_, socket := os.Stat(fmt.Sprintf("/tmp/.X11-unix/X%d", n))
		if errors.Is(lock, fs.ErrNotExist) && errors.Is(socket, fs.ErrNotExist) {
			return n, nil
		}
	}
	return 0, errors.New("no free display number")
}

// startKiosk opens the window; what it paints is told line by line.
func (s *stage) startKiosk(ctx context.Context, trace io.Writer, windowed bool) error {
	args := []string{"-socket", s.socket(), "-trace"}
	if windowed {
		args = append(args, "-windowed")
	} else {
		args = append(args, "-size", fmt.Sprintf("%dx%d", screenWidth, screenHeight))
	}
	return s.start(ctx, rig.Command{
		Path: filepath.Join(s.bin, "kiosk"), Args: args,
		Env: []string{"DISPLAY=" + s.display}, Stdout: trace,
	})
}
