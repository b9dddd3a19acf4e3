package emu

import (
	"crypto/sha256"
	"fmt"

	"motcua/protocol/tlv"
)

// keyCompromise is the reason of a revocation (RFC 5280, 5.3.1).
const keyCompromise = 1

// revokedSerial is the serial number of the revoked document signer with a key
// of this kind; there is one of each.
func revokedSerial(kind KeyKind) []byte {
	sum := sha256.Sum256([]byte("motcua demo revoked " + string(kind)))
	return append([]byte{2}, sum[:7]...)
}

// encodeCRL lists the revoked document signers (ICAO 9303-12, 7.1.4; RFC 5280,
// 5.1). It stays current as long as the authority.
func (a authority) encodeCRL(i *Issuer) ([]byte, error) {
	var revoked [][]byte
	for _, kind := range signerKinds() {
		revoked = append(revoked, tlv.Encode(derSequence,
			derUnsigned(revokedSerial(kind)),
			derTime(i.now()),
			tlv.Encode(derSequence, extension(oidCRLReason, false, tlv.Encode(derEnumerated, []byte{keyCompromise})))))
	}
	tbs := tlv.Encode(derSequence,
		derNumber(1), // version 2
		a.algorithm(),
		a.cert.subject,
		derTime(i.now()),
		derTime(a.cert.until),
		tlv.Encode(derSequence, revoked...),
		tlv.Encode(0xA0, tlv.Encode(derSequence,
			extension(oidAuthorityKeyID, false, tlv.Encode(derSequence, tlv.Encode(0x80, a.cert.keyID))),
			extension(oidCRLNumber, false, derNumber(1)))),
	)
	crl, err := a.sealed(tbs)
	if err != nil {
		return nil, fmt.Errorf("listing revoked document signers: %w", err)
	}
	return crl, nil
}
