//go:build cgo

package token

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"slices"

	"github.com/miekg/pkcs11"

	"motcua/drivers"
)

// sha256Info goes before a SHA-256 that is signed by PKCS #1 v1.5 (RFC 8017, 9.2).
var sha256Info = []byte{0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20}

// way is how a kind of key signs a SHA-256.
type way struct {
	algorithm drivers.SignatureAlgorithm
	mechanism *pkcs11.Mechanism
	before    []byte // of the digest
}

// wayOf is the best that the token can do with a certificate's key.
func wayOf(m *pkcs11.Ctx, slot uint, c *x509.Certificate) (way, error) {
	list, err := m.GetMechanismList(slot)
	if err != nil {
		return way{}, fail("asking for mechanisms", err)
	}
	can := func(w way) bool {
		return slices.ContainsFunc(list, func(one *pkcs11.Mechanism) bool { return one.Mechanism == w.mechanism.Mechanism })
	}
	ways := []way{{drivers.SignedES256, pkcs11.NewMechanism(pkcs11.CKM_ECDSA, nil), nil}}
	if _, ok := c.PublicKey.(*rsa.PublicKey); ok {
		pss := pkcs11.NewPSSParams(pkcs11.CKM_SHA256, pkcs11.CKG_MGF1_SHA256, 32)
		ways = []way{
			{drivers.SignedPS256, pkcs11.NewMechanism(pkcs11.CKM_RSA_PKCS_PSS, pss), nil},
			{drivers.SignedRS256, pkcs11.NewMechanism(pkcs11.CKM_RSA_PKCS, nil), sha256Info},
		}
	}
	if i := slices.IndexFunc(ways, can); i >= 0 {
		return ways[i], nil
	}
	return way{}, fmt.Errorf("the token does not sign as its certificate says: %w", drivers.ErrNoCertificate)
}

// signature has the token sign with the key of a certificate.
func signature(m *pkcs11.Ctx, s pkcs11.SessionHandle, slot uint, c found, pin []byte, digest [32]byte) (drivers.TokenSignature, error) {
	var none drivers.TokenSignature
	keys, err := objects(m, s, pkcs11.NewAttribute(pkcs11.CKA_CLASS, pkcs11.CKO_PRIVATE_KEY), pkcs11.NewAttribute(pkcs11.CKA_ID, c.id))
	if err != nil {
		return none, err
	}
	if len(keys) != 1 {
		return none, fmt.Errorf("looking for the key: %d: %w", len(keys), drivers.ErrNoCertificate)
	}
	w, err := wayOf(m, slot, c.Certificate)
	if err != nil {
		return none, err
	}
	if err := m.SignInit(s, []*pkcs11.Mechanism{w.mechanism}, keys[0]); err != nil {
		return none, fail("beginning to sign", err)
	}
	if asksAgain(m, s, keys[0]) {
		if err := m.Login(s, pkcs11.CKU_CONTEXT_SPECIFIC, text(pin)); err != nil {
			return none, fail("giving the PIN for this signature", err)
		}
	}
	value, err := m.Sign(s, slices.Concat(w.before, digest[:]))
	if err != nil {
		return none, fail("signing", err)
	}
	if value, err = checked(c.Certificate, w, value, digest); err != nil {
		return none, err
	}
	return drivers.TokenSignature{Algorithm: w.algorithm, Value: value, Certificate: c.Raw}, nil
}

// asksAgain: the key wants the PIN for each signature.
func asksAgain(m *pkcs11.Ctx, s pkcs11.SessionHandle, key pkcs11.ObjectHandle) bool {
	a, err := m.GetAttributeValue(s, key, []*pkcs11.Attribute{pkcs11.NewAttribute(pkcs11.CKA_ALWAYS_AUTHENTICATE, nil)})
	return err == nil && len(a) == 1 && slices.Equal(a[0].Value, []byte{1})
}

// checked is the signature in the form of X.509, if it is one.
func checked(c *x509.Certificate, w way, value []byte, digest [32]byte) ([]byte, error) {
	wrong := fmt.Errorf("the token signed something else, or with another key: %w", drivers.ErrDeviceFault)
	switch key := c.PublicKey.(type) {
	case *ecdsa.PublicKey:
		size := (key.Params().BitSize + 7) / 8
		if len(value) != 2*size {
			return nil, wrong
		}
		der, err := asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(value[:size]), new(big.Int).SetBytes(value[size:])})
		if err != nil || !ecdsa.VerifyASN1(key, digest[:], der) {
			return nil, errors.Join(wrong, err)
		}
		return der, nil
	case *rsa.PublicKey:
		err := rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], value)
		if w.algorithm == drivers.SignedPS256 {
			err = rsa.VerifyPSS(key, crypto.SHA256, digest[:], value, &rsa.PSSOptions{SaltLength: 32})
		}
		if err != nil {
			return nil, errors.Join(wrong, err)
		}
		return value, nil
	}
	return nil, wrong
}
