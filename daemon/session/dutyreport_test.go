package session_test

import (
	"testing"

	"motcua/daemon/session"
	"motcua/protocol/catalogue"
	"motcua/protocol/fault"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// telling is a kiosk that tells the centre of duty sessions.
func telling(c *session.Config) { c.Services = append(c.Services, catalogue.DutySession) }

// TestTheCentreHearsOfASession: opened with the finger, and closed with a proof of the
// chip's own; also without a connection.
func TestTheCentreHearsOfASession(t *testing.T) {
	offices(t, func(d *desk) {
		d.session.SetLink(session.Link{Code: fault.Offline})
		d.at(local.StepFinger)
		d.glass.lay("son")
		if v := d.at(local.StepDuty); v.Duty.Report != local.ReportSaved {
			t.Errorf("told: %q", v.Duty.Report)
		}
		opened := d.last(catalogue.DutySession)
		f := d.form(opened)
		if n, _ := f["roster"].Number(); word(f, "act") != "open" || word(f, "officer") != onDuty.Ref || word(f, "devices") != "demo-k01" ||
			word(f, "until") != "03/03/2026 02:30" || n != 7 || opened.inner.Evidence.Level != request.E3 {
			t.Errorf("%v, %s", f, opened.inner.Evidence.Level)
		}
		d.receipt(opened, request.StatusAccepted)
		if v := d.at(local.StepDuty); v.Duty.Report != local.ReportReceived {
			t.Errorf("told: %q", v.Duty.Report)
		}
		d.act(local.VerbClose, "")
		d.at(session.Attract)
		closed := d.last(catalogue.DutySession)
		if f := d.form(closed); word(f, "act") != "close" || string(closed.inner.Evidence.Opening) == string(opened.inner.Evidence.Opening) {
			t.Errorf("%v", f)
		}
		if d.roll.open {
			t.Error("still open")
		}
	}, telling)
}

// TestByPINAlone proves too little to be told: the finger is asked for, and it is told once.
func TestByPINAlone(t *testing.T) {
	offices(t, func(d *desk) {
		d.act(local.VerbOtherWay, "")
		d.pin(officerPIN)
		if v := d.at(local.StepDuty); v.Duty.Report != local.ReportLacking || d.count(catalogue.DutySession) != 0 {
			t.Errorf("told: %q", v.Duty.Report)
		}
		d.act(local.VerbService, catalogue.DutySession)
		d.act(local.VerbContinue, "")
		d.at(local.StepFinger)
		d.glass.lay("son")
		if v := d.at(local.StepDuty); v.Duty.Report != local.ReportSaved || d.count(catalogue.DutySession) != 1 {
			t.Errorf("told: %q, %d times", v.Duty.Report, d.count(catalogue.DutySession))
		}
		d.receipt(d.last(catalogue.DutySession), request.StatusRefused)
		if v := d.at(local.StepDuty); v.Duty.Report != local.ReportRefused {
			t.Errorf("told: %q", v.Duty.Report)
		}
	}, telling)
}
