package emu

import (
	"bytes"

	"motcua/protocol/apdu"
	"motcua/protocol/emrtd"
	"motcua/protocol/tlv"
)

// setAgreement is MSE:Set AT for chip authentication (ICAO 9303-11, 6.2.4.2).
func (c *Chip) setAgreement(data []byte) apdu.Response {
	if c.sm == nil || !c.application {
		return status(apdu.StatusSecurityStatus)
	}
	r := tlv.NewReader(data)
	item, err := r.Expect(0x80)
	if err != nil || r.End() != nil {
		return status(apdu.StatusWrongData)
	}
	if !bytes.Equal(item.Value, withCipher(oidCAECDH, c.agreementSuite())) {
		return status(apdu.StatusWrongData)
	}
	c.agreement = true
	return status(apdu.StatusOK)
}

// agreementSuite is the suite that EF.CardAccess announces for chip
// authentication.
func (c *Chip) agreementSuite() emrtd.Suite {
	if len(c.profile.PACE) == 0 {
		return emrtd.SuiteAES128
	}
	return paceVariants[c.profile.PACE[0]].suite
}

// agree is chip authentication: new keys from the terminal's ephemeral key and
// the chip's static one. The answer is still protected by the old ones.
func (c *Chip) agree(object tlv.Item) apdu.Response {
	c.agreement = false
	public, err := c.paceValue(object, 0x80)
	if err != nil {
		return status(apdu.StatusWrongData)
	}
	peer, err := c.keys.curve.Parse(public)
	if err != nil {
		return status(apdu.StatusWrongData)
	}
	secret, err := emrtd.PACESecret(peer, c.keys.agree)
	if err != nil {
		return status(apdu.StatusExecution)
	}
	suite := c.agreementSuite()
	kenc, kmac := emrtd.PACEKeys(suite, secret)
	if c.next, err = emrtd.NewSession(suite, kenc, kmac, nil); err != nil {
		return status(apdu.StatusExecution)
	}
	return apdu.Response{Data: tlv.Encode(emrtd.TagDynamicData), Status: apdu.StatusOK}
}
