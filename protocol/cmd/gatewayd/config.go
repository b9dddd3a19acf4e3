package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"path/filepath"
	"slices"

	"github.com/BurntSushi/toml"
)

// config is gatewayd.toml. Paths are relative to the file's folder.
type config struct {
	Broker  brokerConfig  `toml:"broker"`
	Receipt receiptConfig `toml:"receipt"`
	Service serviceConfig `toml:"service"`
	Inbox   inboxConfig   `toml:"inbox"`
	Sim     simConfig     `toml:"sim"`
	Trust   trustConfig   `toml:"trust"`
	Fleet   fleetConfig   `toml:"fleet"`
	Limits  limitsConfig  `toml:"limits"`
	Metrics metricsConfig `toml:"metrics"`
}

// brokerConfig is the MQTT listener.
type brokerConfig struct {
	Listen      string `toml:"listen"`      // host:port; port 0 takes any
	Certificate string `toml:"certificate"` // server certificate, PEM
	Key         string `toml:"key"`         // its key, PKCS#8 PEM
	ClientCA    string `toml:"client_ca"`   // fleet authority: certifies devices and the receipt key, PEM
	// Store is the folder where the broker keeps what it must; it may be lost at any
	// time. Empty: a folder beside the inbox, made anew at each start.
	Store string `toml:"store"`
}

// receiptConfig is the key that signs receipts and results.
type receiptConfig struct {
	Certificate string `toml:"certificate"`
	Key         string `toml:"key"`
}

// serviceConfig is the key that requests are sealed to.
type serviceConfig struct {
	Key string `toml:"key"`
}

// inboxConfig is the durable store.
type inboxConfig struct {
	File string `toml:"file"`
}

// simConfig is the simulated national systems.
type simConfig struct {
	BHYT string `toml:"bhyt"` // insurance records, JSON
}

// fleetConfig is what is known of the devices.
type fleetConfig struct {
	Revocation string `toml:"revocation"` // signed list of certificates that count no more; made by gatewayd device revoke
}

// limitsConfig is how much one device may send; 0 limits nobody.
type limitsConfig struct {
	Rate  float64 `toml:"rate"`  // messages a second on average
	Burst int     `toml:"burst"` // messages at once
}

// metricsConfig is where figures are told.
type metricsConfig struct {
	Listen string `toml:"listen"` // host:port, such as 127.0.0.1:9464; empty: nowhere
}

func (c metricsConfig) faults() []error {
	if _, _, err := net.SplitHostPort(c.Listen); c.Listen != "" && err != nil {
		return []error{fmt.Errorf("metrics.listen is %q; set it to host:port, such as \"127.0.0.1:9464\", or leave it out", c.Listen)}
	}
	return nil
}

func (c limitsConfig) faults() []error {
	if c.Rate < 0 || c.Burst < 0 || (c.Rate > 0) != (c.Burst > 0) {
		return []error{errors.New("limits.rate and limits.burst belong together; set both to more than 0, or neither")}
	}
	return nil
}

// loadConfig reads a configuration and reports everything that is wrong with it
// at once. A file that is not there is another error than one that is wrong.
func loadConfig(file string) (config, error) {
	var c config
	meta, err := toml.DecodeFile(file, &c)
	if errors.Is(err, fs.ErrNotExist) {
		return c, &usageError{err: fmt.Errorf("there is no configuration %q; name the file with -config", file)}
	}
	if err != nil {
		return c, &usageError{err: fmt.Errorf("configuration %q: %w", file, oneLine(err))}
	}
	var faults []error
	for _, key := range meta.Undecoded() {
		faults = append(faults, fmt.Errorf("configuration %q: unknown key %q; remove it or correct its name", file, key.String()))
	}
	for _, f := range c.faults() {
		faults = append(faults, fmt.Errorf("configuration %q: %w", file, f))
	}
	if len(faults) > 0 {
		return c, &usageError{err: errors.Join(faults...)}
	}
	c.resolve(filepath.Dir(file))
	return c, nil
}

// oneLine is the position and message of a syntax error without the excerpt.
func oneLine(err error) error {
	if syntax, ok := errors.AsType[toml.ParseError](err); ok {
		return fmt.Errorf("line %d: %s", syntax.Position.Line, cmp.Or(syntax.Message, "cannot be read"))
	}
	return err
}

// path is a setting that names a file.
type path struct {
	name     string
	value    *string
	optional bool
}

func (c *config) paths() []path {
	return []path{
		{"broker.certificate", &c.Broker.Certificate, false},
		{"broker.key", &c.Broker.Key, false},
		{"broker.client_ca", &c.Broker.ClientCA, false},
		{"broker.store", &c.Broker.Store, true},
		{"receipt.certificate", &c.Receipt.Certificate, false},
		{"receipt.key", &c.Receipt.Key, false},
		{"service.key", &c.Service.Key, false},
		{"inbox.file", &c.Inbox.File, false},
		{"sim.bhyt", &c.Sim.BHYT, false},
		{"fleet.revocation", &c.Fleet.Revocation, true},
		{"trust.csca", &c.Trust.CSCA, true},
		{"trust.bundle", &c.Trust.Bundle, true},
		{"trust.key", &c.Trust.Key, true},
	}
}

func (c *config) faults() []error {
	var faults []error
	if _, _, err := net.SplitHostPort(c.Broker.Listen); err != nil {
		faults = append(faults, fmt.Errorf("broker.listen is %q; set it to host:port, such as \"127.0.0.1:8883\"", c.Broker.Listen))
	}
	faults = slices.Concat(faults, c.Trust.faults(), c.Limits.faults(), c.Metrics.faults())
	missing := slices.DeleteFunc(c.paths(), func(p path) bool { return p.optional || *p.value != "" })
	for _, p := range missing {
		faults = append(faults, fmt.Errorf("%s is not set; set it to a file", p.name))
	}
	return faults
}

func (c *config) resolve(dir string) {
	for _, p := range c.paths() {
		if *p.value != "" && !filepath.IsAbs(*p.value) {
			*p.value = filepath.Join(dir, *p.value)
		}
	}
}
