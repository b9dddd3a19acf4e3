package emrtd

import (
	"bytes"
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"slices"

	"motcua/protocol/apdu"
	"motcua/protocol/group"
	"motcua/protocol/tlv"
)

// claChained marks a command that others of the same act follow.
const claChained byte = 0x10

// errOfferRefused: the chip does not begin PACE this way; no key was tried.
var errOfferRefused = fmt.Errorf("PACE not taken by the chip: %w", ErrUnsupported)

// paceRun is one run of PACE (Doc 9303 part 11, 4.4).
type paceRun struct {
	ch    *channel
	key   Key
	offer PACEInfo
	group *group.Group
	// alone: no other offer has the same protocol, so that it may be announced
	// without its domain parameters.
	alone bool
	// random is the source of nonces, draw makes a private key.
	random io.Reader
	draw   func(*group.Group) ([]byte, error)
	// left is how many tries the chip said it has, -1 when it did not.
	left int

	// What stays of the run: the chip's ephemeral public key as it was sent,
	// and with chip authentication mapping the proof.
	chipPublic []byte
	public     []byte // the terminal's
	cam        *camProof
}

// pace opens the chip with PACE.
func (t *terminal) pace(ctx context.Context, offer PACEInfo) error {
	g, _ := offer.Group()
	run := &paceRun{
		ch: &t.ch, key: t.o.Key, offer: offer, group: g, alone: t.alone(offer), left: -1, random: t.o.Rand,
		draw: func(g *group.Group) ([]byte, error) { return g.RandomExponent(t.o.Rand) },
	}
	session, err := run.do(ctx)
	if err != nil {
		return err
	}
	t.ch.sm = session
	t.doc.Access, t.doc.Channel = t.o.Key.access(), offer.Channel()
	t.chipID = Compress(g, run.chipPublic)
	t.cam, t.agreed = run.cam, nil
	if run.cam != nil {
		t.agreed = Compress(g, run.public)
	}
	return nil
}

// alone tells whether no other offer has this one's protocol.
func (t *terminal) alone(offer PACEInfo) bool {
	return !slices.ContainsFunc(t.offers, func(p PACEInfo) bool {
		return bytes.Equal(p.OID, offer.OID) && p.Parameter != offer.Parameter
	})
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

// announce is MSE:Set AT. The domain parameters are named whenever the offer
// names them: a chip with several sets needs it and most others ignore it. One
// that refuses it is asked again without.
func (p *paceRun) announce(ctx context.Context) error {
	r, err := p.setAT(ctx, p.offer.Parameter >= 0)
	refused := r.Status == apdu.StatusWrongData || r.Status == apdu.StatusReferenceNotFound || r.Status == apdu.StatusIncorrectP1P2
	if err == nil && refused && p.alone && p.offer.Parameter >= 0 {
		r, err = p.setAT(ctx, false)
	}
	if err != nil {
		return err
	}
	return p.announced(r.Status)
}

func (p *paceRun) setAT(ctx context.Context, named bool) (apdu.Response, error) {
	data := tlv.Encode(0x80, p.offer.OID)
	data = tlv.Append(data, 0x83, []byte{p.key.PasswordRef()})
	if named {
		data = tlv.Append(data, 0x84, unsignedBytes(p.offer.Parameter))
	}
	return p.ch.send(ctx, apdu.Command{INS: apdu.InsManageSecurityEnv, P1: 0xC1, P2: 0xA4, Data: data})
}

// unsignedBytes is a small number in as few bytes as it takes.
func unsignedBytes(n int) []byte {
	if n > 0xFF {
		return []byte{byte(n >> 8), byte(n)}
	}
	return []byte{byte(n)}
}

// announced reads the answer, which may warn how many tries the key has left
// (TR-03110 part 3, B.11.1): with one a PIN is suspended, with none any key is
// blocked, and none of them is tried.
func (p *paceRun) announced(s apdu.Status) error {
	left, told := s.Retries()
	switch {
	case s == apdu.StatusOK:
		return nil
	case told && left == 0, s == apdu.StatusAuthBlocked:
		return &KeyError{Left: 0, Blocked: true}
	case told && left == 1 && p.key.ref == passwordPIN:
		return &KeyError{Left: 1, Suspended: true}
	case told:
		p.left = left
		return nil
	}
	return fmt.Errorf("%w: %w", errOfferRefused, &apdu.StatusError{INS: apdu.InsManageSecurityEnv, Status: s})
}

// step is one GENERAL AUTHENTICATE; it returns what the chip put under want, and
// the other data objects beside it. room is how long the answer may be.
func (p *paceRun) step(ctx context.Context, cla byte, data []byte, want tlv.Tag, room int) (value, all []byte, err error) {
	c := apdu.Command{CLA: cla, INS: apdu.InsGeneralAuthenticate, Data: tlv.Encode(TagDynamicData, data), Le: apdu.MaxShortLe}
	if room > apdu.MaxShortLe {
		c.Le, c.Extended = room, true
	}
	r, err := p.ch.send(ctx, c)
	if errors.Is(err, apdu.ErrTooLong) { // for the reader: the key was not tried
		return nil, nil, fmt.Errorf("%w: %w", errOfferRefused, err)
	}
	if err != nil {
		return nil, nil, err
	}
	if r.Status != apdu.StatusOK {
		return nil, nil, p.refused(r.Status, want)
	}
	outer, err := tlv.Parse(r.Data, TagDynamicData)
	if err != nil {
		return nil, nil, malformed("PACE answer", err)
	}
	item, found, err := tlv.Find(outer.Value, want)
	if err != nil {
		return nil, nil, malformed("PACE answer", err)
	}
	if !found {
		return nil, nil, fmt.Errorf("PACE: %w: %w", errNotThere, ErrMalformed)
	}
	return item.Value, outer.Value, nil
}

// errNotThere: an answer without the data object that belongs into it.
var errNotThere = errors.New("answer without its data object")

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
	encrypted, _, err := p.step(ctx, claChained, nil, TagNonce, 0)
	if err != nil {
		return nil, err
	}
	kpi := p.key.PACEKey(p.offer.Suite)
	defer clear(kpi)
	return DecryptNonce(p.offer.Suite, kpi, encrypted)
}

// maxDraws bounds the search for a key whose encoding is of full width.
const maxDraws = 64

// ephemeral draws a key on base. Integers are sent without leading zeros
// (Doc 9303 part 11, 9.4.1), which not every chip takes or computes its token
// over; a key that has none leaves no doubt.
func ephemeral(g *group.Group, base group.Element, draw func(*group.Group) ([]byte, error)) (private, public []byte, err error) {
	for range maxDraws {
		if private, err = draw(g); err != nil {
			return nil, nil, fmt.Errorf("drawing a key: %w", err)
		}
		if public, err = base.Mult(private).Public(); err != nil {
			return nil, nil, fmt.Errorf("drawing a key: %w: %w", ErrProtocol, err)
		}
		if public[0] != 0 {
			return private, public, nil
		}
		clear(private)
	}
	return nil, nil, fmt.Errorf("drawing a key: %w", ErrProtocol)
}

// agreed is one exchange of public keys.
type agreed struct {
	private, public []byte // the terminal's
	sent            []byte // the chip's, as it came
	peer            group.Element
}

// exchange sends a fresh public key on base and returns the chip's.
func (p *paceRun) exchange(ctx context.Context, base group.Element, mine, theirs tlv.Tag) (a agreed, err error) {
	if a.private, a.public, err = ephemeral(p.group, base, p.draw); err != nil {
		return a, err
	}
	a.sent, _, err = p.step(ctx, claChained, tlv.Encode(mine, a.public), theirs, len(a.public)+16)
	if err != nil {
		clear(a.private)
		return a, err
	}
	if a.peer, err = p.group.Parse(a.sent); err != nil {
		clear(a.private)
		return a, fmt.Errorf("PACE: %w: %w", ErrProtocol, err)
	}
	if bytes.Equal(a.sent, a.public) {
		clear(a.private)
		return a, fmt.Errorf("PACE: the chip sent our own key: %w", ErrProtocol)
	}
	return a, nil
}

// mapNonce turns the nonce into a generator.
func (p *paceRun) mapNonce(ctx context.Context, nonce []byte) (group.Element, error) {
	if p.offer.Mapping == MappingIntegrated {
		return p.mapIntegrated(ctx, nonce)
	}
	a, err := p.exchange(ctx, p.group.Generator(), TagMapTerminal, TagMapChip)
	if err != nil {
		return group.Element{}, err
	}
	defer clear(a.private)
	if p.offer.Mapping == MappingAuthenticated {
		p.cam = &camProof{mapping: a.peer}
	}
	return MapGeneric(nonce, a.peer.Mult(a.private))
}

// mapIntegrated sends a nonce of the terminal; the chip answers with an empty
// data object, or none.
func (p *paceRun) mapIntegrated(ctx context.Context, nonce []byte) (group.Element, error) {
	own := make([]byte, p.offer.Suite.KeySize())
	if _, err := io.ReadFull(p.random, own); err != nil {
		return group.Element{}, fmt.Errorf("drawing a nonce: %w", err)
	}
	answer, _, err := p.step(ctx, claChained, tlv.Encode(TagMapTerminal, own), TagMapChip, 0)
	if err != nil && !errors.Is(err, errNotThere) {
		return group.Element{}, err
	}
	if len(answer) != 0 {
		return group.Element{}, malformed("answer to the integrated mapping", nil)
	}
	return MapIntegrated(p.group, p.offer.Suite, nonce, own)
}

func (p *paceRun) agree(ctx context.Context, generator group.Element) (*Session, error) {
	a, err := p.exchange(ctx, generator, TagPublicTerminal, TagPublicChip)
	if err != nil {
		return nil, err
	}
	defer clear(a.private)
	p.chipPublic, p.public = a.sent, a.public
	secret, err := Agree(a.peer, a.private)
	if err != nil {
		return nil, err
	}
	defer clear(secret)
	kenc, kmac := SessionKeys(p.offer.Suite, secret)
	defer clear(kenc)
	defer clear(kmac)
	if err := p.prove(ctx, kenc, kmac, a); err != nil {
		return nil, err
	}
	return NewSession(p.offer.Suite, kenc, kmac, nil)
}

// prove exchanges the tokens: each over the other side's key as it was sent.
// With chip authentication mapping the chip's proof comes along; one that makes
// no sense proves nothing, and opens the chip all the same.
func (p *paceRun) prove(ctx context.Context, kenc, kmac []byte, a agreed) error {
	mine, err := AuthToken(p.offer.Suite, kmac, p.offer.OID, a.sent)
	if err != nil {
		return err
	}
	want, err := AuthToken(p.offer.Suite, kmac, p.offer.OID, a.public)
	if err != nil {
		return err
	}
	got, all, err := p.step(ctx, 0, tlv.Encode(TagTokenTerminal, mine), TagTokenChip, 0)
	if err != nil {
		return err
	}
	if subtle.ConstantTimeCompare(got, want) != 1 {
		return fmt.Errorf("PACE: the chip does not know the key: %w", ErrProtocol)
	}
	if p.cam != nil {
		if item, found, err := tlv.Find(all, TagChipData); found && err == nil {
			p.cam.data, _ = DecryptChipData(p.offer.Suite, kenc, item.Value)
		}
	}
	return nil
}
