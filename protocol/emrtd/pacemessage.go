package emrtd

import (
	"bytes"
	"crypto/sha1"
	"fmt"

	"motcua/protocol/group"
	"motcua/protocol/tlv"
)

// Data objects of GENERAL AUTHENTICATE in PACE (Doc 9303 part 11, 4.4.5).
const (
	TagDynamicData     tlv.Tag = 0x7C
	TagNonce           tlv.Tag = 0x80 // from the chip
	TagMapTerminal     tlv.Tag = 0x81
	TagMapChip         tlv.Tag = 0x82
	TagPublicTerminal  tlv.Tag = 0x83
	TagPublicChip      tlv.Tag = 0x84
	TagTokenTerminal   tlv.Tag = 0x85
	TagTokenChip       tlv.Tag = 0x86
	TagChipData        tlv.Tag = 0x8A // encrypted chip authentication data
	tagPublicKeyObject tlv.Tag = 0x7F49
	tagFieldElement    tlv.Tag = 0x84
	tagCurvePoint      tlv.Tag = 0x86
	maxNonceSize               = 64
)

// EncryptNonce encrypts the nonce with [Key.PACEKey]: the chip's side.
func EncryptNonce(s Suite, key, nonce []byte) ([]byte, error) {
	if err := checkNonce(s, nonce); err != nil {
		return nil, err
	}
	return encryptCBC(s, key, make([]byte, s.BlockSize()), nonce)
}

// DecryptNonce decrypts the nonce with [Key.PACEKey]: the terminal's side.
func DecryptNonce(s Suite, key, encrypted []byte) ([]byte, error) {
	if err := checkNonce(s, encrypted); err != nil {
		return nil, err
	}
	return decryptCBC(s, key, make([]byte, s.BlockSize()), encrypted)
}

func checkNonce(s Suite, nonce []byte) error {
	if len(nonce) < 16 || len(nonce) > maxNonceSize || len(nonce)%s.BlockSize() != 0 {
		return fmt.Errorf("nonce of %d bytes: %w", len(nonce), ErrMalformed)
	}
	return nil
}

// AuthToken is the authentication token over the other side's public key as it
// was sent, with the session's MAC key (Doc 9303 part 11, 4.4.3.4). The protocol
// tells whether the key is a point or an integer.
func AuthToken(s Suite, kmac, oid, public []byte) ([]byte, error) {
	mac, err := newAuthenticator(s, kmac)
	if err != nil {
		return nil, err
	}
	tag := tagCurvePoint
	if kind, ok := paceKind(oid); ok && !kind.elliptic {
		tag = tagFieldElement
	}
	input := tlv.Encode(tagPublicKeyObject, tlv.Encode(tagOID, oid), tlv.Encode(tag, public))
	if s == Suite3DES {
		input = pad(input, s.BlockSize())
	}
	sum := mac.sum(input)
	return bytes.Clone(sum[:]), nil
}

// Agree is the key agreement (Doc 9303 part 11, 9.6): it multiplies the other
// side's public key with the own private one and returns the shared secret, at
// full width however many zeros it begins with. The caller clears it.
func Agree(peer group.Element, private []byte) ([]byte, error) {
	secret, err := peer.Agree(private)
	if err != nil {
		return nil, fmt.Errorf("agreeing on a secret: %w: %w", ErrProtocol, err)
	}
	return secret, nil
}

// SessionKeys derives the keys of secure messaging from the shared secret. The
// caller clears them.
func SessionKeys(s Suite, secret []byte) (kenc, kmac []byte) {
	return DeriveKey(s, secret, CounterEnc), DeriveKey(s, secret, CounterMAC)
}

// Compress is what terminal authentication signs of a public key: the first
// coordinate of a point, the SHA-1 hash of an integer (TR-03110 part 3,
// A.2.2.3). public is the key as it was sent.
func Compress(g *group.Group, public []byte) []byte {
	if !g.Elliptic() {
		sum := sha1.Sum(public)
		return sum[:]
	}
	if len(public) != 1+2*g.Size() {
		return nil
	}
	return bytes.Clone(public[1 : 1+g.Size()])
}

// EncryptChipData encrypts the chip authentication data with the session's
// encryption key (Doc 9303 part 11, 4.4.3.5): the chip's side.
func EncryptChipData(s Suite, kenc, data []byte) ([]byte, error) {
	iv, err := chipDataIV(s, kenc)
	if err != nil {
		return nil, err
	}
	padded := pad(bytes.Clone(data), s.BlockSize())
	defer clear(padded)
	return encryptCBC(s, kenc, iv, padded)
}

// DecryptChipData decrypts them: the terminal's side.
func DecryptChipData(s Suite, kenc, encrypted []byte) ([]byte, error) {
	if len(encrypted) == 0 || len(encrypted)%s.BlockSize() != 0 {
		return nil, malformed("chip authentication data", nil)
	}
	iv, err := chipDataIV(s, kenc)
	if err != nil {
		return nil, err
	}
	padded, err := decryptCBC(s, kenc, iv, encrypted)
	if err != nil {
		return nil, err
	}
	data, ok := unpad(padded)
	if !ok {
		return nil, malformed("chip authentication data", nil)
	}
	return data, nil
}

// chipDataIV is the encrypted block of ones.
func chipDataIV(s Suite, kenc []byte) ([]byte, error) {
	block, err := newCipher(s, kenc)
	if err != nil {
		return nil, err
	}
	iv := bytes.Repeat([]byte{0xFF}, s.BlockSize())
	block.Encrypt(iv, iv)
	return iv, nil
}
