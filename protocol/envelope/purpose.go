package envelope

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"time"
)

// Organizational units (OU) of the centre's certificates. A key that answers
// requests all day has no say in what a whole fleet believes, and the other way
// round.
const (
	ReceiptUnit  = "receipt"  // signs receipts, results and welcomes
	DocumentUnit = "document" // signs documents that are kept for everybody
)

// documentSigning is id-kp-documentSigning (RFC 9336). Devices have clientAuth
// instead; a certificate with both is neither.
func documentSigning() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 36}
}

// DeviceTemplate is the certificate of a device, to be issued by the fleet
// authority: CN, O and ST name its branch, the purpose is clientAuth alone.
func DeviceTemplate(device, facility, province string, serial *big.Int, notBefore, notAfter time.Time) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{CommonName: device, Organization: []string{facility}, Province: []string{province}},
		NotBefore:             notBefore,
		NotAfter:              notAfter,
		KeyUsage:              x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
		BasicConstraintsValid: true,
	}
}

// ReceiptTemplate is the certificate that signs receipts and results, to be
// issued by the fleet authority: OU is [ReceiptUnit], the purpose is
// documentSigning alone.
func ReceiptTemplate(name string, serial *big.Int, notBefore, notAfter time.Time) *x509.Certificate {
	return centreTemplate(ReceiptUnit, name, serial, notBefore, notAfter)
}

// DocumentTemplate is the certificate that signs documents: as [ReceiptTemplate],
// but OU is [DocumentUnit].
func DocumentTemplate(name string, serial *big.Int, notBefore, notAfter time.Time) *x509.Certificate {
	return centreTemplate(DocumentUnit, name, serial, notBefore, notAfter)
}

func centreTemplate(unit, name string, serial *big.Int, notBefore, notAfter time.Time) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{CommonName: name, OrganizationalUnit: []string{unit}},
		NotBefore:             notBefore,
		NotAfter:              notAfter,
		KeyUsage:              x509.KeyUsageDigitalSignature,
		UnknownExtKeyUsage:    []asn1.ObjectIdentifier{documentSigning()},
		BasicConstraintsValid: true,
	}
}

// checkDevice refuses certificates that are not a device's.
func checkDevice(c *x509.Certificate) error {
	if !slices.Equal(c.ExtKeyUsage, []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}) || len(c.UnknownExtKeyUsage) > 0 {
		return fmt.Errorf("%w: its purpose is not clientAuth alone", ErrCertificate)
	}
	return checkLeaf(c)
}

// checkReceipt refuses certificates that may not answer for the centre.
func checkReceipt(c *x509.Certificate) error { return checkCentre(c, ReceiptUnit) }

// checkDocument refuses certificates that may not sign documents.
func checkDocument(c *x509.Certificate) error { return checkCentre(c, DocumentUnit) }

func checkCentre(c *x509.Certificate, unit string) error {
	only := len(c.UnknownExtKeyUsage) == 1 && c.UnknownExtKeyUsage[0].Equal(documentSigning())
	if len(c.ExtKeyUsage) > 0 || !only {
		return fmt.Errorf("%w: its purpose is not documentSigning alone", ErrCertificate)
	}
	if !slices.Equal(c.Subject.OrganizationalUnit, []string{unit}) {
		return fmt.Errorf("%w: its unit is not %q", ErrCertificate, unit)
	}
	return checkLeaf(c)
}

func checkLeaf(c *x509.Certificate) error {
	if c.IsCA {
		return fmt.Errorf("%w: an authority signs certificates only", ErrCertificate)
	}
	if c.KeyUsage&x509.KeyUsageDigitalSignature == 0 {
		return fmt.Errorf("%w: its key may not sign", ErrCertificate)
	}
	return nil
}

// plain keeps names from certificates, which a stranger chooses, out of the text
// of an error.
func plain(err error) error {
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok {
		if invalid.Reason == x509.Expired {
			return errors.New("outside its time of validity")
		}
		return errors.New("not valid for this use")
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return errors.New("issued by an unknown authority")
	}
	return errors.New("no valid chain")
}
