package emrtd

import (
	"crypto/cipher"
	"encoding/hex"
	"errors"
	"fmt"

	"motcua/protocol/group"
)

// MapGeneric is the generic mapping (Doc 9303 part 11, 4.4.3.3.1): the nonce
// times the generator, combined with the element both sides agreed on. The
// chip authentication mapping is the same.
func MapGeneric(nonce []byte, agreed group.Element) (group.Element, error) {
	if agreed.IsIdentity() {
		return group.Element{}, fmt.Errorf("mapping the nonce with no key: %w", ErrProtocol)
	}
	mapped, err := agreed.Group().Generator().Mult(nonce).Combine(agreed)
	if err != nil {
		return group.Element{}, fmt.Errorf("mapping the nonce: %w: %w", ErrProtocol, err)
	}
	if mapped.IsIdentity() {
		return group.Element{}, fmt.Errorf("mapping the nonce to no generator: %w", ErrProtocol)
	}
	return mapped, nil
}

// MapIntegrated is the integrated mapping (Doc 9303 part 11, 4.4.3.3.2): a
// generator made of both nonces. The chip's has [Suite.NonceSize] bytes, the
// terminal's [Suite.KeySize]. A group without this mapping is an
// [ErrUnsupported].
func MapIntegrated(g *group.Group, s Suite, nonce, terminalNonce []byte) (group.Element, error) {
	if len(nonce) != s.NonceSize() || len(terminalNonce) != s.KeySize() {
		return group.Element{}, fmt.Errorf("nonces of %d and %d bytes for the integrated mapping: %w", len(nonce), len(terminalNonce), ErrMalformed)
	}
	u, err := pseudoRandom(s, nonce, terminalNonce, 8*g.Size())
	if err != nil {
		return group.Element{}, err
	}
	defer clear(u)
	mapped, err := g.MapInteger(u)
	switch {
	case errors.Is(err, group.ErrNoMapping):
		return group.Element{}, fmt.Errorf("integrated mapping: %w: %w", ErrUnsupported, err)
	case err != nil || mapped.IsIdentity():
		return group.Element{}, fmt.Errorf("integrated mapping to no generator: %w", ErrProtocol)
	}
	return mapped, nil
}

// mappingMargin is how many bits more than the prime's the integer has that is
// taken modulo it.
const mappingMargin = 64

// mappingConstants are c0 and c1 of Doc 9303 part 11, 4.4.3.3.2, by the size of
// the nonce.
func mappingConstants(size int) (c0, c1 []byte, err error) {
	h0, h1 := "a668892a7c41e3ca739f40b057d85904", "a4e136ac725f738b01c1f60217c188ad"
	if size == 32 {
		h0 = "d463d65234124ef7897054986dca0a174e28df758cbaa03f240616414d5a1676"
		h1 = "54bd7255f0aaf831bec3423fcf39d69b6cbf066677d0faae5aadd99df8e53517"
	}
	c0, err0 := hex.DecodeString(h0)
	c1, err1 := hex.DecodeString(h1)
	return c0, c1, errors.Join(err0, err1)
}

// pseudoRandom is the function R of Doc 9303 part 11, 4.4.3.3.2: a chain of
// keys, each making the next one and a piece of the output. The caller clears
// it.
func pseudoRandom(s Suite, nonce, terminalNonce []byte, bits int) ([]byte, error) {
	c0, c1, err := mappingConstants(len(nonce))
	if err != nil {
		return nil, err
	}
	key, err := encryptCBC(s, terminalNonce, make([]byte, s.BlockSize()), nonce)
	if err != nil {
		return nil, err
	}
	out := make([]byte, 0, (bits+mappingMargin)/8+len(nonce))
	for 8*len(out) < bits+mappingMargin {
		piece, err := encryptCBC(s, key[:s.KeySize()], make([]byte, s.BlockSize()), c1)
		if err != nil {
			return nil, err
		}
		next, err := encryptCBC(s, key[:s.KeySize()], make([]byte, s.BlockSize()), c0)
		if err != nil {
			return nil, err
		}
		out = append(out, piece...)
		clear(key)
		clear(piece)
		key = next
	}
	clear(key)
	return out, nil
}

// encryptCBC encrypts whole blocks.
func encryptCBC(s Suite, key, iv, plain []byte) ([]byte, error) {
	block, err := newCipher(s, key)
	if err != nil {
		return nil, err
	}
	out := make([]byte, len(plain))
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(out, plain)
	return out, nil
}

// decryptCBC decrypts whole blocks.
func decryptCBC(s Suite, key, iv, encrypted []byte) ([]byte, error) {
	block, err := newCipher(s, key)
	if err != nil {
		return nil, err
	}
	out := make([]byte, len(encrypted))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(out, encrypted)
	return out, nil
}
