package envelope

import (
	"crypto"
	"crypto/hpke"
	"crypto/sha256"
	"fmt"
	"io"

	"motcua/protocol/detcbor"
	"motcua/protocol/request"
)

// infoRequest is HPKE's info for requests.
const infoRequest = "motcua request v1"

// Sealed is an envelope ready to be stored and sent. Every retry sends the same
// bytes.
type Sealed struct {
	Bytes  []byte
	Digest request.Digest // SHA-256 of Bytes
}

// payload is what the device signs; see envelope.cddl.
type payload struct {
	Outer []byte         `cbor:"outer"` // canonical bytes of a request.Outer, and HPKE's additional data
	To    request.Bytes8 `cbor:"to"`    // [ServiceKey.Name] of the recipient
	Enc   []byte         `cbor:"enc"`   // HPKE's encapsulated key
	CT    []byte         `cbor:"ct"`    // HPKE's ciphertext of the canonical bytes of a request.Inner
}

// readPayload takes the canonical bytes of a payload apart; what it gives aliases
// them.
func readPayload(b []byte) (payload, error) {
	var p payload
	r := detcbor.NewReader(b)
	r.Literal("\xa4\x62ct")
	p.CT = r.Bytes()
	r.Literal("\x62to\x48")
	to := r.Take(len(p.To))
	r.Literal("\x63enc")
	p.Enc = r.Bytes()
	r.Literal("\x65outer")
	p.Outer = r.Bytes()
	if !r.End() {
		return payload{}, fmt.Errorf("%w: payload", ErrMalformed)
	}
	copy(p.To[:], to)
	return p, p.check()
}

// check bounds the sizes of the parts.
func (p payload) check() error {
	if len(p.Outer) == 0 || len(p.Outer) > request.MaxOuter || len(p.Enc) != encSize || len(p.CT) < tagSize || len(p.CT) > request.MaxInner+tagSize {
		return fmt.Errorf("%w: a part of the payload has a wrong size", ErrMalformed)
	}
	return nil
}

const (
	encSize = 1120 // MLKEM768 ciphertext and X25519 share
	tagSize = 16
)

// Seal makes the envelope of a request: in is sealed to service, then everything
// is signed with signer, whose certificate chain (DER, its own first) goes along.
// rand is for the signature; HPKE takes the system's randomness.
func Seal(rand io.Reader, out request.Outer, in request.Inner, service ServiceKey, signer crypto.Signer, chain [][]byte) (Sealed, error) {
	if err := out.Validate(); err != nil {
		return Sealed{}, fmt.Errorf("sealing: outer part: %w", err)
	}
	if err := in.Validate(); err != nil {
		return Sealed{}, fmt.Errorf("sealing: inner part: %w", err)
	}
	outer, err := request.Encode(out)
	if err != nil {
		return Sealed{}, fmt.Errorf("sealing: outer part: %w", err)
	}
	inner, err := request.Encode(in)
	if err != nil {
		return Sealed{}, fmt.Errorf("sealing: inner part: %w", err)
	}
	if len(inner) > request.MaxInner {
		return Sealed{}, fmt.Errorf("sealing: inner part: %d bytes, %d are allowed", len(inner), request.MaxInner)
	}
	p := payload{Outer: outer, To: service.Name()}
	if p.Enc, p.CT, err = seal(service, infoRequest, outer, inner); err != nil {
		return Sealed{}, fmt.Errorf("sealing: %w", err)
	}
	b, err := request.Encode(p)
	if err != nil {
		return Sealed{}, fmt.Errorf("sealing: %w", err)
	}
	b, err = sign(rand, TypeRequest, b, signer, chain)
	if err != nil {
		return Sealed{}, fmt.Errorf("sealing: %w", err)
	}
	return Sealed{b, sha256.Sum256(b)}, nil
}

func seal(to ServiceKey, info string, aad, plain []byte) (enc, ct []byte, err error) {
	if to.key == nil {
		return nil, nil, fmt.Errorf("%w: no key to seal to", ErrKey)
	}
	enc, sender, err := hpke.NewSender(to.key, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte(info))
	if err != nil {
		return nil, nil, err
	}
	ct, err = sender.Seal(aad, plain)
	return enc, ct, err
}

func open(key ServicePrivateKey, info string, enc, aad, ct []byte) ([]byte, error) {
	if key.key == nil {
		return nil, fmt.Errorf("%w: no key to open with", ErrKey)
	}
	recipient, err := hpke.NewRecipient(enc, key.key, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte(info))
	if err != nil {
		return nil, ErrSealed
	}
	plain, err := recipient.Open(aad, ct)
	if err != nil {
		return nil, ErrSealed
	}
	return plain, nil
}
