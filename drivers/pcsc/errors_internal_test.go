//go:build cgo

package pcsc

import (
	"errors"
	"testing"

	"github.com/ebfe/scard"

	"motcua/drivers"
)

func TestErrorsMeanSomething(t *testing.T) {
	sentinels := []error{
		drivers.ErrCardGone, drivers.ErrNoCard, drivers.ErrNoReader, drivers.ErrNoService,
		drivers.ErrAccessDenied, drivers.ErrServiceMismatch, drivers.ErrBusy,
	}
	cases := []struct {
		name string
		got  error
		want []error
	}{
		{"pcscd not running", failEstablish(scard.ErrNoService), []error{drivers.ErrNoService}},
		{"polkit refuses", failEstablish(scard.ErrSecurityViolation), []error{drivers.ErrAccessDenied}},
		{"versions differ", failEstablish(scard.ErrServiceStopped), []error{drivers.ErrServiceMismatch}},
		{"pcscd died while listing", fail("x", scard.ErrSecurityViolation), []error{drivers.ErrNoService}},
		{"pcscd stops while listing", fail("x", scard.ErrServiceStopped), []error{drivers.ErrNoService}},
		{"no card", fail("x", scard.ErrNoSmartcard), []error{drivers.ErrNoCard}},
		{"unknown reader", fail("x", scard.ErrUnknownReader), []error{drivers.ErrNoReader}},
		{"reader unplugged", fail("x", scard.ErrReaderUnavailable), []error{drivers.ErrNoReader}},
		{"held by another", fail("x", scard.ErrSharingViolation), []error{drivers.ErrBusy}},
		{"does not answer to reset", fail("x", scard.ErrUnresponsiveCard), []error{drivers.ErrNoCard}},
		{"takes no power", fail("x", scard.ErrUnpoweredCard), []error{drivers.ErrNoCard}},
		{"pulled during a command", failExchange(scard.ErrNotTransacted), []error{drivers.ErrCardGone}},
		{"pulled before a command", failExchange(scard.ErrRemovedCard), []error{drivers.ErrCardGone}},
		{"reset by another", failExchange(scard.ErrResetCard), []error{drivers.ErrCardGone}},
		{"reader pulled", failExchange(scard.ErrReaderUnavailable), []error{drivers.ErrCardGone}},
		{"pcscd died", failExchange(scard.ErrCommError), []error{drivers.ErrCardGone, drivers.ErrNoService}},
		{"pcscd had died", failExchange(scard.ErrNoService), []error{drivers.ErrCardGone, drivers.ErrNoService}},
		{"answer too long", failExchange(scard.ErrInsufficientBuffer), nil},
	}
	for _, c := range cases {
		for _, s := range sentinels {
			wanted := false
			for _, w := range c.want {
				wanted = wanted || errors.Is(w, s)
			}
			if errors.Is(c.got, s) != wanted {
				t.Errorf("%s: %v: is %q %v, want %v", c.name, c.got, s, !wanted, wanted)
			}
		}
	}
}
