package main

import (
	"context"
	"crypto"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"time"

	"motcua/protocol/code/hc1"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/vaccination"
	"motcua/protocol/immunisation"
)

// immunisationConfig is the immunisation registry and what vaccination needs beside it;
// without an address the centre offers none of V02 to V05.
type immunisationConfig struct {
	Address     string   `toml:"address"`     // https://host, or http://host on loopback
	TokenFile   string   `toml:"token_file"`  // what the registry knows the centre by, read by its owner alone
	CA          string   `toml:"ca"`          // authorities of its certificate, PEM; empty: the system's
	SealFile    string   `toml:"seal_file"`   // secret of the seals, read by its owner alone
	Certificate string   `toml:"certificate"` // signs vaccination certificates
	Key         string   `toml:"key"`
	IssuedBy    string   `toml:"issued_by"`   // as certificates say it
	Attesters   string   `toml:"attesters"`   // folder of their certificates, PEM
	Supervisors []string `toml:"supervisors"` // facilities that look after others
}

func (c immunisationConfig) faults(duty dutyConfig, m mode) (faults []error) {
	switch {
	case reflect.ValueOf(c).IsZero():
		return nil
	case m == modeNode:
		return []error{fmt.Errorf("immunisation has no meaning for %s; remove it", m)}
	case duty.Roster == "":
		faults = append(faults, errors.New("immunisation needs duty.roster: without it every officer is a kiosk's word"))
	}
	for _, s := range []struct{ name, value string }{
		{"address", c.Address},
		{"token_file", c.TokenFile},
		{"seal_file", c.SealFile},
		{"certificate", c.Certificate},
		{"key", c.Key},
		{"issued_by", c.IssuedBy},
		{"attesters", c.Attesters},
	} {
		if s.value == "" {
			faults = append(faults, fmt.Errorf("immunisation.%s is not set", s.name))
		}
	}
	return faults
}

// registry is what the files of immunisation hold.
type registry struct {
	client    *vaccination.Registry
	sealer    immunisation.Sealer
	issuer    *hc1.Issuer
	attesters folder
	config    immunisationConfig
}

// sealLeast is the fewest characters of the secret of the seals.
const sealLeast = 32

// loadRegistry reads the files of immunisation; it is nil without an address.
func (m *material) loadRegistry(c immunisationConfig) error {
	if c.Address == "" {
		return nil
	}
	r := &registry{config: c, attesters: folder(c.Attesters)}
	client, err := openRegistry(c)
	if err != nil {
		return err
	}
	r.client = client
	seal, err := readSecret("immunisation.seal_file", c.SealFile)
	if err != nil {
		return err
	}
	if len(seal) < sealLeast {
		return fmt.Errorf("immunisation.seal_file: %q: want %d characters at least, such as of openssl rand -hex 32", c.SealFile, sealLeast)
	}
	key, err := hkdf.Key(sha256.New, []byte(seal), nil, "motcua immunisation seals v1", sha256.Size)
	if err != nil {
		return fmt.Errorf("immunisation.seal_file: %w", err)
	}
	r.sealer = immunisation.NewSealer(key)
	if r.issuer, err = readIssuer(c); err != nil {
		return err
	}
	if _, err := r.attesters.certificates(); err != nil {
		return fmt.Errorf("immunisation.attesters: %w", err)
	}
	m.registry = r
	return nil
}

// openRegistry is the client alone, which the commands need, too.
func openRegistry(c immunisationConfig) (*vaccination.Registry, error) {
	token, err := readSecret("immunisation.token_file", c.TokenFile)
	if err != nil {
		return nil, err
	}
	roots, err := authoritiesIn("immunisation.ca", c.CA)
	if err != nil {
		return nil, err
	}
	client, err := vaccination.OpenRegistry(vaccination.RegistryConfig{Address: c.Address, Token: token, Roots: roots})
	if err != nil {
		return nil, fmt.Errorf("immunisation.address is %q: %w", c.Address, err)
	}
	return client, nil
}

func readIssuer(c immunisationConfig) (*hc1.Issuer, error) {
	var pair tls.Certificate
	if err := loadPair(&pair, "immunisation", c.Certificate, c.Key); err != nil {
		return nil, err
	}
	key, ok := pair.PrivateKey.(crypto.Signer)
	if !ok {
		return nil, errors.New("immunisation.key: not a signing key")
	}
	issuer, err := hc1.NewIssuer(key, pair.Leaf.Raw)
	if err != nil {
		return nil, fmt.Errorf("immunisation.certificate: %q: %w", c.Certificate, err)
	}
	return issuer, nil
}

// folder holds certificates in PEM, one in a file; it is read when somebody asks.
type folder string

const (
	folderMost      = 4096     // files
	certificateMost = 16 << 10 // bytes of one
)

// certificates are those that are there now; one that cannot be read is an error.
func (f folder) certificates() ([]*x509.Certificate, error) {
	entries, err := os.ReadDir(string(f))
	if err != nil {
		return nil, err
	}
	if len(entries) > folderMost {
		return nil, fmt.Errorf("%q: more than %d files", string(f), folderMost)
	}
	var all []*x509.Certificate
	for _, e := range entries {
		name := filepath.Join(string(f), e.Name())
		info, err := e.Info()
		if err != nil {
			return nil, err
		}
		if !info.Mode().IsRegular() {
			continue
		}
		if info.Size() > certificateMost {
			return nil, fmt.Errorf("%q is too long for a certificate", name)
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		block, _ := pem.Decode(text)
		if block == nil || block.Type != "CERTIFICATE" {
			return nil, fmt.Errorf("%q holds no certificate in PEM", name)
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", name, err)
		}
		all = append(all, c)
	}
	return all, nil
}

// services are those of vaccination; none without a registry.
func (r *registry) services(officers *gateway.Officers, raise func(context.Context, gateway.Alarm), log *slog.Logger) map[string]gateway.Service {
	if r == nil {
		return nil
	}
	s := &vaccination.Service{
		Registry: r.client, Sealer: r.sealer, Issuer: r.issuer, IssuedBy: r.config.IssuedBy, Supervisors: r.config.Supervisors,
		Approvers: officers.Approvers, Raise: raise, Log: log, Now: time.Now, Rand: rand.Reader,
		Attesters: func() []*x509.Certificate {
			all, err := r.attesters.certificates()
			if err != nil {
				log.Error("nobody attests doses", "fault", fmt.Sprintf("immunisation.attesters: %v", err))
			}
			return all
		},
	}
	return s.Services()
}
