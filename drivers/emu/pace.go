package emu

import (
	"bytes"
	"crypto/subtle"
	"errors"

	"motcua/protocol/apdu"
	"motcua/protocol/ec"
	"motcua/protocol/emrtd"
	"motcua/protocol/tlv"
)

// paceRun is one run of PACE with generic mapping (ICAO 9303-11, 4.4), the chip's
// side.
type paceRun struct {
	spec     paceSpec
	password byte
	step     int // messages answered
	nonce    []byte
	mapped   *ec.Point // the generator both sides agreed on
	own      []byte    // the chip's second public key
	peer     []byte    // the terminal's
	kenc     []byte
	kmac     []byte
}

// errPACE is a message that does not belong where it came.
var errPACE = errors.New("message out of place")

// crtAuthentication is the P2 of MSE:Set AT.
const crtAuthentication = 0xA4

// Parameters of MSE:Set (BSI TR-03110-3, B.11.1).
const (
	setMutual   = 0xC1 // PACE
	setInternal = 0x41 // chip authentication
)

// manageSecurity is MSE:Set AT, which chooses protocol and password.
func (c *Chip) manageSecurity(cmd apdu.Command) apdu.Response {
	c.pace, c.agreement = nil, false
	if cmd.P2 != crtAuthentication {
		return status(apdu.StatusIncorrectP1P2)
	}
	switch cmd.P1 {
	case setMutual:
		return c.setPACE(cmd.Data)
	case setInternal:
		return c.setAgreement(cmd.Data)
	}
	return status(apdu.StatusIncorrectP1P2)
}

func (c *Chip) setPACE(data []byte) apdu.Response {
	var oid, password, parameter []byte
	for r := tlv.NewReader(data); r.More(); {
		item, err := r.Next()
		if err != nil {
			return status(apdu.StatusWrongData)
		}
		switch item.Tag {
		case 0x80:
			oid = item.Value
		case 0x83:
			password = item.Value
		case 0x84:
			parameter = item.Value
		default:
			return status(apdu.StatusWrongData)
		}
	}
	spec, found := c.offer(oid, parameter)
	switch {
	case c.sm != nil:
		return status(apdu.StatusConditions)
	case !found:
		return status(apdu.StatusWrongData)
	case len(password) != 1 || c.secrets[password[0]] == nil:
		return status(apdu.StatusReferenceNotFound)
	case c.blocked():
		return status(apdu.StatusAuthBlocked)
	}
	c.pace = &paceRun{spec: spec, password: password[0]}
	return status(apdu.StatusOK)
}

// offer finds what EF.CardAccess offers under this identifier; the parameter may
// be left out where it is not needed to tell two offers apart.
func (c *Chip) offer(oid, parameter []byte) (paceSpec, bool) {
	var found []paceSpec
	for _, v := range c.profile.PACE {
		spec := paceVariants[v]
		if bytes.Equal(oid, spec.oid()) && (len(parameter) == 0 || bytes.Equal(parameter, []byte{spec.parameter})) {
			found = append(found, spec)
		}
	}
	if len(found) != 1 {
		return paceSpec{}, false
	}
	return found[0], true
}

// generalAuthenticate takes the steps of PACE, or the one of chip authentication.
func (c *Chip) generalAuthenticate(cmd apdu.Command) apdu.Response {
	object, err := tlv.Parse(cmd.Data, emrtd.TagDynamicData)
	if err != nil {
		return status(apdu.StatusWrongData)
	}
	if c.agreement {
		return c.agree(object)
	}
	run := c.pace
	if run == nil {
		return status(apdu.StatusConditions)
	}
	run.step++
	switch run.step {
	case 1:
		return c.paceStep(c.paceNonce(object))
	case 2:
		return c.paceStep(c.paceMap(object))
	case 3:
		return c.paceStep(c.paceAgree(object))
	}
	return c.paceConfirm(object)
}

// paceStep answers a step; a step that failed ends the run.
func (c *Chip) paceStep(tag tlv.Tag, value []byte, err error) apdu.Response {
	if err != nil {
		c.pace = nil
		if errors.Is(err, errPACE) || errors.Is(err, ec.ErrPoint) || errors.Is(err, tlv.ErrMalformed) {
			return status(apdu.StatusWrongData)
		}
		return status(apdu.StatusExecution)
	}
	return apdu.Response{Data: tlv.Encode(emrtd.TagDynamicData, tlv.Encode(tag, value)), Status: apdu.StatusOK}
}

// paceNonce sends the nonce, encrypted under the password.
func (c *Chip) paceNonce(object tlv.Item) (tlv.Tag, []byte, error) {
	run := c.pace
	if len(object.Value) != 0 {
		return 0, nil, errPACE
	}
	nonce, err := c.random(16)
	if err != nil {
		return 0, nil, err
	}
	run.nonce = nonce
	key := emrtd.DeriveKey(run.spec.suite, c.secrets[run.password], emrtd.CounterPACE)
	encrypted, err := emrtd.EncryptNonce(run.spec.suite, key, nonce)
	return emrtd.TagNonce, encrypted, err
}

// paceMap agrees on a point and maps the nonce to a new generator with it.
func (c *Chip) paceMap(object tlv.Item) (tlv.Tag, []byte, error) {
	run, curve := c.pace, c.pace.spec.curve()
	peer, err := c.paceValue(object, emrtd.TagMapTerminal)
	if err != nil {
		return 0, nil, err
	}
	point, err := curve.Parse(peer)
	if err != nil {
		return 0, nil, err
	}
	private, err := curve.RandomScalar(c.rand)
	if err != nil {
		return 0, nil, err
	}
	run.mapped, err = emrtd.MapGeneric(curve, run.nonce, point.ScalarMult(private))
	if err != nil {
		return 0, nil, err
	}
	public, err := curve.ScalarBaseMult(private).Bytes()
	return emrtd.TagMapChip, public, err
}

// paceAgree agrees on the session's keys over the new generator.
func (c *Chip) paceAgree(object tlv.Item) (tlv.Tag, []byte, error) {
	run, curve := c.pace, c.pace.spec.curve()
	peer, err := c.paceValue(object, emrtd.TagPublicTerminal)
	if err != nil {
		return 0, nil, err
	}
	point, err := curve.Parse(peer)
	if err != nil {
		return 0, nil, err
	}
	private, err := curve.RandomScalar(c.rand)
	if err != nil {
		return 0, nil, err
	}
	if run.own, err = run.mapped.ScalarMult(private).Bytes(); err != nil {
		return 0, nil, err
	}
	if bytes.Equal(run.own, peer) {
		return 0, nil, errPACE
	}
	secret, err := emrtd.PACESecret(point, private)
	if err != nil {
		return 0, nil, err
	}
	run.peer = bytes.Clone(peer)
	run.kenc, run.kmac = emrtd.PACEKeys(run.spec.suite, secret)
	return emrtd.TagPublicChip, run.own, nil
}

// paceConfirm checks the terminal's token, which only the right password makes,
// and begins secure messaging.
func (c *Chip) paceConfirm(object tlv.Item) apdu.Response {
	run := c.pace
	c.pace = nil
	token, err := c.paceValue(object, emrtd.TagTokenTerminal)
	if err != nil {
		return status(apdu.StatusWrongData)
	}
	expected, err := emrtd.AuthToken(run.spec.suite, run.kmac, run.spec.oid(), run.own)
	if err != nil {
		return status(apdu.StatusExecution)
	}
	if subtle.ConstantTimeCompare(token, expected) != 1 {
		return c.refuse()
	}
	answer, err := emrtd.AuthToken(run.spec.suite, run.kmac, run.spec.oid(), run.peer)
	if err != nil {
		return status(apdu.StatusExecution)
	}
	sm, err := emrtd.NewSession(run.spec.suite, run.kenc, run.kmac, nil)
	if err != nil {
		return status(apdu.StatusExecution)
	}
	c.accept(sm)
	return apdu.Response{Data: tlv.Encode(emrtd.TagDynamicData, tlv.Encode(emrtd.TagTokenChip, answer)), Status: apdu.StatusOK}
}

// paceValue takes the one data object that a step carries.
func (c *Chip) paceValue(object tlv.Item, tag tlv.Tag) ([]byte, error) {
	r := object.Items()
	item, err := r.Expect(tag)
	if err != nil {
		return nil, err
	}
	return item.Value, r.End()
}
