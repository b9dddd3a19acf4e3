package pki

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"motcua/protocol/der"
	"motcua/protocol/tlv"
)

// maxListed bounds the certificates of a master list; the largest ones published
// hold some hundreds.
const maxListed = 20_000

// oidMasterList is id-icao-cscaMasterList.
const oidMasterList = oidICAO + "\x02"

// ErrArchive: the bytes are an archive or a text that may hold a master list.
var ErrArchive = errors.New("not a master list but what one may be packed into")

// MasterList is a list of issuing authorities that one state collected and
// signed (Doc 9303 part 12, CSCA master list).
type MasterList struct {
	// Certificates are the authorities, links included, in the list's order.
	Certificates []*Certificate
	// Skipped is why others could not be read: lists carry some on curves, or
	// with mistakes, that nobody reads.
	Skipped []error

	signed *SignedData
}

// ParseMasterList reads a master list: signed data in DER or BER over
// CscaMasterList of version 0. A certificate that cannot be read is skipped and
// told; everything else is [der.ErrMalformed] or [ErrUnsupported], and
// [ErrArchive] for a zip file or LDIF, which have to be unpacked first. It says
// nothing about who signed; see [MasterList.Verify].
func ParseMasterList(b []byte) (*MasterList, error) {
	switch {
	case bytes.HasPrefix(b, []byte("PK\x03\x04")):
		return nil, fmt.Errorf("a zip file: %w", ErrArchive)
	case IsLDIF(b):
		return nil, fmt.Errorf("LDIF: %w", ErrArchive)
	}
	s, err := ParseSignedData(b)
	if err != nil {
		return nil, fmt.Errorf("master list: %w", err)
	}
	if string(s.ContentType) != oidMasterList {
		return nil, der.Malformed("signed data that is no master list", nil)
	}
	m := &MasterList{signed: s}
	if err := m.parse(s.Content); err != nil {
		return nil, fmt.Errorf("master list: %w", err)
	}
	return m, nil
}

func (m *MasterList) parse(content []byte) error {
	outer, err := tlv.Parse(content, der.TagSequence)
	if err != nil {
		return der.Malformed("list", err)
	}
	r := outer.Items()
	if version, err := der.SmallInt(r); err != nil || version != 0 {
		return der.Malformed("version of the list", err)
	}
	set, err := der.Inside(r, der.TagSet, "list")
	if err != nil {
		return err
	}
	for n := 1; set.More(); n++ {
		item, err := set.Expect(der.TagSequence)
		if err != nil || n > maxListed {
			return der.Malformed("list", err)
		}
		c, err := ParseCertificate(item.Raw)
		if err != nil {
			m.Skipped = append(m.Skipped, fmt.Errorf("certificate %d: %w", n, err))
			continue
		}
		m.Certificates = append(m.Certificates, c)
	}
	return nil
}

// Signer is the certificate of who signed the list, nil when it did not come
// along.
func (m *MasterList) Signer() *Certificate { return m.signed.Signer() }

// SigningTime is when the list was signed, zero when it does not say so.
func (m *MasterList) SigningTime() time.Time { return m.signed.SigningTime() }

// Verify checks the list's signature, and its signer against authorities that
// are trusted already: those that come with the list prove nothing. The list is
// to be used only where the Chain is [Chain.Trusted].
func (m *MasterList) Verify(anchors Anchors, now time.Time) (Chain, error) {
	chain, err := m.signed.Verify(anchors, SigningMasterLists, now)
	if err != nil {
		return chain, fmt.Errorf("master list: %w", err)
	}
	return chain, nil
}

// CheckSignature checks the signature only: that the list is as its signer, of
// whom nothing is known, made it.
func (m *MasterList) CheckSignature() error {
	if err := m.signed.CheckSignature(); err != nil {
		return fmt.Errorf("master list: %w", err)
	}
	return nil
}
