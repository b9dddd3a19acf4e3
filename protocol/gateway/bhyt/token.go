package bhyt

import (
	"context"
	"errors"
	"net/http"
	"time"

	"motcua/protocol/gateway/remote"
	"motcua/protocol/personal"
)

// token is what a look-up is allowed by.
type token struct {
	personal.Masked
	access, id string
	until      time.Time
}

// errRefused: the portal does not let the account in.
var errRefused = errors.New("the portal refuses the account")

// currentToken is the token that is valid now; a new one is taken when there is none,
// by one look-up for all that wait. One that was refused is not given again.
func (p *Portal) currentToken(ctx context.Context, refused token) (token, error) {
	select {
	case <-ctx.Done():
		return token{}, ctx.Err()
	case <-p.turn:
	}
	defer func() { p.turn <- struct{}{} }()
	now := p.conf.Now()
	switch {
	case p.token.access != "" && p.token.access != refused.access && now.Before(p.token.until):
		return p.token, nil
	case !p.refused.IsZero() && now.Sub(p.refused) < refusedFor:
		return token{}, errRefused
	}
	fresh, err := p.takeToken(ctx)
	if errors.Is(err, errRefused) {
		p.refused = now
	}
	p.token = fresh
	return fresh, err
}

func (p *Portal) takeToken(ctx context.Context) (token, error) {
	b, err := p.post(ctx, pathToken, nil, map[string]string{"username": p.conf.Account.User, "password": p.conf.Account.sum()})
	if errors.Is(err, remote.Status(http.StatusUnauthorized)) {
		return token{}, errRefused
	}
	if err != nil {
		return token{}, err
	}
	t, err := decodeToken(b)
	if err != nil {
		return token{}, err
	}
	t.until = p.conf.Now().Add(p.conf.TokenFor)
	return t, nil
}
