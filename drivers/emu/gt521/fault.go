package gt521

// Fault is something that the module does wrong with one packet. What goes wrong on
// the way is the line's.
type Fault struct {
	Kind Kind
	Code uint32 // with FaultCode
}

// Kind is a kind of fault.
type Kind int

// Kinds of faults.
const (
	// FaultCode refuses with Code and does nothing.
	FaultCode Kind = iota + 1
	// FaultMute does what it is told and does not answer.
	FaultMute
	// FaultDevice answers as another device.
	FaultDevice
	// FaultSum answers with a wrong checksum.
	FaultSum
	// FaultWord answers with neither yes nor no.
	FaultWord
	// FaultNoData answers and leaves out the data.
	FaultNoData
	// FaultHalfData leaves out the second half of the data.
	FaultHalfData
	// FaultDataSum sends data with a wrong checksum.
	FaultDataSum
	// FaultSlow answers after four seconds, when every host has given up.
	FaultSlow
)

// Code is a fault that refuses with an error code.
func Code(c uint32) Fault { return Fault{FaultCode, c} }

// AnyCommand stands for whichever command comes next.
const AnyCommand uint16 = 0

// spoil does to an answer's frames what the fault says.
func (f Fault) spoil(frames [][]byte) [][]byte {
	first, last := frames[0], frames[len(frames)-1]
	switch {
	case f.Kind == FaultMute:
		return nil
	case f.Kind == FaultDevice:
		first[2]++
		first[10]++
	case f.Kind == FaultSum:
		first[10]++
	case f.Kind == FaultWord:
		first[8] += 2
		first[10] += 2
	case len(frames) < 2:
	case f.Kind == FaultNoData:
		return frames[:1]
	case f.Kind == FaultHalfData:
		return [][]byte{first, last[:len(last)/2]}
	case f.Kind == FaultDataSum:
		last[len(last)-1]++
	}
	return frames
}
