package emrtd

import (
	"encoding/binary"
	"fmt"

	"motcua/protocol/apdu"
	"motcua/protocol/tlv"
)

// protected is a secured message taken apart; the slices alias it.
type protected struct {
	signed     []byte // the data objects before the MAC, as they came
	cryptogram []byte
	odd        bool // cryptogram came as DO85
	le         []byte
	status     []byte
	mac        []byte
}

// parseProtected takes the data objects of a secured message: cryptogram,
// length or status, MAC, each at most once, in this order, nothing else.
func parseProtected(b []byte) (p protected, err error) {
	r := tlv.NewReader(b)
	item, err := r.Next()
	if err == nil && (item.Tag == tagCryptogram || item.Tag == tagCryptogramOdd) {
		if p.cryptogram, p.odd, err = cryptogram(item); err == nil {
			item, err = r.Next()
		}
	}
	switch {
	case err != nil:
		return p, err
	case item.Tag == tagProtectedLe:
		p.le = item.Value
		item, err = r.Next()
	case item.Tag == tagProcessing:
		p.status = item.Value
		item, err = r.Next()
	}
	if err != nil {
		return p, err
	}
	if item.Tag != tagMAC || len(item.Value) != macSize {
		return p, fmt.Errorf("data object %v of %d bytes where the MAC belongs: %w", item.Tag, len(item.Value), ErrMalformed)
	}
	p.mac = item.Value
	p.signed = b[:len(b)-len(r.Rest())-len(item.Raw)]
	return p, r.End()
}

func cryptogram(item tlv.Item) (b []byte, odd bool, err error) {
	if item.Tag == tagCryptogramOdd {
		return item.Value, true, nil
	}
	if len(item.Value) == 0 || item.Value[0] != paddingIndicator {
		return nil, false, fmt.Errorf("padding indicator: %w", ErrMalformed)
	}
	return item.Value[1:], false, nil
}

func appendLe(msg []byte, le int, extended bool) []byte {
	switch {
	case le == 0:
		return msg
	case extended:
		msg = append(msg, byte(tagProtectedLe), 2)
		return binary.BigEndian.AppendUint16(msg, uint16(le)) // 65536 wraps to 0000
	}
	return append(msg, byte(tagProtectedLe), 1, byte(le)) // 256 wraps to 00
}

func readLe(b []byte) (le int, ok bool) {
	switch len(b) {
	case 0:
		return 0, b == nil
	case 1:
		if b[0] == 0 {
			return apdu.MaxShortLe, true
		}
		return int(b[0]), true
	case 2:
		if le = int(binary.BigEndian.Uint16(b)); le == 0 {
			le = apdu.MaxExtendedLe
		}
		return le, true
	}
	return 0, false
}
