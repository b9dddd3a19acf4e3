package line_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	periph "periph.io/x/conn/v3/uart"

	"motcua/drivers/emu/line"
	"motcua/drivers/uart"
)

const greeting = `# an invented device
. greet
= 9600 8N1
> 48 49
< 68 69
~ 2s
< 79 6F
. leave
= 115200 8N1
> 42 59 45
`

// greet does what the tape's host did.
func greet(t *testing.T, p periph.PortCloser, say, leave string) {
	t.Helper()
	l, err := uart.Connect(p, uart.Settings{Baud: 9600})
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Write(t.Context(), []byte(say)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"hi", "yo"} {
		got := make([]byte, 2)
		if err := l.ReadFull(t.Context(), got, 5*time.Second); err != nil || string(got) != want {
			return // the player tells why
		}
	}
	if l, err = uart.Connect(p, uart.Settings{Baud: 115200}); err != nil {
		t.Fatal(err)
	}
	if err := l.Write(t.Context(), []byte(leave)); err != nil {
		t.Fatal(err)
	}
}

func played(t *testing.T, do func(t *testing.T, p periph.PortCloser)) (err error) {
	t.Helper()
	tape, err := line.ReadTape(strings.NewReader(greeting))
	if err != nil {
		t.Fatal(err)
	}
	if tape.String() != greeting {
		t.Errorf("the tape reads\n%s", tape)
	}
	player := line.NewPlayer(tape)
	synctest.Test(t, func(t *testing.T) {
		c, err := line.InMemory(player, 1)
		if err != nil {
			t.Fatal(err)
		}
		port, err := c.Open()
		if err != nil {
			t.Fatal(err)
		}
		do(t, port)
		synctest.Wait()
		_ = c.Close()
	})
	return player.Err()
}

func TestTapePlayed(t *testing.T) {
	if err := played(t, func(t *testing.T, p periph.PortCloser) { greet(t, p, "HI", "BYE") }); err != nil {
		t.Error(err)
	}
	for why, do := range map[string]func(t *testing.T, p periph.PortCloser){
		"another word":   func(t *testing.T, p periph.PortCloser) { greet(t, p, "HO", "BYE") },
		"not to its end": func(t *testing.T, p periph.PortCloser) { greet(t, p, "HI", "BY") },
		"beyond its end": func(t *testing.T, p periph.PortCloser) { greet(t, p, "HI", "BYE BYE") },
		"not at all":     func(*testing.T, periph.PortCloser) {},
	} {
		if err := played(t, do); err == nil {
			t.Errorf("%s: nobody noticed", why)
		}
	}
}

// TestTapeRecorded tapes a player, and gets its tape.
func TestTapeRecorded(t *testing.T) {
	r := &line.Recorder{}
	err := played(t, func(t *testing.T, p periph.PortCloser) {
		r.Step("greet")
		greet(t, r.Port(p), "HI", "BYE")
	})
	if err != nil {
		t.Fatal(err)
	}
	want := strings.NewReplacer("# an invented device\n", "", ". leave\n", "").Replace(greeting)
	if got := r.Tape().String(); got != want {
		t.Errorf("taped\n%s\nwant\n%s", got, want)
	}
}

func TestTapeUnreadable(t *testing.T) {
	for _, text := range []string{"hello", "> 4", "> xy", ">", "~ soon", "? 00"} {
		if tape, err := line.ReadTape(strings.NewReader(text)); err == nil {
			t.Errorf("%q was read as %v", text, tape)
		}
	}
}

func FuzzTape(f *testing.F) {
	f.Add(greeting)
	f.Fuzz(func(t *testing.T, text string) {
		tape, err := line.ReadTape(strings.NewReader(text))
		if err != nil {
			return
		}
		again, err := line.ReadTape(strings.NewReader(tape.String()))
		if err != nil || again.String() != tape.String() {
			t.Fatalf("%v\n%s\n%s", err, tape, again)
		}
	})
}
