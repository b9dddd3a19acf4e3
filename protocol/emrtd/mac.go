package emrtd

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/subtle"
	"fmt"
)

// macSize is the length of every MAC on the wire.
const macSize = 8

func newCipher(s Suite, key []byte) (cipher.Block, error) {
	if len(key) != s.KeySize() {
		return nil, fmt.Errorf("%v with a key of %d bytes: %w", s, len(key), ErrUnsupported)
	}
	if s != Suite3DES {
		return aes.NewCipher(key)
	}
	var full [24]byte // two-key triple DES: K1, K2, K1
	copy(full[:], key)
	copy(full[16:], key[:8])
	defer clear(full[:])
	return des.NewTripleDESCipher(full[:])
}

// authenticator computes the suite's MAC: AES-CMAC (RFC 4493), or the retail
// MAC of ISO/IEC 9797-1 (algorithm 3) which wants whole blocks.
type authenticator struct {
	block  cipher.Block // AES, or DES with the first half of the key
	last   cipher.Block // retail MAC: triple DES for the last block
	k1, k2 [16]byte     // CMAC subkeys
	size   int
}

func newAuthenticator(s Suite, key []byte) (*authenticator, error) {
	full, err := newCipher(s, key)
	if err != nil {
		return nil, err
	}
	a := &authenticator{block: full, size: s.BlockSize()}
	if s == Suite3DES {
		a.last = full
		a.block, err = des.NewCipher(key[:8])
		return a, err
	}
	a.block.Encrypt(a.k1[:], a.k1[:])
	double(&a.k1)
	a.k2 = a.k1
	double(&a.k2)
	return a, nil
}

// forget overwrites what can be.
func (a *authenticator) forget() {
	clear(a.k1[:])
	clear(a.k2[:])
	a.block, a.last = nil, nil
}

// double multiplies by x in GF(2^128).
func double(b *[16]byte) {
	carry := b[0] >> 7
	for i := range 15 {
		b[i] = b[i]<<1 | b[i+1]>>7
	}
	b[15] = b[15]<<1 ^ 0x87&-carry
}

// sum returns the first 8 bytes of the MAC over msg.
func (a *authenticator) sum(msg []byte) [macSize]byte {
	if a.last != nil {
		return a.retail(msg)
	}
	return a.cmac(msg)
}

func (a *authenticator) retail(msg []byte) (mac [macSize]byte) {
	for len(msg) > 8 {
		subtle.XORBytes(mac[:], mac[:], msg[:8])
		a.block.Encrypt(mac[:], mac[:])
		msg = msg[8:]
	}
	subtle.XORBytes(mac[:], mac[:], msg)
	a.last.Encrypt(mac[:], mac[:])
	return mac
}

func (a *authenticator) cmac(msg []byte) (mac [macSize]byte) {
	var x [16]byte
	for len(msg) > 16 {
		subtle.XORBytes(x[:], x[:], msg[:16])
		a.block.Encrypt(x[:], x[:])
		msg = msg[16:]
	}
	if len(msg) == 16 {
		subtle.XORBytes(x[:], x[:], a.k1[:])
	} else {
		subtle.XORBytes(x[:], x[:], a.k2[:])
		x[len(msg)] ^= 0x80
	}
	subtle.XORBytes(x[:], x[:], msg)
	a.block.Encrypt(x[:], x[:])
	copy(mac[:], x[:])
	return mac
}

// pad appends 80 and zeros up to a whole block (ISO/IEC 9797-1, method 2).
func pad(b []byte, size int) []byte {
	b = append(b, 0x80)
	for len(b)%size != 0 {
		b = append(b, 0)
	}
	return b
}

// unpad takes the padding off; the bytes have been authenticated before.
func unpad(b []byte) ([]byte, bool) {
	for i := len(b) - 1; i >= 0; i-- {
		switch b[i] {
		case 0:
		case 0x80:
			return b[:i], true
		default:
			return nil, false
		}
	}
	return nil, false
}
