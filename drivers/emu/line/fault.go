package line

import (
	"bytes"
	"math/rand/v2"
	"sync"
)

// Fault is something that befalls a frame on its way from the device to the host.
type Fault int

// Faults.
const (
	OneByte   Fault = iota + 1 // arrives byte by byte
	Split                      // arrives in pieces of any length
	Merged                     // waits for the next frame and arrives with it
	Garbage                    // comes behind bytes of noise
	Ready                      // comes behind 0x55, which modules say at power-on
	Flipped                    // one bit is wrong
	Truncated                  // its end is missing
	Late                       // arrives when the host sends again, or at Release
	Twice                      // arrives twice
	Noise                      // is noise from end to end, as of another speed
	Reset                      // the device loses its power in the middle of it
	Unplugged                  // the cable is pulled in the middle of it
)

var faultNames = [...]string{
	OneByte: "one byte at a time", Split: "split", Merged: "merged", Garbage: "garbage before", Ready: "0x55 before",
	Flipped: "bit flipped", Truncated: "truncated", Late: "late", Twice: "twice", Noise: "noise", Reset: "reset within",
	Unplugged: "unplugged within",
}

// Faults lists every fault.
func Faults() (all []Fault) {
	for f := OneByte; f <= Unplugged; f++ {
		all = append(all, f)
	}
	return all
}

func (f Fault) String() string { return faultNames[f] }

// faults decides what befalls each frame.
type faults struct {
	mu     sync.Mutex
	chance *rand.Rand
	next   []Fault // of the next frames, one each
	rate   float64 // of frames that suffer one of any
	any    []Fault
	merge  []byte   // waits for the next frame
	late   [][]byte // wait for the host
}

func newFaults(seed uint64) *faults {
	return &faults{chance: rand.New(rand.NewPCG(seed, 0x5a17))}
}

// suffer gives the chunks that come of a frame, and Reset or Unplugged when that
// happens after them.
func (f *faults) suffer(frame []byte) (chunks [][]byte, then Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	fault := f.pick()
	if len(f.merge) > 0 {
		frame, f.merge = append(f.merge, frame...), nil
	}
	if len(frame) == 0 {
		return nil, 0
	}
	switch fault {
	case OneByte:
		for i := range frame {
			chunks = append(chunks, frame[i:i+1])
		}
	case Split:
		for rest := frame; len(rest) > 0; {
			n := 1 + f.chance.IntN(len(rest))
			chunks, rest = append(chunks, rest[:n]), rest[n:]
		}
	case Merged:
		f.merge = frame
	case Garbage:
		chunks = [][]byte{f.noise(1 + f.chance.IntN(20)), frame}
	case Ready:
		chunks = [][]byte{{0x55}, frame}
	case Flipped:
		bit := f.chance.IntN(8 * len(frame))
		frame[bit/8] ^= 1 << (bit % 8)
		chunks = [][]byte{frame}
	case Truncated:
		chunks = [][]byte{frame[:f.chance.IntN(len(frame))]}
	case Late:
		f.late = append(f.late, frame)
	case Twice:
		chunks = [][]byte{frame, bytes.Clone(frame)}
	case Noise:
		chunks = [][]byte{f.noise(len(frame))}
	case Reset, Unplugged:
		chunks = [][]byte{frame[:f.chance.IntN(len(frame))]}
		then = fault
	default:
		chunks = [][]byte{frame}
	}
	return chunks, then
}

func (f *faults) pick() Fault {
	if len(f.next) > 0 {
		fault := f.next[0]
		f.next = f.next[1:]
		return fault
	}
	if len(f.any) > 0 && f.chance.Float64() < f.rate {
		return f.any[f.chance.IntN(len(f.any))]
	}
	return 0
}

// noise is n bytes of chance. Callers hold the lock.
func (f *faults) noise(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(f.chance.Uint32())
	}
	return b
}

// otherSpeed is what is heard of bytes that were sent at another speed: about as
// many as the times of both give, none of them right but by chance.
func (f *faults) otherSpeed(n, sent, heard int) []byte {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.noise(max(1, min(n*heard/max(sent, 1), 4*n)))
}

// takeLate gives what came too late, and forgets it.
func (f *faults) takeLate() [][]byte {
	f.mu.Lock()
	defer f.mu.Unlock()
	late := f.late
	f.late = nil
	return late
}

// forget drops what waits: the device has lost its power.
func (f *faults) forget() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.merge, f.late = nil, nil
}

// Inject makes the device's next frames suffer one fault each, in this order.
func (c *Cable) Inject(next ...Fault) {
	c.faults.mu.Lock()
	defer c.faults.mu.Unlock()
	c.faults.next = append(c.faults.next, next...)
}

// Pending is how many injected faults have not befallen a frame yet.
func (c *Cable) Pending() int {
	c.faults.mu.Lock()
	defer c.faults.mu.Unlock()
	return len(c.faults.next)
}

// Storm makes each frame suffer one of these faults with a probability of rate;
// a rate of 0 ends it.
func (c *Cable) Storm(rate float64, of ...Fault) {
	c.faults.mu.Lock()
	defer c.faults.mu.Unlock()
	c.faults.rate, c.faults.any = rate, of
}

// Release brings the host what came too late until now.
func (c *Cable) Release() {
	for _, frame := range c.faults.takeLate() {
		c.socket.deliver(frame)
	}
}

// Calm forgets faults that have not befallen anything yet.
func (c *Cable) Calm() {
	c.faults.mu.Lock()
	defer c.faults.mu.Unlock()
	c.faults.next = nil
}
