package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"motcua/protocol/gateway"
	"motcua/protocol/gateway/bhyt"
	"motcua/protocol/simcentral"
)

// bhytConfig is the insurer's portal; without an address, sim.bhyt stands for it.
type bhytConfig struct {
	Address      string `toml:"address"`       // https://host, or http://host on loopback
	User         string `toml:"user"`          // the facility's account
	PasswordFile string `toml:"password_file"` // its password, read by its owner alone
	CA           string `toml:"ca"`            // authorities of the portal's certificate, PEM; empty: the system's
	Officers     string `toml:"officers"`      // the officers registered at the portal, see package bhyt
}

func (c bhytConfig) faults(sim string, m mode) []error {
	if m == modeNode {
		if c != (bhytConfig{}) {
			return []error{fmt.Errorf("bhyt has no meaning for %s; remove it", m)}
		}
		return nil
	}
	switch {
	case c == (bhytConfig{}) && sim == "":
		return []error{errors.New("sim.bhyt is not set; set it to a file, or bhyt.address to the insurer's portal")}
	case c == (bhytConfig{}):
		return nil
	case sim != "":
		return []error{errors.New("bhyt and sim.bhyt are both set; keep one")}
	}
	var faults []error
	for _, s := range []struct{ name, value string }{
		{"address", c.Address}, {"user", c.User}, {"password_file", c.PasswordFile}, {"officers", c.Officers},
	} {
		if s.value == "" {
			faults = append(faults, fmt.Errorf("bhyt.%s is not set", s.name))
		}
	}
	return faults
}

// portal is the way to the insurer that the files name.
type portal struct {
	portal   *bhyt.Portal
	officers *bhyt.Officers
}

// loadPortal reads the files of bhyt; it is nil without an address.
func (m *material) loadPortal(c bhytConfig) error {
	if c.Address == "" {
		return nil
	}
	password, err := readSecret("bhyt.password_file", c.PasswordFile)
	if err != nil {
		return err
	}
	roots, err := authoritiesIn("bhyt.ca", c.CA)
	if err != nil {
		return err
	}
	p := &portal{}
	p.portal, err = bhyt.Open(bhyt.Config{
		Address: c.Address, Account: bhyt.Account{User: c.User, Password: password}, Roots: roots, Now: time.Now,
	})
	if err != nil {
		return fmt.Errorf("bhyt.address is %q: %w", c.Address, err)
	}
	if p.officers, err = bhyt.OpenOfficers(c.Officers); err != nil {
		return fmt.Errorf("bhyt.officers: %w", err)
	}
	m.portal = p
	return nil
}

// readSecret reads a file with one line that nobody but its owner may read.
func readSecret(setting, file string) (string, error) {
	b, err := readFile(setting, file)
	if err != nil {
		return "", err
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm()&0o077 != 0 {
		return "", fmt.Errorf("%s: others may read %q; take their rights away (chmod 600)", setting, file)
	}
	s := strings.TrimRight(string(b), "\r\n")
	if s == "" || strings.ContainsAny(s, "\r\n") {
		return "", fmt.Errorf("%s: %q: want one line", setting, file)
	}
	return s, nil
}

// hospitalServices are the hospital, which is simulated, and the insurance: its portal, or a
// simulation. Raise is called by put-off work alone.
func (m *material) hospitalServices(raise func(context.Context, gateway.Alarm), log *slog.Logger) (map[string]gateway.Service, error) {
	if m.portal == nil {
		return m.toldHospital(simcentral.Services(m.insurer))
	}
	key, err := m.serviceSecret("motcua insurer answers v1")
	if err != nil {
		return nil, err
	}
	return m.toldHospital(simcentral.Services(&bhyt.Service{
		Portal: m.portal.portal, Officers: m.portal.officers, Key: key, Raise: raise, Log: log, Now: time.Now,
	}))
}
