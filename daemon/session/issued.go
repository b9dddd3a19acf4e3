package session

import (
	"motcua/drivers"
	"motcua/protocol/catalogue"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// beginCertificate says what the form is for, which is not asked: to issue. Whoever revokes
// is an officer.
func (s *Session) beginCertificate(f *form) {
	f.values["act"] = request.TextValue("issue")
}

// prints tells whether there is a printer that works: the certificate is on the paper and
// nowhere else.
func (s *Session) prints() bool {
	return s.cfg.Printer != nil && isReady(s.kiosk.devices, drivers.ClassPrinter)
}

// certificateCame has the certificate printed that the centre has issued.
func (s *Session) certificateCame(a request.AnswerCertificate) {
	v := s.visit
	v.sent.issued = &a
	s.story("issued", "service", v.service, "seq", v.sent.seq, "again", a.Again)
	s.on(WasFiled)
}

// shownIssued is what the screen says of the certificate: its code is printed alone.
func (t sent) shownIssued() *local.Issued {
	if t.issued == nil {
		return nil
	}
	return &local.Issued{ID: t.issued.ID, Until: t.issued.Until, Again: t.issued.Again}
}

// unprinted tells whether a certificate is there and could not be printed.
func (v *visit) unprinted() bool { return v.sent.issued != nil && v.slip == local.SlipFailed }

// certificateSlip is the certificate: its code names the holder, as every certificate does.
func (t sent) certificateSlip(out drivers.Slip, w catalogue.SlipTexts) drivers.Slip {
	out.Code = t.issued.Text
	out.Facts = []drivers.Fact{{Label: w.Until, Value: t.issued.Until}}
	out.Next = w.CertificateNext
	return out
}
