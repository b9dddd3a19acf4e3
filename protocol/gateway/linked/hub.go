package linked

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"motcua/protocol/gateway/remote"
	"motcua/protocol/personal"
)

// HubConfig is where the hub is and who asks.
type HubConfig struct {
	personal.Masked
	Address string // https://host, or http://host on loopback
	Client  string // the gateway's account
	Secret  string
	Roots   *x509.CertPool // authorities of its certificate; nil: the system's
	Now     func() time.Time
}

// Hub is a client of the hub. Its methods may be called concurrently.
type Hub struct {
	conf   HubConfig
	client *remote.Client
	slots  chan struct{}
	turn   chan struct{} // holds one: who may touch what follows
	token  string
	until  time.Time // of the token
	rests  time.Time // until then the hub is left alone
}

const (
	// slotsMost is how many questions are under way at once: others than dossiers wait
	// for the same workers, and people wait for those.
	slotsMost = 2
	slotWait  = 3 * time.Second
	// restFor is how long a hub that did not answer, or refused the account, is left
	// alone.
	restFor = 15 * time.Second
)

// Errors of the hub's client. All of them mean that the same may succeed later.
var (
	errBusy    = errors.New("others are asking the hub")
	errRests   = errors.New("the hub did not answer a moment ago")
	errAccount = errors.New("the hub refuses the account")
)

// refusal is what the hub will not do, however often it is asked.
type refusal struct {
	status       int
	fault, about string
}

func (r *refusal) Error() string { return fmt.Sprintf("the hub refuses: %s", r.fault) }

// OpenHub checks the configuration; nothing is asked yet.
func OpenHub(c HubConfig) (*Hub, error) {
	client, err := remote.Open(c.Address, c.Roots)
	if err != nil {
		return nil, err
	}
	h := &Hub{conf: c, client: client, slots: make(chan struct{}, slotsMost), turn: make(chan struct{}, 1)}
	h.turn <- struct{}{}
	return h, nil
}

// Close ends idle connections.
func (h *Hub) Close() { h.client.Close() }

// file puts a dossier under a key and returns the hub's number of it.
func (h *Hub) file(ctx context.Context, key string, f filing) (string, error) {
	b, err := h.ask(ctx, remote.Question{Method: http.MethodPut, Path: "/v1/dossiers/" + key, Body: f.body()})
	if err != nil {
		return "", err
	}
	return decodeFiled(b)
}

// news is what the agencies have said of a dossier after a number.
func (h *Hub) news(ctx context.Context, no string, after int) (told, error) {
	b, err := h.ask(ctx, remote.Question{Method: http.MethodGet, Path: "/v1/dossiers/" + no, Query: url.Values{"after": {strconv.Itoa(after)}}})
	if err != nil {
		return told{}, err
	}
	return decodeNews(b)
}

// supply puts what an agency misses under a key.
func (h *Hub) supply(ctx context.Context, no, key string, s supply) error {
	_, err := h.ask(ctx, remote.Question{Method: http.MethodPut, Path: "/v1/dossiers/" + no + "/supplements/" + key, Body: s.body()})
	return err
}

// draft puts what a hospital has begun under its token.
func (h *Hub) draft(ctx context.Context, token string, d draft) error {
	_, err := h.ask(ctx, remote.Question{Method: http.MethodPut, Path: "/v1/drafts/" + token, Body: d.body()})
	return err
}

// ask asks with a token; one that the hub does not take is renewed once.
func (h *Hub) ask(ctx context.Context, q remote.Question) ([]byte, error) {
	if err := h.begin(ctx); err != nil {
		return nil, err
	}
	defer func() { <-h.slots }()
	q.Expect = []int{http.StatusCreated, http.StatusBadRequest, http.StatusNotFound, http.StatusConflict, http.StatusUnprocessableEntity}
	var status int
	var answer []byte
	for range 2 {
		token, err := h.valid(ctx, q.Bearer)
		if err != nil {
			return nil, h.silent(ctx, err)
		}
		q.Bearer = token
		status, answer, err = h.client.Ask(ctx, q)
		switch {
		case errors.Is(err, remote.Status(http.StatusUnauthorized)):
			continue
		case err != nil:
			return nil, h.silent(ctx, err)
		case status >= http.StatusBadRequest:
			return nil, decodeRefusal(status, answer)
		}
		return answer, nil
	}
	return nil, h.silent(ctx, errAccount)
}

// begin waits for a slot, for a while, unless the hub is left alone.
func (h *Hub) begin(ctx context.Context) error {
	if err := h.awake(ctx); err != nil {
		return err
	}
	t := time.NewTimer(slotWait)
	defer t.Stop()
	select {
	case h.slots <- struct{}{}:
		err := h.awake(ctx) // whoever had the slot before may have got no answer
		if err != nil {
			<-h.slots
		}
		return err
	case <-t.C:
		return errBusy
	case <-ctx.Done():
		return ctx.Err()
	}
}

// take is the turn to touch token and rest; give it back.
func (h *Hub) take(ctx context.Context) (give func(), err error) {
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-h.turn:
		return func() { h.turn <- struct{}{} }, nil
	}
}

// awake is an error while the hub is left alone.
func (h *Hub) awake(ctx context.Context) error {
	give, err := h.take(ctx)
	if err != nil {
		return err
	}
	defer give()
	if h.conf.Now().Before(h.rests) {
		return errRests
	}
	return nil
}

// silent leaves the hub alone for a while, and passes on why.
func (h *Hub) silent(ctx context.Context, why error) error {
	give, err := h.take(context.WithoutCancel(ctx))
	if err != nil {
		return err
	}
	defer give()
	h.rests = h.conf.Now().Add(restFor)
	return why
}

// valid is the token that is valid now, but not the one that was refused; a new one is
// taken by one question for all that wait.
func (h *Hub) valid(ctx context.Context, refused string) (string, error) {
	give, err := h.take(ctx)
	if err != nil {
		return "", err
	}
	defer give()
	if h.token != "" && h.token != refused && h.conf.Now().Before(h.until) {
		return h.token, nil
	}
	h.token = ""
	_, b, err := h.client.Ask(ctx, remote.Question{
		Method: http.MethodPost, Path: "/v1/token", Body: map[string]string{"id": h.conf.Client, "secret": h.conf.Secret},
	})
	if errors.Is(err, remote.Status(http.StatusUnauthorized)) {
		return "", errAccount
	}
	if err != nil {
		return "", err
	}
	token, life, err := decodeToken(b)
	if err != nil {
		return "", err
	}
	h.token, h.until = token, h.conf.Now().Add(life)
	return token, nil
}
