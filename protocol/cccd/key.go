package cccd

import (
	"errors"
	"fmt"
	"strings"

	"motcua/protocol/emrtd"
)

// ErrNoKey: the text holds no key. The person may try again.
var ErrNoKey = errors.New("no key in the text")

// KeyFromText finds the chip's key in what a person typed or a scanner read: the
// last six digits of the number, the whole number, or the text of the printed
// code, which is returned as well. Blanks around it and between digits do not
// count.
//
// The card access number of the Vietnamese card is the end of its number. It is
// no secret and proves nothing about who typed it.
func KeyFromText(text string) (emrtd.Key, *QR, error) {
	if strings.Contains(text, "|") {
		q, err := ParseQR(text)
		if err != nil {
			return emrtd.Key{}, nil, fmt.Errorf("%w: %w", ErrNoKey, err)
		}
		key, err := canOf(q.Number)
		return key, q, err
	}
	digits := strings.Join(strings.Fields(text), "")
	if !isDigits(digits) || len(digits) != canDigits && len(digits) != numberDigits {
		return emrtd.Key{}, nil, fmt.Errorf("neither six nor twelve digits: %w", ErrNoKey)
	}
	key, err := canOf(digits)
	return key, nil, err
}

func canOf(digits string) (emrtd.Key, error) {
	key, err := emrtd.CAN(digits[len(digits)-canDigits:])
	if err != nil {
		return emrtd.Key{}, fmt.Errorf("%w: %w", ErrNoKey, err)
	}
	return key, nil
}
