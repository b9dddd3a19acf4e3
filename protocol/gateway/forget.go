package gateway

import (
	"context"
	"fmt"
	"time"

	"github.com/fxamacker/cbor/v2"

	"motcua/protocol/envelope"
	"motcua/protocol/request"
)

// remains is what is kept in place of an envelope whose time is over: nothing of it
// is about a person but what their consent is kept under, which is a hash with the
// centre's key.
type remains struct {
	Outer    request.Outer     `cbor:"outer"`
	Officer  string            `cbor:"officer,omitempty"` // reference
	Consents []request.Consent `cbor:"consents,omitempty"`
	Person   string            `cbor:"person,omitempty"` // consentKey
}

// forgetMost is how many requests one transaction forgets.
const forgetMost = 100

// Forget takes the sealed bodies, and the answers sealed to visits, of requests that
// came before a time and are settled, with nothing left to do. What stays of each is
// its record, with the digest of the envelope, its receipt, its outer part, the
// officer's reference and what was agreed to. It returns how many there were.
func (g *Gateway) Forget(ctx context.Context, before time.Time) (n int, err error) {
	for {
		old, err := g.cfg.Inbox.Old(ctx, before.UnixMilli(), forgetMost)
		if err != nil || len(old) == 0 {
			return n, err
		}
		for _, r := range old {
			if r.Envelope, err = g.remains(r); err != nil {
				return n, err
			}
		}
		err = g.cfg.Inbox.Update(ctx, func(tx Tx) error {
			for _, r := range old {
				if err := tx.Strip(r); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return n, fmt.Errorf("forgetting old requests: %w", err)
		}
		n += len(old)
	}
}

// remains makes what is kept of a request. Of one that does not open, as a refused one
// may not, it is the outer part.
func (g *Gateway) remains(r *Record) ([]byte, error) {
	o, err := envelope.ReadOuter(r.Envelope)
	if err != nil {
		return nil, fmt.Errorf("reading a stored request: %w", err)
	}
	left := remains{Outer: o}
	if opened, err := g.verifier.Verify(r.Envelope, time.UnixMilli(r.At)); err == nil {
		if in, err := opened.Open(g.cfg.Service); err == nil {
			if in.Officer != nil {
				left.Officer = in.Officer.Ref
			}
			if in.Subject != nil {
				left.Consents, left.Person = in.Consent, g.consentKey(in.Subject.Number)
			}
		}
	}
	return request.Encode(left)
}

// forgotten tells what is left of a request, if no more is.
func forgotten(r *Record) (left remains, gone bool, err error) {
	if Whole(r.Envelope) {
		return left, false, nil
	}
	if err := cbor.Unmarshal(r.Envelope, &left); err != nil {
		return left, true, fmt.Errorf("reading what is left of a request: %w", err)
	}
	return left, true, nil
}

// FirstByte is that of every whole envelope: the tag of a COSE_Sign1 (RFC 9052). What
// is left of one is a map, which begins otherwise.
const FirstByte = 0xd2

// Whole tells whether an envelope is there as it was received.
func Whole(envelope []byte) bool { return len(envelope) > 0 && envelope[0] == FirstByte }

// outerOf is the clear part of a stored request.
func outerOf(r *Record) (request.Outer, error) {
	left, gone, err := forgotten(r)
	if gone || err != nil {
		return left.Outer, err
	}
	o, err := envelope.ReadOuter(r.Envelope)
	if err != nil {
		return o, fmt.Errorf("reading a stored request: %w", err)
	}
	return o, nil
}
