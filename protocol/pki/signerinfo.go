package pki

import (
	"bytes"
	"cmp"
	"crypto"
	"crypto/subtle"
	"errors"
	"fmt"
	"slices"
	"time"

	"motcua/protocol/der"
	"motcua/protocol/tlv"
)

// maxAttributesSigned bounds the signed attributes.
const maxAttributesSigned = 32

// signerInfo is one signer of signed data (RFC 5652, 5.3), named by issuer and
// serial number (version 1) or by key identifier (version 3).
type signerInfo struct {
	issuer        string // folded
	serial, keyID []byte
	digest        crypto.Hash
	attributes    []tlv.Item // nil when the content itself is signed
	present       bool       // of attributes
	contentType   []byte
	messageDigest []byte
	signingTime   time.Time
	algorithm     SignatureAlgorithm
	signature     []byte
}

func (s *signerInfo) parse(r *tlv.Reader, certificates []*Certificate) error {
	if _, err := der.SmallInt(r); err != nil { // 1 or 3, told again by the name
		return err
	}
	if err := s.parseName(r, certificates); err != nil {
		return err
	}
	var err error
	if s.digest, err = ParseHashAlgorithm(r); err != nil {
		return err
	}
	attributes, present, err := r.Optional(der.TagContext0)
	if err != nil {
		return der.Malformed("signed attributes", err)
	}
	if s.present = present; present {
		if err := s.parseAttributes(attributes.Items()); err != nil {
			return err
		}
	}
	id, err := der.Inside(r, der.TagSequence, "signature algorithm")
	if err != nil {
		return err
	}
	if s.algorithm, err = ParseSignatureAlgorithm(id); err != nil {
		return err
	}
	signature, err := r.Expect(der.TagOctetString)
	if err != nil || len(signature.Value) == 0 {
		return der.Malformed("signature", err)
	}
	s.signature = signature.Value
	return nil
}

func (s *signerInfo) parseName(r *tlv.Reader, certificates []*Certificate) error {
	item, err := r.Next()
	if err != nil {
		return der.Malformed("signer", err)
	}
	switch item.Tag {
	case 0x80: // subject key identifier
		s.keyID = item.Value
		return nil
	case der.TagSequence:
		id := item.Items()
		name, errName := id.Expect(der.TagSequence)
		serial, errSerial := id.Expect(der.TagInteger)
		if errName != nil || errSerial != nil {
			return der.Malformed("signer", cmp.Or(errName, errSerial))
		}
		s.serial = serial.Value
		s.issuer, err = foldLike(name.Raw, certificates)
		return err
	}
	return der.Malformed("signer", nil)
}

// foldLike folds a name, unless an issuer of the certificates has the very same,
// as the signer's should.
func foldLike(name []byte, certificates []*Certificate) (string, error) {
	for _, c := range certificates {
		if bytes.Equal(c.issuer.raw, name) {
			return c.issuer.folded, nil
		}
	}
	return FoldName(name)
}

func (s *signerInfo) parseAttributes(r *tlv.Reader) error {
	for r.More() {
		item, err := r.Expect(der.TagSequence)
		if err != nil || len(s.attributes) == maxAttributesSigned {
			return der.Malformed("signed attribute", err)
		}
		s.attributes = append(s.attributes, item)
		attribute := item.Items()
		oid, errOID := attribute.Expect(der.TagOID)
		values, errSet := attribute.Expect(der.TagSet)
		if errOID != nil || errSet != nil {
			return der.Malformed("signed attribute", cmp.Or(errOID, errSet))
		}
		if err := s.parseAttribute(string(oid.Value), values.Items()); err != nil {
			return err
		}
	}
	return nil
}

func (s *signerInfo) parseAttribute(oid string, values *tlv.Reader) error {
	switch oid {
	case oidContentType:
		item, err := values.Expect(der.TagOID)
		if err != nil || s.contentType != nil {
			return der.Malformed("content type", err)
		}
		s.contentType = item.Value
	case oidMessageDigest:
		item, err := values.Expect(der.TagOctetString)
		if err != nil || s.messageDigest != nil {
			return der.Malformed("message digest", err)
		}
		s.messageDigest = item.Value
	case oidSigningTime:
		t, err := readTime(values)
		if err != nil || !s.signingTime.IsZero() {
			return der.Malformed("signing time", err)
		}
		s.signingTime = t
	}
	return nil
}

// check holds the signed attributes to RFC 5652, 5.3 and 11: with attributes,
// content type and message digest must be among them.
func (s *signerInfo) check(contentType []byte) error {
	if s.present && (!bytes.Equal(s.contentType, contentType) || s.messageDigest == nil) {
		return der.Malformed("signed attributes", nil)
	}
	return nil
}

func (s *signerInfo) is(c *Certificate) bool {
	if s.keyID != nil {
		return bytes.Equal(s.keyID, c.subjectKeyID)
	}
	return c.IsNumber(s.issuer, s.serial)
}

// signed gives what the signature may be over. Attributes are signed as the DER
// encoding of a SET, whatever their encoding in the message (RFC 5652, 5.4);
// some signers keep the order that they send, others sort them and send
// something else, so both are tried.
func (s *signerInfo) signed(content []byte) [][]byte {
	if !s.present {
		return [][]byte{content}
	}
	raw := make([][]byte, len(s.attributes))
	for i, a := range s.attributes {
		raw[i] = a.Raw
	}
	sent := tlv.Encode(der.TagSet, raw...)
	slices.SortFunc(raw, bytes.Compare)
	if sorted := tlv.Encode(der.TagSet, raw...); !bytes.Equal(sent, sorted) {
		return [][]byte{sent, sorted}
	}
	return [][]byte{sent}
}

// SigningTime is when the signer says that it signed, zero when it does not.
func (s *SignedData) SigningTime() time.Time { return s.signer.signingTime }

// Digest is the hash function of the signature.
func (s *SignedData) Digest() crypto.Hash {
	if h := s.signer.algorithm.Hash; h != 0 {
		return h
	}
	return s.signer.digest
}

// Weak tells whether SHA-1 is part of the signature.
func (s *SignedData) Weak() bool {
	return s.signer.digest == crypto.SHA1 || s.signer.algorithm.Hash == crypto.SHA1
}

// Signature names the signature algorithm with the hash that is really used,
// such as RSA-PSS-SHA-256.
func (s *SignedData) Signature() string {
	a := s.signer.algorithm
	a.Hash = s.Digest()
	return a.String()
}

// CheckSignature checks digest and signature with the certificate that came
// along, and says nothing about who that is. Errors: [ErrNoSigner],
// [ErrDigest] and [ErrSignature] (joined where both are so), and
// [ErrUnsupported] for a signer whose key or certificate is not known here.
func (s *SignedData) CheckSignature() error {
	c := s.Signer()
	if c == nil {
		for _, err := range s.Unread {
			if errors.Is(err, ErrUnsupported) {
				return fmt.Errorf("certificate of the signer: %w", err)
			}
		}
		return ErrNoSigner
	}
	var digest error
	if s.signer.present && subtle.ConstantTimeCompare(digestOf(s.signer.digest, s.Content), s.signer.messageDigest) != 1 {
		digest = ErrDigest
	}
	for _, signed := range s.signer.signed(s.Content) {
		good, err := c.key.Verify(s.signer.algorithm, s.signer.digest, signed, s.signer.signature)
		if err != nil {
			return errors.Join(digest, err)
		}
		if good {
			return digest
		}
	}
	return errors.Join(digest, ErrSignature)
}

func digestOf(h crypto.Hash, b []byte) []byte {
	d := h.New()
	d.Write(b)
	return d.Sum(nil)
}
