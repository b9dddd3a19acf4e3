package emu

import (
	"context"
	"crypto/rand"
	"net"
	"strings"
)

// ExchangeVPCD lets tests feed a connection of their own.
func ExchangeVPCD(ctx context.Context, card CardSide, conn net.Conn) error {
	return VPCD{Card: card}.exchange(ctx, conn)
}

// BareCAN opens every [NewBareChip].
const BareCAN = "990990"

// NewBareChip is a chip with EF.COM, DG1 and DG14 and nothing that is signed.
func NewBareChip(profile Profile) (*Chip, error) {
	keys := chipKeys{}
	var err error
	if keys.named, err = newAgreementKeys(&profile, rand.Reader); err != nil {
		return nil, err
	}
	keys.agree = keys.named
	dg14, err := encodeDG14(profile, keys)
	if err != nil {
		return nil, err
	}
	groups := map[int][]byte{1: encodeDG1(strings.Repeat("<", 90)), 14: dg14}
	return &Chip{
		name: "bare", profile: profile, files: fileSystem(profile, keys, groups, nil, nil), keys: keys, rand: rand.Reader,
		secrets: map[byte][]byte{passwordCAN: []byte(BareCAN)},
	}, nil
}
