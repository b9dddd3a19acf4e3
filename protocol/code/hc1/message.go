package hc1

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/veraison/go-cose"
)

var (
	// ErrNotCertificate: the text does not begin as a certificate does.
	ErrNotCertificate = errors.New("not a health certificate")
	// ErrDamaged: it begins as one and cannot be unpacked. Scanning again may help.
	ErrDamaged = errors.New("a damaged health certificate")
	// ErrSchema: it can be unpacked, and what is in it is not what the schema wants.
	// Permanent.
	ErrSchema = errors.New("a health certificate that does not follow the schema")
	// ErrNotHandled: a certificate of a test or a recovery, which nothing here uses.
	// Permanent.
	ErrNotHandled = errors.New("a health certificate of another kind than vaccination")
)

const (
	// MaxSize is the most characters of a code: what the largest QR code holds
	// (ISO/IEC 18004, version 40-L).
	MaxSize = 4296
	// maxInflated bounds what comes out of the compression.
	maxInflated = 64 << 10
	maxKeyID    = 64

	prefix = "HC1:"
)

// Recognised tells whether text begins as a health certificate does.
func Recognised(text string) bool { return strings.HasPrefix(text, prefix) }

// Unpack takes the signed message out of a code's text. It verifies nothing. Errors:
// [ErrNotCertificate], [ErrDamaged].
func Unpack(text string) (*cose.Sign1Message, error) {
	body, ours := strings.CutPrefix(text, prefix)
	if !ours {
		return nil, ErrNotCertificate
	}
	if len(text) > MaxSize {
		return nil, fmt.Errorf("%d characters: %w", len(text), ErrDamaged)
	}
	compressed, ok := decodeBase45(body)
	if !ok {
		return nil, fmt.Errorf("base45: %w", ErrDamaged)
	}
	b, err := inflate(compressed)
	if err != nil {
		return nil, err
	}
	var m cose.Sign1Message
	if err := m.UnmarshalCBOR(b); err != nil {
		return nil, fmt.Errorf("no COSE_Sign1: %w", ErrDamaged)
	}
	return &m, nil
}

// Pack is the text of a code with this message, which has to be signed: zlib, base45,
// "HC1:". It fails with [ErrDamaged] for what no code holds.
func Pack(m *cose.Sign1Message) (string, error) {
	raw, err := m.MarshalCBOR()
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	if _, err := w.Write(raw); err != nil {
		return "", err
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	text := prefix + encodeBase45(b.Bytes())
	if len(text) > MaxSize {
		return "", fmt.Errorf("%d characters: %w", len(text), ErrDamaged)
	}
	return text, nil
}

// inflate undoes zlib. Nothing may follow the compressed data.
func inflate(compressed []byte) ([]byte, error) {
	in := bytes.NewReader(compressed)
	r, err := zlib.NewReader(in)
	if err != nil {
		return nil, fmt.Errorf("compression: %w", ErrDamaged)
	}
	b, err := io.ReadAll(io.LimitReader(r, maxInflated+1))
	switch {
	case err != nil || in.Len() > 0 && len(b) <= maxInflated:
		return nil, fmt.Errorf("compression: %w", ErrDamaged)
	case len(b) > maxInflated:
		return nil, fmt.Errorf("more than %d bytes come out of it: %w", maxInflated, ErrDamaged)
	}
	return b, nil
}

// keyID names the signer's key: in the protected header, or in the other one.
func keyID(h cose.Headers) []byte {
	for _, v := range []any{h.Protected[cose.HeaderLabelKeyID], h.Unprotected[cose.HeaderLabelKeyID]} {
		if id, ok := v.([]byte); ok && len(id) <= maxKeyID {
			return id
		}
	}
	return nil
}
