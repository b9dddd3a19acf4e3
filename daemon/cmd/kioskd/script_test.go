package main_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"motcua/drivers/rig"
	"motcua/protocol/code/birthfile"
)

// TestMain runs everything inside a rig: a process tree, a network and a pcscd of
// its own. The test program is also kioskd with an emulated board.
func TestMain(m *testing.M) {
	if control := os.Getenv(boardVar); control != "" {
		os.Exit(kioskdWithBoard(control))
	}
	rig.Main(m)
}

// programs are built once and are what is shipped.
func programs() []string {
	return []string{"./daemon/cmd/kioskd", "./protocol/cmd/gatewayd", "./drivers/cmd/emulator", "./provisioning/cmd/kioskctl"}
}

// build builds the programs into a folder.
func build(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	args := append([]string{"build", "-o", dir + "/"}, programs()...)
	if out, err := rig.Output(ctx, rig.Command{Path: "go", Args: args, Dir: "../../.."}); err != nil {
		t.Fatalf("building the programs: %v\n%s", err, out)
	}
	return dir
}

// TestScript plays the stories of testdata/script with the real programs and the
// real pcscd, one after the other.
func TestScript(t *testing.T) {
	rig.Require(t, rig.NeedPCSCD, rig.NeedVPCD)
	bin := build(t)
	testscript.RunT(serial{t}, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			s := newStage(e.WorkDir, bin)
			e.Values[stageKey{}] = s
			e.Defer(s.close)
			e.Setenv("PATH", bin+string(filepath.ListSeparator)+e.Getenv("PATH"))
			return s.createWorld()
		},
		Cmds: commands(),
	})
}

// serial makes testscript run scripts one after the other: there is one pcscd.
type serial struct{ *testing.T }

func (s serial) Parallel()     {}
func (s serial) Verbose() bool { return testing.Verbose() }

func (s serial) Run(name string, f func(testscript.T)) {
	s.T.Run(name, func(t *testing.T) { f(serial{t}) })
}

type stageKey struct{}

// stage is what one script plays on: a world, the programs that run in it, and
// the local API of its kioskd.
type stage struct {
	bin       string // of the programs
	dir       string // of the world
	processes map[string]*rig.Process
	pcscd     *rig.Service
	api       *api
	undo      []func() error
	file      birthfile.Token // of a newborn, that was begun last
	vaccines  string          // the vaccination session that was opened last
}

func newStage(work, bin string) *stage {
	dir := filepath.Join(work, "world")
	return &stage{bin: bin, dir: dir, processes: map[string]*rig.Process{}, api: newAPI(filepath.Join(dir, "kioskd.sock"))}
}

// log is the file that a program's output goes to.
func (s *stage) log(program string) string { return filepath.Join(filepath.Dir(s.dir), program+".log") }

// start starts a program of the world; it counts as started when ready is nil.
func (s *stage) start(program string, ready func(context.Context) error, args ...string) error {
	return s.startAs(program, rig.Command{Path: filepath.Join(s.bin, program), Args: args, Ready: ready})
}

// startAs starts a program of the world by a command of its own.
func (s *stage) startAs(program string, c rig.Command) error {
	if s.processes[program] != nil {
		return fmt.Errorf("%s runs already", program)
	}
	f, err := os.OpenFile(s.log(program), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	c.Stdout, c.Stderr, c.Patience = f, f, time.Minute
	p, err := rig.Start(context.Background(), c)
	if err != nil {
		said, _ := os.ReadFile(s.log(program))
		return fmt.Errorf("%w; it said:\n%s", err, said)
	}
	s.processes[program] = p
	return nil
}

func (s *stage) stop(program string, kill bool) error {
	p := s.processes[program]
	if p == nil {
		return fmt.Errorf("%s does not run", program)
	}
	delete(s.processes, program)
	if kill {
		p.Kill()
		<-p.Done()
		return nil
	}
	return p.Stop(20 * time.Second)
}

// close ends what the script left running, the newest undo first.
func (s *stage) close() {
	for program := range s.processes {
		_ = s.stop(program, false) // the story is over
	}
	if s.pcscd != nil {
		_ = s.pcscd.Stop()
	}
	var err error
	for i := len(s.undo) - 1; i >= 0; i-- {
		err = errors.Join(err, s.undo[i]())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "ending a script:", err)
	}
}
