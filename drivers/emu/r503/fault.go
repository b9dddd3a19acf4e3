package r503

import (
	"encoding/binary"
	"slices"
)

// Fault is something that the module does wrong with one command. What goes wrong
// on the way is the line's.
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
	// FaultAddress answers from another address.
	FaultAddress
	// FaultSum answers with a wrong checksum.
	FaultSum
	// FaultLong claims a content of 4 KiB and more, and sends as much.
	FaultLong
	// FaultMore answers with bytes that do not belong there, FaultLess without those
	// that do.
	FaultMore
	FaultLess
	// FaultSlow answers after four seconds, when every host has given up.
	FaultSlow
	// FaultNoEnd leaves out the last data packet.
	FaultNoEnd
	// FaultGap leaves out a data packet in the middle.
	FaultGap
	// FaultOrder swaps two answers to an automatic command.
	FaultOrder
	// FaultTwice says one answer to an automatic command twice.
	FaultTwice
)

// Code is a fault that answers with a confirmation code.
func Code(c byte) Fault { return Fault{FaultCode, c} }

// AnyCommand stands for whichever command comes next.
const AnyCommand byte = 0

// spoil does to an answer's frames what the fault says.
func (f Fault) spoil(frames [][]byte) [][]byte {
	if len(frames) == 0 {
		return nil
	}
	first, last := frames[0], len(frames)-1
	address, body := binary.BigEndian.Uint32(first[2:]), first[9:len(first)-2]
	switch f.Kind {
	case FaultMute:
		return nil
	case FaultAddress:
		first[5]++ // which no checksum covers
	case FaultSum:
		first[len(first)-1]++
	case FaultLong:
		return [][]byte{say(address, pidAck, make([]byte, 4500))}
	case FaultMore:
		frames[0] = say(address, pidAck, append(slices.Clone(body), 1, 2, 3))
	case FaultLess:
		frames[0] = say(address, pidAck, body[:1])
	case FaultNoEnd:
		return frames[:last]
	case FaultGap:
		if last > 1 {
			return slices.Delete(frames, 1, 2)
		}
	}
	return frames
}
