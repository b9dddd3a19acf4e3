package emrtd

import (
	"context"
	"errors"
	"slices"

	"motcua/protocol/apdu"
)

// chipProof is active authentication, where the signed index lists a key for it.
func (t *terminal) chipProof(ctx context.Context) error {
	if !slices.Contains(t.listed, 15) {
		return nil
	}
	if err := t.group(ctx, StageVerifying, 15); err != nil {
		return err
	}
	if t.doc.DG(15) == nil {
		return nil
	}
	key, err := parseDG15(t.doc.DG(15))
	if err != nil {
		t.findings.note(ReasonChipKeyMalformed)
		return nil
	}
	if key.Point() != nil && slices.Contains(t.listed, 14) {
		if err := t.group(ctx, StageVerifying, 14); err != nil {
			return err
		}
	}
	signature, err := t.internalAuthenticate(ctx, key)
	if err != nil {
		return err
	}
	t.judgeProof(signature)
	return nil
}

func (t *terminal) judgeProof(signature []byte) {
	if signature == nil {
		t.findings.note(ReasonChipProofRefused)
		return
	}
	algorithm, good, err := VerifyActive(t.doc.DG(15), t.doc.DG(14), t.o.Challenge, signature)
	t.doc.ActiveAuth = &ActiveAuth{Challenge: t.o.Challenge, Signature: signature, Algorithm: algorithm, Valid: good && err == nil}
	t.proven = t.doc.ActiveAuth.Valid
	if !t.proven {
		t.findings.note(ReasonChipProofFalse)
	}
}

// rung is one way of asking for the signature.
type rung struct {
	le       int
	extended bool
}

// rungs are the ways in the order they are tried. Cards cut the answer, or
// refuse, when they are asked in a way they do not expect.
func rungs(size, short int) []rung {
	if size <= short {
		return []rung{{le: apdu.MaxShortLe}, {le: size}, {le: apdu.MaxExtendedLe, extended: true}}
	}
	return []rung{{le: size, extended: true}, {le: apdu.MaxShortLe}, {le: apdu.MaxExtendedLe, extended: true}}
}

// internalAuthenticate asks the chip to sign the challenge; nil when it does
// not.
func (t *terminal) internalAuthenticate(ctx context.Context, key activeKey) ([]byte, error) {
	size := key.signatureSize()
	var short []byte
	for _, way := range rungs(size, t.ch.sm.Suite().MaxShortData()) {
		r, err := t.ch.send(ctx, apdu.Command{
			INS: apdu.InsInternalAuthenticate, Data: t.o.Challenge[:], Le: way.le, Extended: way.extended,
		})
		status, told := errors.AsType[*apdu.StatusError](err)
		switch {
		case err != nil && told && isSizeStatus(status.Status) && t.reopened < maxReopened:
			t.reopened++
			if err := t.reopen(ctx); err != nil {
				return nil, err
			}
			continue
		case err != nil:
			return nil, err
		case r.Status == apdu.StatusInstructionUnknown || r.Status == apdu.StatusSecurityStatus:
			return nil, nil
		case r.Status != apdu.StatusOK || len(r.Data) == 0:
			continue
		case key.RSA() == nil || len(r.Data) == size:
			return r.Data, nil
		}
		short = r.Data // cut; another way may bring all of it
	}
	return short, nil
}
