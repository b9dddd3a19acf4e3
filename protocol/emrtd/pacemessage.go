package emrtd

import (
	"bytes"
	"crypto/cipher"
	"fmt"

	"motcua/protocol/ec"
	"motcua/protocol/tlv"
)

// Data objects of GENERAL AUTHENTICATE in PACE (Doc 9303 part 11, 4.4.4.2).
const (
	TagDynamicData     tlv.Tag = 0x7C
	TagNonce           tlv.Tag = 0x80 // from the chip
	TagMapTerminal     tlv.Tag = 0x81
	TagMapChip         tlv.Tag = 0x82
	TagPublicTerminal  tlv.Tag = 0x83
	TagPublicChip      tlv.Tag = 0x84
	TagTokenTerminal   tlv.Tag = 0x85
	TagTokenChip       tlv.Tag = 0x86
	tagPublicKeyObject tlv.Tag = 0x7F49
	tagCurvePoint      tlv.Tag = 0x86
	maxNonceSize               = 64
)

// EncryptNonce encrypts the nonce with [Key.PACEKey]: the chip's side.
func EncryptNonce(s Suite, key, nonce []byte) ([]byte, error) {
	block, err := nonceCipher(s, key, nonce)
	if err != nil {
		return nil, err
	}
	out := make([]byte, len(nonce))
	cipher.NewCBCEncrypter(block, make([]byte, s.BlockSize())).CryptBlocks(out, nonce)
	return out, nil
}

// DecryptNonce decrypts the nonce with [Key.PACEKey]: the terminal's side.
func DecryptNonce(s Suite, key, encrypted []byte) ([]byte, error) {
	block, err := nonceCipher(s, key, encrypted)
	if err != nil {
		return nil, err
	}
	out := make([]byte, len(encrypted))
	cipher.NewCBCDecrypter(block, make([]byte, s.BlockSize())).CryptBlocks(out, encrypted)
	return out, nil
}

func nonceCipher(s Suite, key, nonce []byte) (cipher.Block, error) {
	if len(nonce) < 16 || len(nonce) > maxNonceSize || len(nonce)%s.BlockSize() != 0 {
		return nil, fmt.Errorf("nonce of %d bytes: %w", len(nonce), ErrMalformed)
	}
	return newCipher(s, key)
}

// MapGeneric is the generic mapping: the nonce times the generator, plus the
// point both sides agreed on.
func MapGeneric(c *ec.Curve, nonce []byte, agreed *ec.Point) (*ec.Point, error) {
	mapped, err := c.ScalarBaseMult(nonce).Add(agreed)
	if err != nil {
		return nil, fmt.Errorf("mapping the nonce: %w", err)
	}
	if mapped.IsInfinity() || agreed.IsInfinity() {
		return nil, fmt.Errorf("mapping the nonce to no generator: %w", ErrProtocol)
	}
	return mapped, nil
}

// AuthToken is the authentication token over the other side's public key, with
// the session's MAC key (Doc 9303 part 11, 4.4.3.4).
func AuthToken(s Suite, kmac, oid, public []byte) ([]byte, error) {
	mac, err := newAuthenticator(s, kmac)
	if err != nil {
		return nil, err
	}
	input := tlv.Encode(tagPublicKeyObject, tlv.Encode(tagOID, oid), tlv.Encode(tagCurvePoint, public))
	if s == Suite3DES {
		input = pad(input, s.BlockSize())
	}
	sum := mac.sum(input)
	return bytes.Clone(sum[:]), nil
}

// PACESecret multiplies the other side's public key with the own private one
// and returns the shared secret: the first coordinate at the field's full
// width, however many zeros it begins with.
func PACESecret(peer *ec.Point, private []byte) ([]byte, error) {
	secret, err := peer.ScalarMult(private).X()
	if err != nil {
		return nil, fmt.Errorf("agreeing on a secret: %w", err)
	}
	return secret, nil
}

// PACEKeys derives the session's keys from the shared secret.
func PACEKeys(s Suite, secret []byte) (kenc, kmac []byte) {
	return DeriveKey(s, secret, CounterEnc), DeriveKey(s, secret, CounterMAC)
}
