package gateway

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/fxamacker/cbor/v2"

	"motcua/protocol/catalogue"
	"motcua/protocol/code/ticket"
	"motcua/protocol/request"
	"motcua/protocol/wire"
)

// Reasons of refusals because of what a person has agreed to.
const (
	noConsent        = "no-consent"
	otherConsentText = "consent-of-another-text"
	consentWithdrawn = "consent-withdrawn"
)

// agreement is what somebody can have agreed to: a text of the catalogue, for one of
// the purposes that it tells.
type agreement struct {
	purpose, lang string
	text          request.Digest
}

// agreements are all that the catalogue has. A visit may use the text of one service
// for another that it asks on the way.
func agreements() map[agreement]bool {
	all := map[agreement]bool{}
	for _, s := range catalogue.Services() {
		for _, lang := range []string{"vi", "en"} {
			for _, p := range s.Purposes {
				all[agreement{p, lang, catalogue.ConsentHash(s.ID, lang)}] = true
			}
		}
	}
	return all
}

// consented holds what the person has agreed to against the catalogue. It returns
// the reason for a refusal.
func (g *Gateway) consented(kind catalogue.Service, r Request) string {
	if r.Inner.Subject == nil || demand(kind, r.Form).Role != catalogue.RoleCitizen {
		return ""
	}
	for _, p := range kind.Purposes {
		i := slices.IndexFunc(r.Inner.Consent, func(c request.Consent) bool { return c.Purpose == p })
		switch {
		case i < 0:
			return noConsent
		case !g.agreements[agreement{p, r.Inner.Consent[i].Lang, r.Inner.Consent[i].TextHash}]:
			return otherConsentText
		}
	}
	return ""
}

// withdrawals is when a person has withdrawn consent to a purpose, unix milliseconds.
type withdrawals map[string]int64

// consentKey is where the inbox keeps a person's withdrawals.
func (g *Gateway) consentKey(number string) string {
	tag := g.tagOf("consent", number)
	return "gateway/consent/" + base64.RawURLEncoding.EncodeToString(tag[:])
}

func readWithdrawals(st State, key string) (w withdrawals, err error) {
	b, found, err := st.Get(key)
	if err != nil || !found {
		return nil, err
	}
	return w, cbor.Unmarshal(b, &w)
}

// withdrawn tells whether what the request rests on was withdrawn after it was given.
// Who has agreed again since may be served again.
func (g *Gateway) withdrawn(st State, kind catalogue.Service, r Request) (bool, error) {
	if r.Inner.Subject == nil || len(kind.Purposes) == 0 {
		return false, nil
	}
	w, err := readWithdrawals(st, g.consentKey(r.Inner.Subject.Number))
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(r.Inner.Consent, func(c request.Consent) bool {
		return slices.Contains(kind.Purposes, c.Purpose) && c.At+r.Outer.Clock.OffsetMS <= w[c.Purpose]
	}), nil
}

// holdConsent refuses what rests on consent that was withdrawn.
func (d *delivery) holdConsent(tx Tx) (verdict, AlarmKind, error) {
	gone, err := d.g.withdrawn(tx, d.kind, d.request)
	if err != nil || !gone {
		return verdict{}, "", err
	}
	return refused(consentWithdrawn), "", nil
}

// consentGone ends a request that was put off, when what it rests on was withdrawn
// meanwhile: its service does not hear of it again.
func (t *task) consentGone(ctx context.Context) (gone bool, err error) {
	err = t.g.cfg.Inbox.Update(ctx, func(tx Tx) error {
		gone, err = t.g.withdrawn(tx, t.kind, t.request)
		return err
	})
	if err != nil || !gone {
		return false, err
	}
	t.answer = Outcome{Status: request.StatusRefused, Reason: consentWithdrawn, Class: request.ClassReception, Codes: []string{consentWithdrawn}}
	t.state = &written{} // nothing to store
	return true, nil
}

func (d *delivery) consentLook() []string {
	if s := d.request.Inner.Subject; s != nil && len(d.kind.Purposes) > 0 {
		return []string{d.g.consentKey(s.Number)}
	}
	return nil
}

// ConsentRecord is what a person has agreed to with one request.
type ConsentRecord struct {
	Device   string            `json:"device"`
	ID       request.ID        `json:"id"`
	Service  string            `json:"service"`
	Consents []request.Consent `json:"consents"`
	// Withdrawn is when which purpose was withdrawn, unix milliseconds.
	Withdrawn map[string]int64 `json:"withdrawn,omitempty"`
}

// consentAge is for how long a slip's number finds the request that it is of.
const consentAge = 400 * 24 * time.Hour

// Errors of [Gateway.Consent] and [Gateway.Withdraw].
var (
	ErrNoSlip      = errors.New("no request has this number at the facility")
	ErrSeveral     = errors.New("several requests have this number; find the person's other slip")
	ErrNoAgreement = errors.New("nobody has agreed to anything with this request")
)

// Consent finds what was agreed to with the request of a slip.
func (g *Gateway) Consent(ctx context.Context, province string, slip ticket.Reference) (c ConsentRecord, err error) {
	err = g.cfg.Inbox.Update(ctx, func(tx Tx) error {
		c, _, err = g.consentOf(tx, province, slip)
		return err
	})
	return c, err
}

// Withdraw takes the consent back that was given with the request of a slip: whoever
// has the slip may do that, and no reason is asked. From then on no service acts on
// consent to these purposes that was given before; what was done stays done.
func (g *Gateway) Withdraw(ctx context.Context, province string, slip ticket.Reference) (c ConsentRecord, err error) {
	now := g.cfg.Now()
	err = g.cfg.Inbox.Update(ctx, func(tx Tx) error {
		var key string
		if c, key, err = g.consentOf(tx, province, slip); err != nil {
			return err
		}
		var purposes []string
		for _, agreed := range c.Consents {
			purposes = append(purposes, agreed.Purpose)
		}
		entry := Entry{Act: ActWithdrawn, Device: c.Device, Facility: slip.Facility, ID: c.ID, Service: c.Service}
		c.Withdrawn, err = withdraw(tx, key, purposes, now.UnixMilli(), entry, now)
		return err
	})
	return c, err
}

// consentOf finds the record, and where its person's withdrawals are kept.
func (g *Gateway) consentOf(tx Tx, province string, slip ticket.Reference) (c ConsentRecord, key string, err error) {
	found, err := numbered(tx, wire.Branch{Province: province, Facility: slip.Facility}, slip.Number, g.cfg.Now().Add(-consentAge))
	switch {
	case err != nil:
		return c, "", err
	case len(found) == 0:
		return c, "", ErrNoSlip
	case len(found) > 1:
		return c, "", ErrSeveral
	}
	r, err := tx.Record(found[0].Device, found[0].ID)
	if err != nil {
		return c, "", err
	}
	c = ConsentRecord{Device: r.Device, ID: r.ID, Service: r.Service}
	if c.Consents, key, err = g.agreed(r); err != nil {
		return c, "", err
	}
	if len(c.Consents) == 0 {
		return c, "", ErrNoAgreement
	}
	c.Withdrawn, err = readWithdrawals(tx, key)
	return c, key, err
}

// agreed opens a stored request, or reads what is left of it.
func (g *Gateway) agreed(r *Record) ([]request.Consent, string, error) {
	if left, gone, err := forgotten(r); gone || err != nil {
		return left.Consents, left.Person, err
	}
	opened, err := g.verifier.Verify(r.Envelope, time.UnixMilli(r.At))
	if err != nil {
		return nil, "", fmt.Errorf("opening a stored request: %w", err)
	}
	in, err := opened.Open(g.cfg.Service)
	if err != nil {
		return nil, "", fmt.Errorf("opening a stored request: %w", err)
	}
	if in.Subject == nil {
		return nil, "", nil
	}
	return in.Consent, g.consentKey(in.Subject.Number), nil
}
