package model

import (
	"motcua/kiosk/text"
	"motcua/protocol/local"
)

// codeNotice is what there is to say about the code that was scanned last. A
// newer kioskd's word is told as a code of no use here.
func (s *State) codeNotice() *Notice {
	say := func(t Tone, i Icon, k text.Key) *Notice { return &Notice{t, i, s.lang().Say(k)} }
	switch s.snap.Kiosk.Code {
	case "":
		return nil
	case local.CodeCard:
		return say(Good, IconCard, text.CodeCard)
	case local.CodeInsurance:
		return say(Good, IconCard, text.CodeInsurance)
	case local.CodeCertificate:
		return say(Good, IconCard, text.CodeCertificate)
	case local.CodeBirthFile:
		return say(Good, IconCard, text.CodeBirthFile)
	case local.CodeVaccination:
		return say(Calm, IconShield, text.CodeVaccination)
	case local.CodeElsewhere:
		return say(Care, IconCare, text.CodeElsewhere)
	case local.CodePayment:
		return say(Calm, IconCare, text.CodePayment)
	case local.CodeDamaged:
		return say(Care, IconCare, text.CodeDamaged)
	case local.CodeMisread:
		return say(Care, IconCare, text.CodeMisread)
	case local.CodeNotNow:
		return say(Calm, IconCare, text.CodeNotNow)
	case local.CodeForeign:
	}
	return say(Care, IconCare, text.CodeForeign)
}
