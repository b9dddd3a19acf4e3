package devices_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"

	"motcua/daemon/config"
	"motcua/daemon/devices"
	"motcua/drivers"
	"motcua/drivers/supervisor"
	"motcua/protocol/fault"
	"motcua/protocol/local"
)

// fingerReader is one on which the finger of template "mine" lies.
type fingerReader struct {
	compared drivers.Template // as it was given
	err      error
}

func (*fingerReader) Probe(context.Context) (drivers.Info, error) { return drivers.Info{}, nil }
func (*fingerReader) Close() error                                { return nil }
func (*fingerReader) Purge(context.Context) error                 { return nil }

func (r *fingerReader) WaitFinger(_ context.Context, on bool) error {
	if on {
		return nil
	}
	return drivers.ErrNoAnswer
}

func (r *fingerReader) Verify(_ context.Context, t drivers.Template) (drivers.FingerMatch, error) {
	r.compared = t
	return drivers.FingerMatch{Same: string(t.Data) == "mine"}, r.err
}

func (r *fingerReader) Enrol(_ context.Context, progress func(drivers.EnrolStep)) (drivers.Template, error) {
	progress(drivers.EnrolStep{Ask: drivers.LayFinger, Number: 1, Of: 1})
	return drivers.Template{Kind: "test", Data: []byte("mine")}, r.err
}

// A visit uses the reader through its supervisor. What is given to the reader is a copy,
// which is wiped, as the call may outlast who made it.
func TestFingers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reader := &fingerReader{}
		d, err := devices.New(devices.Options{
			Config: config.Devices{FingerReader: &config.Port{Path: "tcp://finger.example:1"}},
			Drivers: devices.Drivers{FingerReader: &devices.Driver[drivers.FingerReader]{
				Open: func(context.Context, string, config.Port) (drivers.FingerReader, error) { return reader, nil },
			}},
			Ports: supervisor.NewPorts(t.TempDir()), Show: func([]local.PartState) {}, Fault: func(fault.Code) {},
			Jitter: func() float64 { return 0.5 }, Log: slog.New(slog.DiscardHandler),
		})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- d.Run(ctx) }()
		synctest.Wait()
		fingers := d.Fingers()
		steps := 0
		mine, err := fingers.Enrol(ctx, func(drivers.EnrolStep) { steps++ })
		if err != nil || string(mine.Data) != "mine" || steps != 1 {
			t.Errorf("enrolled %d bytes in %d steps, %v", len(mine.Data), steps, err)
		}
		if m, err := fingers.Compare(ctx, mine); err != nil || !m.Same || string(mine.Data) != "mine" {
			t.Errorf("%v, %v", m.Same, err)
		}
		if got := reader.compared.Data; len(got) != 4 || !bytes.Equal(got, make([]byte, 4)) {
			t.Error("the reader's copy is left")
		}
		if m, err := fingers.Compare(ctx, drivers.Template{Kind: "test", Data: []byte("other")}); err != nil || m.Same {
			t.Errorf("another finger: %v, %v", m.Same, err)
		}
		if err := fingers.Lifted(ctx); !errors.Is(err, drivers.ErrNoAnswer) {
			t.Errorf("waited for a finger to be laid down: %v", err)
		}
		reader.err = drivers.ErrPoorFinger
		if _, err := fingers.Compare(ctx, mine); !errors.Is(err, drivers.ErrPoorFinger) {
			t.Error(err)
		}
		cancel()
		<-ended
		if _, err := fingers.Compare(t.Context(), mine); !errors.Is(err, drivers.ErrDeviceGone) {
			t.Errorf("without a reader: %v", err)
		}
	})
}
