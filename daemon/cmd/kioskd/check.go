package main

import (
	"fmt"
	"io"
	"log/slog"
	"time"

	"motcua/daemon/config"
	"motcua/daemon/devices"
	"motcua/daemon/trust"
	"motcua/drivers/token"
	"motcua/protocol/fault"
)

// check opens what the configuration names, as far as that changes nothing, and
// tells every fault.
func check(c config.Config, have devices.Drivers, stdout, stderr io.Writer) int {
	code := exitOK
	if _, err := loadKey(c); err != nil {
		code = refuse(stderr, err)
	}
	if _, err := loadCentre(c.Centre); err != nil {
		code = refuse(stderr, err)
	}
	if _, err := loadListKey(c.Vaccination); err != nil {
		code = refuse(stderr, err)
	}
	if c.Signing.Module != "" {
		if _, err := token.Open(c.Signing.Module, time.Now, slog.New(slog.DiscardHandler)); err != nil {
			code = refuse(stderr, fault.Wrap(fault.TokenModule, err))
		}
	}
	if err := have.Check(c.Devices); err != nil {
		code = refuse(stderr, err)
	}
	s, err := checkTrust(c.Trust, time.Now())
	for _, skipped := range s.Skipped {
		fmt.Fprintf(stderr, "kioskd: trust: left out: %v\n", skipped)
	}
	if err != nil { // a warning: the kiosk works, cards come out as integrity-only
		refuse(stderr, err)
	}
	if code == exitOK {
		fmt.Fprintf(stdout, "configuration is good: %d issuing authorities\n", s.Anchors.Len())
	}
	return code
}

// checkTrust reads the folder or the bundle and keeps nothing.
func checkTrust(c config.Trust, now time.Time) (trust.Store, error) {
	if c.Bundle != "" {
		return trust.CheckBundle(bundleOf(c), now)
	}
	return trust.Load(c.CSCA)
}
