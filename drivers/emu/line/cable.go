package line

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"

	periph "periph.io/x/conn/v3/uart"
)

// Cable is a line with a device at its end.
type Cable struct {
	device Device
	socket socket
	faults *faults
	power  atomic.Pointer[power] // nil while the device has none

	mu    sync.Mutex // one plugging or pulling at a time
	ended bool
}

// socket is the host's end of a cable.
type socket interface {
	// plug makes the port appear. What the host sends goes to hear.
	plug(hear func(chunk []byte)) error
	// unplug takes the port away. It does not wait for hear.
	unplug()
	deliver(chunk []byte)
	open() (periph.PortCloser, error)
	// baud is the host's speed, 0 where that is unknown.
	baud() int
}

// power is the device's time from power-on to power-off.
type power struct {
	heard *queue // what the host said
	off   context.CancelFunc
	done  chan struct{}
	cut   atomic.Bool
}

func (p *power) fail() {
	p.cut.Store(true)
	p.off()
	p.heard.drop()
}

func newCable(d Device, s socket, seed uint64) (*Cable, error) {
	c := &Cable{device: d, socket: s, faults: newFaults(seed)}
	if err := c.Plug(); err != nil {
		return nil, err
	}
	return c, nil
}

// Open opens the host's end; a pty as the real driver does.
func (c *Cable) Open() (periph.PortCloser, error) { return c.socket.open() }

// Plug plugs the cable in, and gives the device power.
func (c *Cable) Plug() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended {
		return errors.New("line: closed")
	}
	if p := c.power.Load(); p != nil && !p.cut.Load() {
		return errors.New("line: plugged in already")
	}
	c.powerOff()
	if err := c.socket.plug(c.hostSaid); err != nil {
		return fmt.Errorf("line: plugging in: %w", err)
	}
	c.powerOn()
	return nil
}

// Unplug pulls the cable: the port vanishes, the device has no power, and what was
// on its way is lost. It returns when the device has stopped.
func (c *Cable) Unplug() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.socket.unplug()
	c.powerOff()
}

// Restart takes the device's power away for a moment. The port stays, as on a
// UART of the board.
func (c *Cable) Restart() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.power.Load() != nil {
		c.powerOff()
		c.powerOn()
	}
}

// Close ends cable and device for good. It may be called twice.
func (c *Cable) Close() error {
	c.Unplug()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended = true
	return nil
}

// powerOn and powerOff run under the lock.
func (c *Cable) powerOn() {
	ctx, off := context.WithCancel(context.Background())
	p := &power{heard: newQueue(), off: off, done: make(chan struct{})}
	c.power.Store(p)
	go func() {
		defer close(p.done)
		c.device.Run(ctx, wire{Reader: p.heard, say: func(frame []byte) { c.deviceSaid(p, frame) }})
	}()
}

func (c *Cable) powerOff() {
	p := c.power.Load()
	if p == nil {
		return
	}
	p.fail()
	<-p.done
	c.faults.forget()
	c.power.Store(nil)
}

// wire is the device's end.
type wire struct {
	io.Reader
	say func([]byte)
}

func (w wire) Write(frame []byte) (int, error) {
	w.say(bytes.Clone(frame))
	return len(frame), nil
}

// deviceSaid brings the host a frame, or what faults make of it.
func (c *Cable) deviceSaid(p *power, frame []byte) {
	if p.cut.Load() || len(frame) == 0 {
		return
	}
	if device, host, same := c.speeds(); !same {
		c.socket.deliver(c.faults.otherSpeed(len(frame), device, host))
		return
	}
	chunks, then := c.faults.suffer(frame)
	for _, chunk := range chunks {
		c.socket.deliver(chunk)
	}
	switch then {
	case Reset:
		p.fail()
		go func() {
			c.mu.Lock()
			defer c.mu.Unlock()
			if c.power.Load() == p { // else it was pulled meanwhile
				c.powerOff()
				c.powerOn()
			}
		}()
	case Unplugged:
		p.fail() // before the host can see it, and plug in again
		c.socket.unplug()
	}
}

// hostSaid brings the device what the host sent.
func (c *Cable) hostSaid(chunk []byte) {
	c.Release()
	p := c.power.Load()
	if p == nil {
		return
	}
	if device, host, same := c.speeds(); !same {
		chunk = c.faults.otherSpeed(len(chunk), host, device)
	}
	p.heard.put(chunk)
}

// speeds tells whether device and host agree; they do where one has none.
func (c *Cable) speeds() (device, host int, same bool) {
	rated, ok := c.device.(Rated)
	if !ok {
		return 0, 0, true
	}
	device, host = rated.Baud(), c.socket.baud()
	return device, host, host == 0 || device == host
}
