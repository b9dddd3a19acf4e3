package main

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"motcua/daemon/config"
	"motcua/daemon/sign"
	"motcua/protocol/envelope"
	"motcua/protocol/fault"
	"motcua/protocol/wire"
)

// centre is what is known of the far end: who it is and what it reads.
type centre struct {
	roots    *x509.CertPool // authorities of the broker's certificate
	receipt  *x509.CertPool // the certificate that signs receipts and results
	document *x509.CertPool // the certificate that signs documents
	service  envelope.ServiceKey
}

// loadKey loads the device key. Its certificate has to name the device that the
// configuration names: the broker would refuse it, and the centre every request.
func loadKey(c config.Config) (*sign.FileKey, error) {
	key, err := sign.LoadFile(c.Identity.Certificate, c.Identity.Key)
	if err != nil {
		return nil, err
	}
	want := wire.Branch{Province: c.Device.Province, Facility: c.Device.Facility, Device: c.Device.ID}
	if got := key.Branch(); got != want {
		return nil, fault.Wrap(fault.KeyInvalid, fmt.Errorf("the device certificate is for %s, the configuration for %s", got, want))
	}
	return key, nil
}

func loadCentre(c config.Centre) (centre, error) {
	roots, err := pool(c.CA)
	if err != nil {
		return centre{}, fmt.Errorf("the centre's authority: %w", err)
	}
	receipt, err := pool(c.Receipt)
	if err != nil {
		return centre{}, fmt.Errorf("the centre's receipt certificate: %w", err)
	}
	document, err := pool(c.Document)
	if err != nil {
		return centre{}, fmt.Errorf("the centre's certificate for documents: %w", err)
	}
	text, err := readKey(c.ServiceKey)
	if err != nil {
		return centre{}, fmt.Errorf("the centre's service key: %w", err)
	}
	service, err := envelope.ServiceKeyFromPEM(text)
	if err != nil {
		return centre{}, fault.Wrap(fault.KeyInvalid, fmt.Errorf("the centre's service key: %s: %w", c.ServiceKey, err))
	}
	return centre{roots, receipt, document, service}, nil
}

// pool reads the certificates of a PEM file.
func pool(name string) (*x509.CertPool, error) {
	text, err := readKey(name)
	if err != nil {
		return nil, err
	}
	p := x509.NewCertPool()
	n := 0
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fault.Wrap(fault.KeyInvalid, fmt.Errorf("%s: %w", name, err))
		}
		p.AddCert(c)
		n++
	}
	if n == 0 {
		return nil, fault.Wrap(fault.KeyInvalid, fmt.Errorf("%s: no certificate in it", name))
	}
	return p, nil
}

func readKey(name string) ([]byte, error) {
	b, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Wrap(fault.KeyAbsent, err)
	}
	return b, fault.Wrap(fault.KeyInvalid, err)
}
