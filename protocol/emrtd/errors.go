package emrtd

import (
	"errors"
	"fmt"

	"motcua/protocol/der"
)

var (
	// ErrWrongKey: the chip refused the key; see [KeyError]. The person may try
	// another one.
	ErrWrongKey = errors.New("the chip refused the key")
	// ErrUnsupported: the chip offers no protocol that this key can open, or is
	// no travel document. Permanent.
	ErrUnsupported = errors.New("not supported")
	// ErrProtocol: the chip answered in a way the protocols do not allow. Trying
	// again may help once, after a bad contact.
	ErrProtocol = errors.New("protocol violated")
	// ErrSecureMessaging: an answer was not protected as it must be; the session
	// with the chip is dead. It wraps [ErrProtocol].
	ErrSecureMessaging = fmt.Errorf("secure messaging: %w", ErrProtocol)
	// ErrMalformed: a file or message is not built as its standard says. It
	// wraps [ErrProtocol] and [der.ErrMalformed].
	ErrMalformed = fmt.Errorf("%w: %w", der.ErrMalformed, ErrProtocol)
	// ErrKey: the text given is no key; nothing was sent to a chip.
	ErrKey = errors.New("not a key")
)

// KeyError says that the chip refused the key. It is an [ErrWrongKey].
type KeyError struct {
	// Left is how many tries the chip says are left, or -1 when it does not say.
	Left int
	// Blocked: the chip takes no more keys of this kind for now.
	Blocked bool
	// Suspended: one try of the PIN is left, and the chip takes it only after
	// the card access number (TR-03110 part 2, 3.3). The PIN was not tried.
	Suspended bool
}

func (e *KeyError) Error() string {
	switch {
	case e.Suspended:
		return "the chip keeps the last try of this key until it is opened with the card access number"
	case e.Blocked:
		return "the chip refused the key and takes no more"
	case e.Left >= 0:
		return fmt.Sprintf("the chip refused the key, %d tries left", e.Left)
	}
	return "the chip refused the key"
}

// Is makes errors.Is(err, ErrWrongKey) true.
func (e *KeyError) Is(target error) bool { return target == ErrWrongKey }
