package tape

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	periph "periph.io/x/conn/v3/uart"

	"motcua/drivers/emu/line"
)

// Kind is how devices of one class are taped and played.
type Kind[D io.Closer] struct {
	// Open makes the drivers on a port, by model.
	Open map[string]func(context.Context, periph.PortCloser) (D, error)
	// Do takes a step with a driver, and gives what a tape notes of it: the step's
	// name, and what came of it.
	Do func(ctx context.Context, d D, step string) string
	// Refuse says why a tape may not be kept; nil takes all.
	Refuse func(line.Tape) error
}

// Step is what a driver is asked for, and what hands do meanwhile.
type Step struct {
	Name  string
	Hands func() // may wait; nil: nothing
}

// Record tapes the steps with a device at a port. It closes the driver.
func (k Kind[D]) Record(t *testing.T, model string, port periph.PortCloser, steps []Step) line.Tape {
	t.Helper()
	open, ok := k.Open[model]
	if !ok {
		t.Fatalf("%q has no serial line to tape", model)
	}
	rec := &line.Recorder{}
	d, err := open(t.Context(), rec.Port(port))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range steps {
		became := rec.Step(s.Name)
		done := make(chan struct{})
		go func() {
			defer close(done)
			if s.Hands != nil {
				s.Hands()
			}
		}()
		became(k.Do(t.Context(), d, s.Name))
		<-done
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	return rec.Tape()
}

// Keep writes a tape into a file, with a remark on where it is from.
func (k Kind[D]) Keep(t *testing.T, file, remark string, recorded line.Tape) {
	t.Helper()
	whole := append(line.Tape{{Kind: '#', Text: remark}}, recorded...)
	if k.Refuse != nil {
		if err := k.Refuse(whole); err != nil {
			t.Fatalf("this tape is not kept: %v", err)
		}
	}
	if err := os.WriteFile(file, []byte(whole.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// PlayAll plays every tape in testdata, named MODEL-something.tape: the driver says
// the same bytes, and makes the same of the answers. There is one of each model.
func (k Kind[D]) PlayAll(t *testing.T) {
	tapes, err := filepath.Glob(filepath.Join("testdata", "*.tape"))
	if err != nil {
		t.Fatal(err)
	}
	played := map[string]bool{}
	for _, name := range tapes {
		model, _, _ := strings.Cut(filepath.Base(name), "-")
		played[model] = true
		t.Run(filepath.Base(name), func(t *testing.T) {
			recorded := read(t, name)
			if k.Refuse != nil {
				if err := k.Refuse(recorded); err != nil {
					t.Fatal(err)
				}
			}
			synctest.Test(t, func(t *testing.T) { k.play(t, model, recorded) })
		})
	}
	for model := range k.Open {
		if !played[model] {
			t.Errorf("there is no tape of %s", model)
		}
	}
}

func read(t *testing.T, name string) line.Tape {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	recorded, err := line.ReadTape(f)
	if err != nil {
		t.Fatal(err)
	}
	return recorded
}

func (k Kind[D]) play(t *testing.T, model string, recorded line.Tape) {
	player := line.NewPlayer(recorded)
	cable, err := line.InMemory(player, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cable.Close() }()
	port, err := cable.Open()
	if err != nil {
		t.Fatal(err)
	}
	open, ok := k.Open[model]
	if !ok {
		t.Fatalf("there is no model %q", model)
	}
	d, err := open(t.Context(), port)
	if err != nil {
		t.Fatalf("opening: %v\n%v", err, player.Err())
	}
	for _, want := range recorded.Steps() {
		step, _, _ := strings.Cut(want, " ")
		if got := k.Do(t.Context(), d, step); got != want {
			t.Fatalf("%s\nwant %s\n%v", got, want, player.Err())
		}
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	synctest.Wait()
	if err := player.Err(); err != nil {
		t.Error(err)
	}
}
