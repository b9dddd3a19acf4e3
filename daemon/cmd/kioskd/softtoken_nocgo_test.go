//go:build !cgo

package main_test

import "errors"

// softToken fails: a module is loaded by C alone.
func softToken(_, _, _ string) ([]byte, error) {
	return nil, errors.New("built without cgo: there is no token")
}
