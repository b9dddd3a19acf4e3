package main

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"log/slog"

	"motcua/protocol/gateway"
	"motcua/protocol/roster"
	"motcua/protocol/signedlist"
	"motcua/protocol/wire"
)

// dutyConfig is who may be on duty at kiosks. Whoever signs the roster lays it here;
// gatewayd holds officers against it, and brings it to the kiosks.
type dutyConfig struct {
	Roster string `toml:"roster"` // the signed list
	Key    string `toml:"key"`    // the registrar's public key, PEM
}

func (c dutyConfig) faults() []error {
	if (c.Roster == "") != (c.Key == "") {
		return []error{errors.New("duty.roster and duty.key belong together; set both")}
	}
	return nil
}

// registrar is the key that checks rosters.
func (c dutyConfig) registrar() (ed25519.PublicKey, error) {
	text, err := readFile("duty.key", c.Key)
	if err != nil {
		return nil, &usageError{err: err}
	}
	key, err := signedlist.ParsePublicKey(text)
	if err != nil {
		return nil, &usageError{err: fmt.Errorf("duty.key: %q: %w", c.Key, err)}
	}
	return key, nil
}

// openRoster reads the roster, which has to be good, and keeps the officers whom the
// gateway knows equal to it from then on; nil when none is configured.
func openRoster(c dutyConfig, officers *gateway.Officers, log *slog.Logger) (*signedList, error) {
	if c.Roster == "" {
		return nil, nil
	}
	key, err := c.registrar()
	if err != nil {
		return nil, err
	}
	l := &signedList{
		setting: "duty.roster", file: c.Roster, document: wire.Document{Scope: wire.ScopeAll, Name: wire.DocRoster}, log: log,
		head: func(b []byte) (signedlist.Head, error) {
			r, err := roster.Open(b, key)
			return r.Head, err
		},
		taken: func(b []byte) {
			if r, err := roster.Open(b, key); err == nil { // it was opened before
				officers.Set(r)
			}
		},
	}
	if err := l.load(); err != nil {
		return nil, err
	}
	if l.raw == nil { // else every officer would be the kiosks' word
		return nil, fmt.Errorf("duty.roster: there is no file %q; put it there or correct the path", c.Roster)
	}
	return l, nil
}
