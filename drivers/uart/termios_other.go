//go:build !linux

package uart

import "errors"

// The kiosks run Linux; elsewhere the package compiles and opens nothing.

func take(int) error { return errors.ErrUnsupported }

func letGo(int) error { return nil }

func (s Settings) apply(int) error { return errors.ErrUnsupported }
