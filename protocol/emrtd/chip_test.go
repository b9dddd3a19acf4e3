package emrtd_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"testing"

	"motcua/protocol/apdu"
	"motcua/protocol/emrtd"
	"motcua/protocol/group"
	"motcua/protocol/tlv"
)

// chip is the smallest card that a terminal can be tested with; the full one is
// drivers/emu. It fails the test where a terminal breaks the protocol.
type chip struct {
	t     testing.TB
	key   emrtd.Key
	offer []emrtd.PACEInfo // none: basic access control only
	files map[uint16][]byte
	sign  func(challenge []byte) []byte // nil: no active authentication

	// agree is the private key of chip authentication, in the group and with the
	// suite of way; nil: none. The chip holds it, whatever DG14 says.
	agree []byte
	way   emrtd.PACEInfo
	next  *emrtd.Session // takes over after this answer
	// agreed: it did.
	agreed bool

	quirks quirks

	sm      *emrtd.Session
	current []byte
	inApp   bool
	pace    struct {
		offer                      emrtd.PACEInfo
		nonce, private, kenc, kmac []byte
		base, peer                 group.Element
		own, sent                  []byte
	}
	rnd  [8]byte
	seen []apdu.Command // plain commands
}

type quirks struct {
	cardAccess    apdu.Status // answer to reading EF.CardAccess
	selectMF      apdu.Status
	noSFI         bool
	maxData       int         // answers no more than this
	tooLong       apdu.Status // answer to Le beyond maxData, instead of less data
	tooLongPlain  bool        // in the clear
	tooLongFrom   int         // from this offset on
	endWarning    bool        // 6282 when asked beyond the end
	refuse        map[uint16]apdu.Status
	wrongKey      apdu.Status
	setAT         apdu.Status // warning of MSE:Set AT, which is taken all the same
	takeOffer     int         // MSE:Set AT takes this offer alone, counted from 1
	noParameter   bool        // refuses domain parameters in MSE:Set AT
	afterAgree    apdu.Status // in the clear, to the first command after chip authentication
	shortKeys     bool        // sends public keys with a leading zero, without it
	noMapAnswer   bool        // sends no data object in the integrated mapping
	gone          int         // the card is lifted before this exchange, counted from 1
	plainAnswer   bool        // under secure messaging answers 9000 in the clear
	flip          int         // flips this bit of every protected answer, counted from 1
	cutAA         bool        // cuts the signature unless asked for its exact length
	chained       int         // answers in parts of this size by 61xx
	pending       []byte
	pendingStatus apdu.Status
}

func (c *chip) Transmit(ctx context.Context, b []byte) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if c.quirks.gone > 0 && len(c.seen)+1 >= c.quirks.gone {
		return nil, errors.Join(errors.New("lifted"), apdu.ErrCardGone)
	}
	cmd, err := apdu.ParseCommand(bytes.Clone(b))
	if err != nil {
		c.t.Fatalf("terminal sent %X: %v", b, err)
	}
	if cmd.INS == apdu.InsGetResponse {
		c.seen = append(c.seen, cmd)
		return c.part(cmd.Le), nil
	}
	r := c.handle(cmd)
	if c.quirks.chained > 0 && len(r.Data) > c.quirks.chained {
		c.quirks.pending, c.quirks.pendingStatus = r.Data, r.Status
		return c.part(c.quirks.chained), nil
	}
	return r.Bytes(), nil
}

// part answers by 61xx.
func (c *chip) part(n int) []byte {
	n = min(n, len(c.quirks.pending), c.quirks.chained)
	r := apdu.Response{Data: c.quirks.pending[:n], Status: c.quirks.pendingStatus}
	c.quirks.pending = c.quirks.pending[n:]
	if left := len(c.quirks.pending); left > 0 {
		r.Status = 0x6100 | apdu.Status(min(left, 255))
	}
	return r.Bytes()
}

func (c *chip) handle(cmd apdu.Command) apdu.Response {
	if c.sm == nil || cmd.CLA&0x0C == 0 {
		if c.sm != nil {
			c.sm = nil
		}
		c.seen = append(c.seen, cmd)
		return c.plain(cmd)
	}
	if s := c.quirks.afterAgree; s != 0 && c.agreed {
		c.sm, c.agreed = nil, false
		c.seen = append(c.seen, cmd)
		return status(s)
	}
	inner, err := c.sm.UnprotectCommand(cmd)
	if err != nil {
		c.sm, c.agreed = nil, false
		return apdu.Response{Status: apdu.StatusSMIncorrect}
	}
	c.seen = append(c.seen, inner)
	if c.quirks.plainAnswer && inner.INS == apdu.InsReadBinary {
		return apdu.Response{Status: apdu.StatusOK}
	}
	r := c.application(inner)
	if c.quirks.tooLongPlain && r.Status == c.quirks.tooLong && r.Status != 0 {
		c.sm = nil
		return r
	}
	out := must[apdu.Response](c.t)(c.sm.ProtectResponse(r))
	if c.next != nil {
		c.sm, c.next = c.next, nil
		c.agreed = true
	}
	if !cmd.Extended && len(out.Data) > 256 && c.quirks.chained == 0 {
		c.t.Errorf("answer of %d bytes to a short command %02X", len(out.Data), inner.INS)
	}
	if n := c.quirks.flip; n > 0 {
		n--
		out.Data[n/8%len(out.Data)] ^= 1 << (n % 8)
	}
	return out
}

func status(s apdu.Status) apdu.Response { return apdu.Response{Status: s} }

func (c *chip) plain(cmd apdu.Command) apdu.Response {
	switch cmd.INS {
	case apdu.InsManageSecurityEnv:
		return c.setAT(cmd)
	case apdu.InsGeneralAuthenticate:
		return c.generalAuthenticate(cmd)
	case apdu.InsGetChallenge:
		if len(c.offer) > 0 && !c.inApp {
			return status(apdu.StatusConditions)
		}
		rand.Read(c.rnd[:])
		return apdu.Response{Data: c.rnd[:], Status: apdu.StatusOK}
	case apdu.InsExternalAuthenticate:
		return c.externalAuthenticate(cmd)
	case apdu.InsSelect:
		return c.selectFile(cmd)
	case apdu.InsReadBinary:
		if c.inApp {
			return status(apdu.StatusSecurityStatus)
		}
		return c.readCardAccess(cmd)
	}
	return status(apdu.StatusInstructionUnknown)
}

func (c *chip) readCardAccess(cmd apdu.Command) apdu.Response {
	if c.quirks.cardAccess != 0 {
		return status(c.quirks.cardAccess)
	}
	if cmd.P1 == 0x81 {
		if c.files[0x2F01] == nil {
			return status(apdu.StatusFileNotFound)
		}
		return apdu.Response{Data: c.files[0x2F01], Status: apdu.StatusOK}
	}
	if cmd.P1 == 0x9C && c.quirks.noSFI {
		return status(apdu.StatusIncorrectP1P2)
	}
	if cmd.P1 == 0x9C {
		c.current = c.files[0x011C]
	}
	if c.current == nil {
		return status(apdu.StatusFileNotFound)
	}
	return apdu.Response{Data: c.current, Status: apdu.StatusOK}
}

func (c *chip) selectFile(cmd apdu.Command) apdu.Response {
	switch {
	case cmd.P1 == 0x04 && string(cmd.Data) == "\xA0\x00\x00\x02\x47\x10\x01":
		c.inApp = true
		return status(apdu.StatusOK)
	case cmd.P1 == 0x00 && bytes.Equal(cmd.Data, []byte{0x3F, 0}):
		if c.quirks.selectMF != 0 {
			return status(c.quirks.selectMF)
		}
		c.inApp = false
		return status(apdu.StatusOK)
	case cmd.P1 == 0x02 && len(cmd.Data) == 2:
		fid := uint16(cmd.Data[0])<<8 | uint16(cmd.Data[1])
		if c.files[fid] == nil {
			return status(apdu.StatusFileNotFound)
		}
		c.current = c.files[fid]
		return status(apdu.StatusOK)
	}
	return status(apdu.StatusFileNotFound)
}

// application answers under secure messaging.
func (c *chip) application(cmd apdu.Command) apdu.Response {
	switch cmd.INS {
	case apdu.InsSelect:
		return c.selectFile(cmd)
	case apdu.InsReadBinary, apdu.InsReadBinaryOdd:
		return c.readBinary(cmd)
	case apdu.InsInternalAuthenticate:
		return c.internalAuthenticate(cmd)
	case apdu.InsManageSecurityEnv, apdu.InsGeneralAuthenticate:
		return c.chipAuthentication(cmd)
	}
	return status(apdu.StatusInstructionUnknown)
}

// chipAuthentication takes every MSE:Set AT, and one key.
func (c *chip) chipAuthentication(cmd apdu.Command) apdu.Response {
	if c.agree == nil {
		return status(apdu.StatusConditions)
	}
	if cmd.INS == apdu.InsManageSecurityEnv {
		return status(apdu.StatusOK)
	}
	outer := must[tlv.Item](c.t)(tlv.Parse(cmd.Data, emrtd.TagDynamicData))
	item := must[tlv.Item](c.t)(tlv.Parse(outer.Value, 0x80))
	g, _ := c.way.Group()
	peer := must[group.Element](c.t)(g.Parse(item.Value))
	kenc, kmac := emrtd.SessionKeys(c.way.Suite, must[[]byte](c.t)(emrtd.Agree(peer, c.agree)))
	c.next = must[*emrtd.Session](c.t)(emrtd.NewSession(c.way.Suite, kenc, kmac, nil))
	return apdu.Response{Data: tlv.Encode(emrtd.TagDynamicData), Status: apdu.StatusOK}
}

func (c *chip) readBinary(cmd apdu.Command) apdu.Response {
	offset := int(cmd.P1)<<8 | int(cmd.P2)
	if cmd.INS == apdu.InsReadBinaryOdd {
		item := must[tlv.Item](c.t)(tlv.Parse(cmd.Data, 0x54))
		offset = 0
		for _, b := range item.Value {
			offset = offset<<8 | int(b)
		}
	} else if cmd.P1&0x80 != 0 {
		if c.quirks.noSFI {
			return status(apdu.StatusIncorrectP1P2)
		}
		fid := 0x0100 | uint16(cmd.P1&0x1F)
		if s := c.quirks.refuse[fid]; s != 0 {
			return status(s)
		}
		offset, c.current = int(cmd.P2), c.files[fid]
	}
	switch {
	case c.current == nil:
		return status(apdu.StatusFileNotFound)
	case offset >= len(c.current):
		return status(apdu.StatusWrongOffset)
	}
	return c.data(cmd, c.current[offset:])
}

func (c *chip) data(cmd apdu.Command, rest []byte) apdu.Response {
	n := cmd.Le
	if m := c.quirks.maxData; m > 0 && n > m && len(c.current)-len(rest) >= c.quirks.tooLongFrom {
		if c.quirks.tooLong != 0 {
			return status(c.quirks.tooLong)
		}
		n = m
	}
	s := apdu.StatusOK
	if c.quirks.endWarning && n > len(rest) {
		s = apdu.StatusEndOfFile
	}
	if cmd.INS == apdu.InsReadBinaryOdd {
		room := n - len(tlv.AppendHeader(nil, 0x53, n))
		return apdu.Response{Data: tlv.Encode(0x53, rest[:min(room, len(rest))]), Status: s}
	}
	return apdu.Response{Data: rest[:min(n, len(rest))], Status: s}
}

func (c *chip) internalAuthenticate(cmd apdu.Command) apdu.Response {
	if c.sign == nil {
		return status(apdu.StatusInstructionUnknown)
	}
	signature := c.sign(cmd.Data)
	if c.quirks.cutAA && cmd.Le != apdu.MaxExtendedLe {
		signature = signature[:100]
	}
	if !cmd.Extended && len(signature) > 223 && c.quirks.chained == 0 {
		return status(apdu.StatusWrongLength)
	}
	return apdu.Response{Data: signature, Status: apdu.StatusOK}
}

func (c *chip) refuseKey() apdu.Response {
	if c.quirks.wrongKey != 0 {
		return status(c.quirks.wrongKey)
	}
	return status(apdu.StatusAuthFailed)
}

func (c *chip) externalAuthenticate(cmd apdu.Command) apdu.Response {
	kenc, kmac, ok := c.key.BACKeys()
	if !ok {
		return status(apdu.StatusConditions)
	}
	m, err := emrtd.OpenBAC(kenc, kmac, cmd.Data)
	if err != nil || m.Peer != c.rnd {
		return c.refuseKey()
	}
	own := emrtd.BACMessage{Own: c.rnd, Peer: m.Own}
	rand.Read(own.Key[:])
	answer := must[[]byte](c.t)(own.Seal(kenc, kmac))
	c.sm = must[*emrtd.Session](c.t)(emrtd.BACSession(m, own))
	return apdu.Response{Data: answer, Status: apdu.StatusOK}
}

func (c *chip) setAT(cmd apdu.Command) apdu.Response {
	name, okName, _ := tlv.Find(cmd.Data, 0x80)
	ref, okRef, _ := tlv.Find(cmd.Data, 0x83)
	param, okParam, _ := tlv.Find(cmd.Data, 0x84)
	if !okName || !okRef || okParam == c.quirks.noParameter {
		return status(apdu.StatusWrongData)
	}
	for i, o := range c.offer {
		named := !okParam || int(param.Value[0]) == o.Parameter
		if !bytes.Equal(o.OID, name.Value) || !named || ref.Value[0] != c.key.PasswordRef() {
			continue
		}
		if n := c.quirks.takeOffer; n > 0 && n != i+1 {
			return status(apdu.StatusReferenceNotFound)
		}
		c.pace.offer = o
		if c.quirks.setAT != 0 {
			return status(c.quirks.setAT)
		}
		return status(apdu.StatusOK)
	}
	return status(apdu.StatusReferenceNotFound)
}

// keyOn draws a key and returns its public half as it is sent.
func (c *chip) keyOn(base group.Element) (private, public []byte) {
	for {
		private = must[[]byte](c.t)(base.Group().RandomExponent(rand.Reader))
		public = must[[]byte](c.t)(base.Mult(private).Public())
		if !c.quirks.shortKeys {
			return private, public
		}
		if public[0] == 0 {
			return private, bytes.TrimLeft(public, "\x00")
		}
	}
}

func (c *chip) generalAuthenticate(cmd apdu.Command) apdu.Response {
	p := &c.pace
	g, _ := p.offer.Group()
	outer := must[tlv.Item](c.t)(tlv.Parse(cmd.Data, emrtd.TagDynamicData))
	answer := func(tag tlv.Tag, b []byte) apdu.Response {
		return apdu.Response{Data: tlv.Encode(emrtd.TagDynamicData, tlv.Encode(tag, b)), Status: apdu.StatusOK}
	}
	if !outer.Items().More() {
		p.nonce = make([]byte, p.offer.Suite.NonceSize())
		rand.Read(p.nonce)
		return answer(emrtd.TagNonce, must[[]byte](c.t)(emrtd.EncryptNonce(p.offer.Suite, c.key.PACEKey(p.offer.Suite), p.nonce)))
	}
	item := must[tlv.Item](c.t)(outer.Items().Next())
	switch item.Tag {
	case emrtd.TagMapTerminal:
		if p.offer.Mapping == emrtd.MappingIntegrated {
			p.base = must[group.Element](c.t)(emrtd.MapIntegrated(g, p.offer.Suite, p.nonce, item.Value))
			if c.quirks.noMapAnswer {
				return apdu.Response{Data: tlv.Encode(emrtd.TagDynamicData), Status: apdu.StatusOK}
			}
			return answer(emrtd.TagMapChip, nil)
		}
		peer := must[group.Element](c.t)(g.Parse(item.Value))
		d, public := c.keyOn(g.Generator())
		p.base = must[group.Element](c.t)(emrtd.MapGeneric(p.nonce, peer.Mult(d)))
		return answer(emrtd.TagMapChip, public)
	case emrtd.TagPublicTerminal:
		p.peer, p.sent = must[group.Element](c.t)(g.Parse(item.Value)), item.Value
		p.private, p.own = c.keyOn(p.base)
		return answer(emrtd.TagPublicChip, p.own)
	case emrtd.TagTokenTerminal:
		return c.token(item.Value, answer)
	}
	return status(apdu.StatusWrongData)
}

func (c *chip) token(got []byte, answer func(tlv.Tag, []byte) apdu.Response) apdu.Response {
	p := &c.pace
	p.kenc, p.kmac = emrtd.SessionKeys(p.offer.Suite, must[[]byte](c.t)(emrtd.Agree(p.peer, p.private)))
	if !bytes.Equal(got, must[[]byte](c.t)(emrtd.AuthToken(p.offer.Suite, p.kmac, p.offer.OID, p.own))) {
		return c.refuseKey()
	}
	c.sm = must[*emrtd.Session](c.t)(emrtd.NewSession(p.offer.Suite, p.kenc, p.kmac, nil))
	return answer(emrtd.TagTokenChip, must[[]byte](c.t)(emrtd.AuthToken(p.offer.Suite, p.kmac, p.offer.OID, p.sent)))
}
