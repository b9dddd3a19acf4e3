package main

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/linked"
	"motcua/protocol/gateway/signing"
	"motcua/protocol/workday"
)

// linkedConfig is the hub of linked procedures; without an address births and deaths
// are not offered.
type linkedConfig struct {
	Address    string `toml:"address"`     // https://host, or http://host on loopback
	Client     string `toml:"client"`      // the gateway's account
	SecretFile string `toml:"secret_file"` // its secret, read by its owner alone
	CA         string `toml:"ca"`          // authorities of the hub's certificate, PEM; empty: the system's
	// Signers is the folder of the certificates of officers who sign extracts, PEM, and
	// SignersCA the authorities that have issued them; without them nobody signs.
	Signers   string `toml:"signers"`
	SignersCA string `toml:"signers_ca"`
	Poll      string `toml:"poll"` // how often it is asked about a dossier, such as "10m"; empty: ten minutes
}

const (
	pollLeast = time.Second
	pollMost  = 24 * time.Hour
)

func (c linkedConfig) faults(duty dutyConfig, m mode) (faults []error) {
	switch {
	case c == (linkedConfig{}):
		return nil
	case m == modeNode:
		return []error{fmt.Errorf("linked has no meaning for %s; remove it", m)}
	}
	for _, s := range []struct{ name, value string }{{"address", c.Address}, {"client", c.Client}, {"secret_file", c.SecretFile}} {
		if s.value == "" {
			faults = append(faults, fmt.Errorf("linked.%s is not set", s.name))
		}
	}
	if (c.Signers == "") != (c.SignersCA == "") {
		faults = append(faults, errors.New("linked.signers and linked.signers_ca belong together; set both or neither"))
	}
	if c.Signers != "" && duty.Roster == "" {
		faults = append(faults, errors.New("linked.signers needs duty.roster: without it every officer is a kiosk's word"))
	}
	if d, err := time.ParseDuration(c.Poll); c.Poll != "" && (err != nil || d < pollLeast || d > pollMost) {
		faults = append(faults, fmt.Errorf("linked.poll is %q; set it to a time from 1s to 24h, such as \"10m\"", c.Poll))
	}
	return faults
}

// agencies is the way to the hub that the files name.
type agencies struct {
	hub      *linked.Hub
	poll     time.Duration
	calendar *workday.Calendar
	// signers sign extracts, by certificates of authority; empty: nobody does.
	signers   folder
	authority *x509.CertPool
}

// loadHub reads the files of linked; it is nil without an address.
func (m *material) loadHub(c linkedConfig) error {
	if c.Address == "" {
		return nil
	}
	secret, err := readSecret("linked.secret_file", c.SecretFile)
	if err != nil {
		return err
	}
	roots, err := authoritiesIn("linked.ca", c.CA)
	if err != nil {
		return err
	}
	a := &agencies{}
	if c.Poll != "" {
		if a.poll, err = time.ParseDuration(c.Poll); err != nil {
			return fmt.Errorf("linked.poll: %w", err)
		}
	}
	a.hub, err = linked.OpenHub(linked.HubConfig{Address: c.Address, Client: c.Client, Secret: secret, Roots: roots, Now: time.Now})
	if err != nil {
		return fmt.Errorf("linked.address is %q: %w", c.Address, err)
	}
	if a.calendar, err = workday.New(); err != nil {
		return err
	}
	m.agencies = a
	return a.loadSigners(c)
}

// loadSigners reads who signs extracts.
func (a *agencies) loadSigners(c linkedConfig) (err error) {
	if c.Signers == "" {
		return nil
	}
	a.signers = folder(c.Signers)
	if _, err := a.signers.certificates(); err != nil {
		return fmt.Errorf("linked.signers: %w", err)
	}
	a.authority, err = authoritiesIn("linked.signers_ca", c.SignersCA)
	return err
}

// desk is the signing desk; nil: nobody signs.
func (a *agencies) desk(log *slog.Logger) gateway.Service {
	if a.signers == "" {
		return nil
	}
	return &signing.Service{Hub: a.hub, Authority: a.authority, Log: log, Signers: func() []*x509.Certificate {
		all, err := a.signers.certificates()
		if err != nil {
			log.Error("nobody signs extracts", "fault", fmt.Sprintf("linked.signers: %v", err))
		}
		return all
	}}
}

// authoritiesIn reads certificates in PEM; nil without a file.
func authoritiesIn(setting, file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	b, err := readFile(setting, file)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(b) {
		return nil, fmt.Errorf("%s: %q holds no certificate in PEM", setting, file)
	}
	return roots, nil
}

// serviceSecret is a key for a purpose, made of the service's.
func (m *material) serviceSecret(purpose string) ([]byte, error) {
	secret, err := m.service.Bytes()
	if err != nil {
		return nil, fmt.Errorf("service.key: %w", err)
	}
	key, err := hkdf.Key(sha256.New, secret, nil, purpose, sha256.Size)
	if err != nil {
		return nil, fmt.Errorf("service.key: %w", err)
	}
	return key, nil
}

// linkedServices are births, deaths and what belongs to them; none without a hub.
func (m *material) linkedServices(inbox gateway.Inbox, raise func(context.Context, gateway.Alarm), log *slog.Logger) (map[string]gateway.Service, error) {
	if m.agencies == nil {
		return nil, nil
	}
	key, err := m.serviceSecret("motcua linked procedures v1")
	if err != nil {
		return nil, err
	}
	blocklist, err := gateway.NewBlocklist(m.service)
	if err != nil {
		return nil, fmt.Errorf("service.key: %w", err)
	}
	services := linked.Config{
		Hub: m.agencies.hub, Calendar: m.agencies.calendar, Key: key, Raise: raise, Log: log, Poll: m.agencies.poll,
		Block: func(ctx context.Context, number, dossier string, at time.Time) error {
			return inbox.Update(ctx, func(tx gateway.Tx) error { return blocklist.Block(tx, number, dossier, at) })
		},
	}.Services()
	if desk := m.agencies.desk(log); desk != nil {
		services[catalogue.SigningDesk] = desk
	}
	return services, nil
}
