package vaccination

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"

	"motcua/protocol/gateway/remote"
	"motcua/protocol/immunisation"
	"motcua/protocol/personal"
	"motcua/protocol/request"
)

// RegistryConfig is where the registry is, and how it knows the centre.
type RegistryConfig struct {
	personal.Masked
	Address string // https://host, or http://host on loopback
	Token   string
	Roots   *x509.CertPool // authorities of its certificate; nil: the machine's
}

// Registry is a client of the immunisation registry. Its methods may be called
// concurrently.
type Registry struct {
	personal.Masked
	http  *remote.Client
	token string
}

// OpenRegistry checks the configuration; nothing is asked yet.
func OpenRegistry(c RegistryConfig) (*Registry, error) {
	client, err := remote.Open(c.Address, c.Roots)
	if err != nil {
		return nil, err
	}
	return &Registry{http: client, token: c.Token}, nil
}

// Close ends idle connections.
func (r *Registry) Close() { r.http.Close() }

// refusal is why something cannot be.
type refusal immunisation.Reason

func (r refusal) Error() string { return string(r) }

func refuse(r immunisation.Reason) error { return refusal(r) }

// reasonOf is empty for an error that is no refusal.
func reasonOf(err error) immunisation.Reason {
	r, _ := errors.AsType[refusal](err)
	return immunisation.Reason(r)
}

// ask has the registry do something. What it refuses is a refusal; every other error is
// no answer.
func ask[A any](ctx context.Context, r *Registry, verb string, question any) (A, error) {
	var none A
	body, err := request.Encode(question)
	if err != nil {
		return none, err
	}
	status, b, err := r.http.Ask(ctx, remote.Question{
		Method: http.MethodPost, Path: verb, CBOR: body, Bearer: r.token, Most: immunisation.MaxMessage, Expect: []int{http.StatusConflict},
	})
	switch {
	case err != nil:
		return none, fmt.Errorf("the registry: %w", err)
	case status == http.StatusConflict:
		why, err := immunisation.Decode[immunisation.Refusal](b)
		if _, known := immunisation.Explain(why.Reason); err != nil || !known {
			return none, errors.New("the registry refuses without a reason")
		}
		return none, refuse(why.Reason)
	}
	answer, err := immunisation.Decode[A](b)
	if err != nil {
		return none, fmt.Errorf("the registry: %w", err)
	}
	return answer, nil
}

func askByName[A any](ctx context.Context, r *Registry, verb, name string) (A, error) {
	return ask[A](ctx, r, verb, immunisation.Name{Name: name})
}

// Revoked are the ids of all certificates that count no more.
func (r *Registry) Revoked(ctx context.Context) ([]string, error) {
	v, err := askByName[immunisation.Revoked](ctx, r, immunisation.VerbRevoked, "")
	return v.Certificates, err
}

// Hours counts the doses of a day, yyyy-mm-dd, by facility and hour.
func (r *Registry) Hours(ctx context.Context, day string) ([]immunisation.Hour, error) {
	return askByName[[]immunisation.Hour](ctx, r, immunisation.VerbHours, day)
}
