package main

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"motcua/protocol/envelope"
	"motcua/protocol/gateway/hospital"
	"motcua/protocol/request"
	"motcua/protocol/signedlist"
	"motcua/protocol/simcentral"
)

// material is what the files of the configuration hold.
type material struct {
	roots    *x509.CertPool
	server   tls.Certificate
	receipt  tls.Certificate
	service  envelope.ServicePrivateKey
	insurer  *simcentral.Insurer
	portal   *portal          // of the insurer; nil: insurer stands for it
	agencies *agencies        // behind the hub of linked procedures; nil: there is none
	registry *registry        // of immunisation; nil: there is none
	hospital *hospital.System // told of check-ins; nil: none is
	payee    hospital.Payee
	trust    trust
	peers    centrePeers
}

// loadMaterial reads every file and reports everything that is wrong at once.
func loadMaterial(c config, now time.Time) (material, error) {
	var m material
	mode := c.mode()
	errs := []error{m.loadRoots(c.Broker.ClientCA)}
	if mode != modeWorker {
		errs = append(errs, loadPair(&m.server, "broker", c.Broker.Certificate, c.Broker.Key))
	}
	if mode != modeAlone {
		errs = append(errs, m.loadPeers(c))
	}
	if mode != modeNode {
		errs = append(errs,
			loadPair(&m.receipt, "receipt", c.Receipt.Certificate, c.Receipt.Key),
			m.loadService(c.Service.Key),
			m.loadInsurer(c.Sim.BHYT),
			m.loadPortal(c.BHYT),
			m.loadHub(c.Linked),
			m.loadRegistry(c.Immunisation),
			m.loadHospital(c.Hospital),
			m.loadTrust(c.Trust, now),
		)
	}
	if err := errors.Join(errs...); err != nil {
		return m, &usageError{err: err}
	}
	if mode == modeNode {
		return m, nil
	}
	if err := m.tryReceipt(now); err != nil {
		return m, &usageError{err: fmt.Errorf("receipt.certificate %q: %w; issue one for documentSigning with OU %q by the authority in broker.client_ca", c.Receipt.Certificate, err, envelope.ReceiptUnit)}
	}
	return m, nil
}

// readFile reads one file of the configuration.
func readFile(setting, file string) ([]byte, error) {
	b, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: there is no file %q; put it there or correct the path", setting, file)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", setting, err)
	}
	return b, nil
}

// readSigningKey reads an Ed25519 key that signs lists or statements; the caller clears
// it after use.
func readSigningKey(setting, file string) (ed25519.PrivateKey, error) {
	text, err := readFile(setting, file)
	if err != nil {
		return nil, err
	}
	defer clear(text)
	key, err := signedlist.ParsePrivateKey(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %q: %w", setting, file, err)
	}
	return key, nil
}

func (m *material) loadRoots(file string) error {
	b, err := readFile("broker.client_ca", file)
	if err != nil {
		return err
	}
	m.roots = x509.NewCertPool()
	if !m.roots.AppendCertsFromPEM(b) {
		return fmt.Errorf("broker.client_ca: %q holds no certificate in PEM", file)
	}
	return nil
}

func loadPair(into *tls.Certificate, section, certFile, keyFile string) error {
	cert, err := readFile(section+".certificate", certFile)
	key, keyErr := readFile(section+".key", keyFile)
	if err := errors.Join(err, keyErr); err != nil {
		return err
	}
	if *into, err = tls.X509KeyPair(cert, key); err != nil {
		return fmt.Errorf("%s: certificate %q and key %q do not fit: %w", section, certFile, keyFile, err)
	}
	return nil
}

func (m *material) loadService(file string) error {
	b, err := readFile("service.key", file)
	if err != nil {
		return err
	}
	if m.service, err = envelope.ServicePrivateKeyFromPEM(b); err != nil {
		return fmt.Errorf("service.key: %q: %w", file, err)
	}
	return nil
}

func (m *material) loadInsurer(file string) error {
	if file == "" {
		return nil
	}
	b, err := readFile("sim.bhyt", file)
	if err != nil {
		return err
	}
	if m.insurer, err = simcentral.ReadInsurer(b); err != nil {
		return fmt.Errorf("sim.bhyt: %q: %w", file, err)
	}
	return nil
}

func (m *material) loadTrust(c trustConfig, now time.Time) (err error) {
	m.trust, err = loadTrust(c, now)
	return err
}

// signer is the receipt key.
func (m *material) signer() (crypto.Signer, error) {
	s, ok := m.receipt.PrivateKey.(crypto.Signer)
	if !ok {
		return nil, errors.New("receipt.key: not a signing key")
	}
	return s, nil
}

// tryReceipt signs a receipt and verifies it as a kiosk will, so that a wrong
// certificate is found at the start and not by the kiosks.
func (m *material) tryReceipt(now time.Time) error {
	s, err := m.signer()
	if err != nil {
		return err
	}
	id, err := request.NewID(now, rand.Reader)
	if err != nil {
		return err
	}
	b, err := envelope.SignReceipt(rand.Reader, request.Receipt{
		V: request.Version, ID: id, Device: "none", Seq: 1, Status: request.StatusRefused, At: now.UnixMilli(),
	}, s, m.receipt.Certificate)
	if err != nil {
		return err
	}
	_, err = envelope.VerifyReceipt(b, m.roots, now)
	return err
}
