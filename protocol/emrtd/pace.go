package emrtd

import (
	"bytes"
	"context"
	"crypto/subtle"
	"fmt"
	"slices"

	"motcua/protocol/apdu"
	"motcua/protocol/ec"
	"motcua/protocol/tlv"
)

// claChained marks a command that others of the same act follow.
const claChained byte = 0x10

// paceRun is one run of PACE with generic mapping (Doc 9303 part 11, 4.4).
type paceRun struct {
	ch    *channel
	key   Key
	offer PACEInfo
	curve *ec.Curve
	// draw makes a private key.
	draw func(*ec.Curve) ([]byte, error)
	// left is how many tries the chip said it has, -1 when it did not.
	left int
}

// choosePACE picks the best offer that can be used: AES before 3DES, longer
// keys first, then the file's order.
func choosePACE(offers []PACEInfo) (PACEInfo, bool) {
	usable := slices.DeleteFunc(slices.Clone(offers), func(p PACEInfo) bool { return !p.Supported() })
	if len(usable) == 0 {
		return PACEInfo{}, false
	}
	slices.SortStableFunc(usable, func(a, b PACEInfo) int { return int(b.Suite) - int(a.Suite) })
	return usable[0], true
}

// pace opens the chip with PACE.
func (t *terminal) pace(ctx context.Context, offer PACEInfo) error {
	curve, _ := offer.Curve()
	run := &paceRun{
		ch: &t.ch, key: t.o.Key, offer: offer, curve: curve, left: -1,
		draw: func(c *ec.Curve) ([]byte, error) { return c.RandomScalar(t.o.Rand) },
	}
	session, err := run.do(ctx)
	if err != nil {
		return err
	}
	t.ch.sm = session
	t.doc.Access = AccessPACEMRZ
	if t.o.Key.PasswordRef() == passwordCAN {
		t.doc.Access = AccessPACECAN
	}
	return nil
}

func (p *paceRun) do(ctx context.Context) (*Session, error) {
	if err := p.announce(ctx); err != nil {
		return nil, err
	}
	nonce, err := p.nonce(ctx)
	if err != nil {
		return nil, err
	}
	defer clear(nonce)
	generator, err := p.mapNonce(ctx, nonce)
	if err != nil {
		return nil, err
	}
	return p.agree(ctx, generator)
}

// announce is MSE:Set AT. The domain parameters are always named: a chip that
// offers several needs it, others ignore it.
func (p *paceRun) announce(ctx context.Context) error {
	data := tlv.Encode(0x80, p.offer.OID)
	data = tlv.Append(data, 0x83, []byte{p.key.PasswordRef()})
	data = tlv.Append(data, 0x84, []byte{byte(p.offer.Parameter)})
	r, err := p.ch.send(ctx, apdu.Command{INS: apdu.InsManageSecurityEnv, P1: 0xC1, P2: 0xA4, Data: data})
	if err != nil {
		return err
	}
	if n, told := r.Status.Retries(); told {
		if n == 0 {
			return &KeyError{Left: 0, Blocked: true}
		}
		p.left = n
		return nil
	}
	switch r.Status {
	case apdu.StatusOK:
		return nil
	case apdu.StatusAuthBlocked:
		return &KeyError{Left: 0, Blocked: true}
	}
	return fmt.Errorf("starting PACE: %w: %w", ErrUnsupported, r.Err(apdu.InsManageSecurityEnv))
}

// step is one GENERAL AUTHENTICATE; it returns what the chip put under want.
func (p *paceRun) step(ctx context.Context, cla byte, data []byte, want tlv.Tag) ([]byte, error) {
	r, err := p.ch.send(ctx, apdu.Command{
		CLA: cla, INS: apdu.InsGeneralAuthenticate, Data: tlv.Encode(TagDynamicData, data), Le: apdu.MaxShortLe,
	})
	if err != nil {
		return nil, err
	}
	if r.Status != apdu.StatusOK {
		return nil, p.refused(r.Status, want)
	}
	outer, err := tlv.Parse(r.Data, TagDynamicData)
	if err != nil {
		return nil, malformed("PACE answer", err)
	}
	item, found, err := tlv.Find(outer.Value, want)
	if err != nil || !found {
		return nil, malformed("PACE answer", err)
	}
	return item.Value, nil
}

// refused reads a status. Only the last step proves the key; before it, only a
// status about the key itself is about the key.
func (p *paceRun) refused(s apdu.Status, want tlv.Tag) error {
	_, told := s.Retries()
	if want == TagTokenChip || told || s == apdu.StatusAuthBlocked || s == apdu.StatusAuthFailed {
		return refusedKey(apdu.InsGeneralAuthenticate, s, p.left)
	}
	return fmt.Errorf("PACE: %w: %w", ErrProtocol, &apdu.StatusError{INS: apdu.InsGeneralAuthenticate, Status: s})
}

func (p *paceRun) nonce(ctx context.Context) ([]byte, error) {
	encrypted, err := p.step(ctx, claChained, nil, TagNonce)
	if err != nil {
		return nil, err
	}
	kpi := p.key.PACEKey(p.offer.Suite)
	defer clear(kpi)
	return DecryptNonce(p.offer.Suite, kpi, encrypted)
}

// exchange sends a fresh public key on base and returns the chip's.
func (p *paceRun) exchange(ctx context.Context, base *ec.Point, mine, theirs tlv.Tag) (private, public []byte, peer *ec.Point, err error) {
	if private, err = p.draw(p.curve); err != nil {
		return nil, nil, nil, err
	}
	if public, err = base.ScalarMult(private).Bytes(); err != nil {
		return nil, nil, nil, err
	}
	answer, err := p.step(ctx, claChained, tlv.Encode(mine, public), theirs)
	if err != nil {
		return nil, nil, nil, err
	}
	if bytes.Equal(answer, public) {
		return nil, nil, nil, fmt.Errorf("PACE: the chip sent our own key: %w", ErrProtocol)
	}
	if peer, err = p.curve.Parse(answer); err != nil {
		return nil, nil, nil, fmt.Errorf("PACE: %w: %w", ErrProtocol, err)
	}
	return private, public, peer, nil
}

func (p *paceRun) mapNonce(ctx context.Context, nonce []byte) (*ec.Point, error) {
	private, _, peer, err := p.exchange(ctx, p.curve.Generator(), TagMapTerminal, TagMapChip)
	if err != nil {
		return nil, err
	}
	defer clear(private)
	return MapGeneric(p.curve, nonce, peer.ScalarMult(private))
}

func (p *paceRun) agree(ctx context.Context, generator *ec.Point) (*Session, error) {
	private, public, peer, err := p.exchange(ctx, generator, TagPublicTerminal, TagPublicChip)
	if err != nil {
		return nil, err
	}
	defer clear(private)
	secret, err := PACESecret(peer, private)
	if err != nil {
		return nil, err
	}
	defer clear(secret)
	kenc, kmac := PACEKeys(p.offer.Suite, secret)
	defer clear(kenc)
	defer clear(kmac)
	if err := p.prove(ctx, kmac, public, peer); err != nil {
		return nil, err
	}
	return NewSession(p.offer.Suite, kenc, kmac, nil)
}

// prove exchanges the tokens: each over the other side's key.
func (p *paceRun) prove(ctx context.Context, kmac, public []byte, peer *ec.Point) error {
	theirs, err := peer.Bytes()
	if err != nil {
		return err
	}
	mine, err := AuthToken(p.offer.Suite, kmac, p.offer.OID, theirs)
	if err != nil {
		return err
	}
	want, err := AuthToken(p.offer.Suite, kmac, p.offer.OID, public)
	if err != nil {
		return err
	}
	got, err := p.step(ctx, 0, tlv.Encode(TagTokenTerminal, mine), TagTokenChip)
	if err != nil {
		return err
	}
	if subtle.ConstantTimeCompare(got, want) != 1 {
		return fmt.Errorf("PACE: the chip does not know the key: %w", ErrProtocol)
	}
	return nil
}
