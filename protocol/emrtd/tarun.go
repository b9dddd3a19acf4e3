package emrtd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"motcua/protocol/apdu"
	"motcua/protocol/cvc"
	"motcua/protocol/mrz"
	"motcua/protocol/tlv"
)

const (
	taChallengeSize = 8
	// maxShortCommand is how many data bytes fit into a protected short command
	// that wants no answer: padding, DO87 and DO8E leave the rest of 255.
	maxShortCommand = 239
)

// authenticateTerminal is one run of terminal authentication. Where extended
// length breaks the session, it begins anew with what the chip takes.
func (t *terminal) authenticateTerminal(ctx context.Context) error {
	for range maxInspections {
		err := t.tryInspection(ctx)
		if err == nil {
			t.inspected, t.doc.TerminalAuth.Accepted = true, true
			return nil
		}
		h := &t.doc.Habits
		if t.ch.sm.Alive() || !isSize(err) || h.Chain || t.reopened == maxReopened {
			return t.asRefusal(err, RefusalChannel)
		}
		h.Chain = true
		h.ShortOnly = h.ShortOnly || !t.ch.extended && errors.Is(err, apdu.ErrTooLong)
		if failed := t.reopen(ctx); failed != nil {
			return fmt.Errorf("opening the chip again after %w: %w", err, failed)
		}
	}
	return refused(RefusalChannel, 0)
}

func (t *terminal) tryInspection(ctx context.Context) error {
	agreed, err := t.chipAuthentication(ctx)
	if err != nil {
		return err
	}
	if !agreed || t.agreed == nil {
		return refused(RefusalNoAgreement, 0)
	}
	chain, err := t.chain(ctx)
	if err != nil {
		return err
	}
	for _, c := range chain {
		if err := t.present(ctx, c); err != nil {
			return err
		}
	}
	return t.prove(ctx, chain[len(chain)-1].Holder)
}

// chain asks for certificates below the chip's trust points.
func (t *terminal) chain(ctx context.Context) ([]*cvc.Certificate, error) {
	points, err := t.trustPoints(ctx)
	if err != nil {
		return nil, err
	}
	t.doc.TerminalAuth.TrustPoints = nil
	for _, p := range points {
		t.doc.TerminalAuth.TrustPoints = append(t.doc.TerminalAuth.TrustPoints, printable(p))
	}
	raw, err := t.o.Inspection.Chain(ctx, points)
	if err != nil {
		return nil, t.ofTerminal(ctx, err, RefusalChain)
	}
	chain := make([]*cvc.Certificate, 0, len(raw))
	for _, b := range raw {
		c, err := cvc.Parse(b)
		if err != nil {
			return nil, &refusedError{why: RefusalChain, cause: err}
		}
		chain = append(chain, c)
	}
	if len(chain) == 0 {
		return nil, refused(RefusalChain, 0)
	}
	t.doc.TerminalAuth.Holder = string(chain[len(chain)-1].Holder)
	return chain, nil
}

// printable is a reference for reports: as it stands where it is one, else in
// hexadecimal, since the chip may say anything.
func printable(reference []byte) string {
	if r, err := cvc.ParseReference(reference); err == nil {
		return string(r)
	}
	return fmt.Sprintf("%X", reference)
}

// ofTerminal is an error of the terminal's own key or certificates.
func (t *terminal) ofTerminal(ctx context.Context, err error, why Refusal) error {
	if ended := ctx.Err(); ended != nil && errors.Is(err, ended) {
		return fmt.Errorf("terminal authentication: %w", err)
	}
	return &refusedError{why: why, cause: err}
}

// present lets the chip verify a certificate: MSE:Set DST and PSO:Verify
// Certificate.
func (t *terminal) present(ctx context.Context, c *cvc.Certificate) error {
	if err := t.nameKey(ctx, 0xB6, c.Authority, RefusalIssuer); err != nil {
		return err
	}
	r, err := t.sendLong(ctx, apdu.Command{INS: apdu.InsPerformSecurityOp, P2: 0xBE, Data: c.Signed()})
	if err != nil || r.Status == apdu.StatusOK {
		return err
	}
	if c.Expiration.Before(cvc.Day(t.o.Now)) {
		return refused(RefusalExpired, r.Status)
	}
	return refused(RefusalCertificate, r.Status)
}

// nameKey is MSE:Set DST (B6) or MSE:Set AT (A4) by the name of a key.
func (t *terminal) nameKey(ctx context.Context, template byte, name cvc.Reference, why Refusal) error {
	r, err := t.ch.send(ctx, apdu.Command{INS: apdu.InsManageSecurityEnv, P1: 0x81, P2: template, Data: tlv.Encode(0x83, []byte(name))})
	if err != nil {
		return err
	}
	if r.Status != apdu.StatusOK {
		return refused(why, r.Status)
	}
	return nil
}

// prove signs the chip's challenge. Early cards with PACE call themselves by what
// is printed on them instead of their key of PACE (TR-03110 part 1, 3.5): that is
// tried second.
func (t *terminal) prove(ctx context.Context, holder cvc.Reference) error {
	var err error
	for _, name := range t.chipNames() {
		err = t.proveTo(ctx, name, holder)
		why, ok := errors.AsType[*refusedError](err)
		if !ok || why.why != RefusalSignature {
			return err
		}
	}
	return err
}

func (t *terminal) proveTo(ctx context.Context, chip []byte, holder cvc.Reference) error {
	if err := t.nameKey(ctx, 0xA4, holder, RefusalKey); err != nil {
		return err
	}
	r, err := t.ch.send(ctx, apdu.Command{INS: apdu.InsGetChallenge, Le: taChallengeSize})
	if err != nil {
		return err
	}
	if r.Status != apdu.StatusOK || len(r.Data) != taChallengeSize {
		return refused(RefusalKey, r.Status)
	}
	signature, err := t.o.Inspection.Sign(ctx, slices.Concat(chip, r.Data, t.agreed))
	if err != nil {
		return t.ofTerminal(ctx, err, RefusalSigner)
	}
	r, err = t.sendLong(ctx, apdu.Command{INS: apdu.InsExternalAuthenticate, Data: signature})
	if err == nil && r.Status != apdu.StatusOK {
		err = refused(RefusalSignature, r.Status)
	}
	return err
}

// chipNames are what the chip may be called in the signature.
func (t *terminal) chipNames() [][]byte {
	printed := documentName(t.doc.MRZ.Number)
	if t.chipID == nil {
		return [][]byte{printed}
	}
	switch t.o.Key.ref {
	case passwordMRZ:
		return [][]byte{t.chipID, printed}
	case passwordCAN:
		return [][]byte{t.chipID, bytes.Clone(t.o.Key.secret)}
	}
	return [][]byte{t.chipID}
}

// documentName is the document number as it stands in the machine readable zone,
// with its check digit.
func documentName(number string) []byte {
	for len(number) < 9 {
		number += "<"
	}
	digit, ok := mrz.CheckDigit(number)
	if !ok {
		return nil
	}
	return append([]byte(number), digit)
}

// sendLong sends a command whose data may not fit a short one: in extended length
// where reader and card are not known to refuse it, else in a chain.
func (t *terminal) sendLong(ctx context.Context, cmd apdu.Command) (apdu.Response, error) {
	if len(cmd.Data) <= maxShortCommand {
		return t.ch.send(ctx, cmd)
	}
	if t.extends() && !t.doc.Habits.Chain {
		r, err := t.ch.send(ctx, cmd)
		if err != nil || r.Status != apdu.StatusWrongLength {
			return r, err
		}
		t.doc.Habits.Chain = true
	}
	data := cmd.Data
	for len(data) > maxShortCommand {
		link := cmd
		link.CLA |= claChained
		link.Data, data = data[:maxShortCommand], data[maxShortCommand:]
		if r, err := t.ch.send(ctx, link); err != nil || r.Status != apdu.StatusOK {
			return r, err
		}
	}
	cmd.Data = data
	return t.ch.send(ctx, cmd)
}
