package emrtd

import (
	"bytes"
	"crypto"

	"motcua/protocol/pki"
	"motcua/protocol/tlv"
)

// Bounds of a document security object.
const (
	maxSODCertificates = 8
	maxSODGroups       = 16
)

// Object identifiers, encoded without tag and length.
const (
	oidSignedData    = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
	oidContentType   = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03"
	oidMessageDigest = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04"
	oidLDSSecurity   = "\x67\x81\x08\x01\x01\x01"
)

// securityObject is EF.SOD taken apart: a CMS SignedData (RFC 5652) over the
// LDS security object (Doc 9303 part 10, 4.6.2). Its slices alias the file.
type securityObject struct {
	content      []byte // DER of the LDS security object
	hash         crypto.Hash
	groups       []groupHash
	certificates []*pki.Certificate
	certErr      error // of a certificate that could not be read

	sidIssuer, sidSerial, sidKeyID []byte
	digest                         crypto.Hash
	signedAttrs                    []byte // as signed, nil when there are none
	messageDigest                  []byte
	algorithm                      pki.SignatureAlgorithm
	signature                      []byte
}

type groupHash struct {
	number int
	hash   []byte
}

// parseSOD reads EF.SOD; malformed data gives [ErrMalformed], an unknown hash
// or signature [ErrUnsupported].
func parseSOD(b []byte) (*securityObject, error) {
	file, err := tlv.Parse(b, EFSOD.Tag)
	if err != nil {
		return nil, malformed("EF.SOD", err)
	}
	info, err := inside(file.Items(), tagSequence, "EF.SOD")
	if err != nil {
		return nil, err
	}
	if oid, err := info.Expect(tagOID); err != nil || string(oid.Value) != oidSignedData {
		return nil, malformed("EF.SOD holds no signed data", err)
	}
	wrapper, err := inside(info, tagContext0, "signed data")
	if err != nil {
		return nil, err
	}
	signed, err := inside(wrapper, tagSequence, "signed data")
	if err != nil {
		return nil, err
	}
	s := &securityObject{}
	return s, s.parseSignedData(signed)
}

func (s *securityObject) parseSignedData(r *tlv.Reader) error {
	if _, err := readSmallInt(r); err != nil {
		return err
	}
	if _, err := r.Expect(tagSet); err != nil { // digest algorithms: each signer names its own
		return malformed("signed data", err)
	}
	if err := s.parseContent(r); err != nil {
		return err
	}
	certs, present, err := r.Optional(tagContext0)
	if err != nil {
		return malformed("certificates", err)
	}
	if present {
		if err := s.parseCertificates(certs.Items()); err != nil {
			return err
		}
	}
	if _, _, err := r.Optional(tagContext1); err != nil { // revocation lists
		return malformed("signed data", err)
	}
	infos, err := inside(r, tagSet, "signers")
	if err != nil {
		return err
	}
	signer, err := inside(infos, tagSequence, "signer") // one signer by Doc 9303 part 10
	if err != nil {
		return err
	}
	return s.parseSigner(signer)
}

func (s *securityObject) parseContent(r *tlv.Reader) error {
	encap, err := inside(r, tagSequence, "content")
	if err != nil {
		return err
	}
	if oid, err := encap.Expect(tagOID); err != nil || string(oid.Value) != oidLDSSecurity {
		return malformed("content is no LDS security object", err)
	}
	wrapper, err := inside(encap, tagContext0, "content")
	if err != nil {
		return err
	}
	octets, err := wrapper.Expect(tagOctetString)
	if err != nil {
		return malformed("content", err)
	}
	s.content = octets.Value
	return s.parseLDS(octets.Items())
}

func (s *securityObject) parseLDS(r *tlv.Reader) error {
	lds, err := inside(r, tagSequence, "LDS security object")
	if err != nil {
		return err
	}
	if _, err := readSmallInt(lds); err != nil {
		return err
	}
	if s.hash, err = pki.ParseHashAlgorithm(lds); err != nil {
		return err
	}
	list, err := inside(lds, tagSequence, "data group hashes")
	if err != nil {
		return err
	}
	for list.More() {
		pair, err := inside(list, tagSequence, "data group hash")
		if err != nil {
			return err
		}
		n, err := readSmallInt(pair)
		if err != nil {
			return err
		}
		hash, err := pair.Expect(tagOctetString)
		if err != nil || n < 1 || n > maxSODGroups || s.group(n) != nil || len(hash.Value) != s.hash.Size() {
			return malformed("data group hash", err)
		}
		s.groups = append(s.groups, groupHash{number: n, hash: hash.Value})
	}
	return nil
}

// group is the hash of data group n, nil when it is not listed.
func (s *securityObject) group(n int) []byte {
	for _, g := range s.groups {
		if g.number == n {
			return g.hash
		}
	}
	return nil
}

func (s *securityObject) parseCertificates(r *tlv.Reader) error {
	for n := 0; r.More(); n++ {
		item, err := r.Next()
		if err != nil || n == maxSODCertificates {
			return malformed("certificates", err)
		}
		if item.Tag != tagSequence { // other formats of certificates
			continue
		}
		c, err := pki.ParseCertificate(item.Raw)
		if err != nil {
			s.certErr = err
			continue
		}
		s.certificates = append(s.certificates, c)
	}
	return nil
}

func (s *securityObject) parseSigner(r *tlv.Reader) error {
	if _, err := readSmallInt(r); err != nil {
		return err
	}
	if err := s.parseSignerID(r); err != nil {
		return err
	}
	var err error
	if s.digest, err = pki.ParseHashAlgorithm(r); err != nil {
		return err
	}
	attrs, present, err := r.Optional(tagContext0)
	if err != nil {
		return malformed("signed attributes", err)
	}
	if present {
		if err := s.parseAttributes(attrs); err != nil {
			return err
		}
	}
	id, err := inside(r, tagSequence, "signature algorithm")
	if err != nil {
		return err
	}
	if s.algorithm, err = pki.ParseSignatureAlgorithm(id); err != nil {
		return err
	}
	signature, err := r.Expect(tagOctetString)
	if err != nil {
		return malformed("signature", err)
	}
	s.signature = signature.Value
	return nil
}

func (s *securityObject) parseSignerID(r *tlv.Reader) error {
	item, err := r.Next()
	if err != nil {
		return malformed("signer", err)
	}
	switch item.Tag {
	case 0x80: // subject key identifier
		s.sidKeyID = item.Value
		return nil
	case tagSequence:
		id := item.Items()
		name, errName := id.Expect(tagSequence)
		serial, errSerial := id.Expect(tagInteger)
		if errName != nil || errSerial != nil {
			return malformed("signer", nil)
		}
		s.sidIssuer, s.sidSerial = name.Raw, serial.Value
		return nil
	}
	return malformed("signer", nil)
}

// parseAttributes reads the signed attributes; what is signed is their encoding
// as a SET (RFC 5652, 5.4).
func (s *securityObject) parseAttributes(attrs tlv.Item) error {
	s.signedAttrs = bytes.Clone(attrs.Raw)
	s.signedAttrs[0] = byte(tagSet)
	var contentType []byte
	for r := attrs.Items(); r.More(); {
		attr, err := inside(r, tagSequence, "signed attribute")
		if err != nil {
			return err
		}
		oid, errOID := attr.Expect(tagOID)
		values, errSet := attr.Expect(tagSet)
		if errOID != nil || errSet != nil {
			return malformed("signed attribute", nil)
		}
		switch string(oid.Value) {
		case oidContentType:
			item, err := values.Items().Expect(tagOID)
			if err != nil || contentType != nil {
				return malformed("content type", err)
			}
			contentType = item.Value
		case oidMessageDigest:
			item, err := values.Items().Expect(tagOctetString)
			if err != nil || s.messageDigest != nil {
				return malformed("message digest", err)
			}
			s.messageDigest = item.Value
		}
	}
	if string(contentType) != oidLDSSecurity || s.messageDigest == nil {
		return malformed("signed attributes", nil)
	}
	return nil
}

// signer finds the certificate of the signer among those that came along.
func (s *securityObject) signer() *pki.Certificate {
	issuer, _ := pki.FoldName(s.sidIssuer)
	for _, c := range s.certificates {
		switch {
		case s.sidKeyID != nil && bytes.Equal(s.sidKeyID, c.SubjectKeyID()):
			return c
		case s.sidKeyID == nil && c.IsNumber(issuer, s.sidSerial):
			return c
		}
	}
	return nil
}
