package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"motcua/protocol/cccd"
	"motcua/protocol/emrtd"
)

// keyFlags are the ways to give the chip's key.
type keyFlags struct{ can, qr, mrz, pin, puk string }

// chipKey is a key, and the printed code it came from.
type chipKey struct {
	key emrtd.Key
	qr  *cccd.QR
}

// maxKeyLine bounds the input line that holds a key; a printed code has some
// hundred characters.
const maxKeyLine = 4096

// read makes a key of the one flag that was given. Errors never quote it.
func (k keyFlags) read(stdin io.Reader) (chipKey, error) {
	given := 0
	for _, text := range []string{k.can, k.qr, k.mrz, k.pin, k.puk} {
		if text != "" {
			given++
		}
	}
	if given != 1 {
		return chipKey{}, errors.New("give the chip's key by one of --can, --qr, --mrz, --pin and --puk")
	}
	for _, way := range []struct {
		flag, text string
		secret     bool
		parse      func(string) (chipKey, error)
	}{
		{"--can", k.can, false, parseCAN},
		{"--qr", k.qr, false, parseQR},
		{"--mrz", k.mrz, false, parseMRZ},
		{"--pin", k.pin, true, parsed(emrtd.PIN)},
		{"--puk", k.puk, true, parsed(emrtd.PUK)},
	} {
		if way.text == "" {
			continue
		}
		if way.secret && way.text != "-" {
			return chipKey{}, fmt.Errorf("%s: a secret number is read from the input only; write %s -", way.flag, way.flag)
		}
		text, err := orInput(way.text, stdin)
		if err != nil {
			return chipKey{}, fmt.Errorf("%s: %w", way.flag, err)
		}
		key, err := way.parse(text)
		if err != nil {
			return chipKey{}, fmt.Errorf("%s: %w", way.flag, err)
		}
		return key, nil
	}
	return chipKey{}, errors.New("no key")
}

// orInput replaces "-" by the first line of the input.
func orInput(text string, stdin io.Reader) (string, error) {
	if text != "-" {
		return text, nil
	}
	in := bufio.NewScanner(io.LimitReader(stdin, maxKeyLine))
	if !in.Scan() {
		if err := in.Err(); err != nil {
			return "", fmt.Errorf("reading the input: %w", err)
		}
		return "", errors.New("the input is empty")
	}
	return in.Text(), nil
}

// parsed makes a key of a secret number.
func parsed(key func(string) (emrtd.Key, error)) func(string) (chipKey, error) {
	return func(text string) (chipKey, error) {
		k, err := key(strings.TrimSpace(text))
		return chipKey{key: k}, err
	}
}

func parseCAN(text string) (chipKey, error) {
	key, qr, err := cccd.KeyFromText(text)
	if err != nil || qr != nil {
		return chipKey{}, errors.New("six digits are needed, or the twelve of the card's number")
	}
	return chipKey{key: key}, nil
}

func parseQR(text string) (chipKey, error) {
	key, qr, err := cccd.KeyFromText(text)
	if err != nil {
		return chipKey{}, err
	}
	if qr == nil {
		return chipKey{}, errors.New("not the text of the code on an identity card")
	}
	return chipKey{key: key, qr: qr}, nil
}

func parseMRZ(text string) (chipKey, error) {
	part := strings.Split(text, ",")
	if len(part) != 3 {
		return chipKey{}, errors.New("document number, birth and expiry are needed, such as A1234567,010203,300102")
	}
	key, err := emrtd.MRZ(strings.TrimSpace(part[0]), strings.TrimSpace(part[1]), strings.TrimSpace(part[2]))
	if err != nil {
		return chipKey{}, err
	}
	return chipKey{key: key}, nil
}
