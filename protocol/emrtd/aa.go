package emrtd

import (
	"bytes"
	"crypto"
	"crypto/subtle"
	"errors"
	"fmt"
	"math/big"

	"motcua/protocol/pki"
	"motcua/protocol/tlv"
)

// ActiveAuth is a chip's answer to a challenge (Doc 9303 part 11, 6.1). With
// DG15 and DG14 anybody can check it again by [VerifyActive].
type ActiveAuth struct {
	Challenge [8]byte
	Signature []byte
	// Algorithm names key and hash, such as "RSA-2048 SHA-256" or
	// "ECDSA P-256 SHA-256"; "" when the signature fits none.
	Algorithm string
	Valid     bool
}

// VerifyActive checks the chip's signature over challenge with the key of DG15.
// DG14 names the hash of an ECDSA key and may be nil. It returns the algorithm
// and whether the signature is good; an error means that DG15 holds no key
// known here. It does not know whether passive authentication covers the key.
func VerifyActive(dg15, dg14 []byte, challenge [8]byte, signature []byte) (algorithm string, good bool, err error) {
	key, err := parseDG15(dg15)
	if err != nil {
		return "", false, err
	}
	if key.RSA() != nil {
		algorithm, good = key.verifyISO9796(challenge[:], signature)
		return algorithm, good, nil
	}
	algorithm, good = key.verifyPlain(activeHashes(dg14, key.Point().Curve().OrderBits()), challenge[:], signature)
	return algorithm, good, nil
}

// activeKey is the key of active authentication.
type activeKey struct{ pki.PublicKey }

func parseDG15(b []byte) (activeKey, error) {
	dg, err := tlv.Parse(b, dgTags[15])
	if err != nil {
		return activeKey{}, malformed("DG15", err)
	}
	key, err := translated(pki.ParsePublicKey(dg.Items()))
	if err != nil {
		return activeKey{}, fmt.Errorf("DG15: %w", err)
	}
	return activeKey{key}, nil
}

// activeHashes are the hashes that an ECDSA chip may use: the one that DG14
// names, else all that Doc 9303 allows for the size of the key.
func activeHashes(dg14 []byte, bits int) []crypto.Hash {
	if dg14 != nil {
		if infos, err := ParseDG14(dg14); err == nil && infos.ActiveAuth != nil {
			if a, ok := pki.AlgorithmByOID(infos.ActiveAuth.Algorithm); ok && a.Hash != 0 {
				return []crypto.Hash{a.Hash}
			}
		}
	}
	hashes := []crypto.Hash{crypto.SHA256, crypto.SHA1, crypto.SHA224}
	if bits >= 384 {
		hashes = append(hashes, crypto.SHA384)
	}
	if bits >= 512 {
		hashes = append(hashes, crypto.SHA512)
	}
	return hashes
}

// verifyPlain checks r||s, or the DER form that some chips send.
func (k activeKey) verifyPlain(hashes []crypto.Hash, challenge, signature []byte) (string, bool) {
	for _, h := range hashes {
		digest := digestOf(h, challenge)
		if k.VerifyECDSA(pki.ECDSAPlain, digest, signature) || k.VerifyECDSA(pki.ECDSA, digest, signature) {
			return fmt.Sprintf("ECDSA %s %v", k.Point().Curve().Name(), h), true
		}
	}
	return "", false
}

// trailers of ISO/IEC 9796-2: BC is SHA-1, xx CC names a hash of ISO/IEC 10118-3.
var trailers = map[byte]crypto.Hash{
	0x33: crypto.SHA1, 0x34: crypto.SHA256, 0x35: crypto.SHA512, 0x36: crypto.SHA384, 0x38: crypto.SHA224,
}

var errNoTrailer = errors.New("no trailer")

func splitTrailer(f []byte) (body []byte, h crypto.Hash, err error) {
	n := len(f)
	switch {
	case n >= 2 && f[n-1] == 0xBC:
		return f[:n-1], crypto.SHA1, nil
	case n >= 3 && f[n-1] == 0xCC && trailers[f[n-2]] != 0:
		return f[:n-2], trailers[f[n-2]], nil
	}
	return nil, 0, errNoTrailer
}

// verifyISO9796 is ISO/IEC 9796-2 signature scheme 1 with partial recovery: the
// block is a header, the chip's own random M1, the hash of M1 and challenge,
// trailer.
func (k activeKey) verifyISO9796(challenge, signature []byte) (string, bool) {
	for _, f := range k.recover(signature) {
		body, h, err := splitTrailer(f)
		body, headed := cutHeader(body)
		if err != nil || !headed || len(body) < h.Size() {
			continue
		}
		split := len(body) - h.Size()
		m1, want := body[:split], body[split:]
		got := digestOf(h, append(bytes.Clone(m1), challenge...))
		if subtle.ConstantTimeCompare(got, want) == 1 {
			return fmt.Sprintf("RSA-%d %v", k.RSA().N.BitLen(), h), true
		}
	}
	return "", false
}

// cutHeader takes the header off: 6A, or 6B BB ... BA before an M1 that does not
// fill the block (ISO/IEC 9796-2, 8.2: two bits 01, the bit of partial recovery,
// padding whose nibbles 0 are written B and whose last is A).
func cutHeader(f []byte) (body []byte, ok bool) {
	for i, b := range f {
		switch {
		case i == 0 && b == 0x6A, i > 0 && b == 0xBA:
			return f[i+1:], true
		case i == 0 && b == 0x6B, i > 0 && b == 0xBB:
		default:
			return nil, false
		}
	}
	return nil, false
}

// recover applies the public key. The scheme lets a signer send s or n - s,
// whichever is smaller, so both results are candidates; some chips leave the
// leading zeros of s away.
func (k activeKey) recover(signature []byte) [][]byte {
	size := k.RSA().Size()
	s := new(big.Int).SetBytes(signature)
	if len(signature) > size || s.Sign() == 0 || s.Cmp(k.RSA().N) >= 0 {
		return nil
	}
	f := new(big.Int).Exp(s, big.NewInt(int64(k.RSA().E)), k.RSA().N)
	other := new(big.Int).Sub(k.RSA().N, f)
	return [][]byte{f.FillBytes(make([]byte, size)), other.FillBytes(make([]byte, size))}
}

// signatureSize is how long the chip's signature should be.
func (k activeKey) signatureSize() int {
	if k.RSA() != nil {
		return k.RSA().Size()
	}
	return 2 * k.Point().Curve().OrderSize()
}
