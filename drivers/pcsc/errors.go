//go:build cgo

package pcsc

import (
	"errors"
	"fmt"

	"github.com/ebfe/scard"

	"motcua/drivers"
)

// fail gives an error of libpcsclite its meaning in [drivers]. scard's own text is
// not used: it is read from a C buffer that another thread may be writing.
func fail(doing string, err error) error {
	code, ok := errors.AsType[scard.Error](err)
	if !ok {
		return fmt.Errorf("%s: %w", doing, err)
	}
	switch meaning := meaningOf(code); {
	case code == scard.ErrUnresponsiveCard, code == scard.ErrUnpoweredCard:
		return fmt.Errorf("%s: pcsc error %08X: what lies there does not answer to reset: %w", doing, uint32(code), meaning)
	case meaning != nil:
		return fmt.Errorf("%s: pcsc error %08X: %w", doing, uint32(code), meaning)
	}
	return fmt.Errorf("%s: pcsc error %08X: %s", doing, uint32(code), textOf(code))
}

func meaningOf(code scard.Error) error {
	switch code {
	// An old handle is all that is left of a service that died; a connection that
	// is reset by its death reads as a security violation.
	case scard.ErrNoService, scard.ErrCommError, scard.ErrInvalidHandle, scard.ErrShutdown, scard.ErrServiceStopped, scard.ErrSecurityViolation:
		return drivers.ErrNoService
	case scard.ErrUnknownReader, scard.ErrReaderUnavailable, scard.ErrNoReadersAvailable:
		return drivers.ErrNoReader
	case scard.ErrNoSmartcard, scard.ErrRemovedCard, scard.ErrUnresponsiveCard, scard.ErrUnpoweredCard:
		return drivers.ErrNoCard
	case scard.ErrSharingViolation:
		return drivers.ErrBusy
	}
	return nil
}

// failEstablish gives an error of the first call its meaning, which differs from
// that of the same code later on.
func failEstablish(err error) error {
	const doing = "connecting to pcscd"
	switch {
	case errors.Is(err, scard.ErrSecurityViolation):
		return fmt.Errorf("%s: pcsc error %08X: %w", doing, uint32(scard.ErrSecurityViolation), drivers.ErrAccessDenied)
	case errors.Is(err, scard.ErrServiceStopped):
		return fmt.Errorf("%s: pcsc error %08X: %w", doing, uint32(scard.ErrServiceStopped), drivers.ErrServiceMismatch)
	}
	return fail(doing, err)
}

func textOf(code scard.Error) string {
	switch code {
	case scard.ErrProtoMismatch:
		return "the card speaks neither T=0 nor T=1"
	case scard.ErrInsufficientBuffer:
		return "the answer is longer than any APDU"
	case scard.ErrInvalidParameter, scard.ErrInvalidValue:
		return "invalid parameter"
	}
	return "see pcsclite.h"
}

// failExchange gives an error of a Transmit its meaning. Whatever ends the chip's
// session means that the card has gone: the session cannot be picked up again.
func failExchange(err error) error {
	code, ok := errors.AsType[scard.Error](err)
	if !ok {
		return fmt.Errorf("exchanging: %w", err)
	}
	switch code {
	case scard.ErrNotTransacted, scard.ErrRemovedCard, scard.ErrNoSmartcard, scard.ErrResetCard, scard.ErrUnpoweredCard,
		scard.ErrUnresponsiveCard, scard.ErrReaderUnavailable, scard.ErrUnknownReader:
		return fmt.Errorf("exchanging: pcsc error %08X: %w", uint32(code), drivers.ErrCardGone)
	case scard.ErrNoService, scard.ErrCommError, scard.ErrInvalidHandle, scard.ErrServiceStopped, scard.ErrShutdown,
		scard.ErrSecurityViolation:
		return fmt.Errorf("exchanging: pcsc error %08X: %w: %w", uint32(code), drivers.ErrNoService, drivers.ErrCardGone)
	}
	return fail("exchanging", err)
}

// complainsOfLength tells whether a failed exchange names its length as the reason,
// in the words of the drivers that have some for it.
func complainsOfLength(err error) bool {
	for _, code := range []scard.Error{scard.ErrInsufficientBuffer, scard.ErrInvalidParameter, scard.ErrInvalidValue, scard.ErrUnsupportedFeature} {
		if errors.Is(err, code) {
			return true
		}
	}
	return false
}

// failLength is the error of a command that the reader does not carry.
func failLength(command []byte, err error) error {
	code, _ := errors.AsType[scard.Error](err)
	return fmt.Errorf("exchanging: command of %d bytes: pcsc error %08X: %w", len(command), uint32(code), drivers.ErrTooLong)
}

// unnoticed tells whether a failed exchange means a card, or a reader, that pcscd
// may still believe to be there.
func unnoticed(err error) bool {
	for _, code := range []scard.Error{scard.ErrNotTransacted, scard.ErrUnresponsiveCard, scard.ErrUnpoweredCard, scard.ErrReaderUnavailable} {
		if errors.Is(err, code) {
			return true
		}
	}
	return false
}

// serviceLost tells whether a context is of no use any more.
func serviceLost(err error) bool {
	return errors.Is(err, drivers.ErrNoService) || errors.Is(err, drivers.ErrAccessDenied) || errors.Is(err, drivers.ErrServiceMismatch)
}
