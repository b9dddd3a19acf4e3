package outbox

import "errors"

// Reasons for which the queue does not do what it is asked. All but [ErrUnknown],
// [ErrExists] and [ErrClosed] carry a code of protocol/fault.
var (
	// ErrLocked: another process has the queue open.
	ErrLocked = errors.New("another process has the queue open")
	// ErrCorrupt: the file is not what was written to it. It is left as it is.
	ErrCorrupt = errors.New("the queue file is damaged")
	// ErrFull: there is no room for another request; sending may make some.
	ErrFull = errors.New("the queue is full")
	// ErrBroken: a write or fsync failed, now or earlier. The store stays
	// unusable; the process has to start again and read the file back.
	ErrBroken = errors.New("the queue's disk failed")
	// ErrUnknown: there is no request of that id.
	ErrUnknown = errors.New("no such request in the queue")
	// ErrExists: a request of that id is in the queue already.
	ErrExists = errors.New("the request is in the queue already")
	// ErrClosed: the store was closed.
	ErrClosed = errors.New("the queue is closed")
)
