package emrtd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"motcua/protocol/apdu"
	"motcua/protocol/group"
	"motcua/protocol/tlv"
)

// Chip authentication version 1 (Doc 9303 part 11, 6.2): the terminal agrees on
// new session keys with the chip's static key, and the chip proves that it holds
// the private half by answering under them.

// Parameters of MSE:Set and data objects (Doc 9303 part 11, 6.2.4).
const (
	setInternal                 = 0x41
	crtAuthentication           = 0xA4 // AT
	crtKeyAgreement             = 0xA6 // KAT
	tagMechanism        tlv.Tag = 0x80
	tagPrivateReference tlv.Tag = 0x84
	tagEphemeral        tlv.Tag = 0x80 // in GENERAL AUTHENTICATE
	tagEphemeralKAT     tlv.Tag = 0x91 // in MSE:Set KAT
)

// chipAgreement is a way of chip authentication with the key that it is for.
type chipAgreement struct {
	info ChipAuthInfo
	key  ChipKey
}

// Channel names the agreement for reports.
func (a chipAgreement) Channel() string {
	kind := "DH"
	if a.info.Elliptic {
		kind = "ECDH"
	}
	return fmt.Sprintf("CA-%s %v %s", kind, a.info.Suite, a.key.Group.Name())
}

// maxAgreements bounds how many ways of chip authentication are tried.
const maxAgreements = 2

// chipAgreements lists the ways that can be used, best first: AES before 3DES,
// longer keys first, curves before prime fields. A chip that names keys and no
// way uses 3DES (TR-03110 version 1.11, before the way had to be named).
func (s SecurityInfos) chipAgreements(extended bool) []chipAgreement {
	infos := s.ChipAuth
	if len(infos) == 0 {
		infos = []ChipAuthInfo{
			{OID: []byte(oidChipAuth + "\x02\x01"), Elliptic: true, Suite: Suite3DES, Version: 1, KeyID: -1},
			{OID: []byte(oidChipAuth + "\x01\x01"), Suite: Suite3DES, Version: 1, KeyID: -1},
		}
	}
	var all []chipAgreement
	for _, info := range infos {
		for _, key := range s.ChipKeys {
			fits := key.Group != nil && key.Elliptic == info.Elliptic && info.Version == 1
			named := info.KeyID == key.KeyID || info.KeyID < 0 || key.KeyID < 0
			if fits && named && (extended || !isLong(key.Group)) {
				all = append(all, chipAgreement{info, key})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b chipAgreement) int {
		return cmp.Or(
			-first(a.info.KeyID == a.key.KeyID, b.info.KeyID == b.key.KeyID),
			cmp.Compare(b.info.Suite, a.info.Suite),
			-first(a.info.Elliptic, b.info.Elliptic),
		)
	})
	return all[:min(len(all), maxAgreements)]
}

// chipAuthentication has the chip prove itself by chip authentication, with the
// keys in DG14, and leaves the session under the new keys. done is false where
// the chip offers none, refuses, or fails: the findings then say which. A session
// that such a key made already counts.
func (t *terminal) chipAuthentication(ctx context.Context) (done bool, err error) {
	if t.agreed != nil && t.ch.sm.Alive() {
		return true, nil
	}
	reason, err := t.agreeWithChip(ctx)
	if err == nil && reason == ReasonChipProofFalse {
		t.findings.note(reason)
	}
	return reason == "" && err == nil, err
}

// agreeWithChip returns why the chip proved nothing, "" when it did.
func (t *terminal) agreeWithChip(ctx context.Context) (Reason, error) {
	infos, err := t.chipInfos(ctx)
	if err != nil {
		return "", err
	}
	reason := ReasonNoChipProof
	for _, a := range infos.chipAgreements(t.extends()) {
		if reason, err = t.agreeBy(ctx, a); err != nil || reason == "" || reason == ReasonChipProofFalse {
			return reason, err
		}
	}
	return reason, nil
}

// chipInfos reads DG14, where it is listed; nothing where it is not to be had or
// makes no sense.
func (t *terminal) chipInfos(ctx context.Context) (SecurityInfos, error) {
	if t.doc.DG(14) == nil && slices.Contains(t.listed, 14) {
		if err := t.group(ctx, StageVerifying, 14); err != nil {
			return SecurityInfos{}, err
		}
	}
	infos, err := ParseDG14(t.doc.DG(14))
	if err != nil {
		return SecurityInfos{}, nil
	}
	return infos, nil
}

// agreeBy runs chip authentication one way.
func (t *terminal) agreeBy(ctx context.Context, a chipAgreement) (Reason, error) {
	g := a.key.Group
	private, public, err := ephemeral(g, g.Generator(), func(g *group.Group) ([]byte, error) { return g.RandomExponent(t.o.Rand) })
	if err != nil {
		return "", err
	}
	defer clear(private)
	taken, err := t.sendEphemeral(ctx, a, public)
	if err != nil {
		return t.lostAgreement(ctx, err)
	}
	if !taken {
		return ReasonChipProofRefused, nil
	}
	next, err := newAgreedSession(a, private)
	if err != nil {
		return "", err
	}
	t.ch.sm.Close()
	t.ch.sm = next
	if err := t.confirm(ctx); err != nil {
		return t.lostAgreement(ctx, err)
	}
	t.agreed, t.agreedProof = Compress(g, public), true
	t.doc.Channel += " + " + a.Channel()
	if t.chunk <= apdu.MaxShortLe {
		t.chunk = min(t.chunk, next.Suite().MaxShortData())
	}
	return "", nil
}

func newAgreedSession(a chipAgreement, private []byte) (*Session, error) {
	secret, err := Agree(a.key.Public, private)
	if err != nil {
		return nil, err
	}
	defer clear(secret)
	kenc, kmac := SessionKeys(a.info.Suite, secret)
	defer clear(kenc)
	defer clear(kmac)
	return NewSession(a.info.Suite, kenc, kmac, nil)
}

// sendEphemeral hands the chip the terminal's key. With 3DES that is one
// command, which some chips know only in the two parts that AES takes.
func (t *terminal) sendEphemeral(ctx context.Context, a chipAgreement, public []byte) (taken bool, err error) {
	if a.info.Suite == Suite3DES {
		data := tlv.Encode(tagEphemeralKAT, public)
		if taken, err = t.setKey(ctx, crtKeyAgreement, data, a); taken || err != nil {
			return taken, err
		}
	}
	if taken, err = t.setKey(ctx, crtAuthentication, tlv.Encode(tagMechanism, a.info.OID), a); !taken || err != nil {
		return false, err
	}
	r, err := t.ch.send(ctx, apdu.Command{
		INS: apdu.InsGeneralAuthenticate, Data: tlv.Encode(TagDynamicData, tlv.Encode(tagEphemeral, public)), Le: apdu.MaxShortLe,
	})
	return r.Status == apdu.StatusOK, err
}

// setKey is MSE:Set. The key is named when it has a number; a chip with one key
// that does not want that is asked again without.
func (t *terminal) setKey(ctx context.Context, p2 byte, data []byte, a chipAgreement) (taken bool, err error) {
	c := apdu.Command{INS: apdu.InsManageSecurityEnv, P1: setInternal, P2: p2, Data: data}
	if a.key.KeyID >= 0 {
		c.Data = tlv.Append(slices.Clone(data), tagPrivateReference, unsignedBytes(a.key.KeyID))
		r, err := t.ch.send(ctx, c)
		if err != nil || r.Status == apdu.StatusOK {
			return err == nil, err
		}
		c.Data = data
	}
	r, err := t.ch.send(ctx, c)
	return r.Status == apdu.StatusOK, err
}

// confirm sends one command under the new keys: a few bytes of DG14, which was
// read before and every chip gives. Whatever the status, an answer that is
// protected by the new keys is the proof.
func (t *terminal) confirm(ctx context.Context) error {
	c := apdu.Command{INS: apdu.InsReadBinary, P1: 0x80 | 0x0E, Le: headerStep}
	if t.doc.Habits.NoSFI {
		c.P1 = 0 // of the file that is selected, or of none
	}
	_, err := t.ch.send(ctx, c)
	return err
}

// lostAgreement judges a session that ended in the middle, and opens the chip
// anew so that the rest can be read. A chip that answers under keys that are not
// the agreed ones, or takes ours for false, does not hold its own private key.
// Anything else proves nothing against it, and a card that was lifted even less.
func (t *terminal) lostAgreement(ctx context.Context, cause error) (Reason, error) {
	tooLong := errors.Is(cause, apdu.ErrTooLong)
	if !tooLong && !errors.Is(cause, ErrSecureMessaging) {
		return "", cause
	}
	reason := ReasonChipProofFalse
	if status, told := errors.AsType[*apdu.StatusError](cause); told &&
		status.Status != apdu.StatusSMIncorrect && status.Status != apdu.StatusSMMissing {
		reason = ReasonChipProofRefused
	}
	if tooLong { // for the reader: the chip has heard nothing
		reason, t.doc.Habits.ShortOnly = ReasonNoChipProof, true
	}
	if err := t.reopen(ctx); err != nil {
		return "", fmt.Errorf("opening the chip again after %w: %w", cause, err)
	}
	return reason, nil
}
