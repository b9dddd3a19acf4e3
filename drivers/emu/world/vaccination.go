package world

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"motcua/drivers/emu"
	"motcua/drivers/emu/vaccination"
	"motcua/protocol/code/hc1"
	"motcua/protocol/signedlist"
)

// Files of vaccination certificates: who issues them, what they look like, and the
// lists that kiosks hold them against.
const (
	signerCert      = "immunisation/believed/signer.crt"
	signerKey       = "immunisation/signer.key"
	codesFile       = "immunisation/codes.json"
	listKey         = "registrar/lists.key"
	signersFile     = "centre/hc1-signers.signed"
	revocationsFile = "centre/hc1-revocations.signed"
)

// ErrNoCode: the world has no such certificate.
var ErrNoCode = errors.New("no such certificate")

// listWeek is for how long a list is signed; kiosks take it for a day.
const listWeek = 7 * 24 * time.Hour

// vaccination makes an issuer, certificates of all invented people, and the first
// lists.
func (w *writer) vaccination(o Options, personas []*emu.Persona) {
	if w.err != nil {
		return
	}
	issuer, err := vaccination.NewIssuer("DEMO signer", o.Now)
	if err != nil {
		w.err = err
		return
	}
	stranger, err := vaccination.NewIssuer("DEMO stranger", o.Now)
	if err != nil {
		w.err = err
		return
	}
	codes, err := vaccination.Issue(personas, issuer, stranger, o.Now)
	if err != nil {
		w.err = err
		return
	}
	w.certificate(signerCert, issuer.Certificate)
	w.key(signerKey, issuer.Key)
	w.json(codesFile, codes)
	w.listKey()
	if w.err == nil {
		_, w.err = SignLists(w.dir, Lists{Issued: o.Now})
	}
}

// listKey makes the key of whoever signs the lists.
func (w *writer) listKey() {
	if w.err != nil {
		return
	}
	public, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		w.err = err
		return
	}
	w.signingKey(listKey, "trust/lists.pub", public, key)
}

// signingKey writes a key for signed lists and what checks it.
func (w *writer) signingKey(private, public string, check ed25519.PublicKey, key ed25519.PrivateKey) {
	der, err := x509.MarshalPKIXPublicKey(check)
	if err != nil {
		w.err = err
		return
	}
	w.key(private, key)
	w.file(public, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), modePublic)
}

// Lists says how the two lists of vaccination certificates are to be signed.
type Lists struct {
	Issued time.Time
	// Revoked are the codes that count no more, beside those that are issued as such.
	Revoked []string
}

// SignLists signs the next lists of the world in dir, lays them where gatewayd looks,
// and tells their number.
func SignLists(dir string, l Lists) (serial uint64, err error) {
	if serial, err = signLists(dir, l); err != nil {
		return 0, fmt.Errorf("signing the lists of the world in %s: %w", dir, err)
	}
	return serial, nil
}

func signLists(dir string, l Lists) (uint64, error) {
	issuer, err := loadSigner(dir)
	if err != nil {
		return 0, err
	}
	text, err := os.ReadFile(filepath.Join(dir, listKey))
	if err != nil {
		return 0, err
	}
	key, err := signedlist.ParsePrivateKey(text)
	if err != nil {
		return 0, err
	}
	codes, err := loadCodes(dir)
	if err != nil {
		return 0, err
	}
	serial, err := nextSerial(dir, key)
	if err != nil {
		return 0, err
	}
	revoked := l.Revoked
	for _, kinds := range codes {
		revoked = append(revoked, kinds[vaccination.Revoked])
	}
	issued := l.Issued.Truncate(time.Second)
	head := signedlist.Head{Serial: serial, Issued: issued, Expires: issued.Add(listWeek)}
	signed, err := vaccination.SignLists(head, key, []*vaccination.Issuer{issuer}, revoked...)
	if err != nil {
		return 0, err
	}
	return serial, errors.Join(lay(dir, signersFile, signed.Signers), lay(dir, revocationsFile, signed.Revocations))
}

// lay replaces a file in one step: somebody may be reading it.
func lay(dir, name string, b []byte) error {
	next := filepath.Join(dir, name+".next")
	if err := os.WriteFile(next, b, modePublic); err != nil {
		return err
	}
	return os.Rename(next, filepath.Join(dir, name))
}

// nextSerial is the number after that of the lists that lie there.
func nextSerial(dir string, key ed25519.PrivateKey) (uint64, error) {
	b, err := os.ReadFile(filepath.Join(dir, revocationsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return 1, nil
	}
	if err != nil {
		return 0, err
	}
	public, ok := key.Public().(ed25519.PublicKey)
	if !ok {
		return 0, errors.New("the key of the lists is of another kind")
	}
	l, err := hc1.OpenRevocations(b, public)
	if err != nil {
		return 0, err
	}
	return l.Serial + 1, nil
}

func loadSigner(dir string) (*vaccination.Issuer, error) {
	key, err := readPEM(filepath.Join(dir, signerKey))
	if err != nil {
		return nil, err
	}
	certificate, err := readPEM(filepath.Join(dir, signerCert))
	if err != nil {
		return nil, err
	}
	return vaccination.LoadIssuer(key, certificate)
}

func loadCodes(dir string) (vaccination.Codes, error) {
	b, err := os.ReadFile(filepath.Join(dir, codesFile))
	if err != nil {
		return nil, err
	}
	var codes vaccination.Codes
	if err := json.Unmarshal(b, &codes); err != nil {
		return nil, fmt.Errorf("%s: %w", codesFile, err)
	}
	return codes, nil
}

// Certificate is the text of a vaccination certificate's code in the world in dir,
// by persona and kind.
func Certificate(dir, persona, kind string) (string, error) {
	codes, err := loadCodes(dir)
	if err != nil {
		return "", err
	}
	text := codes[persona][kind]
	if text == "" {
		return "", fmt.Errorf("%w: %s of %s; kinds are %v", ErrNoCode, kind, persona, vaccination.Kinds())
	}
	return text, nil
}
