package bhyt

import (
	"context"
	"crypto/md5"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"motcua/protocol/gateway/remote"
	"motcua/protocol/personal"
)

// Paths of the portal.
const (
	pathToken  = "/api/token/take"
	pathLookup = "/api/egw/KQNhanLichSuKCB2024"
)

// Config is where the portal is and who asks.
type Config struct {
	Address  string // https://host, or http://host on loopback
	Account  Account
	Roots    *x509.CertPool // authorities of its certificate; nil: the system's
	TokenFor time.Duration  // how long a token is used; 0: 50 minutes
	Now      func() time.Time
}

// Account is the facility's account at the portal.
type Account struct {
	personal.Masked
	User, Password string
}

// Portal is a client of the insurer's portal. Its methods may be called concurrently.
type Portal struct {
	conf   Config
	client *remote.Client
	turn   chan struct{} // holds one: who may touch token and refused
	token  token
	// refused is when the portal refused the account last: it is not tried again for a
	// while, or the portal would lock it.
	refused time.Time
}

// refusedFor is how long a refused account is not tried again.
const refusedFor = 5 * time.Minute

// Open checks the configuration; nothing is asked yet.
func Open(c Config) (*Portal, error) {
	client, err := remote.Open(c.Address, c.Roots)
	if err != nil {
		return nil, err
	}
	if c.TokenFor <= 0 {
		c.TokenFor = 50 * time.Minute
	}
	p := &Portal{conf: c, client: client, turn: make(chan struct{}, 1)}
	p.turn <- struct{}{}
	return p, nil
}

// Close ends idle connections.
func (p *Portal) Close() { p.client.Close() }

// sum is the form in which the portal wants the password.
func (a Account) sum() string {
	s := md5.Sum([]byte(a.Password))
	return hex.EncodeToString(s[:])
}

// post sends a body and returns the bounded answer. The query bears password and
// token, which errors do not tell.
func (p *Portal) post(ctx context.Context, path string, query url.Values, body any) ([]byte, error) {
	_, answer, err := p.client.Ask(ctx, remote.Question{Method: http.MethodPost, Path: path, Query: query, Body: body})
	if err != nil {
		return nil, fmt.Errorf("the portal: %w", err)
	}
	return answer, nil
}
