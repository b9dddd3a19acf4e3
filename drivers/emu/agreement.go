package emu

import (
	"bytes"

	"motcua/protocol/apdu"
	"motcua/protocol/emrtd"
	"motcua/protocol/tlv"
)

// agreementRun is chip authentication that was set up.
type agreementRun struct {
	key   agreementKey
	suite emrtd.Suite
}

// setAgreement is MSE:Set AT for chip authentication (ICAO 9303-11, 6.2.4.2).
func (c *Chip) setAgreement(data []byte) apdu.Response {
	if c.profile.refuses(RefuseAgreement) {
		return status(apdu.StatusInstructionUnknown)
	}
	if c.sm == nil || !c.application {
		return status(apdu.StatusSecurityStatus)
	}
	r := tlv.NewReader(data)
	item, err := r.Expect(0x80)
	if err != nil {
		return status(apdu.StatusWrongData)
	}
	id, _, err := r.Optional(0x84)
	if err != nil || r.End() != nil {
		return status(apdu.StatusWrongData)
	}
	for _, s := range c.profile.agreementSpecs() {
		if !bytes.Equal(item.Value, s.agreementOID()) {
			continue
		}
		if key, found := c.keys.agreementKey(s.group); found && key.isMeant(id.Value) {
			c.agreement = &agreementRun{key, s.suite}
			return status(apdu.StatusOK)
		}
	}
	if id.Value != nil {
		return status(apdu.StatusReferenceNotFound)
	}
	return status(apdu.StatusWrongData)
}

// isMeant tells whether a reference names the key; none does where there is only
// one.
func (k agreementKey) isMeant(reference []byte) bool {
	if k.id < 0 {
		return true
	}
	return bytes.Equal(reference, []byte{byte(k.id)})
}

// setKeyAgreement is MSE:Set KAT: the whole of chip authentication with 3DES in
// one command (ICAO 9303-11, 6.2.4.1).
func (c *Chip) setKeyAgreement(data []byte) apdu.Response {
	if c.profile.refuses(RefuseKAT) || c.profile.refuses(RefuseAgreement) {
		return status(apdu.StatusInstructionUnknown)
	}
	if c.sm == nil || !c.application {
		return status(apdu.StatusSecurityStatus)
	}
	r := tlv.NewReader(data)
	public, err := r.Expect(0x91)
	if err != nil {
		return status(apdu.StatusWrongData)
	}
	id, _, err := r.Optional(0x84)
	if err != nil || r.End() != nil {
		return status(apdu.StatusWrongData)
	}
	for _, s := range c.profile.agreementSpecs() {
		if s.suite != emrtd.Suite3DES {
			continue
		}
		if key, found := c.keys.agreementKey(s.group); found && key.isMeant(id.Value) {
			return status(c.renew(agreementRun{key, s.suite}, public.Value))
		}
	}
	return status(apdu.StatusWrongData)
}

// agree is the other command of chip authentication: new keys from the
// terminal's ephemeral key and the chip's static one. The answer is still
// protected by the old ones.
func (c *Chip) agree(object tlv.Item) apdu.Response {
	run := *c.agreement
	c.agreement = nil
	public, err := c.paceValue(object, 0x80)
	if err != nil {
		return status(apdu.StatusWrongData)
	}
	if s := c.renew(run, public); s != apdu.StatusOK {
		return status(s)
	}
	return apdu.Response{Data: tlv.Encode(emrtd.TagDynamicData), Status: apdu.StatusOK}
}

// renew makes the session that takes over after this answer.
func (c *Chip) renew(run agreementRun, public []byte) apdu.Status {
	peer, err := run.key.group.Parse(public)
	if err != nil {
		return apdu.StatusWrongData
	}
	secret, err := emrtd.Agree(peer, run.key.private)
	if err != nil {
		return apdu.StatusExecution
	}
	kenc, kmac := emrtd.SessionKeys(run.suite, secret)
	if c.next, err = emrtd.NewSession(run.suite, kenc, kmac, nil); err != nil {
		return apdu.StatusExecution
	}
	c.terminalKey, c.inspection = emrtd.Compress(run.key.group, public), inspection{}
	return apdu.StatusOK
}
