package emrtd

import (
	"crypto/cipher"
	"crypto/subtle"
	"fmt"
)

// Sizes in basic access control (Doc 9303 part 11, 4.3).
const (
	bacNonceSize   = 8
	bacKeySize     = 16
	bacPlainSize   = 2*bacNonceSize + bacKeySize
	bacMessageSize = bacPlainSize + macSize
)

// BACMessage is what both sides send in basic access control: the sender's
// nonce, the receiver's, and half of the session's key.
type BACMessage struct {
	Own  [bacNonceSize]byte
	Peer [bacNonceSize]byte
	Key  [bacKeySize]byte
}

// Seal encrypts and authenticates the message with the keys of [Key.BACKeys].
func (m BACMessage) Seal(kenc, kmac []byte) ([]byte, error) {
	block, err := newCipher(Suite3DES, kenc)
	if err != nil {
		return nil, err
	}
	mac, err := newAuthenticator(Suite3DES, kmac)
	if err != nil {
		return nil, err
	}
	b := make([]byte, 0, bacMessageSize+8)
	b = append(append(append(b, m.Own[:]...), m.Peer[:]...), m.Key[:]...)
	cipher.NewCBCEncrypter(block, make([]byte, 8)).CryptBlocks(b, b)
	tag := mac.sum(pad(b, 8))
	return append(b, tag[:]...), nil
}

// OpenBAC checks and decrypts a message of the other side.
func OpenBAC(kenc, kmac, b []byte) (BACMessage, error) {
	if len(b) != bacMessageSize {
		return BACMessage{}, fmt.Errorf("mutual authentication with %d bytes: %w", len(b), ErrMalformed)
	}
	block, err := newCipher(Suite3DES, kenc)
	if err != nil {
		return BACMessage{}, err
	}
	mac, err := newAuthenticator(Suite3DES, kmac)
	if err != nil {
		return BACMessage{}, err
	}
	sent := b[:bacPlainSize:bacPlainSize]
	tag := mac.sum(pad(sent, 8))
	if subtle.ConstantTimeCompare(tag[:], b[bacPlainSize:]) != 1 {
		return BACMessage{}, fmt.Errorf("mutual authentication: %w", ErrSecureMessaging)
	}
	var plain [bacPlainSize]byte
	defer clear(plain[:])
	cipher.NewCBCDecrypter(block, make([]byte, 8)).CryptBlocks(plain[:], sent)
	var m BACMessage
	copy(m.Own[:], plain[:])
	copy(m.Peer[:], plain[bacNonceSize:])
	copy(m.Key[:], plain[2*bacNonceSize:])
	return m, nil
}

// BACSession starts secure messaging after both messages were exchanged; it is
// the same on both sides.
func BACSession(terminal, chip BACMessage) (*Session, error) {
	var seed [bacKeySize]byte
	defer clear(seed[:])
	subtle.XORBytes(seed[:], terminal.Key[:], chip.Key[:])
	ssc := append(append([]byte(nil), chip.Own[4:]...), terminal.Own[4:]...)
	kenc, kmac := DeriveKey(Suite3DES, seed[:], CounterEnc), DeriveKey(Suite3DES, seed[:], CounterMAC)
	defer clear(kenc)
	defer clear(kmac)
	return NewSession(Suite3DES, kenc, kmac, ssc)
}
