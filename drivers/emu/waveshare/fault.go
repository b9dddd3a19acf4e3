package waveshare

// Fault is something that the module does wrong with one command. What goes wrong on
// the way is the line's.
type Fault struct {
	Kind Kind
	Code byte // with FaultCode
}

// Kind is a kind of fault.
type Kind int

// Kinds of faults.
const (
	// FaultCode answers with Code and does nothing.
	FaultCode Kind = iota + 1
	// FaultMute does what it is told and does not answer.
	FaultMute
	// FaultSum answers with a wrong checksum.
	FaultSum
	// FaultOther answers another command.
	FaultOther
	// FaultLength announces data of another length.
	FaultLength
	// FaultNoData announces data and sends none.
	FaultNoData
	// FaultHalfData leaves out the second half of the data.
	FaultHalfData
	// FaultDataSum sends data with a wrong checksum.
	FaultDataSum
	// FaultSlow answers after four seconds, when every host has given up.
	FaultSlow
)

// Code is a fault that answers with a code.
func Code(c byte) Fault { return Fault{FaultCode, c} }

// AnyCommand stands for whichever command comes next.
const AnyCommand byte = 0

// spoil does to an answer's frames what the fault says.
func (f Fault) spoil(frames [][]byte) [][]byte {
	if len(frames) == 0 {
		return nil
	}
	first, last := frames[0], frames[len(frames)-1]
	switch {
	case f.Kind == FaultMute:
		return nil
	case f.Kind == FaultSum:
		first[6] ^= 1
	case f.Kind == FaultOther:
		first[1] ^= 0x40
		first[6] ^= 0x40
	case len(frames) < 2:
	case f.Kind == FaultLength:
		first[3] ^= 0x08
		first[6] ^= 0x08
	case f.Kind == FaultNoData:
		return frames[:1]
	case f.Kind == FaultHalfData:
		return [][]byte{first, last[:len(last)/2]}
	case f.Kind == FaultDataSum:
		last[len(last)-2] ^= 1
	}
	return frames
}
