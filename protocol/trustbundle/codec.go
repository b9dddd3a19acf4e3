package trustbundle

import (
	"bytes"
	"fmt"
	"sync"
	"time"

	"github.com/fxamacker/cbor/v2"
)

// version is that of the format.
const version = 1

// maxTime is the last second of the year 9999.
const maxTime = 253402300799

// payload is [Content] as it travels.
type payload struct {
	Version      uint64   `cbor:"1,keyasint"`
	Serial       uint64   `cbor:"2,keyasint"`
	Issued       int64    `cbor:"3,keyasint"`
	Expires      int64    `cbor:"4,keyasint"`
	Certificates [][]byte `cbor:"5,keyasint"`
	Revocations  [][]byte `cbor:"6,keyasint"`
}

// encMode is RFC 8949 core deterministic encoding.
var encMode = sync.OnceValues(func() (cbor.EncMode, error) { return cbor.CoreDetEncOptions().EncMode() })

var decMode = sync.OnceValues(func() (cbor.DecMode, error) {
	return cbor.DecOptions{
		DupMapKey:         cbor.DupMapKeyEnforcedAPF,
		IndefLength:       cbor.IndefLengthForbidden,
		TagsMd:            cbor.TagsForbidden,
		ExtraReturnErrors: cbor.ExtraDecErrorUnknownField,
		MaxNestedLevels:   4,
		MaxArrayElements:  maxCertificates,
		MaxMapPairs:       16,
	}.DecMode()
})

func (c Content) encode() ([]byte, error) {
	p := payload{
		Version: version, Serial: c.Serial, Issued: c.Issued.Unix(), Expires: c.Expires.Unix(),
		Certificates: c.Certificates, Revocations: c.Revocations,
	}
	if p.Revocations == nil {
		p.Revocations = [][]byte{}
	}
	if text := p.fault(); text != "" {
		return nil, fmt.Errorf("%w: %s", ErrContent, text)
	}
	return p.bytes()
}

func (p payload) bytes() ([]byte, error) {
	mode, err := encMode()
	if err != nil {
		return nil, err
	}
	return mode.Marshal(p)
}

func decode(b []byte) (Content, error) {
	if err := checkVersion(b); err != nil {
		return Content{}, err
	}
	mode, err := decMode()
	if err != nil {
		return Content{}, err
	}
	var p payload
	if err := mode.Unmarshal(b, &p); err != nil {
		return Content{}, fmt.Errorf("%w: its content", ErrMalformed)
	}
	if again, err := p.bytes(); err != nil || !bytes.Equal(again, b) {
		return Content{}, fmt.Errorf("%w: its content is not in canonical form", ErrMalformed)
	}
	if text := p.fault(); text != "" {
		return Content{}, fmt.Errorf("%w: %s", ErrMalformed, text)
	}
	return Content{
		Serial: p.Serial, Issued: time.Unix(p.Issued, 0).UTC(), Expires: time.Unix(p.Expires, 0).UTC(),
		Certificates: p.Certificates, Revocations: p.Revocations,
	}, nil
}

// checkVersion tells another version from broken bytes.
func checkVersion(b []byte) error {
	var p struct {
		Version uint64 `cbor:"1,keyasint"`
	}
	if err := cbor.Unmarshal(b, &p); err != nil {
		return fmt.Errorf("%w: its content", ErrMalformed)
	}
	if p.Version != version {
		return fmt.Errorf("%w: it is %d, this program knows %d", ErrVersion, p.Version, version)
	}
	return nil
}

// fault says what is outside its bounds, "" when nothing is.
func (p payload) fault() string {
	switch {
	case p.Serial < 1 || p.Serial > maxSerial:
		return fmt.Sprintf("serial %d", p.Serial)
	case p.Issued < 0 || p.Expires > maxTime || p.Expires <= p.Issued:
		return "times that leave no time"
	case len(p.Certificates) < 1 || len(p.Certificates) > maxCertificates:
		return fmt.Sprintf("%d certificates", len(p.Certificates))
	case len(p.Revocations) > maxRevocations:
		return fmt.Sprintf("%d revocation lists", len(p.Revocations))
	}
	for _, c := range p.Certificates {
		if len(c) < 1 || len(c) > maxCertificate {
			return fmt.Sprintf("a certificate of %d bytes", len(c))
		}
	}
	for _, r := range p.Revocations {
		if len(r) < 1 || len(r) > maxRevocation {
			return fmt.Sprintf("a revocation list of %d bytes", len(r))
		}
	}
	return ""
}
