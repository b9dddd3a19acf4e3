package session_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"motcua/daemon/session"
	"motcua/protocol/catalogue"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// certifying is a kiosk with a printer, at which an officer is on duty.
func certifying(t *testing.T, p *press, story func(k *kit)) {
	t.Helper()
	visit(t, func(k *kit) {
		k.read = faced
		k.session.SetDevices([]local.PartState{{Part: "printer", State: "ready"}})
		story(k)
	}, offering(catalogue.CheckIn, catalogue.VaccineCert), with(p), func(c *session.Config) { c.Duty = &roll{open: true, strangers: true} })
}

// certified takes a visit to the certificate of the centre.
func (k *kit) certified() {
	k.t.Helper()
	k.beneficiary(catalogue.VaccineCert)
	s, values := k.sent(catalogue.VaccineCert)
	if act, _ := values["act"].Text(); act != "issue" || len(values) != 1 || s.inner.Evidence.Level != request.E3 {
		k.t.Errorf("%s of %d values, %s", act, len(values), s.inner.Evidence.Level)
	}
	k.receipt(s, request.StatusAccepted)
	k.result(s, request.ClassOK, &request.Answer{Certificate: &request.AnswerCertificate{ID: "URN:UVCI:01:VN:0990", Text: "HC1:INVENTED", Until: "02/03/2027"}})
}

// TestACertificateIsPrinted: its code is on the paper, and not on the screen.
func TestACertificateIsPrinted(t *testing.T) {
	p := &press{}
	certifying(t, p, func(k *kit) {
		k.certified()
		v := k.at(local.StepDone)
		if v.Issued == nil || *v.Issued != (local.Issued{ID: "URN:UVCI:01:VN:0990", Until: "02/03/2027"}) {
			t.Fatalf("%+v", v.Issued)
		}
		time.Sleep(6 * time.Second)
		all := p.printed()
		if k.at(local.StepDone).Slip != local.SlipPrinted || len(all) != 1 || !strings.Contains(all[0], "HC1:INVENTED") || !strings.Contains(all[0], "02/03/2027") {
			t.Errorf("%s, %v", k.at(local.StepDone).Slip, all)
		}
		if err := k.try(local.VerbPrint, ""); !errors.Is(err, local.ErrNotOffered) {
			t.Errorf("printed twice: %v", err)
		}
		if strings.Contains(k.log.String(), "HC1:") {
			t.Error("the certificate is in the log")
		}
	})
}

// TestACertificateThatCouldNotBePrinted is printed once the printer works.
func TestACertificateThatCouldNotBePrinted(t *testing.T) {
	p := &press{err: errors.New("no paper")}
	certifying(t, p, func(k *kit) {
		k.certified()
		time.Sleep(6 * time.Second)
		if got := k.at(local.StepDone).Slip; got != local.SlipFailed {
			t.Fatalf("slip %q", got)
		}
		p.mu.Lock()
		p.err = nil
		p.mu.Unlock()
		k.act(local.VerbPrint, "")
		time.Sleep(6 * time.Second)
		if all := p.printed(); len(all) != 1 || !strings.Contains(all[0], "HC1:INVENTED") {
			t.Errorf("%v", all)
		}
	})
}

// TestNoPrinterNoCertificate: what nobody could take along is not issued.
func TestNoPrinterNoCertificate(t *testing.T) {
	certifying(t, &press{}, func(k *kit) {
		k.session.SetDevices([]local.PartState{{Part: "printer", State: "gone"}})
		services := k.state().Kiosk.Services
		if !slices.Contains(services, local.Offer{Service: catalogue.VaccineCert, Withheld: local.WithheldPrinter}) {
			t.Errorf("%v", services)
		}
	})
}
