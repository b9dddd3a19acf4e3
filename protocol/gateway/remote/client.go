package remote

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	// AnswerMost bounds an answer, in bytes, unless the question says another bound.
	AnswerMost = 64 << 10
	headerMost = 16 << 10
	connsMost  = 16
)

// ErrAddress: not an address that may be asked.
var ErrAddress = errors.New(`want "https://host", or "http://" on loopback`)

// ErrTooLong: the answer is longer than it may be.
var ErrTooLong = errors.New("the answer is too long")

// Status is an HTTP status that was not expected.
type Status int

func (s Status) Error() string { return fmt.Sprintf("the answer is HTTP status %d", int(s)) }

// Client asks one system. Its methods may be called concurrently.
type Client struct {
	base *url.URL
	http http.Client
}

// Open checks the address; nothing is asked yet. Roots are the authorities of the
// system's certificate; nil: those of this machine.
func Open(address string, roots *x509.CertPool) (*Client, error) {
	base, err := checkAddress(address)
	if err != nil {
		return nil, err
	}
	c := &Client{base: base}
	c.http = http.Client{
		Transport: &http.Transport{
			TLSClientConfig:        &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
			MaxConnsPerHost:        connsMost,
			MaxIdleConnsPerHost:    connsMost,
			IdleConnTimeout:        90 * time.Second,
			TLSHandshakeTimeout:    10 * time.Second,
			MaxResponseHeaderBytes: headerMost,
			DisableCompression:     true,
		},
		// The address may bear secrets: no other host may learn it.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return c, nil
}

// Close ends idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

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

// Question is one HTTP request.
type Question struct {
	Method string
	Path   string
	Query  url.Values
	Bearer string // token of the header Authorization; empty: none
	Body   any    // sent as JSON; nil: none
	CBOR   []byte // sent in place of Body, and answered by CBOR
	XML    []byte // sent in place of Body
	Most   int64  // bytes of the answer; 0: [AnswerMost]
	// Expect are the statuses that are answers beside 200.
	Expect []int
}

// Ask sends a question and returns status and body of the answer. A status that is
// neither 200 nor expected is a [Status] error.
func (c *Client) Ask(ctx context.Context, q Question) (status int, answer []byte, err error) {
	r, err := c.request(ctx, q)
	if err != nil {
		return 0, nil, err
	}
	response, err := c.http.Do(r)
	if err != nil {
		return 0, nil, fmt.Errorf("asking: %w", withoutAddress(err))
	}
	defer func() { _ = response.Body.Close() }()
	expected := response.StatusCode == http.StatusOK
	for _, s := range q.Expect {
		expected = expected || response.StatusCode == s
	}
	if !expected {
		return response.StatusCode, nil, Status(response.StatusCode)
	}
	most := cmp.Or(q.Most, AnswerMost)
	out, err := io.ReadAll(io.LimitReader(response.Body, most+1))
	switch {
	case err != nil:
		return 0, nil, fmt.Errorf("reading the answer: %w", withoutAddress(err))
	case int64(len(out)) > most:
		return 0, nil, ErrTooLong
	}
	return response.StatusCode, out, nil
}

func (c *Client) request(ctx context.Context, q Question) (*http.Request, error) {
	kind, body := "application/json", io.Reader(nil)
	switch {
	case q.CBOR != nil:
		kind, body = "application/cbor", bytes.NewReader(q.CBOR)
	case q.XML != nil:
		kind, body = "application/xml; charset=utf-8", bytes.NewReader(q.XML)
	case q.Body != nil:
		b, err := json.Marshal(q.Body)
		if err != nil {
			return nil, errors.New("the question cannot be written")
		}
		body = bytes.NewReader(b)
	}
	u := *c.base
	u.Path, u.RawQuery = q.Path, q.Query.Encode()
	r, err := http.NewRequestWithContext(ctx, q.Method, u.String(), body)
	if err != nil {
		return nil, errors.New("the system cannot be asked")
	}
	if body != nil {
		r.Header.Set("Content-Type", kind)
	}
	r.Header.Set("Accept", kind)
	if q.Bearer != "" {
		r.Header.Set("Authorization", "Bearer "+q.Bearer)
	}
	return r, nil
}

// withoutAddress takes the address, which may bear secrets, off an error of net/http.
func withoutAddress(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}
