package hospital

import (
	"context"
	"crypto/x509"
	"fmt"
	"net/http"

	"motcua/protocol/checkin"
	"motcua/protocol/gateway/remote"
)

// Path is where a hospital's system takes records, by PUT; the number of the stay
// follows. It answers 201 to the first record of a stay and 204 to the next ones.
const Path = "/check-in/"

// Config is the way to a hospital's system.
type Config struct {
	Address string // https://host, or http:// on loopback
	Token   string // of the header Authorization
	Roots   *x509.CertPool
}

// System is a hospital's system. Its methods may be called concurrently.
type System struct {
	client *remote.Client
	token  string
}

// Open checks the address; nothing is asked yet.
func Open(c Config) (*System, error) {
	client, err := remote.Open(c.Address, c.Roots)
	if err != nil {
		return nil, err
	}
	return &System{client, c.Token}, nil
}

// Close ends idle connections.
func (s *System) Close() { s.client.Close() }

// Tell hands a record over, in place of an earlier one of the same stay. An error is
// to be tried again.
func (s *System) Tell(ctx context.Context, r checkin.Record) error {
	b, err := r.XML()
	if err != nil {
		return err
	}
	status, _, err := s.client.Ask(ctx, remote.Question{
		Method: http.MethodPut, Path: Path + r.Stay, Bearer: s.token, XML: b, Expect: []int{http.StatusCreated, http.StatusNoContent},
	})
	if err == nil && status == http.StatusOK { // as proxies answer with a page of theirs
		err = remote.Status(status)
	}
	if err != nil {
		return fmt.Errorf("telling the hospital's system: %w", err)
	}
	return nil
}
