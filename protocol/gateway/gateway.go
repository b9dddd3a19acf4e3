package gateway

import (
	"context"
	"crypto"
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"maps"
	"time"

	"motcua/protocol/anomaly"
	"motcua/protocol/catalogue"
	"motcua/protocol/envelope"
	"motcua/protocol/request"
	"motcua/protocol/wire"
)

// Config is what a gateway needs.
type Config struct {
	Roots    *x509.CertPool             // the fleet authority
	Service  envelope.ServicePrivateKey // requests are sealed to its public half
	Signer   crypto.Signer              // signs receipts and results
	Chain    [][]byte                   // its certificate chain, DER, made from envelope.ReceiptTemplate
	Inbox    Inbox
	Services map[string]Service // by catalogue id
	Now      func() time.Time
	Rand     io.Reader // for signatures
	// These may be zero: no authority is believed, no nonces are given, nobody is
	// limited, nobody is revoked, officers are the devices' word, and no numbers are
	// lent.
	Trust    *Trusted
	Nonces   Nonces
	Limits   Limits
	Revoked  *envelope.Revoked
	Officers *Officers
	Queues   []Queue
	// Rules hold requests that do not look honest; nil: there are none.
	Rules *anomaly.Policy
}

// Gateway takes envelopes. Its methods may be called concurrently.
type Gateway struct {
	cfg Config
	// tag is the key of the hashes that stand for business keys in the inbox.
	tag []byte
	// seen is that of the hashes by which the rules know people.
	seen      []byte
	kinds     map[string]catalogue.Service // by id
	verifier  *envelope.Verifier
	limits    *limiter
	signer    *envelope.Signer
	blocklist *Blocklist
	// agreements are the consent texts of the catalogue.
	agreements map[agreement]bool
	turns      turns
}

// New makes a gateway.
func New(cfg Config) (*Gateway, error) {
	if cfg.Roots == nil || cfg.Signer == nil || cfg.Inbox == nil || cfg.Now == nil || cfg.Rand == nil || len(cfg.Chain) == 0 {
		return nil, errors.New("making a gateway: a part of the configuration is missing")
	}
	secret, err := cfg.Service.Bytes()
	if err != nil {
		return nil, fmt.Errorf("making a gateway: %w", err)
	}
	tag, err := hkdf.Key(sha256.New, secret, nil, "motcua business keys v1", sha256.Size)
	if err != nil {
		return nil, fmt.Errorf("making a gateway: %w", err)
	}
	seen, err := hkdf.Key(sha256.New, secret, nil, "motcua seen v1", sha256.Size)
	if err != nil {
		return nil, fmt.Errorf("making a gateway: %w", err)
	}
	signer, err := envelope.NewSigner(cfg.Signer, cfg.Chain)
	if err != nil {
		return nil, fmt.Errorf("making a gateway: %w", err)
	}
	blocklist, err := NewBlocklist(cfg.Service)
	if err != nil {
		return nil, fmt.Errorf("making a gateway: %w", err)
	}
	kinds := map[string]catalogue.Service{}
	for _, kind := range catalogue.Services() {
		kinds[kind.ID] = kind
	}
	limits := &limiter{limits: cfg.Limits, buckets: map[string]bucket{}}
	cfg.Services = maps.Clone(cfg.Services)
	g := &Gateway{cfg, tag, seen, kinds, envelope.NewVerifier(cfg.Roots), limits, signer, blocklist, agreements(), newTurns()}
	if cfg.Services != nil { // nobody else's: consent is held against it here
		cfg.Services[catalogue.WithdrawConsent] = withdrawer{g}
	}
	return g, nil
}

// Reply is what goes back to a device.
type Reply struct {
	Branch  wire.Branch
	ID      request.ID
	Seq     uint64
	Service string
	Status  request.Status
	Reason  string // why it was not accepted, a stable word
	Receipt []byte // for dn/receipt
	Result  []byte // for dn/result; nil when there is none
	Again   bool   // this very envelope had been processed before
	// Alarms are what is wrong with the request, which was stored and not handed to
	// its service.
	Alarms []Alarm
}

// Process takes one message from a device's up/req topic. When it returns a
// Reply, the request is durable, with its effect, receipt and result.
//
// Errors are: an [*Alarm]; a fault with code fault.Refused for a message that
// nobody can be given a receipt for, because who sent it or what it is cannot be
// told; fault.Frozen and fault.Busy for a device that has to wait; anything else
// is trouble of the gateway itself, nothing has happened, and the device will send
// again.
func (g *Gateway) Process(ctx context.Context, branch wire.Branch, b []byte) (Reply, error) {
	now := g.cfg.Now()
	wait, err := g.limits.take(branch.Device, now)
	if err != nil {
		return Reply{}, err
	}
	d := delivery{g: g, now: now, bytes: b, wait: wait}
	if err := g.turns.take(ctx, func() error { return d.read(branch) }); err != nil {
		return Reply{}, err
	}
	if d.branch != branch {
		return Reply{}, g.raise(ctx, *d.newAlarm(AlarmBranch))
	}
	if err := g.revoked(ctx, d.opened.Device, *d.newAlarm(AlarmRevoked)); err != nil {
		return Reply{}, err
	}
	reply, err := d.deliver(ctx)
	if err != nil || !reply.Again {
		return reply, err
	}
	return g.renewed(reply)
}

// branchOf is the branch that a verified device certificate names.
func branchOf(c *x509.Certificate) wire.Branch {
	if len(c.Subject.Province) != 1 || len(c.Subject.Organization) != 1 {
		return wire.Branch{}
	}
	return wire.Branch{Province: c.Subject.Province[0], Facility: c.Subject.Organization[0], Device: c.Subject.CommonName}
}

// raise stores an alarm in a transaction of its own and returns it.
func (g *Gateway) raise(ctx context.Context, a Alarm) error {
	if err := g.cfg.Inbox.Update(ctx, func(tx Tx) error { return tx.Raise(a) }); err != nil {
		return fmt.Errorf("raising an alarm: %w", err)
	}
	return &a
}
