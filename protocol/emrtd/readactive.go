package emrtd

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"motcua/protocol/apdu"
)

// activeAuthentication has the chip sign the challenge, where the signed index
// lists a key for it. It returns why the chip proved nothing, "" when it did.
func (t *terminal) activeAuthentication(ctx context.Context) (Reason, error) {
	if !slices.Contains(t.listed, 15) {
		return ReasonNoChipProof, nil
	}
	if err := t.group(ctx, StageVerifying, 15); err != nil {
		return "", err
	}
	if t.doc.DG(15) == nil {
		return ReasonNoChipProof, nil // withheld, which is noted
	}
	key, err := parseDG15(t.doc.DG(15))
	if err != nil {
		return ReasonChipKeyMalformed, nil
	}
	if key.Point() != nil && slices.Contains(t.listed, 14) {
		if err := t.group(ctx, StageVerifying, 14); err != nil {
			return "", err
		}
	}
	signature, err := t.internalAuthenticate(ctx, key)
	if err != nil {
		return "", err
	}
	return t.judgeProof(key, signature), nil
}

// judgeProof checks the signature. One that was cut on its way proves nothing,
// neither for the chip nor against it.
func (t *terminal) judgeProof(key activeKey, signature []byte) Reason {
	if signature == nil {
		return ReasonChipProofRefused
	}
	algorithm, good, err := VerifyActive(t.doc.DG(15), t.doc.DG(14), t.o.Challenge, signature)
	if !good && key.RSA() != nil && len(signature) != key.signatureSize() {
		return ReasonChipProofRefused
	}
	t.doc.ActiveAuth = &ActiveAuth{Challenge: t.o.Challenge, Signature: signature, Algorithm: algorithm, Valid: good && err == nil}
	t.proven = t.doc.ActiveAuth.Valid
	if !t.proven {
		return ReasonChipProofFalse
	}
	return ""
}

// way is one way of asking for the signature; the names are kept in [Habits].
type way struct {
	name     string
	le       int
	extended bool
}

// ways to ask for a signature of size bytes, in the order in which they are
// tried. Cards cut the answer, or refuse, when they are asked in a way that they
// do not expect; what worked before comes first. A signature that no short
// answer carries may still come by one, in parts (61xx).
func ways(size, short int, extends bool, before string) []way {
	list := []way{{"short", apdu.MaxShortLe, false}, {"exact", size, false}, {"longest", apdu.MaxExtendedLe, true}}
	if size > short {
		list = []way{{"extended", size, true}, {"short", apdu.MaxShortLe, false}, {"longest", apdu.MaxExtendedLe, true}}
	}
	list = slices.DeleteFunc(list, func(w way) bool { return w.extended && !extends })
	if i := slices.IndexFunc(list, func(w way) bool { return w.name == before }); i > 0 {
		w := list[i]
		list = slices.Insert(slices.Delete(list, i, i+1), 0, w)
	}
	return list
}

// extends tells whether extended length may be asked for outside of files: the
// reader is not known to refuse it, nor the card.
func (t *terminal) extends() bool {
	return (t.o.MaxChunk == 0 || t.o.MaxChunk > apdu.MaxShortLe) && t.doc.Habits.extends()
}

// internalAuthenticate asks the chip to sign the challenge; nil when it does
// not.
func (t *terminal) internalAuthenticate(ctx context.Context, key activeKey) ([]byte, error) {
	size, h := key.signatureSize(), &t.doc.Habits
	var cut []byte
	for _, w := range ways(size, t.ch.sm.Suite().MaxShortData(), t.extends(), h.Sign) {
		if w.extended && !t.extends() {
			continue // another way has just shown that there is none
		}
		r, err := t.ch.send(ctx, apdu.Command{
			INS: apdu.InsInternalAuthenticate, Data: t.o.Challenge[:], Le: w.le, Extended: w.extended,
		})
		switch {
		case err != nil && isSize(err) && t.reopened < maxReopened:
			h.ShortOnly = h.ShortOnly || w.extended && !t.ch.extended && errors.Is(err, apdu.ErrTooLong)
			if failed := t.reopen(ctx); failed != nil {
				return nil, fmt.Errorf("opening the chip again after %w: %w", err, failed)
			}
		case err != nil:
			return nil, err
		case r.Status == apdu.StatusInstructionUnknown || r.Status == apdu.StatusSecurityStatus:
			return nil, nil
		case r.Status != apdu.StatusOK || len(r.Data) == 0:
			continue
		case key.RSA() == nil || len(r.Data) == size:
			h.Sign = w.name
			return r.Data, nil
		}
		if len(r.Data) > len(cut) {
			cut = r.Data // another way may bring all of it
		}
	}
	return cut, nil
}
