package emu

import (
	"bytes"
	"crypto/subtle"
	"errors"
	"math/big"

	"motcua/protocol/apdu"
	"motcua/protocol/emrtd"
	"motcua/protocol/group"
	"motcua/protocol/tlv"
)

// paceRun is one run of PACE (ICAO 9303-11, 4.4), the chip's side.
type paceRun struct {
	spec     paceSpec
	password byte
	step     int // messages answered
	nonce    []byte
	mapper   []byte        // the chip's private key of the mapping
	mapped   group.Element // the generator both sides agreed on
	own      []byte        // the chip's second public key
	peer     []byte        // the terminal's
	kenc     []byte
	kmac     []byte
}

// errPACE is a message that does not belong where it came.
var errPACE = errors.New("message out of place")

// P2 of MSE:Set.
const (
	crtAuthentication = 0xA4 // AT
	crtKeyAgreement   = 0xA6 // KAT
)

// Parameters of MSE:Set (BSI TR-03110-3, B.11.1).
const (
	setMutual   = 0xC1 // PACE
	setInternal = 0x41 // chip authentication
)

// manageSecurity is MSE:Set, which chooses protocol and password.
func (c *Chip) manageSecurity(cmd apdu.Command) apdu.Response {
	if cmd.P1 == setVerification {
		return c.setInspection(cmd)
	}
	c.pace, c.agreement = nil, nil
	switch {
	case cmd.P1 == setMutual && cmd.P2 == crtAuthentication:
		return c.setPACE(cmd.Data)
	case cmd.P1 == setInternal && cmd.P2 == crtAuthentication:
		return c.setAgreement(cmd.Data)
	case cmd.P1 == setInternal && cmd.P2 == crtKeyAgreement:
		return c.setKeyAgreement(cmd.Data)
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
	case !found, parameter == nil && c.profile.Parameter == ParameterRequired, parameter != nil && c.profile.Parameter == ParameterRefused:
		return status(apdu.StatusWrongData)
	case len(password) != 1 || c.secrets[password[0]] == nil:
		return status(apdu.StatusReferenceNotFound)
	}
	s, open := c.announce(password[0])
	if open {
		c.pace = &paceRun{spec: spec, password: password[0]}
	}
	return status(s)
}

// offer finds what EF.CardAccess offers under this identifier; the parameter may
// be left out where it is not needed to tell two offers apart.
func (c *Chip) offer(oid, parameter []byte) (paceSpec, bool) {
	var found []paceSpec
	for _, spec := range c.profile.paceSpecs() {
		named := bytes.Equal(parameter, []byte{byte(spec.group.Parameter())})
		if bytes.Equal(oid, spec.oid()) && (len(parameter) == 0 || named) {
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
	if c.agreement != nil {
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
		for _, known := range []error{errPACE, group.ErrElement, tlv.ErrMalformed, emrtd.ErrProtocol} {
			if errors.Is(err, known) {
				return status(apdu.StatusWrongData)
			}
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
	nonce, err := c.random(run.spec.suite.NonceSize())
	if err != nil {
		return 0, nil, err
	}
	run.nonce = nonce
	key := emrtd.DeriveKey(run.spec.suite, c.secrets[run.password], emrtd.CounterPACE)
	encrypted, err := emrtd.EncryptNonce(run.spec.suite, key, nonce)
	return emrtd.TagNonce, encrypted, err
}

// paceMap makes the new generator: of the nonce and an element both sides agree
// on, or of the nonce and the terminal's.
func (c *Chip) paceMap(object tlv.Item) (tlv.Tag, []byte, error) {
	run, g := c.pace, c.pace.spec.group
	data, err := c.paceValue(object, emrtd.TagMapTerminal)
	if err != nil {
		return 0, nil, err
	}
	if run.spec.mapping == emrtd.MappingIntegrated {
		run.mapped, err = emrtd.MapIntegrated(g, run.spec.suite, run.nonce, data)
		return emrtd.TagMapChip, nil, err
	}
	peer, err := g.Parse(data)
	if err != nil {
		return 0, nil, err
	}
	if run.mapper, err = g.RandomExponent(c.rand); err != nil {
		return 0, nil, err
	}
	if run.mapped, err = emrtd.MapGeneric(run.nonce, peer.Mult(run.mapper)); err != nil {
		return 0, nil, err
	}
	public, err := c.public(g.Generator(), run.mapper)
	return emrtd.TagMapChip, public, err
}

// public is a public key as it is sent: an integer without leading zeros (ICAO
// 9303-11, 9.4.1).
func (c *Chip) public(base group.Element, private []byte) ([]byte, error) {
	b, err := base.Mult(private).Public()
	if err != nil || base.Group().Elliptic() {
		return b, err
	}
	return shortest(b), nil
}

// paceAgree agrees on the session's keys over the new generator.
func (c *Chip) paceAgree(object tlv.Item) (tlv.Tag, []byte, error) {
	run, g := c.pace, c.pace.spec.group
	data, err := c.paceValue(object, emrtd.TagPublicTerminal)
	if err != nil {
		return 0, nil, err
	}
	peer, err := g.Parse(data)
	if err != nil {
		return 0, nil, err
	}
	private, err := g.RandomExponent(c.rand)
	if err != nil {
		return 0, nil, err
	}
	if run.own, err = c.public(run.mapped, private); err != nil {
		return 0, nil, err
	}
	if bytes.Equal(run.own, data) {
		return 0, nil, errPACE
	}
	secret, err := emrtd.Agree(peer, private)
	if err != nil {
		return 0, nil, err
	}
	run.peer = bytes.Clone(data)
	run.kenc, run.kmac = emrtd.SessionKeys(run.spec.suite, secret)
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
	c.attempt()
	expected, err := emrtd.AuthToken(run.spec.suite, run.kmac, run.spec.oid(), run.own)
	if err != nil {
		return status(apdu.StatusExecution)
	}
	if subtle.ConstantTimeCompare(token, expected) != 1 {
		return c.refuse(run.password)
	}
	answer, err := c.paceAnswer(run)
	if err != nil {
		return status(apdu.StatusExecution)
	}
	sm, err := emrtd.NewSession(run.spec.suite, run.kenc, run.kmac, nil)
	if err != nil {
		return status(apdu.StatusExecution)
	}
	c.accept(run.password, sm)
	c.identifier = emrtd.Compress(run.spec.group, run.own)
	if run.spec.mapping == emrtd.MappingAuthenticated {
		c.terminalKey = emrtd.Compress(run.spec.group, run.peer)
	}
	return apdu.Response{Data: answer, Status: apdu.StatusOK}
}

// paceAnswer is the chip's token, and its proof where the mapping has one.
func (c *Chip) paceAnswer(run *paceRun) ([]byte, error) {
	token, err := emrtd.AuthToken(run.spec.suite, run.kmac, run.spec.oid(), run.peer)
	if err != nil {
		return nil, err
	}
	objects := [][]byte{tlv.Encode(emrtd.TagTokenChip, token)}
	if run.spec.mapping == emrtd.MappingAuthenticated {
		proof, err := c.mappingProof(run)
		if err != nil {
			return nil, err
		}
		objects = append(objects, tlv.Encode(emrtd.TagChipData, proof))
	}
	return tlv.Encode(emrtd.TagDynamicData, objects...), nil
}

// mappingProof is the encrypted quotient of the mapping's private key and the
// static one (ICAO 9303-11, 4.4.3.5).
func (c *Chip) mappingProof(run *paceRun) ([]byte, error) {
	key, found := c.keys.agreementKey(run.spec.group)
	if !found {
		return nil, errPACE
	}
	order := new(big.Int).SetBytes(run.spec.group.Order())
	quotient := new(big.Int).ModInverse(new(big.Int).SetBytes(key.private), order)
	quotient.Mul(quotient, new(big.Int).SetBytes(run.mapper)).Mod(quotient, order)
	return emrtd.EncryptChipData(run.spec.suite, run.kenc, quotient.FillBytes(make([]byte, len(run.spec.group.Order()))))
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
