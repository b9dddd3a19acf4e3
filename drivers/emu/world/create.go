package world

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"motcua/drivers/emu"
)

// Values that Options stand for when they are left out.
const (
	DefaultDevice       = "demo-k01"
	DefaultFacility     = "h001"
	DefaultFacilityName = "Bệnh viện Đa khoa Thử Nghiệm"
	DefaultProvince     = "99"
	DefaultPort         = 8883
)

// ErrExists is wrapped when the folder holds something that Create would have to
// overwrite.
var ErrExists = errors.New("folder is not empty")

// Options choose what a world is called. The zero value is the demo's.
type Options struct {
	Device       string
	Facility     string
	FacilityName string
	Province     string
	// Port of the broker on the loopback interface.
	Port int
	// Rand makes the issuing state's keys; nil stands for the system's.
	Rand io.Reader
	// Now is when the world begins; zero stands for the machine's time.
	Now time.Time
}

// marker is the file that says a folder is a complete world, and which.
const marker = "world.json"

// identity is what the marker says; two worlds of the same identity are taken
// for the same.
type identity struct {
	Version      int    `json:"version"`
	Demo         bool   `json:"demo"`
	Device       string `json:"device"`
	Facility     string `json:"facility"`
	FacilityName string `json:"facility_name"`
	Province     string `json:"province"`
	Port         int    `json:"port"`
}

func (o Options) identity() identity {
	return identity{4, true, o.Device, o.Facility, o.FacilityName, o.Province, o.Port}
}

func (o Options) withDefaults() Options {
	for _, f := range []struct {
		field *string
		value string
	}{
		{&o.Device, DefaultDevice},
		{&o.Facility, DefaultFacility},
		{&o.FacilityName, DefaultFacilityName},
		{&o.Province, DefaultProvince},
	} {
		if *f.field == "" {
			*f.field = f.value
		}
	}
	if o.Port == 0 {
		o.Port = DefaultPort
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if o.Now.IsZero() {
		o.Now = time.Now()
	}
	return o
}

// Create writes a world into dir, which is made if need be. A folder that holds
// the same world already is left as it is; any other content is an error that
// wraps [ErrExists].
func Create(dir string, o Options) error {
	o = o.withDefaults()
	if o.Port < 1 || o.Port > 65535 {
		return fmt.Errorf("creating a world: no port %d", o.Port)
	}
	done, err := exists(dir, o.identity())
	if done || err != nil {
		return err
	}
	w := &writer{dir: dir}
	if err := w.fill(o); err != nil {
		return fmt.Errorf("creating a world in %s: %w", dir, err)
	}
	return nil
}

// exists tells whether dir holds this world.
func exists(dir string, want identity) (bool, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0 {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("creating a world: %w", err)
	}
	b, err := os.ReadFile(filepath.Join(dir, marker))
	if err != nil {
		return false, fmt.Errorf("creating a world: %s holds something else; name another folder: %w", dir, ErrExists)
	}
	var got identity
	if err := json.Unmarshal(b, &got); err != nil || got != want {
		return false, fmt.Errorf("creating a world: %s holds another world; remove it or name another folder: %w", dir, ErrExists)
	}
	return true, nil
}

// fill writes everything, the marker last.
func (w *writer) fill(o Options) error {
	issuer, err := emu.NewIssuer(o.Rand, o.Now)
	if err != nil {
		return err
	}
	personas, err := emu.LoadPersonas()
	if err != nil {
		return err
	}
	w.issuer(issuer)
	w.fleet(o)
	w.insurance(personas)
	w.duty(o, issuer)
	w.vaccination(o, personas)
	w.configuration(o)
	w.json(marker, o.identity())
	return w.err
}

// LoadIssuer restores the card issuing state of the world in dir.
func LoadIssuer(dir string) (*emu.Issuer, error) {
	var f emu.IssuerFiles
	for _, part := range []struct {
		into *[]byte
		name string
	}{
		{&f.CSCACert, "issuer/csca.crt"},
		{&f.CSCAKey, "issuer/csca.key"},
		{&f.DSCert, "issuer/ds.crt"},
		{&f.DSKey, "issuer/ds.key"},
	} {
		b, err := readPEM(filepath.Join(dir, part.name))
		if err != nil {
			return nil, fmt.Errorf("opening the world in %s: %w", dir, err)
		}
		*part.into = b
	}
	issuer, err := emu.LoadIssuer(f)
	if err != nil {
		return nil, fmt.Errorf("opening the world in %s: %w", dir, err)
	}
	return issuer, nil
}
