package vietqr

import (
	"fmt"
	"slices"
	"strings"

	"motcua/protocol/code/ascii"
	"motcua/protocol/personal"
)

// Data objects, EMVCo's and NAPAS's.
const (
	idFormat     = "00"
	idInitiation = "01"
	idNAPAS      = "38"
	idCurrency   = "53"
	idAmount     = "54"
	idCountry    = "58"
	idAdditional = "62"
	idCheck      = "63"

	napasGUID          = "00"
	napasBeneficiary   = "01"
	napasService       = "02"
	beneficiaryBank    = "00"
	beneficiaryAccount = "01"
	additionalPurpose  = "08"
)

// Their values.
const (
	formatVersion  = "01"
	initiationMany = "11"
	initiationOnce = "12"
	guidNAPAS      = "A000000727"
	serviceAccount = "QRIBFTTA"
	serviceCard    = "QRIBFTTC"
	currencyVND    = "704"
	countryVN      = "VN"
)

// prefix is how every code of EMVCo begins: the format, version 01.
const prefix = idFormat + "02" + formatVersion

// Field is one data object.
type Field struct {
	personal.Masked
	ID, Value string
}

func field(id, value string) Field { return Field{ID: id, Value: value} }

// objects writes data objects: two digits of id, two of length, the value.
func objects(fields []Field) string {
	var b strings.Builder
	for _, f := range fields {
		fmt.Fprintf(&b, "%s%02d%s", f.ID, len(f.Value), f.Value)
	}
	return b.String()
}

// split reads data objects; an id that comes twice has no meaning.
func split(s string) ([]Field, error) {
	var fields []Field
	for s != "" {
		if len(s) < 4 || !ascii.Only(s[:4], ascii.Digits) {
			return nil, fmt.Errorf("a data object without id and length: %w", ErrDamaged)
		}
		id, n := s[:2], int(s[2]-'0')*10+int(s[3]-'0')
		s = s[4:]
		if n == 0 || n > len(s) || has(fields, id) {
			return nil, fmt.Errorf("data object %s: %w", id, ErrDamaged)
		}
		fields = append(fields, field(id, s[:n]))
		s = s[n:]
	}
	return fields, nil
}

func has(fields []Field, id string) bool {
	return slices.ContainsFunc(fields, func(f Field) bool { return f.ID == id })
}

// value is that of the field with this id, or nothing.
func value(fields []Field, id string) string {
	for _, f := range fields {
		if f.ID == id {
			return f.Value
		}
	}
	return ""
}

// seal writes data objects and their check.
func seal(fields []Field) string {
	s := objects(fields) + idCheck + "04"
	return s + fmt.Sprintf("%04X", crc16(s))
}

// unseal reads what seal writes: the format first, the check last and right.
func unseal(text string) ([]Field, error) {
	body, found := strings.CutSuffix(text[:max(0, len(text)-4)], idCheck+"04")
	if !Recognised(text) || !found {
		return nil, fmt.Errorf("no format at the beginning or no check at the end: %w", ErrDamaged)
	}
	if sum := fmt.Sprintf("%04X", crc16(text[:len(text)-4])); !strings.EqualFold(sum, text[len(text)-4:]) {
		return nil, fmt.Errorf("the check does not fit: %w", ErrDamaged)
	}
	fields, err := split(body)
	if err == nil && has(fields, idCheck) {
		err = fmt.Errorf("two checks: %w", ErrDamaged)
	}
	return fields, err
}

// crc16 is CRC-16/CCITT-FALSE: polynomial 1021, begun with FFFF (EMVCo, 4.7.3).
func crc16(s string) uint16 {
	crc := uint16(0xFFFF)
	for i := range len(s) {
		crc ^= uint16(s[i]) << 8
		for range 8 {
			carry := crc&0x8000 != 0
			crc <<= 1
			if carry {
				crc ^= 0x1021
			}
		}
	}
	return crc
}
