package emu_test

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"testing"

	"motcua/drivers/emu"
	"motcua/protocol/apdu"
	"motcua/protocol/emrtd"
	"motcua/protocol/group"
	"motcua/protocol/tlv"
)

// hand is a terminal that does one thing at a time, right or wrong, as
// [emrtd.Read] never would.
type hand struct {
	t    *testing.T
	chip *emu.Chip
	sm   *emrtd.Session
}

// open runs PACE with the CAN, step by step, and selects the application.
func open(t *testing.T, chip *emu.Chip) *hand {
	t.Helper()
	h := &hand{t: t, chip: chip}
	suite, g := emrtd.SuiteAES128, brainpool(t)
	key, err := emrtd.CAN(persona(t, "an").CAN())
	h.no(err)
	h.plain(setPACECAN)
	nonce, err := emrtd.DecryptNonce(suite, key.PACEKey(suite), h.general(0x10, 0, nil, emrtd.TagNonce))
	h.no(err)
	private, public := h.pair(g.Generator())
	peer := h.element(g, h.general(0x10, emrtd.TagMapTerminal, public, emrtd.TagMapChip))
	mapped, err := emrtd.MapGeneric(nonce, peer.Mult(private))
	h.no(err)
	private, public = h.pair(mapped)
	answer := h.general(0x10, emrtd.TagPublicTerminal, public, emrtd.TagPublicChip)
	secret, err := emrtd.Agree(h.element(g, answer), private)
	h.no(err)
	kenc, kmac := emrtd.SessionKeys(suite, secret)
	oid := emrtd.PACEInfoFor(suite, 13).OID
	mine, err := emrtd.AuthToken(suite, kmac, oid, answer)
	h.no(err)
	theirs, err := emrtd.AuthToken(suite, kmac, oid, public)
	h.no(err)
	if got := h.general(0, emrtd.TagTokenTerminal, mine, emrtd.TagTokenChip); !bytes.Equal(got, theirs) {
		t.Fatal("the chip's token is false")
	}
	h.sm, err = emrtd.NewSession(suite, kenc, kmac, nil)
	h.no(err)
	h.want(h.secure(command(selectAID)), apdu.StatusOK)
	return h
}

func (h *hand) no(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func brainpool(t *testing.T) *group.Group {
	t.Helper()
	g, ok := group.ByName("brainpoolP256r1")
	if !ok {
		t.Fatal("no brainpoolP256r1")
	}
	return g
}

func (h *hand) pair(generator group.Element) (private, public []byte) {
	h.t.Helper()
	private, err := generator.Group().RandomExponent(rand.Reader)
	h.no(err)
	public, err = generator.Mult(private).Public()
	h.no(err)
	return private, public
}

func (h *hand) element(g *group.Group, b []byte) group.Element {
	h.t.Helper()
	e, err := g.Parse(b)
	h.no(err)
	return e
}

// general is one GENERAL AUTHENTICATE.
func (h *hand) general(cla byte, tag tlv.Tag, value []byte, want tlv.Tag) []byte {
	h.t.Helper()
	var data []byte
	if tag != 0 {
		data = tlv.Encode(tag, value)
	}
	r := h.transmit(apdu.Command{CLA: cla, INS: apdu.InsGeneralAuthenticate, Data: tlv.Encode(emrtd.TagDynamicData, data), Le: 256})
	h.want(r, apdu.StatusOK)
	object, err := tlv.Parse(r.Data, emrtd.TagDynamicData)
	h.no(err)
	item, err := tlv.Parse(object.Value, want)
	h.no(err)
	return item.Value
}

func command(hexadecimal string) apdu.Command {
	b, err := hex.DecodeString(hexadecimal)
	if err != nil {
		panic(err)
	}
	c, err := apdu.ParseCommand(b)
	if err != nil {
		panic(err)
	}
	return c
}

func (h *hand) plain(hexadecimal string) {
	h.t.Helper()
	h.want(h.transmit(command(hexadecimal)), apdu.StatusOK)
}

func (h *hand) transmit(c apdu.Command) apdu.Response {
	h.t.Helper()
	b, err := c.Bytes()
	h.no(err)
	r, err := apdu.ParseResponse(h.chip.Transmit(b))
	h.no(err)
	return r
}

// secure sends a command under secure messaging.
func (h *hand) secure(c apdu.Command) apdu.Response {
	h.t.Helper()
	protected, err := h.sm.Protect(c)
	h.no(err)
	r := h.transmit(protected)
	if len(r.Data) == 0 {
		return r // in the clear: the session is over
	}
	out, err := h.sm.Unprotect(r)
	h.no(err)
	return out
}

func (h *hand) want(r apdu.Response, s apdu.Status) {
	h.t.Helper()
	if r.Status != s {
		h.t.Fatalf("got %v, want %v", r.Status, s)
	}
}

// ended checks that nothing of the session is left.
func (h *hand) ended() {
	h.t.Helper()
	h.want(h.transmit(command("0cb081000d97010a8e080102030405060708"+"00")), apdu.StatusSMIncorrect)
	h.want(h.transmit(read(0x01, 16)), apdu.StatusSecurityStatus)
}

func read(sfi byte, le int) apdu.Command {
	return apdu.Command{INS: apdu.InsReadBinary, P1: 0x80 | sfi, Le: le}
}

func TestSessionOpensFilesButNotFingerprints(t *testing.T) {
	h := open(t, with(t, func(*emu.Profile) {}))
	h.want(h.secure(read(0x01, 223)), apdu.StatusEndOfFile)
	h.want(h.secure(read(0x03, 223)), apdu.StatusSecurityStatus)
	h.want(h.secure(read(0x0B, 223)), apdu.StatusFileNotFound)
	h.want(h.secure(command("00a4020c020102")), apdu.StatusOK)
	if r := h.secure(command("00b0000000")); len(r.Data) != 223 {
		t.Errorf("a short answer carries %d bytes, want 223", len(r.Data))
	}
	h.want(h.secure(command(setPACECAN)), apdu.StatusConditions)
	h.want(h.secure(command(getChal)), apdu.StatusConditions)
}

func TestAPlainCommandEndsTheSession(t *testing.T) {
	h := open(t, with(t, func(*emu.Profile) {}))
	h.want(h.secure(command("00a4020c020101")), apdu.StatusOK)
	h.want(h.transmit(command("00b0000004")), 0x6986) // no file is left open either
	h.ended()
}

func TestAFalseMACEndsTheSession(t *testing.T) {
	h := open(t, with(t, func(*emu.Profile) {}))
	c, err := h.sm.Protect(read(1, 16))
	h.no(err)
	c.Data[len(c.Data)-1] ^= 1
	h.want(h.transmit(c), apdu.StatusSMIncorrect)
	h.ended()
}

func TestAReplayEndsTheSession(t *testing.T) {
	h := open(t, with(t, func(*emu.Profile) {}))
	c, err := h.sm.Protect(read(1, 16))
	h.no(err)
	h.want(h.transmit(c), apdu.StatusOK)
	h.want(h.transmit(c), apdu.StatusSMIncorrect)
	h.ended()
}

func TestTooLongAPieceEndsTheSession(t *testing.T) {
	h := open(t, with(t, func(p *emu.Profile) { p.MaxChunk = 112 }))
	h.want(h.secure(read(2, 112)), apdu.StatusOK)
	h.want(h.secure(read(2, 113)), apdu.StatusWrongLength)
	h.ended()
}

func TestPowerLossEndsTheSession(t *testing.T) {
	h := open(t, with(t, func(*emu.Profile) {}))
	h.chip.Power(emu.Reset)
	h.want(h.secure(read(1, 16)), apdu.StatusSMIncorrect)
}

func TestOddReadReachesBeyondThirtyTwoKilobytes(t *testing.T) {
	p := *persona(t, "an")
	p.Photo.Size = 40_000
	p.Chip.ActiveAuth = emu.ActiveAuthECDSA
	chip, err := issuer(t).Issue(&p, emu.CardOptions{})
	if err != nil {
		t.Fatal(err)
	}
	h := open(t, chip)
	odd := func(p1, p2 byte, offset ...byte) apdu.Response {
		return h.secure(apdu.Command{INS: apdu.InsReadBinaryOdd, P1: p1, P2: p2, Data: tlv.Encode(0x54, offset), Le: 100})
	}
	h.want(odd(0, 0, 0), apdu.StatusFileNotFound) // nothing selected
	r := odd(0, 2, 0x00, 0x9C, 0x3F)              // by short identifier, the last byte
	h.want(r, apdu.StatusEndOfFile)
	if !bytes.Equal(r.Data, []byte{0x53, 1, 0xD9}) { // a JPEG ends with FF D9
		t.Errorf("answer % X", r.Data)
	}
	h.want(odd(0, 0, 0x9C, 0x40), apdu.StatusWrongOffset)
	r = odd(0x01, 0x02, 0x80, 0x00) // by name
	h.want(r, apdu.StatusOK)
	if len(r.Data) != 100 {
		t.Errorf("%d bytes, want 100 with the header", len(r.Data))
	}
	h.want(odd(0, 0), apdu.StatusWrongData)
	h.want(odd(0, 0, 1, 2, 3, 4), apdu.StatusWrongData)
}

func TestALongAnswerComesInPieces(t *testing.T) {
	challenge := apdu.Command{INS: apdu.InsInternalAuthenticate, Data: make([]byte, 8), Le: 256}
	h := open(t, issue(t, "an", emu.CardOptions{}))
	c, err := h.sm.Protect(challenge)
	h.no(err)
	first := h.transmit(c)
	n, more := first.Status.More()
	if !more || len(first.Data) != 256 {
		t.Fatalf("%d bytes and %v, want 256 and more", len(first.Data), first.Status)
	}
	rest := h.transmit(apdu.Command{INS: apdu.InsGetResponse, Le: n})
	h.want(rest, apdu.StatusOK)
	r, err := h.sm.Unprotect(apdu.Response{Data: append(first.Data, rest.Data...), Status: rest.Status})
	h.no(err)
	if len(r.Data) != 256 {
		t.Errorf("signature of %d bytes, want 256", len(r.Data))
	}
	h.want(h.transmit(apdu.Command{INS: apdu.InsGetResponse, Le: 1}), apdu.StatusConditions)
	h.want(h.secure(read(1, 16)), apdu.StatusOK) // the session goes on

	rsa := persona(t, "an").Chip
	rsa.Overflow = emu.OverflowRefuse
	h = open(t, issue(t, "an", emu.CardOptions{Profile: &rsa}))
	h.want(h.secure(challenge), apdu.StatusWrongLength)
	h.ended()
}

func TestChipAuthenticationChangesTheKeys(t *testing.T) {
	h := open(t, with(t, func(*emu.Profile) {}))
	dg14 := h.secure(read(0x0E, 223)).Data
	dg14 = append(dg14, h.secure(command("00b000df00")).Data...) // from 223 on
	object, err := tlv.Parse(dg14, 0x6E)
	h.no(err)
	g := brainpool(t)
	at := bytes.Index(object.Value, []byte{0x03, 0x42, 0x00, 0x04})
	if at < 0 {
		t.Fatal("DG14 holds no public key")
	}
	static := h.element(g, object.Value[at+3:at+3+65])

	h.want(h.secure(command("002241a40c800a04007f00070202030202")), apdu.StatusOK)
	private, public := h.pair(g.Generator())
	r := h.secure(apdu.Command{INS: apdu.InsGeneralAuthenticate, Data: tlv.Encode(0x7C, tlv.Encode(0x80, public)), Le: 256})
	h.want(r, apdu.StatusOK)
	secret, err := emrtd.Agree(static, private)
	h.no(err)
	kenc, kmac := emrtd.SessionKeys(emrtd.SuiteAES128, secret)
	old := h.sm
	h.sm, err = emrtd.NewSession(emrtd.SuiteAES128, kenc, kmac, nil)
	h.no(err)
	h.want(h.secure(read(1, 16)), apdu.StatusOK)
	h.sm = old
	h.want(h.secure(read(1, 16)), apdu.StatusSMIncorrect)
	h.ended()
}
