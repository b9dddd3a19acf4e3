package pki

import (
	"slices"
	"time"

	"motcua/protocol/der"
	"motcua/protocol/tlv"
)

// Bounds of what extensions hold.
const (
	maxExtensions    = 64
	maxPurposes      = 32
	maxDocumentTypes = 64
)

// Object identifiers of extensions (RFC 5280, 4.2; Doc 9303 part 12, 7.1),
// encoded without tag and length.
const (
	oidExtension         = "\x55\x1d"
	oidSubjectKeyID      = oidExtension + "\x0e"
	oidKeyUsage          = oidExtension + "\x0f"
	oidPrivateKeyUsage   = oidExtension + "\x10"
	oidSubjectAltName    = oidExtension + "\x11"
	oidIssuerAltName     = oidExtension + "\x12"
	oidBasicConstraints  = oidExtension + "\x13"
	oidCRLDistribution   = oidExtension + "\x1f"
	oidPolicies          = oidExtension + "\x20"
	oidAuthorityKeyID    = oidExtension + "\x23"
	oidExtendedKeyUsage  = oidExtension + "\x25"
	oidICAO              = "\x67\x81\x08\x01\x01"
	oidNameChange        = oidICAO + "\x06\x01"
	oidDocumentTypeList  = oidICAO + "\x06\x02"
	oidMasterListSigning = oidICAO + "\x03"
	oidDeviationSigning  = oidICAO + "\x08"
)

// understood are the extensions that may be critical: what they say is obeyed
// here, or says nothing about a signature's worth.
var understood = []string{
	oidSubjectKeyID, oidKeyUsage, oidPrivateKeyUsage, oidSubjectAltName, oidIssuerAltName, oidBasicConstraints, oidCRLDistribution,
	oidPolicies, oidAuthorityKeyID, oidExtendedKeyUsage, oidNameChange, oidDocumentTypeList,
}

// Bits of the first byte of the key usage (RFC 5280, 4.2.1.3).
const (
	usageSignature byte = 0x80
	usageCertSign  byte = 0x04
	usageCRLSign   byte = 0x02
)

// extensions are those of a certificate that count for travel documents.
type extensions struct {
	subjectKeyID, authorityKeyID []byte

	usage                byte // first byte of the key usage
	hasUsage             bool
	isCA, hasConstraints bool
	// privateFrom and privateTo are when the key may sign; zero: not said.
	privateFrom, privateTo time.Time
	purposes               []string // extended key usage
	documentTypes          []string
	hasDocumentTypes       bool
	// unknownCritical: the issuer demands an understanding that is not here.
	unknownCritical bool
}

// parse reads the SEQUENCE of extensions.
func (e *extensions) parse(r *tlv.Reader) error {
	return eachExtension(r, func(oid string, critical bool, value *tlv.Reader) error {
		if critical && !slices.Contains(understood, oid) {
			e.unknownCritical = true
		}
		return e.parseOne(oid, value)
	})
}

// eachExtension reads Extensions (RFC 5280, 4.1).
func eachExtension(r *tlv.Reader, do func(oid string, critical bool, value *tlv.Reader) error) error {
	list, err := der.Inside(r, der.TagSequence, "extensions")
	if err != nil {
		return err
	}
	for n := 0; list.More(); n++ {
		ext, err := der.Inside(list, der.TagSequence, "extension")
		if err != nil || n == maxExtensions {
			return der.Malformed("extensions", err)
		}
		oid, err := ext.Expect(der.TagOID)
		if err != nil {
			return der.Malformed("extension", err)
		}
		flag, present, err := ext.Optional(der.TagBoolean)
		if err != nil {
			return der.Malformed("extension", err)
		}
		value, err := ext.Expect(der.TagOctetString)
		if err != nil {
			return der.Malformed("extension", err)
		}
		if err := do(string(oid.Value), present && isTrue(flag), value.Items()); err != nil {
			return err
		}
	}
	return nil
}

func isTrue(flag tlv.Item) bool { return len(flag.Value) == 1 && flag.Value[0] != 0 }

func (e *extensions) parseOne(oid string, r *tlv.Reader) (err error) {
	switch oid {
	case oidKeyUsage:
		return e.parseUsage(r)
	case oidBasicConstraints:
		return e.parseConstraints(r)
	case oidSubjectKeyID:
		item, err := r.Expect(der.TagOctetString)
		if err != nil {
			return der.Malformed("subject key identifier", err)
		}
		e.subjectKeyID = item.Value
	case oidAuthorityKeyID:
		e.authorityKeyID, err = parseAuthorityKeyID(r)
	case oidPrivateKeyUsage:
		return e.parsePrivateUsage(r)
	case oidExtendedKeyUsage:
		return e.parsePurposes(r)
	case oidDocumentTypeList:
		return e.parseDocumentTypes(r)
	}
	return err
}

func (e *extensions) parseUsage(r *tlv.Reader) error {
	item, err := r.Expect(der.TagBitString)
	if err != nil || len(item.Value) == 0 {
		return der.Malformed("key usage", err)
	}
	e.hasUsage = true
	if len(item.Value) > 1 {
		e.usage = item.Value[1]
	}
	return nil
}

func (e *extensions) parseConstraints(r *tlv.Reader) error {
	seq, err := der.Inside(r, der.TagSequence, "basic constraints")
	if err != nil {
		return err
	}
	flag, present, err := seq.Optional(der.TagBoolean)
	if err != nil {
		return der.Malformed("basic constraints", err)
	}
	e.hasConstraints, e.isCA = true, present && isTrue(flag)
	return nil
}

func parseAuthorityKeyID(r *tlv.Reader) ([]byte, error) {
	seq, err := der.Inside(r, der.TagSequence, "authority key identifier")
	if err != nil {
		return nil, err
	}
	item, _, err := seq.Optional(0x80)
	if err != nil {
		return nil, der.Malformed("authority key identifier", err)
	}
	return item.Value, nil
}

// parsePrivateUsage reads PrivateKeyUsagePeriod (Doc 9303 part 12, 7.1).
func (e *extensions) parsePrivateUsage(r *tlv.Reader) error {
	seq, err := der.Inside(r, der.TagSequence, "private key usage period")
	if err != nil {
		return err
	}
	for tag, at := range map[tlv.Tag]*time.Time{0x80: &e.privateFrom, 0x81: &e.privateTo} {
		item, present, err := tlv.Find(seq.Rest(), tag)
		if err != nil {
			return der.Malformed("private key usage period", err)
		}
		if !present {
			continue
		}
		item.Tag = der.TagGeneralizedTime // implicit
		if *at, err = parseTime(item); err != nil {
			return err
		}
	}
	return nil
}

func (e *extensions) parsePurposes(r *tlv.Reader) error {
	seq, err := der.Inside(r, der.TagSequence, "extended key usage")
	if err != nil {
		return err
	}
	for seq.More() {
		oid, err := seq.Expect(der.TagOID)
		if err != nil || len(e.purposes) == maxPurposes {
			return der.Malformed("extended key usage", err)
		}
		e.purposes = append(e.purposes, string(oid.Value))
	}
	return nil
}

// parseDocumentTypes reads DocumentTypeListSyntax: a version, and a SET of the
// document codes of the machine readable zone (Doc 9303 part 12, 7.1).
func (e *extensions) parseDocumentTypes(r *tlv.Reader) error {
	seq, err := der.Inside(r, der.TagSequence, "document type list")
	if err != nil {
		return err
	}
	if _, err := der.SmallInt(seq); err != nil {
		return err
	}
	set, err := der.Inside(seq, der.TagSet, "document type list")
	if err != nil {
		return err
	}
	e.hasDocumentTypes = true
	for set.More() {
		item, err := set.Next()
		if err != nil || len(e.documentTypes) == maxDocumentTypes {
			return der.Malformed("document type list", err)
		}
		e.documentTypes = append(e.documentTypes, string(item.Value))
	}
	return nil
}
