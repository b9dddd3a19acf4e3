package emu

import (
	"slices"
)

func (p *Profile) check(c *checker) {
	for _, v := range p.PACE {
		_, err := v.spec()
		c.need(err == nil, "chip.pace: %v", err)
	}
	for _, v := range p.ChipAuth {
		_, err := parseDomain(v)
		c.need(err == nil || v == noAgreement && len(p.ChipAuth) == 1, "chip.chip_auth: %v", err)
	}
	c.need(len(p.PACE) > 0 || p.BAC, "chip: offers neither PACE nor BAC")
	_, known := p.ActiveAuth.spec()
	c.need(known || p.ActiveAuth == ActiveAuthNone, "chip.active_auth %q: want none, rsa-BITS or ecdsa-CURVE, with /HASH, /der or /cc", p.ActiveAuth)
	oneOf(c, "terminal_auth", p.TerminalAuth, "", TerminalAuthNone, TerminalAuthRSA, TerminalAuthECDSA,
		TerminalAuthRSA+staticBinding, TerminalAuthECDSA+staticBinding)
	p.Signer.check(c)
	oneOf(c, "dg13", p.DG13, DG13Full, DG13Nested, DG13Reduced)
	p.checkGroups(c)
	oneOf(c, "forge", p.Forge, forgeries()...)
	oneOf(c, "clone", p.Clone, "", CloneNoKey, CloneOwnKey, CloneOwnAgreement, CloneOwnSecurity, CloneOtherSecurity, CloneForeignSecurity)
	oneOf(c, "issuer", p.Issuer, issuers()...)
	c.need(p.Clone != CloneOwnAgreement || slices.Contains(p.groups(), 14), "chip.clone: own-agreement needs DG14")
	c.need(p.Clone != CloneOwnKey || p.ActiveAuth != ActiveAuthNone, "chip.clone: own-key needs active_auth")
	p.Quirks.check(c)
}

func oneOf[T ~string](c *checker, field string, got T, want ...T) {
	c.need(slices.Contains(want, got), "chip.%s %q: want one of %q", field, got, want)
}
