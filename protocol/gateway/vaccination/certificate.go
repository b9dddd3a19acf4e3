package vaccination

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"motcua/protocol/code/hc1"
	"motcua/protocol/emrtd/lds"
	"motcua/protocol/gateway"
	"motcua/protocol/immunisation"
	"motcua/protocol/mrz"
	"motcua/protocol/request"
	"motcua/protocol/workday"
)

// months is how long a certificate is valid (Decision 5772/QĐ-BYT).
const months = 12

// certificate issues or revokes (V05).
func (s *Service) certificate(ctx context.Context, r gateway.Request, a answers) (gateway.Outcome, error) {
	if a.text("act") == "revoke" {
		return s.revoke(ctx, r, a)
	}
	id, err := s.Sealer.CertificateID(s.Issuer.Country(), r.Outer.Device, r.Outer.ID)
	if err != nil {
		return gateway.Outcome{}, err
	}
	had, err := askByName[immunisation.Certificate](ctx, s.Registry, immunisation.VerbCertificate, id)
	switch {
	case err == nil:
		return certificateAnswer(had, id, true)
	case reasonOf(err) != immunisation.CredentialNone:
		return gateway.Outcome{}, err
	}
	doses, err := s.certifiable(ctx, r, a.list("doses"))
	if err != nil {
		return gateway.Outcome{}, err
	}
	c, err := s.issue(r, id, doses)
	if err != nil {
		return gateway.Outcome{}, err
	}
	if c, err = ask[immunisation.Certificate](ctx, s.Registry, immunisation.VerbIssue, c); err != nil {
		return gateway.Outcome{}, err
	}
	return certificateAnswer(c, id, false)
}

// certifiable are the person's doses that the certificate is about: those that are
// named, or those of the antigen that was attested last. All are the centre's, attested,
// and of one antigen; the last one comes last.
func (s *Service) certifiable(ctx context.Context, r gateway.Request, wanted []string) ([]immunisation.Dose, error) {
	named := map[string]bool{}
	for _, id := range wanted {
		d, err := askByName[immunisation.DoseState](ctx, s.Registry, immunisation.VerbDose, id)
		switch {
		case err != nil:
			return nil, err
		case d.Dose.ID != id || immunisation.Check(s.Sealer, d.Dose) != nil:
			return nil, refuse(immunisation.RecordForged)
		case d.Dose.Subject.Number != r.Inner.Subject.Number:
			return nil, refuse(immunisation.DoseOfAnother)
		}
		named[id] = true
	}
	history, err := s.history(ctx, r, r.Inner.Subject.Number, "")
	if err != nil {
		return nil, err
	}
	var all []immunisation.Dose
	for _, d := range history {
		if len(wanted) > 0 && !named[d.Dose.ID] {
			continue
		}
		err := s.vouched(ctx, d)
		if why := reasonOf(err); len(wanted) == 0 && (why == immunisation.DoseUnattested || why == immunisation.DoseRevoked) {
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, d.Dose)
	}
	return ofOneAntigen(all, len(wanted) > 0)
}

func ofOneAntigen(all []immunisation.Dose, named bool) ([]immunisation.Dose, error) {
	if len(all) == 0 {
		return nil, refuse(immunisation.NothingToSay)
	}
	last := slices.MaxFunc(all, func(a, b immunisation.Dose) int { return cmp.Compare(a.At, b.At) })
	others := func(d immunisation.Dose) bool { return d.Antigen != last.Antigen }
	if named && slices.ContainsFunc(all, others) {
		return nil, refuse(immunisation.SeveralAntigens)
	}
	all = slices.DeleteFunc(all, others)
	slices.SortFunc(all, func(a, b immunisation.Dose) int { return cmp.Compare(a.Number, b.Number) })
	return all, nil
}

// vouched: somebody has attested the dose, and neither it nor its session was revoked.
func (s *Service) vouched(ctx context.Context, d immunisation.DoseState) error {
	switch {
	case d.Revoked != 0:
		return refuse(immunisation.DoseRevoked)
	case d.Batch == "":
		return refuse(immunisation.DoseUnattested)
	}
	st, err := askByName[immunisation.BatchState](ctx, s.Registry, immunisation.VerbBatchOf, d.Batch)
	if err != nil {
		return err
	}
	if !s.attested(st) || !slices.Contains(st.Batch.Doses, d.Dose.ID) || st.Batch.Session != d.Dose.Session {
		return refuse(immunisation.RecordForged)
	}
	session, err := s.known(ctx, d.Dose.Session)
	if err == nil && session.Revoked != 0 {
		err = refuse(immunisation.DoseRevoked)
	}
	return err
}

// issue signs the certificate of doses, the name as the chip's own zone writes it.
func (s *Service) issue(r gateway.Request, id string, doses []immunisation.Dose) (immunisation.Certificate, error) {
	zone, err := lds.ParseDG1(r.Inner.Evidence.DG1)
	if _, digits := errors.AsType[*mrz.CheckError](err); err != nil && !digits {
		return immunisation.Certificate{}, errors.New("issuing a certificate: the card names nobody")
	}
	last := doses[len(doses)-1]
	family, given, _ := strings.Cut(r.Inner.Subject.Name, " ")
	issued := r.Now.Truncate(time.Second)
	statement := hc1.Certificate{
		Issued: issued, Expires: issued.AddDate(0, months, 0), Birth: yearFirst(r.Inner.Subject.Birth),
		Name: hc1.Name{
			Family: family, Given: given,
			FamilyMRZ: strings.ReplaceAll(zone.Surname, " ", "<"), GivenMRZ: strings.ReplaceAll(zone.Given, " ", "<"),
		},
		Vaccinations: []hc1.Vaccination{{
			Disease: last.Lot.Disease, Vaccine: last.Lot.Vaccine, Product: last.Lot.Product, Maker: last.Lot.Maker,
			Dose: last.Number, Doses: last.Lot.Doses, Date: time.UnixMilli(last.At).In(workday.Zone()),
			Country: s.Issuer.Country(), IssuedBy: s.IssuedBy, ID: id,
		}},
	}
	text, err := s.Issuer.Sign(s.Rand, statement)
	if err != nil {
		return immunisation.Certificate{}, err
	}
	c := immunisation.Certificate{
		ID: id, Request: r.Outer.ID, Facility: r.Outer.Facility, Issued: statement.Issued.UnixMilli(), Expires: statement.Expires.UnixMilli(), Text: text,
	}
	for _, d := range doses {
		c.Doses = append(c.Doses, d.ID)
		if !slices.Contains(c.Sessions, d.Session) {
			c.Sessions = append(c.Sessions, d.Session)
		}
	}
	return c, nil
}

// yearFirst turns dd/mm/yyyy, or yyyy, into what certificates write.
func yearFirst(birth string) string {
	parts := strings.Split(birth, "/")
	slices.Reverse(parts)
	return strings.Join(parts, "-")
}

// certificateAnswer is the certificate with this id, which the registry has kept.
func certificateAnswer(c immunisation.Certificate, id string, again bool) (gateway.Outcome, error) {
	said, err := hc1.Decode(c.Text)
	switch {
	case err != nil || c.ID != id || said.Vaccinations[0].ID != id:
		return gateway.Outcome{}, refuse(immunisation.RecordForged)
	case c.Revoked != 0:
		return gateway.Outcome{}, refuse(immunisation.DoseRevoked)
	}
	return gateway.Outcome{Class: request.ClassOK, Answer: &request.Answer{Certificate: &request.AnswerCertificate{
		ID: id, Text: c.Text, Until: said.Expires.In(workday.Zone()).Format("02/01/2006"), Again: again,
	}}}, nil
}

// revoke ends a certificate, or a session with everything that came of it. The list that
// kiosks hold certificates against is made of what the registry then has.
func (s *Service) revoke(ctx context.Context, r gateway.Request, a answers) (gateway.Outcome, error) {
	credential := a.text("credential")
	facility, err := s.facilityOf(ctx, credential)
	switch {
	case err != nil:
		return gateway.Outcome{}, err
	case !s.supervises(r.Outer.Facility, facility):
		return gateway.Outcome{}, refuse(immunisation.CredentialOther)
	}
	ended, err := ask[immunisation.Revoked](ctx, s.Registry, immunisation.VerbRevoke, immunisation.Revocation{
		Request: r.Outer.ID, Credential: credential, Reason: a.text("reason"), Officer: r.Inner.Officer.Ref, Facility: r.Outer.Facility, At: r.Now.UnixMilli(),
	})
	if err != nil {
		return gateway.Outcome{}, err
	}
	out := filed(r, credential, false)
	out.Answer.Filed.Next = revokedText(r.Inner.Lang, len(ended.Certificates))
	return out, nil
}

func revokedText(lang string, n int) string {
	if lang == "en" {
		return fmt.Sprintf("%d certificates count no more; kiosks hear of it within a minute.", n)
	}
	return fmt.Sprintf("%d chứng nhận không còn giá trị; các máy nhận được trong vòng một phút.", n)
}

// facilityOf is where a certificate was issued, or a session opened.
func (s *Service) facilityOf(ctx context.Context, credential string) (string, error) {
	c, err := askByName[immunisation.Certificate](ctx, s.Registry, immunisation.VerbCertificate, credential)
	if err == nil {
		return c.Facility, nil
	}
	if reasonOf(err) != immunisation.CredentialNone {
		return "", err
	}
	st, err := askByName[immunisation.SessionState](ctx, s.Registry, immunisation.VerbSession, credential)
	if reasonOf(err) == immunisation.SessionUnknown {
		return "", refuse(immunisation.CredentialNone)
	}
	return st.Session.Facility, err
}
