package session

import (
	"slices"

	"motcua/protocol/catalogue"
	"motcua/protocol/cccd"
	"motcua/protocol/code/hc1"
	"motcua/protocol/emrtd"
	"motcua/protocol/fault"
	"motcua/protocol/local"
)

// VerifyFunc says what a vaccination certificate is worth by the signed lists that
// the kiosk has; holder is nil while nobody's chip was read. It must return at once.
type VerifyFunc func(c *hc1.Certificate, holder *hc1.Holder) hc1.Verdict

// certificate is the vaccination certificate that a visit is about.
type certificate struct {
	given   *hc1.Certificate // nil: none, or no longer needed
	digest  [32]byte
	verdict *hc1.Verdict // nil before it is known
}

// certificateCode takes a vaccination certificate. One that is worth nothing,
// whoever holds it, is told at once, and no card is asked for.
func (s *Session) certificateCode(c *hc1.Certificate) local.CodeWord {
	if s.cfg.Verify == nil || !s.offers(catalogue.VerifyVaccine) {
		return local.CodeVaccination
	}
	if !s.takesCertificate() {
		return local.CodeNotNow
	}
	if s.visit == nil {
		if err := s.open(catalogue.VerifyVaccine); err != nil {
			s.log.Error("beginning a visit for a code", "err", err)
			return local.CodeNotNow
		}
	}
	v := s.visit
	v.service = catalogue.VerifyVaccine
	v.certificate = certificate{given: c, digest: c.Digest}
	if verdict := s.cfg.Verify(c, nil); verdict.Status() != hc1.Valid {
		s.judged(verdict)
		return ""
	}
	s.on(CertificateTaken)
	return local.CodeCertificate
}

// takesCertificate: until a card is read, a citizen's visit may become one about a
// certificate.
func (s *Session) takesCertificate() bool {
	if s.visit == nil {
		return s.slot.reader == "" || !s.slot.served
	}
	return !s.visit.officersOnly && s.visit.other == nil && slices.Contains([]local.Step{local.StepPlace, local.StepKey}, s.step())
}

// judgeHolder holds the certificate against the person of a card that was read.
func (s *Session) judgeHolder(doc *emrtd.Document) {
	v := s.visit
	svc, known := catalogue.Lookup(catalogue.VerifyVaccine)
	if !known || !v.chip.level.AtLeast(svc.Evidence) {
		s.fail(TooWeak, fault.WeakEvidence)
		return
	}
	holder := hc1.Holder{Zone: doc.MRZ}
	if b := doc.DG(13); b != nil {
		dg, err := cccd.ParseDG13(b)
		if err != nil {
			s.fail(NotRead, fault.Unreadable)
			return
		}
		holder.DG13 = &dg
	}
	s.judged(s.cfg.Verify(v.certificate.given, &holder))
}

// judged keeps the verdict, and nothing else about the person.
func (s *Session) judged(verdict hc1.Verdict) {
	v := s.visit
	v.certificate.given, v.certificate.verdict = nil, &verdict
	v.chip.wipe()
	v.chip.wanted = false
	also := others(verdict)
	s.story("certificate", "status", string(verdict.Status()), "also", also,
		"signers", verdict.Signers.Serial, "revocations", verdict.Revocations.Serial)
	s.note(Note{
		About: AboutCertificate, Service: v.service, Outcome: string(verdict.Status()), Reasons: also,
		Detail: v.certificate.digest, Lists: []uint64{verdict.Signers.Serial, verdict.Revocations.Serial},
	})
	s.on(CertificateJudged)
}

// others are the statuses of a verdict beside the gravest, the graver first.
func others(v hc1.Verdict) []string {
	var all []string
	for _, r := range v.Reasons {
		if status := r.Status(); status != v.Status() && !slices.Contains(all, string(status)) {
			all = append(all, string(status))
		}
	}
	return all
}

// shown is what the screen tells of the verdict.
func (c certificate) shown(printer bool) *local.Certificate {
	v := c.verdict
	if v == nil {
		return nil
	}
	out := &local.Certificate{Status: string(v.Status()), Also: others(*v), Print: printer}
	if v.Signers.Serial > 0 && v.Revocations.Serial > 0 {
		out.ListsAt = min(v.Signers.Issued.UnixMilli(), v.Revocations.Issued.UnixMilli())
	}
	return out
}
