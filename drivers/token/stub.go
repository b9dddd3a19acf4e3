//go:build !cgo

package token

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"motcua/drivers"
)

var errNoCgo = fmt.Errorf("this program was built without cgo and loads no module; build it with CGO_ENABLED=1: %w", drivers.ErrTokenModule)

// Token stands for a token in a program built without cgo.
type Token struct{}

// Open fails.
func Open(string, func() time.Time, *slog.Logger) (*Token, error) { return nil, errNoCgo }

// Sign fails.
func (*Token) Sign(ctx context.Context, pin []byte, _ [32]byte) (drivers.TokenSignature, error) {
	clear(pin)
	return drivers.TokenSignature{}, errors.Join(ctx.Err(), errNoCgo)
}
