package finger_test

import (
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"motcua/drivers"
	emu "motcua/drivers/emu/finger"
	"motcua/drivers/emu/r503"
	"motcua/drivers/finger"
)

// automatic sends an emulated module one automatic command, and gives the contents
// of its answers of the next half minute, as they came.
func automatic(t *testing.T, m *r503.Module, command ...byte) [][]byte {
	t.Helper()
	host, wire := io.Pipe()
	said := &answers{}
	done := make(chan struct{})
	go func() {
		defer close(done)
		m.Run(t.Context(), struct {
			io.Reader
			io.Writer
		}{host, said})
	}()
	sum := 1 + len(command) + 2
	for _, b := range command {
		sum += int(b)
	}
	frame := append([]byte{0xEF, 0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, 0x00, byte(len(command) + 2)}, command...)
	if _, err := wire.Write(append(frame, byte(sum>>8), byte(sum))); err != nil {
		t.Fatal(err)
	}
	time.Sleep(30 * time.Second) // of the bubble
	_ = wire.Close()
	<-done
	return said.contents
}

// answers collects the contents of packets; the ready byte is none.
type answers struct{ contents [][]byte }

func (a *answers) Write(frame []byte) (int, error) {
	if len(frame) > 11 {
		a.contents = append(a.contents, frame[9:len(frame)-2])
	}
	return len(frame), nil
}

// TestAutomaticEnrolment reads the fifteen answers of a module to one command, in
// order, swapped, and doubled.
func TestAutomaticEnrolment(t *testing.T) {
	for _, c := range []struct {
		name  string
		fault r503.Kind
		steps int
		err   error
	}{
		{"in order", 0, 15, nil},
		{"two swapped", r503.FaultOrder, 1, drivers.ErrProtocol},
		{"one doubled", r503.FaultTwice, 2, drivers.ErrProtocol},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := r503.New(r503.R503)
				m.On(0x31, r503.Fault{Kind: c.fault})
				m.Glass.Lay(1, emu.Good)
				var follow finger.R503EnrolSteps
				var got []finger.R503EnrolStep
				var err error
				for _, content := range automatic(t, m, 0x31, 7, 0, 1, 1, 0) {
					step, done, e := follow.Next(content)
					if err = e; err != nil {
						break
					}
					got = append(got, step)
					if done != (step.Kind == finger.R503Stored) {
						t.Errorf("step %+v: done %v", step, done)
					}
				}
				if !errors.Is(err, c.err) || len(got) != c.steps {
					t.Fatalf("%d steps, %v; want %d, %v", len(got), err, c.steps, c.err)
				}
				if last := got[len(got)-1]; c.err == nil && (last.Place != 7 || got[9].Picture != 5 || got[9].Kind != finger.R503Extracted) {
					t.Errorf("tenth step %+v, last %+v", got[9], last)
				}
			})
		})
	}
}

// TestAutomaticIdentification reads what a module answers that finds a finger, or
// none.
func TestAutomaticIdentification(t *testing.T) {
	for _, c := range []struct {
		name string
		kept emu.Finger
		err  error
	}{
		{"found", 1, nil},
		{"not found", 2, finger.R503Code(0x09)},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := r503.New(r503.R503)
				m.Keep(12, c.kept)
				m.Glass.Lay(1, emu.Good)
				var follow finger.R503IdentifySteps
				var last finger.R503IdentifyStep
				var err error
				n := 0
				for _, content := range automatic(t, m, 0x32, 3, 0, 0xC7, 1, 1) {
					if last, _, err = follow.Next(content); err != nil {
						break
					}
					n++
				}
				if !errors.Is(err, c.err) || c.err == nil && (n != 3 || last.Place != 12 || last.Score == 0) || c.err != nil && n != 2 {
					t.Errorf("%d steps, last %+v, %v", n, last, err)
				}
			})
		})
	}
}

// TestAutomaticEnrolmentTimesOut lays no finger down.
func TestAutomaticEnrolmentTimesOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		got := automatic(t, r503.New(r503.R503), 0x31, 7, 0, 1, 1, 0)
		if len(got) != 1 {
			t.Fatalf("answers % X, want one", got)
		}
		if _, err := finger.ParseR503EnrolStep(got[0]); !errors.Is(err, finger.R503Code(0x26)) || !errors.Is(err, drivers.ErrNoFinger) {
			t.Errorf("got %v", err)
		}
	})
}
