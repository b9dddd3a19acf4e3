package gpiochip_test

import (
	"errors"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"periph.io/x/conn/v3/gpio"

	"motcua/drivers/board"
	"motcua/drivers/emu/gpiochip"
)

// The traps of gpioioctl are there: what a board survives on these lines it would
// not survive by luck. Each is in gpioioctl's source, periph.io/x/host v3.8.5.

func chip(t *testing.T) (*gpiochip.Chip, *gpiochip.Line) {
	t.Helper()
	c := gpiochip.New(1, "A", "B")
	l, err := c.Line("A")
	if err != nil {
		t.Fatal(err)
	}
	return c, l
}

func input(t *testing.T, c *gpiochip.Chip, name string) board.Input {
	t.Helper()
	in, err := c.Input(name, gpio.PullUp)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// gpio.go, GPIOLine.WaitForEdge; lineset.go, LineSet.WaitForEdge.
func TestWaitTakesZeroForEverAndBelowForNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := chip(t)
		in := input(t, c, "B")
		begun := time.Now()
		if _, _, err := in.WaitForEdge(-1); !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(begun) > 0 {
			t.Errorf("-1: %v after %v", err, time.Since(begun))
		}
		ended := make(chan gpio.Edge)
		go func() { _, e, _ := in.WaitForEdge(0); ended <- e }()
		time.Sleep(time.Hour)
		c.Drive("B", gpio.Low)
		if e := <-ended; e != gpio.FallingEdge || time.Since(begun) < time.Hour {
			t.Errorf("0: %v after %v", e, time.Since(begun))
		}
	})
}

// A Halt sets a deadline in the past; the wait that follows sets its own.
func TestHaltBeforeTheWaitIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := chip(t)
		set := input(t, c, "B").(*gpiochip.Set)
		begun := time.Now()
		for _, early := range []bool{true, false} {
			if early {
				_ = set.Halt()
			} else {
				time.AfterFunc(time.Second, func() { _ = set.Halt() })
			}
			if _, _, err := set.WaitForEdge(time.Minute); !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Error(err)
			}
			want := time.Second
			if early {
				want = time.Minute
			}
			if took := time.Since(begun); took != want {
				t.Errorf("early %v: waited %v, want %v", early, took, want)
			}
			begun = time.Now()
		}
	})
}

// gpio.go, GPIOLine.Read.
func TestReadingAnOutputMakesItAnInput(t *testing.T) {
	c, l := chip(t)
	if err := l.Out(gpio.High); err != nil {
		t.Fatal(err)
	}
	l.Read()
	if c.Driven("A") {
		t.Error("the line is still driven")
	}
}

// gpio.go, GPIOLine.Read: the error goes to the log.
func TestReadingAnUnreadableLineIsLow(t *testing.T) {
	c, l := chip(t)
	if err := l.In(gpio.PullUp, gpio.BothEdges); err != nil || l.Read() != gpio.High {
		t.Fatal(err)
	}
	c.Break("A")
	if l.Read() != gpio.Low {
		t.Error("a single line tells its failure")
	}
	in := input(t, c, "B")
	c.Break("B")
	if _, err := in.Read(1); err == nil {
		t.Error("a set does not tell its failure")
	}
}

// gpio.go, GPIOLine.setOut: the request names no level.
func TestFirstLevelIsLow(t *testing.T) {
	c, l := chip(t)
	if err := l.Out(gpio.High); err != nil {
		t.Fatal(err)
	}
	if got := c.Changes("A"); len(got) != 2 || got[0].Level != gpio.Low || got[1].Level != gpio.High {
		t.Errorf("changes %v", got)
	}
}

// gpio.go, GPIOLine.setOut: the direction is noted before the request is made.
func TestAnOutputThatWasRefusedStaysDeaf(t *testing.T) {
	c, l := chip(t)
	c.Occupy("A")
	_ = l.Out(gpio.High)
	c.Vacate("A")
	if err := l.Out(gpio.High); err == nil {
		t.Error("it works without being closed before")
	}
	l.Close()
	if err := l.Out(gpio.High); err != nil {
		t.Error(err)
	}
}

func TestALineStaysAsItIsWhenItsProcessLetsGo(t *testing.T) {
	c, l := chip(t)
	if err := l.Out(gpio.High); err != nil {
		t.Fatal(err)
	}
	l.Close()
	if c.Level("A") != gpio.High {
		t.Error("the line fell")
	}
}

// One move of a contact is many edges, of which the kernel keeps 16.
func TestContactsBounce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		most := 0
		for seed := range uint64(20) {
			c := gpiochip.New(seed, "B")
			in := input(t, c, "B")
			c.Close("B")
			n := 0
			for ; ; n++ {
				if _, _, err := in.WaitForEdge(time.Millisecond); err != nil {
					break
				}
			}
			if n == 0 {
				t.Errorf("seed %d: no edge", seed)
			}
			most = max(most, n)
		}
		if most != 16 {
			t.Errorf("at most %d edges of one move, want as many as the kernel keeps", most)
		}
	})
}

// Errors are the kernel's texts without its numbers.
func TestErrorsHaveNoNumber(t *testing.T) {
	c, l := chip(t)
	c.Occupy("A")
	err := l.Out(gpio.High)
	if err == nil || err.Error() != syscall.EBUSY.Error() || errors.Is(err, syscall.EBUSY) {
		t.Errorf("got %v", err)
	}
}

func TestAPulledChipIsDeadForGood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, l := chip(t)
		in := input(t, c, "B")
		time.AfterFunc(time.Second, c.Unplug)
		if _, _, err := in.WaitForEdge(time.Minute); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("waiting: %v", err)
		}
		if _, err := in.Read(1); err == nil {
			t.Error("it is read")
		}
		if err := l.Out(gpio.High); err == nil {
			t.Error("it is driven")
		}
		if _, err := c.Input("B", gpio.PullUp); err == nil {
			t.Error("it is requested again")
		}
	})
}
