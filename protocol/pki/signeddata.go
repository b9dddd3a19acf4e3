package pki

import (
	"errors"
	"fmt"

	"motcua/protocol/der"
	"motcua/protocol/tlv"
)

// Bounds of signed data.
const (
	maxSignedCertificates = 64
	maxSigners            = 4
)

// Object identifiers of signed data, encoded without tag and length.
const (
	oidSignedData    = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
	oidContentType   = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03"
	oidMessageDigest = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04"
	oidSigningTime   = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x05"
)

var (
	// ErrNoSigner: the certificate of the signer did not come along.
	ErrNoSigner = errors.New("no certificate of the signer")
	// ErrDigest: the content differs from the digest that was signed.
	ErrDigest = errors.New("the content differs from the signed digest")
	// ErrSignature: the signature is false.
	ErrSignature = errors.New("the signature is false")
)

// SignedData is a CMS SignedData (RFC 5652, 5) that carries its content, the
// form of EF.SOD, EF.CardSecurity and master lists. Its slices alias the bytes
// it was read from.
type SignedData struct {
	// ContentType is the object identifier of the content, encoded without tag
	// and length.
	ContentType []byte
	Content     []byte
	// Certificates are those that came along and could be read, in their order.
	Certificates []*Certificate
	// Unread is why others could not be read.
	Unread []error

	signer signerInfo
}

// ParseSignedData reads a ContentInfo in DER, or in BER with indefinite lengths
// and octet strings in segments. Of several signers the first counts: Doc 9303
// part 10, 4.6.2, and part 12 know one. Malformed data gives
// [der.ErrMalformed], a hash or signature algorithm that is unknown
// [ErrUnsupported].
func ParseSignedData(b []byte) (*SignedData, error) { return parseSignedData(b, ParseCertificate) }

// ParseSignedData is the function of this name for whoever reads many documents
// of few signers: it reads each signer's certificate once.
func (a Anchors) ParseSignedData(b []byte) (*SignedData, error) {
	if a.known == nil {
		return ParseSignedData(b)
	}
	return parseSignedData(b, a.known.parse)
}

func parseSignedData(b []byte, certificate func([]byte) (*Certificate, error)) (*SignedData, error) {
	b, err := der.Definite(b)
	if err != nil {
		return nil, fmt.Errorf("signed data: %w", err)
	}
	outer, err := tlv.Parse(b, der.TagSequence)
	if err != nil {
		return nil, der.Malformed("signed data", err)
	}
	info := outer.Items()
	if oid, err := info.Expect(der.TagOID); err != nil || string(oid.Value) != oidSignedData {
		return nil, der.Malformed("no signed data", err)
	}
	wrapper, err := der.Inside(info, der.TagContext0, "signed data")
	if err != nil {
		return nil, err
	}
	signed, err := der.Inside(wrapper, der.TagSequence, "signed data")
	if err != nil {
		return nil, err
	}
	s := &SignedData{}
	if err := s.parse(signed, certificate); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *SignedData) parse(r *tlv.Reader, certificate func([]byte) (*Certificate, error)) error {
	if _, err := der.SmallInt(r); err != nil { // its value follows from the content and is often wrong
		return err
	}
	if _, err := r.Expect(der.TagSet); err != nil { // digest algorithms: each signer names its own
		return der.Malformed("digest algorithms", err)
	}
	if err := s.parseContent(r); err != nil {
		return err
	}
	certs, present, err := r.Optional(der.TagContext0)
	if err != nil {
		return der.Malformed("certificates", err)
	}
	if present {
		if err := s.parseCertificates(certs.Items(), certificate); err != nil {
			return err
		}
	}
	if _, _, err := r.Optional(der.TagContext1); err != nil { // revocation lists: those of the trust store count
		return der.Malformed("signed data", err)
	}
	infos, err := der.Inside(r, der.TagSet, "signers")
	if err != nil {
		return err
	}
	return s.parseSigners(infos)
}

func (s *SignedData) parseContent(r *tlv.Reader) error {
	encap, err := der.Inside(r, der.TagSequence, "content")
	if err != nil {
		return err
	}
	oid, err := encap.Expect(der.TagOID)
	if err != nil {
		return der.Malformed("content type", err)
	}
	wrapper, err := der.Inside(encap, der.TagContext0, "content")
	if err != nil {
		return err
	}
	octets, err := wrapper.Expect(der.TagOctetString)
	if err != nil {
		return der.Malformed("content", err)
	}
	s.ContentType, s.Content = oid.Value, octets.Value
	return nil
}

func (s *SignedData) parseCertificates(r *tlv.Reader, certificate func([]byte) (*Certificate, error)) error {
	for n := 0; r.More(); n++ {
		item, err := r.Next()
		if err != nil || n == maxSignedCertificates {
			return der.Malformed("certificates", err)
		}
		if item.Tag != der.TagSequence { // other formats of certificates
			continue
		}
		c, err := certificate(item.Raw)
		if err != nil {
			s.Unread = append(s.Unread, err)
			continue
		}
		s.Certificates = append(s.Certificates, c)
	}
	return nil
}

func (s *SignedData) parseSigners(r *tlv.Reader) error {
	for n := 0; r.More(); n++ {
		one, err := der.Inside(r, der.TagSequence, "signer")
		switch {
		case err != nil:
			return err
		case n == maxSigners:
			return der.Malformed("too many signers", nil)
		case n == 0:
			if err := s.signer.parse(one, s.Certificates); err != nil {
				return err
			}
		}
	}
	if s.signer.signature == nil {
		return der.Malformed("no signer", nil)
	}
	return s.signer.check(s.ContentType)
}

// Signer finds the certificate of the signer among those that came along, nil
// when it is not there.
func (s *SignedData) Signer() *Certificate {
	for _, c := range s.Certificates {
		if s.signer.is(c) {
			return c
		}
	}
	return nil
}
