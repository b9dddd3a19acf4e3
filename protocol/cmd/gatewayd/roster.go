package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"motcua/protocol/gateway"
	"motcua/protocol/roster"
	"motcua/protocol/signedlist"
)

// rosterEvery is how soon a change of the roster is noticed.
const rosterEvery = 2 * time.Second

// dutyConfig is who may be on duty at kiosks.
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

// rosterFile keeps the officers whom the gateway knows equal to the signed list.
type rosterFile struct {
	conf     dutyConfig
	officers *gateway.Officers
	log      *slog.Logger

	key    ed25519.PublicKey
	serial uint64
	raw    []byte // what was taken or refused last
}

// open reads the key and the first roster; both have to be good.
func (f *rosterFile) open() error {
	if f.conf.Roster == "" {
		return nil
	}
	text, err := readFile("duty.key", f.conf.Key)
	if err != nil {
		return err
	}
	if f.key, err = signedlist.ParsePublicKey(text); err != nil {
		return fmt.Errorf("duty.key: %q: %w", f.conf.Key, err)
	}
	return f.load()
}

// load takes the roster when it has changed and is newer than the one that counts.
func (f *rosterFile) load() error {
	raw, err := readFile("duty.roster", f.conf.Roster)
	if err != nil || bytes.Equal(raw, f.raw) {
		return err
	}
	f.raw = raw
	r, err := roster.Open(raw, f.key)
	if err != nil {
		return fmt.Errorf("duty.roster: %q: %w", f.conf.Roster, err)
	}
	if r.Serial <= f.serial {
		return fmt.Errorf("duty.roster: %q: roster %d is not newer than roster %d", f.conf.Roster, r.Serial, f.serial)
	}
	f.serial = r.Serial
	f.officers.Set(r)
	f.log.Info("roster", "serial", r.Serial, "officers", len(r.Officers), "until", r.Expires)
	return nil
}

// watch looks at the file until ctx ends.
func (f *rosterFile) watch(ctx context.Context) {
	if f.conf.Roster == "" {
		return
	}
	tick := time.NewTicker(rosterEvery)
	defer tick.Stop()
	told := ""
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		err := f.load()
		if err != nil && err.Error() != told {
			f.log.Error("the roster counts as it was", "fault", err.Error())
		}
		told = ""
		if err != nil {
			told = err.Error()
		}
	}
}
