package emrtd

import (
	"context"
	"slices"

	"motcua/protocol/pki"
	"motcua/protocol/tlv"
)

// chipProof lets the chip prove that it is no copy. Active authentication comes
// first, since its signature can be shown to others; where the card lists no key
// for it, or does not use it, chip authentication proves as much to this
// terminal. An inspection system needs the latter in any case.
func (t *terminal) chipProof(ctx context.Context) error {
	active, err := t.activeAuthentication(ctx)
	if err != nil {
		return err
	}
	if active == ReasonChipProofFalse {
		t.findings.note(active)
		return nil
	}
	if active == "" && t.o.Inspection == nil {
		return nil
	}
	mapped, err := t.judgeMapping(ctx)
	if err != nil || mapped == "" {
		return err
	}
	agreed, err := t.agreeWithChip(ctx)
	switch {
	case err != nil || agreed == "":
		return err
	case active == "":
		t.noteUnproven(agreed)
	default:
		t.noteUnproven(active, mapped, agreed)
	}
	return nil
}

// noteUnproven notes why nothing proved the chip. That it has no key for one of
// the proofs is no reason, unless it has none for any.
func (t *terminal) noteUnproven(reasons ...Reason) {
	for _, r := range reasons {
		if r != ReasonNoChipProof {
			t.findings.note(r)
		}
	}
}

// judgeChip says which proof of the chip counts: one by a key that passive
// authentication covers.
func (t *terminal) judgeChip(v *Verification) {
	if t.proven && v.covers(15) && (t.doc.DG(14) == nil || v.covers(14)) {
		v.ChipProof = "AA"
		return
	}
	if t.agreedProof && v.covers(14) {
		v.ChipProof = "CA"
		return
	}
	if t.mappedBySecured || t.mappedByDG14 && v.covers(14) {
		v.ChipProof = "CAM"
		return
	}
	if t.proven || t.agreedProof || t.mappedByDG14 || t.mappedByUncovered {
		v.note(ReasonChipProofUncovered)
		return
	}
	failed := []Reason{ReasonChipProofFalse, ReasonChipProofRefused, ReasonChipKeyMalformed}
	if !slices.ContainsFunc(failed, v.Has) {
		v.note(ReasonNoChipProof)
	}
}

// judgeMapping holds the proof of the chip authentication mapping against the
// chip's static keys: those in DG14, and those in EF.CardSecurity. The latter
// count by themselves only when somebody trusted signed them, and only where DG14
// names no key at all: EF.CardSecurity does not say whose it is, so that one from
// another card, with a key that was got out of that, would fit any holder. It
// returns why nothing is proven, "" when something may be.
func (t *terminal) judgeMapping(ctx context.Context) (Reason, error) {
	if t.cam == nil {
		return ReasonNoChipProof, nil
	}
	if t.cam.data == nil {
		return ReasonChipProofRefused, nil
	}
	infos, err := t.chipInfos(ctx)
	if err != nil {
		return "", err
	}
	defer clear(t.cam.data)
	keys, trusted := securedKeys(t.doc.CardSecurity, t.o, t.doc.MRZ.Issuer)
	t.mappedByDG14 = t.cam.byAny(infos.ChipKeys)
	secured := t.cam.byAny(keys)
	t.mappedBySecured = secured && trusted && len(infos.ChipKeys) == 0
	t.mappedByUncovered = secured && !t.mappedBySecured
	switch {
	case t.mappedByDG14 || t.mappedBySecured:
		return "", nil
	case t.mappedByUncovered:
		return ReasonNoChipProof, nil // another proof may count
	case slices.ContainsFunc(keys, func(k ChipKey) bool { return k.Group == t.cam.mapping.Group() }):
		return ReasonChipProofFalse, nil
	}
	return ReasonNoChipProof, nil
}

// securedKeys are the keys in EF.CardSecurity, whose signature fits its
// certificate; trusted tells whether somebody of the state that issued the
// document vouches for that.
func securedKeys(b []byte, o Options, state string) (keys []ChipKey, trusted bool) {
	content, chain, err := pki.VerifyCardSecurity(b, o.Anchors, o.Now)
	if err != nil {
		return nil, false
	}
	set, err := tlv.Parse(content, tagSet)
	if err != nil {
		return nil, false
	}
	infos, err := parseSecurityInfos(set.Items())
	if err != nil {
		return nil, false
	}
	return infos.ChipKeys, chain.Trusted() && pki.SameState(state, chain.Signer.Country())
}
