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

	"motcua/protocol/anomaly"
)

// config is gatewayd.toml. Paths are relative to the file's folder.
type config struct {
	Broker  brokerConfig  `toml:"broker"`
	Receipt receiptConfig `toml:"receipt"`
	// Document is for whoever signs documents; a gatewayd that serves needs and
	// reads neither file.
	Document documentConfig `toml:"document"`
	Service  serviceConfig  `toml:"service"`
	Inbox    inboxConfig    `toml:"inbox"`
	Sim      simConfig      `toml:"sim"`
	BHYT     bhytConfig     `toml:"bhyt"`
	// Linked is left out where births and deaths are not offered.
	Linked linkedConfig `toml:"linked"`
	// Hospital is left out where no hospital's system is to be told of check-ins.
	Hospital hospitalConfig `toml:"hospital"`
	Trust    trustConfig    `toml:"trust"`
	Fleet    fleetConfig    `toml:"fleet"`
	// Vaccination is left out where kiosks verify no vaccination certificates.
	Vaccination vaccinationConfig `toml:"vaccination"`
	// Immunisation is left out where nobody is vaccinated.
	Immunisation immunisationConfig `toml:"immunisation"`
	Duty         dutyConfig         `toml:"duty"`
	// Anomaly is what honest requests look like; what is left out is as usual.
	Anomaly anomaly.Policy `toml:"anomaly"`
	Limits  limitsConfig   `toml:"limits"`
	Metrics metricsConfig  `toml:"metrics"`
	Cluster clusterConfig  `toml:"cluster"`
	Events  eventsConfig   `toml:"events"`
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
	// NATS are the addresses of brokers that run elsewhere, tls://host:port; they make
	// this gatewayd a worker.
	NATS []string `toml:"nats"`
}

// receiptConfig is the key that signs receipts and results.
type receiptConfig struct {
	Certificate string `toml:"certificate"`
	Key         string `toml:"key"`
}

// documentConfig is the key that signs what every kiosk believes: lists of revoked
// certificates.
type documentConfig struct {
	Certificate string `toml:"certificate"`
	Key         string `toml:"key"`
}

// serviceConfig is the key that requests are sealed to.
type serviceConfig struct {
	Key string `toml:"key"`
}

// inboxConfig is the durable store: a file, or a database that several share.
type inboxConfig struct {
	File string `toml:"file"`
	// Postgres is postgres://user@host/database. The password is in PasswordFile, or
	// where PGPASSFILE or PGPASSWORD say.
	Postgres     string `toml:"postgres"`
	PasswordFile string `toml:"password_file"`
	// KeepDays is how long sealed bodies are kept; 0: for ever.
	KeepDays int `toml:"keep_days"`
}

// keepLeast and keepMost are for how many days bodies are kept, when not for ever: a
// kiosk may send a request again for as long as its evidence counts.
const keepLeast, keepMost = 14, 3660

func (c inboxConfig) faults() (faults []error) {
	if c.KeepDays < 0 || c.KeepDays > keepMost || c.KeepDays > 0 && c.KeepDays < keepLeast {
		faults = append(faults, fmt.Errorf("inbox.keep_days is %d; set it to %d to %d, or leave it out to keep everything", c.KeepDays, keepLeast, keepMost))
	}
	switch {
	case c.File == "" && c.Postgres == "":
		faults = append(faults, errors.New("inbox.file is not set; set it to a file, or inbox.postgres to a database"))
	case c.File != "" && c.Postgres != "":
		faults = append(faults, errors.New("inbox.file and inbox.postgres are both set; keep one"))
	case c.Postgres == "" && c.PasswordFile != "":
		faults = append(faults, errors.New("inbox.password_file is for inbox.postgres; remove it"))
	}
	return faults
}

// simConfig is the simulated national systems.
type simConfig struct {
	BHYT string `toml:"bhyt"` // insurance records, JSON
}

// fleetConfig is what is known of the devices.
type fleetConfig struct {
	// Revocation is the signed list of certificates that count no more, made by
	// gatewayd device revoke.
	Revocation string `toml:"revocation"`
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
	c := config{Anomaly: anomaly.Default()}
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

// path is a setting that names a file. It has a meaning in some modes, and must be
// set in those that need it.
type path struct {
	name   string
	value  *string
	in     mode
	needed mode
}

func (c *config) paths() []path {
	const (
		any     = modeAlone | modeNode | modeWorker
		broker  = modeAlone | modeNode
		gateway = modeAlone | modeWorker
		several = modeNode | modeWorker
	)
	return []path{
		{"broker.certificate", &c.Broker.Certificate, broker, broker},
		{"broker.key", &c.Broker.Key, broker, broker},
		{"broker.client_ca", &c.Broker.ClientCA, any, any},
		{"broker.store", &c.Broker.Store, broker, modeNode},
		{"receipt.certificate", &c.Receipt.Certificate, gateway, gateway},
		{"receipt.key", &c.Receipt.Key, gateway, gateway},
		{"document.certificate", &c.Document.Certificate, gateway, 0},
		{"document.key", &c.Document.Key, gateway, 0},
		{"service.key", &c.Service.Key, gateway, gateway},
		{"inbox.file", &c.Inbox.File, gateway, 0},
		{"inbox.password_file", &c.Inbox.PasswordFile, gateway, 0},
		{"sim.bhyt", &c.Sim.BHYT, gateway, 0},
		{"bhyt.password_file", &c.BHYT.PasswordFile, gateway, 0},
		{"bhyt.ca", &c.BHYT.CA, gateway, 0},
		{"bhyt.officers", &c.BHYT.Officers, gateway, 0},
		{"linked.secret_file", &c.Linked.SecretFile, gateway, 0},
		{"linked.ca", &c.Linked.CA, gateway, 0},
		{"linked.signers", &c.Linked.Signers, gateway, 0},
		{"linked.signers_ca", &c.Linked.SignersCA, gateway, 0},
		{"hospital.token_file", &c.Hospital.TokenFile, gateway, 0},
		{"hospital.ca", &c.Hospital.CA, gateway, 0},
		{"fleet.revocation", &c.Fleet.Revocation, any, 0},
		{"duty.roster", &c.Duty.Roster, gateway, 0},
		{"duty.key", &c.Duty.Key, gateway, 0},
		{"vaccination.key", &c.Vaccination.Key, gateway, 0},
		{"vaccination.signers", &c.Vaccination.Signers, gateway, 0},
		{"vaccination.revocations", &c.Vaccination.Revocations, gateway, 0},
		{"vaccination.list_key", &c.Vaccination.ListKey, gateway, 0},
		{"vaccination.believed", &c.Vaccination.Believed, gateway, 0},
		{"immunisation.token_file", &c.Immunisation.TokenFile, gateway, 0},
		{"immunisation.ca", &c.Immunisation.CA, gateway, 0},
		{"immunisation.seal_file", &c.Immunisation.SealFile, gateway, 0},
		{"immunisation.certificate", &c.Immunisation.Certificate, gateway, 0},
		{"immunisation.key", &c.Immunisation.Key, gateway, 0},
		{"immunisation.attesters", &c.Immunisation.Attesters, gateway, 0},
		{"trust.csca", &c.Trust.CSCA, gateway, 0},
		{"trust.bundle", &c.Trust.Bundle, gateway, 0},
		{"trust.key", &c.Trust.Key, gateway, 0},
		{"cluster.ca", &c.Cluster.CA, several, several},
		{"cluster.certificate", &c.Cluster.Certificate, several, several},
		{"cluster.key", &c.Cluster.Key, several, several},
	}
}

func (c *config) faults() []error {
	m := c.mode()
	var faults []error
	if _, _, err := net.SplitHostPort(c.Broker.Listen); err != nil && m != modeWorker {
		faults = append(faults, fmt.Errorf("broker.listen is %q; set it to host:port, such as \"127.0.0.1:8883\"", c.Broker.Listen))
	}
	if m == modeWorker && c.Broker.Listen != "" {
		faults = append(faults, errors.New("broker.listen has no meaning beside broker.nats; remove one of them"))
	}
	if m != modeNode {
		faults = append(faults, c.Inbox.faults()...)
	} else if c.Inbox.Postgres != "" {
		faults = append(faults, fmt.Errorf("inbox.postgres has no meaning for %s; remove it", m))
	}
	if err := c.Anomaly.Validate(); err != nil {
		faults = append(faults, fmt.Errorf("anomaly: %w", err))
	}
	faults = append(faults, slices.Concat(c.Trust.faults(), c.Vaccination.faults(), c.Immunisation.faults(c.Duty, m), c.Duty.faults(), c.BHYT.faults(c.Sim.BHYT, m), c.Linked.faults(c.Duty, m), c.Hospital.faults(m), c.Limits.faults(), c.Metrics.faults(), c.clusterFaults(), c.Events.faults(m))...)
	for _, p := range c.paths() {
		switch {
		case *p.value == "" && p.needed&m != 0:
			faults = append(faults, fmt.Errorf("%s is not set; set it to a file", p.name))
		case *p.value != "" && p.in&m == 0:
			faults = append(faults, fmt.Errorf("%s has no meaning for %s; remove it", p.name, m))
		}
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
