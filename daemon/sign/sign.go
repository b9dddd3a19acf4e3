package sign

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"time"

	"motcua/daemon/wholefile"
	"motcua/protocol/fault"
	"motcua/protocol/request"
	"motcua/protocol/wire"
)

// maxFile bounds the files of a key and its certificates, in bytes.
const maxFile = 64 << 10

// FileKey is a device key from a file: whoever copies the disk has it.
type FileKey struct {
	signer      crypto.Signer
	certificate *x509.Certificate
	chain       [][]byte
}

// LoadFile is [LoadFileAt] at the time of the machine's clock.
func LoadFile(certFile, keyFile string) (*FileKey, error) {
	return LoadFileAt(certFile, keyFile, time.Now())
}

// LoadFileAt reads the device's certificate (PEM, its own first, then
// intermediates) and its private key (PEM, PKCS #8 or SEC 1, ECDSA on P-256). The
// certificate has to be valid at the time now, for client authentication, and name
// the device, its facility and its province.
//
// Errors carry [fault.KeyAbsent] when a file is missing and [fault.KeyInvalid]
// otherwise, and say what to do.
func LoadFileAt(certFile, keyFile string, now time.Time) (*FileKey, error) {
	chain, err := readChain(certFile)
	if err != nil {
		return nil, coded(err)
	}
	k := &FileKey{certificate: chain[0]}
	for _, c := range chain {
		k.chain = append(k.chain, c.Raw)
	}
	if err := checkCertificate(k.certificate, now); err != nil {
		return nil, coded(fmt.Errorf("device certificate %s: %w", certFile, err))
	}
	if k.signer, err = readKey(keyFile); err != nil {
		return nil, coded(err)
	}
	if !fits(k.signer, k.certificate) {
		return nil, coded(fmt.Errorf("device key %s is not the key of certificate %s: they come from different enrolments, provision the kiosk again", keyFile, certFile))
	}
	return k, nil
}

func coded(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fault.Wrap(fault.KeyAbsent, fmt.Errorf("%w: provision the kiosk, or mend [identity] in kioskd.toml", err))
	}
	return fault.Wrap(fault.KeyInvalid, err)
}

func readChain(name string) ([]*x509.Certificate, error) {
	rest, err := wholefile.Read(name, maxFile)
	if err != nil {
		return nil, fmt.Errorf("reading the device certificate: %w", err)
	}
	var chain []*x509.Certificate
	for block, rest := pem.Decode(rest); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			return nil, fmt.Errorf("device certificate %s: holds %q, only CERTIFICATE is expected", name, block.Type)
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("device certificate %s: %w", name, err)
		}
		chain = append(chain, c)
	}
	if len(chain) == 0 {
		return nil, fmt.Errorf("device certificate %s: no PEM certificate in it", name)
	}
	return chain, nil
}

// checkCertificate holds a certificate to what a device certificate is.
func checkCertificate(c *x509.Certificate, now time.Time) error {
	if now.Before(c.NotBefore) {
		return fmt.Errorf("valid from %s, but it is %s: set the clock, or wait", c.NotBefore.Format(time.RFC3339), now.UTC().Format(time.RFC3339))
	}
	if now.After(c.NotAfter) {
		return fmt.Errorf("ended on %s: provision the kiosk again (or set the clock, which says %s)", c.NotAfter.Format(time.RFC3339), now.UTC().Format(time.RFC3339))
	}
	if !slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageClientAuth) {
		return fmt.Errorf("not for client authentication: it is the certificate of something else")
	}
	if _, err := branchOf(c); err != nil {
		return fmt.Errorf("names no device (CN), facility (O) and province (ST): %w", err)
	}
	return nil
}

// branchOf reads the names in a device certificate.
func branchOf(c *x509.Certificate) (wire.Branch, error) {
	if len(c.Subject.Organization) != 1 || len(c.Subject.Province) != 1 {
		return wire.Branch{}, fmt.Errorf("one O and one ST are needed")
	}
	b := wire.Branch{Province: c.Subject.Province[0], Facility: c.Subject.Organization[0], Device: c.Subject.CommonName}
	return b, b.Validate()
}

// readKey reads a private key that nobody but its owner may read.
func readKey(name string) (crypto.Signer, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("reading the device key: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("reading the device key: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("device key %s may be read by others (mode %04o): chmod 600 %s, and provision the kiosk again if somebody may have copied it", name, info.Mode().Perm(), name)
	}
	text, err := wholefile.ReadOpen(f, maxFile)
	if err != nil {
		return nil, fmt.Errorf("reading the device key: %w", err)
	}
	defer clear(text)
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("device key %s: no PEM block in it", name)
	}
	defer clear(block.Bytes)
	key, err := parseKey(block)
	if err != nil {
		return nil, fmt.Errorf("device key %s: %w", name, err)
	}
	return key, nil
}

func parseKey(block *pem.Block) (crypto.Signer, error) {
	var key any
	var err error
	switch block.Type {
	case "PRIVATE KEY":
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	case "EC PRIVATE KEY":
		key, err = x509.ParseECPrivateKey(block.Bytes)
	default:
		return nil, fmt.Errorf("holds %q, PRIVATE KEY is expected", block.Type)
	}
	if err != nil {
		return nil, errors.New("cannot be parsed") // the reason may quote the key
	}
	ec, ok := key.(*ecdsa.PrivateKey)
	if !ok || ec.Curve != elliptic.P256() {
		return nil, fmt.Errorf("is not ECDSA on P-256")
	}
	return ec, nil
}

// fits reports whether key is the certificate's.
func fits(key crypto.Signer, c *x509.Certificate) bool {
	public, ok := key.Public().(*ecdsa.PublicKey)
	return ok && public.Equal(c.PublicKey)
}

// Public is the device's public key.
func (k *FileKey) Public() crypto.PublicKey { return k.signer.Public() }

// Sign signs a digest; see [crypto.Signer].
func (k *FileKey) Sign(rand io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	return k.signer.Sign(rand, digest, opts)
}

// Chain is the device's certificate and its intermediates, DER.
func (k *FileKey) Chain() [][]byte { return k.chain }

// Certificate is the device's certificate.
func (k *FileKey) Certificate() *x509.Certificate { return k.certificate }

// Branch is the device's place, as its certificate says.
func (k *FileKey) Branch() wire.Branch {
	b, _ := branchOf(k.certificate) // checked when it was loaded
	return b
}

// Protection is how well the key is kept.
func (k *FileKey) Protection() request.Protection { return request.ProtectionFile }

// TLSCertificate is the key as the kiosk's side of TLS needs it.
func (k *FileKey) TLSCertificate() tls.Certificate {
	return tls.Certificate{Certificate: k.chain, PrivateKey: k.signer, Leaf: k.certificate}
}

// String keeps the key out of texts.
func (k *FileKey) String() string { return "[device key of " + k.certificate.Subject.CommonName + "]" }

// GoString keeps the key out of texts.
func (k *FileKey) GoString() string { return k.String() }
