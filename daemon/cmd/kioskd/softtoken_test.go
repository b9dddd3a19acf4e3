//go:build cgo

package main_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"time"

	"github.com/miekg/pkcs11"

	"motcua/drivers/rig"
)

// tokenPIN is the PIN of every token of the stories.
const tokenPIN = "pin-0990"

// softToken makes a token in a folder of SoftHSM, with a key and a certificate of the
// world's authority for an officer, which it returns.
func softToken(dir, tokens, officer string) ([]byte, error) {
	if err := softConf(dir, tokens); err != nil {
		return nil, err
	}
	m := pkcs11.New(rig.NeedSoftHSM.File)
	if m == nil {
		return nil, errors.New("the module does not load")
	}
	defer m.Destroy()
	if err := m.Initialize(); err != nil {
		return nil, err
	}
	defer func() { _ = m.Finalize() }()
	s, err := emptyToken(m, officer)
	if err != nil {
		return nil, err
	}
	key, err := keyPair(m, s)
	if err != nil {
		return nil, err
	}
	der, err := officersCertificate(dir, officer, key)
	if err != nil {
		return nil, err
	}
	_, err = m.CreateObject(s, []*pkcs11.Attribute{
		pkcs11.NewAttribute(pkcs11.CKA_CLASS, pkcs11.CKO_CERTIFICATE), pkcs11.NewAttribute(pkcs11.CKA_CERTIFICATE_TYPE, pkcs11.CKC_X_509),
		pkcs11.NewAttribute(pkcs11.CKA_TOKEN, true), pkcs11.NewAttribute(pkcs11.CKA_ID, []byte{1}), pkcs11.NewAttribute(pkcs11.CKA_SUBJECT, []byte{}),
		pkcs11.NewAttribute(pkcs11.CKA_VALUE, der),
	})
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), err
}

// emptyToken makes a token, and logs its owner in.
func emptyToken(m *pkcs11.Ctx, label string) (pkcs11.SessionHandle, error) {
	const owner = "12345678"
	slots, err := m.GetSlotList(true)
	if err != nil {
		return 0, err
	}
	slot := slots[len(slots)-1] // the one without a token
	if err := m.InitToken(slot, owner, label); err != nil {
		return 0, err
	}
	s, err := m.OpenSession(slot, pkcs11.CKF_SERIAL_SESSION|pkcs11.CKF_RW_SESSION)
	if err != nil {
		return 0, err
	}
	return s, errors.Join(m.Login(s, pkcs11.CKU_SO, owner), m.InitPIN(s, tokenPIN), m.Logout(s), m.Login(s, pkcs11.CKU_USER, tokenPIN))
}

// keyPair has the token make a key of P-256.
func keyPair(m *pkcs11.Ctx, s pkcs11.SessionHandle) (*ecdsa.PublicKey, error) {
	curve, err := asn1.Marshal(asn1.ObjectIdentifier{1, 2, 840, 10045, 3, 1, 7})
	if err != nil {
		return nil, err
	}
	public, _, err := m.GenerateKeyPair(s, []*pkcs11.Mechanism{pkcs11.NewMechanism(pkcs11.CKM_EC_KEY_PAIR_GEN, nil)},
		[]*pkcs11.Attribute{pkcs11.NewAttribute(pkcs11.CKA_EC_PARAMS, curve), pkcs11.NewAttribute(pkcs11.CKA_TOKEN, true), pkcs11.NewAttribute(pkcs11.CKA_ID, []byte{1})},
		[]*pkcs11.Attribute{pkcs11.NewAttribute(pkcs11.CKA_TOKEN, true), pkcs11.NewAttribute(pkcs11.CKA_ID, []byte{1}), pkcs11.NewAttribute(pkcs11.CKA_SENSITIVE, true)})
	if err != nil {
		return nil, err
	}
	a, err := m.GetAttributeValue(s, public, []*pkcs11.Attribute{pkcs11.NewAttribute(pkcs11.CKA_EC_POINT, nil)})
	if err != nil {
		return nil, err
	}
	var point []byte
	if _, err := asn1.Unmarshal(a[0].Value, &point); err != nil {
		return nil, err
	}
	return ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
}

// officersCertificate is one of the world's authority for signing documents.
func officersCertificate(dir, officer string, key *ecdsa.PublicKey) ([]byte, error) {
	ca, err := firstPEM(filepath.Join(dir, "fleet/ca.crt"))
	if err != nil {
		return nil, err
	}
	parent, err := x509.ParseCertificate(ca)
	if err != nil {
		return nil, err
	}
	private, err := firstPEM(filepath.Join(dir, "fleet/ca.key"))
	if err != nil {
		return nil, err
	}
	signer, err := x509.ParsePKCS8PrivateKey(private)
	if err != nil {
		return nil, err
	}
	return x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: officer}, KeyUsage: x509.KeyUsageContentCommitment,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(0, 1, 0),
	}, parent, key, signer)
}

func firstPEM(name string) ([]byte, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New(name + " holds no PEM")
	}
	return block.Bytes, nil
}
