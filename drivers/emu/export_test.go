package emu

import (
	"context"
	"net"
)

// ExchangeVPCD lets tests feed a connection of their own.
func ExchangeVPCD(ctx context.Context, card CardSide, conn net.Conn) error {
	return VPCD{Card: card}.exchange(ctx, conn)
}
