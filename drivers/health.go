package drivers

import "time"

// State is where a device stands with the software that keeps it attached.
type State string

// States, in the order of a life.
const (
	StateAbsent   State = "absent"   // nothing is there
	StateProbing  State = "probing"  // something is there and is asked who it is
	StateReady    State = "ready"    // it answered, and all is well
	StateDegraded State = "degraded" // it is there, and something is wrong with it
	StateGone     State = "gone"     // it was there, and is not
)

// States lists every state.
func States() []State {
	return []State{StateAbsent, StateProbing, StateReady, StateDegraded, StateGone}
}

// Health is how a device is, for people and programs that look after it.
type Health struct {
	Class Class
	State State
	Since time.Time // when this state and reason began
	// Usable says that calls reach the device: it is ready, or degraded and still
	// attached (a printer without paper, a board that lacks a lamp).
	Usable bool
	// Info is of the device that answered last; zero before the first.
	Info Info
	// Reason is why it is not ready: one of the errors of this package, wrapped
	// with its cause. It is nil while the device is ready or first asked.
	Reason error
}
