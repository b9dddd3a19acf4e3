package vaccination

import (
	"bytes"
	"compress/zlib"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/veraison/go-cose"

	"motcua/drivers/emu"
	"motcua/protocol/code/hc1"
)

// Certificate is what a certificate says.
type Certificate struct {
	// Name is the holder's, the family name first; Birth is yyyy-mm-dd.
	Name, Birth string
	ID          string // of the certificate, unique
	// Issued, NotBefore and Expires bound its use; NotBefore may be zero.
	Issued, NotBefore, Expires time.Time
}

// token is what is signed (RFC 8392), with the health data of schema 1.3.0.
type token struct {
	Issuer    string `cbor:"1,keyasint"`
	Expires   int64  `cbor:"4,keyasint"`
	NotBefore int64  `cbor:"5,keyasint,omitempty"`
	Issued    int64  `cbor:"6,keyasint"`
	Health    struct {
		Certificate health `cbor:"1,keyasint"`
	} `cbor:"-260,keyasint"`
}

type health struct {
	Version string `cbor:"ver"`
	Birth   string `cbor:"dob"`
	Name    name   `cbor:"nam"`
	Doses   []dose `cbor:"v"`
}

type name struct {
	Family    string `cbor:"fn"`
	FamilyMRZ string `cbor:"fnt"`
	Given     string `cbor:"gn"`
	GivenMRZ  string `cbor:"gnt"`
}

type dose struct {
	Disease string `cbor:"tg"`
	Vaccine string `cbor:"vp"`
	Product string `cbor:"mp"`
	Maker   string `cbor:"ma"`
	Dose    uint   `cbor:"dn"`
	Doses   uint   `cbor:"sd"`
	Date    string `cbor:"dt"`
	Country string `cbor:"co"`
	Issuer  string `cbor:"is"`
	ID      string `cbor:"ci"`
}

// Sign makes the text of a certificate's code.
func (i *Issuer) Sign(c Certificate) (string, error) {
	m, err := i.signed(c)
	if err != nil {
		return "", fmt.Errorf("signing a vaccination certificate: %w", err)
	}
	return pack(m)
}

// Tampered is a certificate that was changed after it was signed.
func (i *Issuer) Tampered(signed, says Certificate) (string, error) {
	m, err := i.signed(signed)
	if err != nil {
		return "", fmt.Errorf("altering a vaccination certificate: %w", err)
	}
	altered, err := i.message(says)
	if err != nil {
		return "", fmt.Errorf("altering a vaccination certificate: %w", err)
	}
	m.Payload = altered.Payload
	return pack(m)
}

func (i *Issuer) signed(c Certificate) (*cose.Sign1Message, error) {
	m, err := i.message(c)
	if err != nil {
		return nil, err
	}
	signer, err := cose.NewSigner(cose.AlgorithmES256, i.Key)
	if err != nil {
		return nil, err
	}
	return m, m.Sign(rand.Reader, nil, signer)
}

// message is a certificate without its signature.
func (i *Issuer) message(c Certificate) (*cose.Sign1Message, error) {
	family, given, _ := strings.Cut(c.Name, " ")
	familyMRZ, givenMRZ, err := emu.MRZNames(c.Name)
	if err != nil {
		return nil, err
	}
	t := token{Issuer: country, Expires: c.Expires.Unix(), Issued: c.Issued.Unix()}
	if !c.NotBefore.IsZero() {
		t.NotBefore = c.NotBefore.Unix()
	}
	t.Health.Certificate = health{
		Version: "1.3.0", Birth: c.Birth, Name: name{family, familyMRZ, given, givenMRZ},
		Doses: []dose{{
			Disease: "840539006", Vaccine: "1119349007", Product: "EU/1/20/1528", Maker: "ORG-100030215", Dose: 2, Doses: 2,
			Date: c.Issued.AddDate(0, 0, -7).Format(time.DateOnly), Country: country, Issuer: "DEMO", ID: c.ID,
		}},
	}
	mode, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		return nil, err
	}
	payload, err := mode.Marshal(t)
	if err != nil {
		return nil, err
	}
	id := hc1.KeyID(i.Certificate)
	headers := cose.Headers{Protected: cose.ProtectedHeader{
		cose.HeaderLabelAlgorithm: cose.AlgorithmES256, cose.HeaderLabelKeyID: id[:],
	}}
	return &cose.Sign1Message{Headers: headers, Payload: payload}, nil
}

// pack is the transport: zlib, base45 (RFC 9285), "HC1:".
func pack(m *cose.Sign1Message) (string, error) {
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
	return "HC1:" + base45(b.Bytes()), nil
}

func base45(b []byte) string {
	const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
	var s strings.Builder
	for pair := range slices.Chunk(b, 2) {
		n, digits := int(pair[0]), 2
		if len(pair) == 2 {
			n, digits = n<<8|int(pair[1]), 3
		}
		for range digits {
			s.WriteByte(alphabet[n%45])
			n /= 45
		}
	}
	return s.String()
}
