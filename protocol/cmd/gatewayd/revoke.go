package main

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"motcua/protocol/envelope"
	"motcua/protocol/request"
)

// listDays is within how many days a list is to be followed by another one.
const listDays = 30

// revocation is the command of that name: show, renew.
func revocation(_ context.Context, args []string, stdout, _ io.Writer) error {
	if len(args) == 0 || args[0] != "show" && args[0] != "renew" {
		return &usageError{errors.New("gatewayd revocation show, or renew"), true}
	}
	flags := flag.NewFlagSet("gatewayd revocation "+args[0], flag.ContinueOnError)
	file := configFlag(flags)
	days := flags.Int("days", listDays, "days until the next list")
	if err := parse(flags, args[1:]); err != nil {
		return err
	}
	c, err := loadConfig(*file)
	if err != nil {
		return err
	}
	l, err := openList(c)
	if err != nil {
		return err
	}
	if args[0] == "show" {
		return l.show(stdout)
	}
	if err := l.loadKey(c); err != nil {
		return err
	}
	if err := l.sign(l.list, *days, time.Now()); err != nil {
		return err
	}
	return l.say(stdout, "renewed")
}

// revokeDevice adds a certificate, of a device or of the centre, to the list.
func revokeDevice(c config, file, reason string, days int, stdout io.Writer) error {
	l, err := openList(c)
	if err != nil {
		return err
	}
	if err := l.loadKey(c); err != nil {
		return err
	}
	certificate, err := readCertificate(file)
	if err != nil {
		return err
	}
	now := time.Now()
	if err := l.add(certificate, reason, days, now); err != nil {
		return err
	}
	return l.say(stdout, certificate.Subject.CommonName+" is revoked")
}

func readCertificate(file string) (*x509.Certificate, error) {
	text, err := readFile("certificate", file)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("%q holds no certificate in PEM", file)
	}
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%q: %w", file, err)
	}
	return c, nil
}

// listFile is the list of revoked certificates in the hands of whoever signs it.
type listFile struct {
	file  string
	roots *x509.CertPool
	list  request.Revocation // number 0: there is none yet
	key   tls.Certificate
}

// openList reads the list as it is.
func openList(c config) (*listFile, error) {
	if c.Fleet.Revocation == "" {
		return nil, &usageError{err: errors.New("fleet.revocation is not set; set it to the file of the list")}
	}
	var m material
	if err := m.loadRoots(c.Broker.ClientCA); err != nil {
		return nil, &usageError{err: err}
	}
	l := &listFile{file: c.Fleet.Revocation, roots: m.roots, list: request.Revocation{V: request.Version, Type: request.TypeRevocation}}
	raw, err := os.ReadFile(l.file)
	if errors.Is(err, fs.ErrNotExist) {
		return l, nil
	}
	if err == nil {
		l.list, err = envelope.VerifyKeptRevocation(raw, l.roots)
	}
	if err != nil {
		return nil, fmt.Errorf("fleet.revocation: %q: %w", l.file, err)
	}
	return l, nil
}

// loadKey reads the key that signs lists.
func (l *listFile) loadKey(c config) error {
	if c.Document.Certificate == "" || c.Document.Key == "" {
		return &usageError{err: errors.New("document.certificate and document.key are not set; set them to the key that signs documents")}
	}
	if err := loadPair(&l.key, "document", c.Document.Certificate, c.Document.Key); err != nil {
		return &usageError{err: err}
	}
	return nil
}

// add signs a list with one more certificate, and notes it for people: the list
// itself names nobody.
func (l *listFile) add(c *x509.Certificate, reason string, days int, now time.Time) error {
	if c.IsCA && c.CheckSignatureFrom(c) == nil {
		return fmt.Errorf("%s is an authority of its own, which no list can revoke; replace it", c.Subject.CommonName)
	}
	name := envelope.CertificateName(c)
	known := l.list.Has(name)
	if err := l.sign(l.list.With(name), days, now); err != nil || known {
		return err
	}
	return l.note(revokedNote{
		At: now.UTC().Format(time.RFC3339), List: l.list.Number, Holder: c.Subject.CommonName,
		Serial: c.SerialNumber.Text(16), Name: hex.EncodeToString(name[:]), Reason: reason,
	})
}

// addFacility signs a list with which no certificate of a facility counts, and
// takeFacility one with which they count again; both note it for people.
func (l *listFile) addFacility(province, facility, reason string, days int, now time.Time) error {
	name := envelope.FacilityName(province, facility)
	if l.list.Has(name) {
		return fmt.Errorf("%s/%s is on list %d already", province, facility, l.list.Number)
	}
	return l.change(l.list.With(name), name, province+"/"+facility, reason, days, now)
}

func (l *listFile) takeFacility(province, facility, reason string, days int, now time.Time) error {
	name := envelope.FacilityName(province, facility)
	if !l.list.Has(name) {
		return fmt.Errorf("%s/%s is not on list %d", province, facility, l.list.Number)
	}
	return l.change(l.list.Without(name), name, province+"/"+facility, "restored: "+reason, days, now)
}

func (l *listFile) change(list request.Revocation, name request.CertificateName, holder, reason string, days int, now time.Time) error {
	if err := l.sign(list, days, now); err != nil {
		return err
	}
	return l.note(revokedNote{At: now.UTC().Format(time.RFC3339), List: l.list.Number, Holder: holder, Name: hex.EncodeToString(name[:]), Reason: reason})
}

// sign writes the next list. What kiosks would not take is not written.
func (l *listFile) sign(list request.Revocation, days int, now time.Time) error {
	if list.Number > 0 && now.UnixMilli() < list.At {
		return errors.New("the last list was signed later than now; set this machine's clock")
	}
	list.Number++
	list.At, list.Next = now.UnixMilli(), now.AddDate(0, 0, days).UnixMilli()
	signer, ok := l.key.PrivateKey.(crypto.Signer)
	if !ok {
		return errors.New("document.key: not a signing key")
	}
	b, err := envelope.SignRevocation(rand.Reader, list, signer, l.key.Certificate)
	if err != nil {
		return err
	}
	if _, err := envelope.NewCentre(nil, l.roots, list.Has).Revocation(b, now); err != nil {
		return fmt.Errorf("document.certificate: kiosks would not take a list of it: %w; issue one for documentSigning with OU %q by the authority in broker.client_ca", err, envelope.DocumentUnit)
	}
	if err := writeWhole(l.file, b, 0o644); err != nil {
		return err
	}
	l.list = list
	return nil
}

// revokedNote is a line of the file beside the list.
type revokedNote struct {
	At     string `json:"at"`
	List   uint64 `json:"list"`   // number of the first list with it
	Holder string `json:"holder"` // CN of the certificate, or province/facility
	Serial string `json:"serial,omitempty"`
	Name   string `json:"name"` // in the list
	Reason string `json:"reason"`
}

func (l *listFile) notes() string { return l.file + ".log" }

func (l *listFile) note(n revokedNote) error {
	line, err := json.Marshal(n)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(l.notes(), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("revoked, but not noted: %w", err)
	}
	_, err = f.Write(append(line, '\n'))
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("revoked, but not noted: %w", err)
	}
	return nil
}

func (l *listFile) say(stdout io.Writer, what string) error {
	_, err := fmt.Fprintf(stdout, "%s; list %d holds %d, the next is due on %s\n",
		what, l.list.Number, l.list.Len(), time.UnixMilli(l.list.Next).Format(time.DateOnly))
	return err
}

// show tells the list, and what was noted of those on it.
func (l *listFile) show(stdout io.Writer) error {
	if l.list.Number == 0 {
		_, err := fmt.Fprintln(stdout, "there is no list yet: nobody is revoked")
		return err
	}
	if err := l.say(stdout, "signed on "+time.UnixMilli(l.list.At).Format(time.DateTime)); err != nil {
		return err
	}
	notes, err := os.ReadFile(l.notes())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		_, err = stdout.Write(notes)
	}
	return err
}
