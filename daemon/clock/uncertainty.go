package clock

import "time"

// drift is how far a bad quartz runs from the truth, in parts of a million.
const drift = 50

// Uncertainty is how far the kiosk's idea of the centre's time may be off: what
// the way of the last answer left open, and what a quartz may have drifted since.
// It is false when the centre has not been heard since power came on.
func (c *Clock) Uncertainty() (time.Duration, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.last == (sample{}) {
		return 0, false
	}
	return c.last.uncertainty + (c.src.Up()-c.last.up)*drift/1_000_000, true
}
