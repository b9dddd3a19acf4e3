package vaccination

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"slices"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/code/hc1"
	"motcua/protocol/gateway"
	"motcua/protocol/immunisation"
	"motcua/protocol/request"
	"motcua/protocol/roster"
	"motcua/protocol/workday"
)

const (
	// SessionMost is how long a session lasts at most.
	SessionMost = 12 * time.Hour
	// LateMost is how long after it was given a dose may arrive.
	LateMost = 72 * time.Hour
	// onlineMost is how long what is done online may be on its way, by both clocks.
	onlineMost = 10 * time.Minute
	// ahead is by how much a device's clock may be ahead of the centre's.
	ahead = 5 * time.Minute
)

// Service is what the four services have in common.
type Service struct {
	Registry *Registry
	Sealer   immunisation.Sealer
	// Approvers are those of the roster, and Attesters who may attest batches, each by
	// their certificate, whose common name is their reference. Both may change while the
	// gateway runs.
	Approvers func() []roster.Officer
	Attesters func() []*x509.Certificate
	Issuer    *hc1.Issuer
	IssuedBy  string // as certificates say it
	// Supervisors are facilities whose officers attest and revoke what others recorded.
	Supervisors []string
	// Raise tells operations that there is something in the registry that the centre has
	// not made.
	Raise func(context.Context, gateway.Alarm)
	Log   *slog.Logger
	Now   func() time.Time
	Rand  io.Reader
}

// Services are the services by catalogue id.
func (s *Service) Services() map[string]gateway.Service {
	return map[string]gateway.Service{
		catalogue.VaccineSession: desk{s, waiting(), s.session},
		catalogue.RecordDose:     desk{s, patient(), s.dose},
		catalogue.AttestDoses:    desk{s, waiting(), s.attest},
		catalogue.VaccineCert:    desk{s, waiting(), s.certificate},
	}
}

// waiting: somebody stands at the kiosk.
func waiting() gateway.Retry {
	return gateway.Retry{Attempts: 1 << 20, First: time.Second, Most: 2 * time.Second, Within: 10 * time.Minute, Timeout: 20 * time.Second}
}

// patient: a dose that was given is recorded, whenever the registry is back.
func patient() gateway.Retry {
	return gateway.Retry{Attempts: 1 << 20, First: time.Second, Most: 5 * time.Minute, Within: LateMost, Timeout: 20 * time.Second}
}

// desk is one of the services.
type desk struct {
	*Service
	retry gateway.Retry
	act   func(context.Context, gateway.Request, answers) (gateway.Outcome, error)
}

// Retry implements gateway.Later.
func (d desk) Retry() gateway.Retry { return d.retry }

// Handle implements gateway.Service. What nobody waits for any more is not done, but
// doses. That nobody was compared with the card somebody at the centre may overlook; that
// there was no card nobody may.
func (d desk) Handle(ctx context.Context, _ gateway.State, r gateway.Request) (gateway.Outcome, error) {
	form, ok := r.Form.(request.GenericForm)
	if !ok || r.Inner.Officer == nil && r.Inner.Subject == nil {
		return gateway.Outcome{}, errors.New("vaccination: not the form of this service")
	}
	left := waits(r)
	hurry := r.Outer.Service != catalogue.RecordDose
	if hurry && left <= 0 {
		return d.refused(ctx, r, immunisation.NobodyWaits), nil
	}
	if r.Inner.Subject != nil && !r.Level.AtLeast(request.E2) {
		return d.refused(ctx, r, immunisation.CardAbsent), nil
	}
	out, err := d.act(ctx, r, answers{form})
	if why := reasonOf(err); why != "" {
		return d.refused(ctx, r, why), nil
	}
	if err != nil {
		d.Log.Warn("the registry does not answer", "service", r.Outer.Service, "fault", err.Error())
	}
	if err != nil && hurry && left < d.retry.Most+time.Second {
		return d.refused(ctx, r, immunisation.RegistrySilent), nil
	}
	return out, err
}

// waits is how long the person still waits for the answer, by the clock of the centre.
func waits(r gateway.Request) time.Duration {
	if r.Outer.Clock.Trust == request.ClockUnset {
		return time.Minute
	}
	return time.UnixMilli(r.Outer.ExpiresAt + r.Outer.Clock.OffsetMS).Sub(r.Now)
}

// refused is the outcome for a reason. A record that the centre has not made raises an
// alarm.
func (s *Service) refused(ctx context.Context, r gateway.Request, why immunisation.Reason) gateway.Outcome {
	class := request.ClassReception
	switch why {
	case immunisation.RecordForged, immunisation.ApprovalForged:
		s.alarm(ctx, r)
	case immunisation.RegistrySilent, immunisation.NobodyWaits:
		class = request.ClassRetry
	}
	return gateway.Outcome{Status: request.StatusRefused, Reason: string(why), Class: class, Codes: []string{string(why)}}
}

func (s *Service) alarm(ctx context.Context, r gateway.Request) {
	s.Log.Error("the registry holds what the centre has not made", "device", r.Outer.Device, "id", r.Outer.ID.String())
	s.Raise(context.WithoutCancel(ctx), gateway.Alarm{
		Kind: gateway.AlarmRegistry, Device: r.Outer.Device, ID: r.Outer.ID, Seq: r.Outer.Seq, At: s.Now().UnixMilli(), Times: 1,
	})
}

// supervises: officers of the facility look after what another one recorded.
func (s *Service) supervises(facility, of string) bool {
	return facility == of || slices.Contains(s.Supervisors, facility)
}

// answers are those of a form.
type answers struct{ form request.GenericForm }

func (a answers) text(field string) string {
	v, _ := a.form.Values[field].Text()
	return v
}

// differs: the form has something else in a field.
func (a answers) differs(field, from string) bool {
	return a.text(field) != "" && a.text(field) != from
}

func (a answers) number(field string) uint {
	n, _ := a.form.Values[field].Number()
	return uint(min(n, 1<<20))
}

func (a answers) list(field string) []string {
	v, _ := a.form.Values[field].List()
	return v
}

// moment is a time of a device by the centre's clock, as far as the device knows the
// difference.
func moment(r gateway.Request, at int64) (time.Time, error) {
	t := time.UnixMilli(at + r.Outer.Clock.OffsetMS)
	if r.Outer.Clock.Trust == request.ClockUnset || at+r.Outer.Clock.OffsetMS > r.Came+ahead.Milliseconds() {
		return t, refuse(immunisation.TimeUnknown)
	}
	return t, nil
}

// dayOf is a day in Viet Nam, yyyy-mm-dd.
func dayOf(t time.Time) string { return t.In(workday.Zone()).Format(time.DateOnly) }
