package cardread

import (
	"context"
	"errors"

	"motcua/drivers"
	"motcua/protocol/cccd"
	"motcua/protocol/emrtd"
	"motcua/protocol/fault"
)

// coded attaches the fault code that a technician looks up.
func coded(err error) error {
	if k, ok := errors.AsType[*emrtd.KeyError](err); ok && k.Blocked {
		return fault.Wrap(fault.KeyBlocked, err)
	}
	// In this order: a service that died also takes its card away.
	for _, known := range []struct {
		err  error
		code fault.Code
	}{
		{context.DeadlineExceeded, fault.ReadTimeout},
		{emrtd.ErrWrongKey, fault.WrongKey},
		{drivers.ErrNoService, fault.NoService},
		{drivers.ErrAccessDenied, fault.Denied},
		{drivers.ErrServiceMismatch, fault.LibMismatch},
		{drivers.ErrCardGone, fault.CardGone},
		{drivers.ErrNoReader, fault.NoReader},
		{drivers.ErrBusy, fault.CardBusy},
		{drivers.ErrReaderMute, fault.ReaderMute},
		{drivers.ErrTooLong, fault.Unreadable},
		{emrtd.ErrUnsupported, fault.CardForeign},
		{emrtd.ErrProtocol, fault.Unreadable},
		{cccd.ErrMalformed, fault.Unreadable},
		{cccd.ErrNoIdentity, fault.Unreadable},
	} {
		if errors.Is(err, known.err) {
			return fault.Wrap(known.code, err)
		}
	}
	if errors.Is(err, drivers.ErrNoCard) || errors.Is(err, context.Canceled) || errors.Is(err, ErrReader) {
		return err
	}
	return fault.Wrap(fault.Internal, err)
}
