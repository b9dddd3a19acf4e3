package bhyt

import (
	"bytes"
	"context"
	"crypto/md5"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"motcua/protocol/personal"
)

// Paths of the portal.
const (
	pathToken  = "/api/token/take"
	pathLookup = "/api/egw/KQNhanLichSuKCB2024"
)

const (
	answerMost = 64 << 10 // bytes of one answer
	headerMost = 16 << 10
	connsMost  = 16
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

// ErrAddress: not an address that may be asked.
var ErrAddress = errors.New(`want "https://host", or "http://" on loopback`)

// Portal is a client of the insurer's portal. Its methods may be called concurrently.
type Portal struct {
	conf  Config
	base  *url.URL
	http  http.Client
	turn  chan struct{} // holds one: who may touch token and refused
	token token
	// refused is when the portal refused the account last: it is not tried again for a
	// while, or the portal would lock it.
	refused time.Time
}

// refusedFor is how long a refused account is not tried again.
const refusedFor = 5 * time.Minute

// Open checks the configuration; nothing is asked yet.
func Open(c Config) (*Portal, error) {
	base, err := checkAddress(c.Address)
	if err != nil {
		return nil, err
	}
	if c.TokenFor <= 0 {
		c.TokenFor = 50 * time.Minute
	}
	p := &Portal{conf: c, base: base, turn: make(chan struct{}, 1)}
	p.turn <- struct{}{}
	p.http = http.Client{
		Transport: &http.Transport{
			TLSClientConfig:        &tls.Config{RootCAs: c.Roots, MinVersion: tls.VersionTLS12},
			MaxConnsPerHost:        connsMost,
			MaxIdleConnsPerHost:    connsMost,
			IdleConnTimeout:        90 * time.Second,
			TLSHandshakeTimeout:    10 * time.Second,
			MaxResponseHeaderBytes: headerMost,
			DisableCompression:     true,
		},
		// The address of a look-up bears secrets: no other host may learn it.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return p, nil
}

// Close ends idle connections.
func (p *Portal) Close() { p.http.CloseIdleConnections() }

func checkAddress(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "" {
		return nil, ErrAddress
	}
	loopback := u.Hostname() == "localhost"
	if ip := net.ParseIP(u.Hostname()); ip != nil {
		loopback = ip.IsLoopback()
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !loopback) {
		return nil, ErrAddress
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host}, nil
}

// sum is the form in which the portal wants the password.
func (a Account) sum() string {
	s := md5.Sum([]byte(a.Password))
	return hex.EncodeToString(s[:])
}

// status is an HTTP status other than 200.
type status int

func (s status) Error() string { return fmt.Sprintf("the portal answers with HTTP status %d", int(s)) }

// post sends a body and returns the bounded answer. Errors name neither address nor
// query.
func (p *Portal) post(ctx context.Context, path string, query url.Values, body any) ([]byte, error) {
	b, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	u := *p.base
	u.Path, u.RawQuery = path, query.Encode()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), bytes.NewReader(b))
	if err != nil {
		return nil, errors.New("the portal cannot be asked")
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json")
	response, err := p.http.Do(r)
	if err != nil {
		return nil, fmt.Errorf("asking the portal: %w", withoutAddress(err))
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, status(response.StatusCode)
	}
	out, err := io.ReadAll(io.LimitReader(response.Body, answerMost+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("reading the portal's answer: %w", withoutAddress(err))
	case len(out) > answerMost:
		return nil, errTooLong
	}
	return out, nil
}

// withoutAddress takes the address, which bears secrets, off an error of net/http.
func withoutAddress(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}
