package scanner

import (
	"errors"
	"sync"
	"time"

	"periph.io/x/conn/v3/physic"
)

// TinyCode is an I2C bus with a Tiny Code Reader on it.
type TinyCode struct {
	View

	mu      sync.Mutex // guards the rest
	answer  [256]byte
	lit     bool
	pulled  bool
	hanging chan struct{} // closed when transfers may go on; nil: none hangs
	stop    chan struct{}
}

// NewTinyCode starts the module, which looks five times a second, and shines while
// it does as it is made.
func NewTinyCode() *TinyCode {
	t := &TinyCode{lit: true, stop: make(chan struct{})}
	go t.run()
	return t
}

func (t *TinyCode) run() {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			t.frame()
		case <-t.stop:
			return
		}
	}
}

// frame is one look: a code is there to be asked for until the next.
func (t *TinyCode) frame() {
	code, _ := t.read()
	t.mu.Lock()
	defer t.mu.Unlock()
	clear(t.answer[:])
	n := copy(t.answer[2:], code.Raw)
	t.answer[0], t.answer[1] = byte(n), byte(n>>8)
}

// Off ends the module for good.
func (t *TinyCode) Off() { close(t.stop) }

// Unplug pulls the module from the bus, Plug puts it back.
func (t *TinyCode) Unplug() { t.pull(true) }

// Plug puts the module back on the bus, as it is made.
func (t *TinyCode) Plug() { t.pull(false) }

func (t *TinyCode) pull(out bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.pulled, t.lit = out, !out
	clear(t.answer[:])
}

// Hang lets every transfer wait, as on a bus that somebody holds down, until the
// returned function is called.
func (t *TinyCode) Hang() (release func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	hanging := make(chan struct{})
	t.hanging = hanging
	return func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.hanging = nil
		close(hanging)
	}
}

// Lit tells whether the LED is on.
func (t *TinyCode) Lit() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.lit
}

func (t *TinyCode) String() string { return "emulated I2C" }

// SetSpeed takes what the module does.
func (t *TinyCode) SetSpeed(f physic.Frequency) error {
	if f > 400*physic.KiloHertz {
		return errors.New("emulated I2C: too fast")
	}
	return nil
}

// Close is the bus's; the module works on.
func (t *TinyCode) Close() error { return nil }

// Tx is a transfer with whoever has the address.
func (t *TinyCode) Tx(address uint16, w, r []byte) error {
	t.mu.Lock()
	hanging := t.hanging
	t.mu.Unlock()
	if hanging != nil {
		<-hanging
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.pulled || address != 0x0C {
		return errors.New("sysfs-i2c: remote I/O error")
	}
	if len(w) == 2 && w[0] == 1 {
		t.lit = w[1] != 0
	}
	copy(r, t.answer[:])
	return nil
}
