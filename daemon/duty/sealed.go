package duty

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"

	"motcua/drivers"
	"motcua/protocol/roster"
)

// A template's file, sealed with AES-256-GCM:
//
//	4   "MTFS"
//	1   version, 1
//	32  the card ([roster.Card]) whose holder the finger is
//	1   length of the kind, 1 to [drivers.MaxTemplateKind]
//	n   kind of template
//	12  nonce
//	m   ciphertext of the template's binary form, with the tag
//
// Everything before the nonce is authenticated, and so are device and officer.
const (
	sealedMagic   = "MTFS"
	sealedVersion = 1
	sealedLabel   = "motcua officer finger v1"
	fixedHeader   = len(sealedMagic) + 1 + len(roster.Card{}) + 1
	// maxSealed is far above the longest file.
	maxSealed = drivers.MaxTemplate + 1<<10
)

// errSealed: the file is none of this device, officer and card, or damaged.
var errSealed = errors.New("the sealed template is damaged, or another's")

// sealer seals templates for one device.
type sealer struct {
	device string
	aead   cipher.AEAD
}

// newSealer derives the key from a secret of at least 32 bytes (RFC 5869).
func newSealer(secret []byte, device string) (sealer, error) {
	key, err := hkdf.Key(sha256.New, secret, nil, sealedLabel+" "+device, 32)
	if err != nil {
		return sealer{}, err
	}
	defer clear(key)
	block, err := aes.NewCipher(key)
	if err != nil {
		return sealer{}, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return sealer{device, aead}, err
}

// seal is the file of an officer's template.
func (s sealer) seal(ref string, card roster.Card, t drivers.Template) ([]byte, error) {
	plain, err := t.MarshalBinary()
	if err != nil {
		return nil, err
	}
	defer clear(plain)
	head := append([]byte(sealedMagic), sealedVersion)
	head = append(head, card[:]...)
	head = append(head, byte(len(t.Kind)))
	head = append(head, t.Kind...)
	return s.aead.Seal(head, nil, plain, s.bound(ref, head)), nil
}

// open reads a file that was sealed here for an officer's card.
func (s sealer) open(ref string, card roster.Card, file []byte) (drivers.Template, error) {
	h, err := parseSealed(file)
	if err != nil {
		return drivers.Template{}, err
	}
	if h.card != card {
		return drivers.Template{}, fmt.Errorf("of another card: %w", errSealed)
	}
	plain, err := s.aead.Open(nil, nil, file[h.size:], s.bound(ref, file[:h.size]))
	if err != nil {
		return drivers.Template{}, errSealed
	}
	defer clear(plain)
	var t drivers.Template
	if err := t.UnmarshalBinary(plain); err != nil || t.Kind != h.kind {
		return drivers.Template{}, errSealed
	}
	return t, nil
}

// bound is what is authenticated beside the template. Each part says its length,
// so that no two cases are the same bytes.
func (s sealer) bound(ref string, head []byte) []byte {
	b := append([]byte(sealedLabel), 0, byte(len(s.device)))
	b = append(b, s.device...)
	b = append(b, byte(len(ref)))
	b = append(b, ref...)
	return append(b, head...)
}

// header is what a sealed file says in clear.
type header struct {
	card roster.Card
	kind string
	size int
}

func parseSealed(file []byte) (header, error) {
	rest, ok := bytes.CutPrefix(file, append([]byte(sealedMagic), sealedVersion))
	if !ok || len(file) < fixedHeader {
		return header{}, errSealed
	}
	kind := int(file[fixedHeader-1])
	if kind < 1 || kind > drivers.MaxTemplateKind || len(file) < fixedHeader+kind {
		return header{}, errSealed
	}
	return header{
		card: roster.Card(rest[:len(roster.Card{})]), kind: string(file[fixedHeader : fixedHeader+kind]), size: fixedHeader + kind,
	}, nil
}
