package board

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"periph.io/x/conn/v3/gpio"

	"motcua/drivers"
)

// Pins are the names of the board's lines; an empty one says that the kiosk has no
// such part.
type Pins struct {
	// Lamps and Buzzer are driven High to be on, and Low otherwise.
	Lamps  map[drivers.Lamp]string
	Buzzer string
	// Tamper is a switch to ground that is closed while the case is.
	Tamper string
	// StaffButton is a switch to ground that closes when it is pressed.
	StaffButton string
	// Presence is a sensor that is High while somebody is near, or Low with
	// PresenceLow.
	Presence    string
	PresenceLow bool
}

// Board drives and watches the lines. It is a [drivers.Board].
type Board struct {
	outputs []*output
	lamps   *lamps
	buzzer  *buzzer // nil: none
	inputs  []*input

	tamper   *contact // nil: none, as the next ones
	button   *contact
	presence *contact
	whenNear reading

	watching chan struct{}   // holds one token during a Watch
	life     context.Context // ends with Close
	end      context.CancelCauseFunc
	once     sync.Once

	mu      sync.Mutex
	pressed time.Time // since when the staff button is; zero: it is not
}

var _ drivers.Board = (*Board)(nil)

// Open requests the lines and puts everything to rest. A line that cannot be had is
// told by Probe and tried again then; Open fails when none can be had, with the
// reason of each.
func Open(lines Lines, pins Pins) (*Board, error) {
	b := &Board{watching: make(chan struct{}, 1)}
	b.life, b.end = context.WithCancelCause(context.Background())
	b.addOutputs(lines, pins)
	b.addInputs(lines, pins)
	if len(b.outputs)+len(b.inputs) == 0 {
		return nil, fmt.Errorf("the board has no pins: %w", drivers.ErrNoDevice)
	}
	if bad := b.trouble(); len(bad) == len(b.outputs)+len(b.inputs) {
		b.release()
		return nil, errors.Join(bad...)
	}
	return b, nil
}

func (b *Board) addOutputs(lines Lines, pins Pins) {
	lamps := map[drivers.Lamp]*output{}
	for _, lamp := range drivers.Lamps() {
		if name := pins.Lamps[lamp]; name != "" {
			lamps[lamp] = &output{role: "lamp " + lamp.String(), name: name, lines: lines}
			b.outputs = append(b.outputs, lamps[lamp])
		}
	}
	if pins.Buzzer != "" {
		b.buzzer = newBuzzer(&output{role: "buzzer", name: pins.Buzzer, lines: lines})
		b.outputs = append(b.outputs, b.buzzer.out)
	}
	b.lamps = startLamps(lamps)
}

func (b *Board) addInputs(lines Lines, pins Pins) {
	add := func(role, name string, pull gpio.Pull) *contact {
		if name == "" {
			return nil
		}
		c := &contact{input: newInput(lines, role, name, pull)}
		b.inputs = append(b.inputs, c.input)
		return c
	}
	b.tamper = tamperSwitch(add("tamper switch", pins.Tamper, gpio.PullUp))
	b.button = staffButton(add("staff button", pins.StaffButton, gpio.PullUp))
	b.presence, b.whenNear = presenceSensor(add, pins)
}

// trouble is what is wrong with each line. It drives each output to the level that
// it has, and reads each input.
func (b *Board) trouble() (bad []error) {
	for _, o := range b.outputs {
		if err := o.refresh(); err != nil {
			bad = append(bad, err)
		}
	}
	for _, in := range b.inputs {
		if err := in.trouble(); err != nil {
			bad = append(bad, err)
		}
	}
	return bad
}

// Probe drives and reads every line. It fails with ErrDeviceGone when none works,
// and with ErrDeviceFault, naming each, when some do not.
func (b *Board) Probe(ctx context.Context) (drivers.Info, error) {
	if err := ctx.Err(); err != nil {
		return drivers.Info{}, err
	}
	info := drivers.Info{Class: drivers.ClassBoard, Model: "GPIO"}
	bad := b.trouble()
	if len(bad) == len(b.outputs)+len(b.inputs) {
		return info, fmt.Errorf("%w: %w", drivers.ErrDeviceGone, errors.Join(bad...))
	}
	if err := b.stuckButton(time.Now()); err != nil {
		bad = append(bad, err)
	}
	if len(bad) > 0 {
		return info, fmt.Errorf("%w: %w", drivers.ErrDeviceFault, errors.Join(bad...))
	}
	return info, nil
}

// Light is that of [drivers.Board].
func (b *Board) Light(ctx context.Context, l drivers.Lamp, p drivers.LampPattern) error {
	if err := b.usable(ctx); err != nil {
		return err
	}
	b.lamps.set(l, p)
	return nil
}

// Sound is that of [drivers.Board].
func (b *Board) Sound(ctx context.Context, s drivers.Sound) error {
	if err := b.usable(ctx); err != nil {
		return err
	}
	all, err := tones(s)
	if err != nil || b.buzzer == nil {
		return err
	}
	ctx, cancel := b.untilClosed(ctx)
	defer cancel()
	return b.buzzer.play(ctx, all)
}

// usable fails after Close, and with ctx's error when it has ended.
func (b *Board) usable(ctx context.Context) error {
	if b.life.Err() != nil {
		return errClosed
	}
	return ctx.Err()
}

var errClosed = fmt.Errorf("the board is closed: %w", drivers.ErrDeviceGone)

// untilClosed is ctx that ends with the board, too; its cause tells which.
func (b *Board) untilClosed(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(b.life, func() { cancel(errClosed) })
	return ctx, func() { stop(); cancel(nil) }
}

// Close puts out every lamp, silences the buzzer and lets go of the lines. It ends
// a Watch.
func (b *Board) Close() error {
	b.release()
	return nil
}

func (b *Board) release() {
	b.once.Do(func() {
		b.end(errClosed)
		b.lamps.stop()
		for _, o := range b.outputs {
			o.close()
		}
		for _, in := range b.inputs {
			in.close()
		}
	})
}
