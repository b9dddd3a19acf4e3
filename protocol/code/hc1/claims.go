package hc1

import (
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/fxamacker/cbor/v2"
)

// claims are those of the token (RFC 8392, 4) and the health certificate claim
// -260, whose member 1 is the only one defined.
type claims struct {
	Issuer    string      `cbor:"1,keyasint,omitempty"`
	Expires   numericDate `cbor:"4,keyasint"`
	NotBefore numericDate `cbor:"5,keyasint,omitempty"`
	Issued    numericDate `cbor:"6,keyasint"`
	Health    struct {
		Certificate *health `cbor:"1,keyasint"`
	} `cbor:"-260,keyasint"`
}

// health is the data of schema 1.3.0 as far as it is used.
type health struct {
	Version string `cbor:"ver"`
	Name    struct {
		Family    string `cbor:"fn"`
		FamilyMRZ string `cbor:"fnt"`
		Given     string `cbor:"gn"`
		GivenMRZ  string `cbor:"gnt"`
	} `cbor:"nam"`
	Birth        string            `cbor:"dob"`
	Vaccinations []entry           `cbor:"v,omitempty"`
	Tests        []cbor.RawMessage `cbor:"t,omitempty"`
	Recoveries   []cbor.RawMessage `cbor:"r,omitempty"`
}

// entry is one vaccination.
type entry struct {
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

// decMode takes what issuers write, which is not always canonical: fields of
// tomorrow, indefinite lengths.
var decMode = sync.OnceValues(func() (cbor.DecMode, error) {
	return cbor.DecOptions{
		DupMapKey:         cbor.DupMapKeyEnforcedAPF,
		FieldNameMatching: cbor.FieldNameMatchingCaseSensitive,
		UTF8:              cbor.UTF8RejectInvalid,
		MaxNestedLevels:   8,
		MaxArrayElements:  64,
		MaxMapPairs:       64,
	}.DecMode()
})

func decodeClaims(payload []byte) (claims, error) {
	mode, err := decMode()
	if err != nil {
		return claims{}, err
	}
	var c claims
	if err := mode.Unmarshal(payload, &c); err != nil {
		return claims{}, fmt.Errorf("no token: %w", ErrSchema) // the library's error may quote
	}
	return c, nil
}

// numericDate is seconds since 1970 (RFC 8392, 2), zero when it is not said. Some
// issuers write fractions, which are dropped.
type numericDate int64

// maxTime is the last second of the year 9999.
const maxTime = 253402300799

// UnmarshalCBOR takes whole numbers and fractions.
func (d *numericDate) UnmarshalCBOR(b []byte) error {
	var v any
	if err := cbor.Unmarshal(b, &v); err != nil {
		return err
	}
	switch v := v.(type) {
	case uint64:
		if v <= maxTime {
			*d = numericDate(v)
			return nil
		}
	case float64:
		if v >= 0 && v <= maxTime && !math.IsNaN(v) {
			*d = numericDate(v)
			return nil
		}
	}
	return fmt.Errorf("a date that is none: %w", ErrSchema)
}

// time is the zero time for a date that is not said.
func (d numericDate) time() time.Time {
	if d == 0 {
		return time.Time{}
	}
	return time.Unix(int64(d), 0).UTC()
}
