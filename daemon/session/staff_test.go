package session_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"motcua/daemon/session"
	"motcua/protocol/fault"
	"motcua/protocol/local"
)

// call presses the staff button.
func (k *kit) call() {
	k.session.CallStaff()
	synctest.Wait()
}

// called checks whether a call for staff stands.
func (k *kit) called(want bool) {
	k.t.Helper()
	if got := k.state().Kiosk.StaffCalled; got != want {
		k.t.Errorf("staff called: %v, want %v", got, want)
	}
}

// The button calls while nobody is being served; the call ends by itself.
func TestStaffButtonWithoutAVisit(t *testing.T) {
	visit(t, func(k *kit) {
		k.called(false)
		k.call()
		k.called(true)
		k.at(session.Attract)
		time.Sleep(time.Minute)
		k.call() // again: another two minutes
		time.Sleep(100 * time.Second)
		k.called(true)
		time.Sleep(30 * time.Second)
		k.called(false)
	})
}

// In a visit the button does what the tap does.
func TestStaffButtonInAVisit(t *testing.T) {
	visit(t, func(k *kit) {
		k.place()
		k.call()
		k.at(local.StepStaff)
		k.called(true)
		k.act(local.VerbFinish, "")
		k.at(session.Attract)
		k.called(false)
	})
}

// Whoever asked for help and went away is still looked for.
func TestCallOutlivesItsVisit(t *testing.T) {
	visit(t, func(k *kit) {
		k.place()
		k.act(local.VerbStaff, "")
		k.called(true)
		time.Sleep(81 * time.Second)
		k.at(session.Attract)
		k.called(true)
		time.Sleep(time.Minute)
		k.called(false)
	})
}

// A step that nobody may leave hears the call all the same.
func TestStaffButtonWhileSaving(t *testing.T) {
	n := &notes{}
	visit(t, func(k *kit) {
		k.toCheck()
		free := make(chan struct{})
		k.early = func(saved) { <-free } // the disk is slow
		k.act(local.VerbSubmit, "")
		k.call()
		k.at(local.StepSending)
		k.called(true)
		close(free)
		k.at(local.StepDone)
	}, func(c *session.Config) { c.Audit = n })
	if got := n.told(); !slices.Contains(got, "visit staff-called") {
		t.Errorf("noted %q", got)
	}
}

// Devices are told on the screen and to technicians, and keep nobody from being
// served.
func TestDevicesAreTold(t *testing.T) {
	visit(t, func(k *kit) {
		k.session.SetDevices([]local.PartState{
			{Part: "board", State: "ready"},
			{Part: "printer", State: "degraded", Code: fault.PaperOut, Do: "put a roll in"},
		})
		got := k.state().Kiosk.Devices
		if len(got) != 2 || got[0].Fault != nil || got[1].State != "degraded" || got[1].Fault.TextKey != "fault.no-ticket" {
			t.Errorf("%+v", got)
		}
		h := k.session.Health()
		i := slices.IndexFunc(h.Parts, func(p local.PartState) bool { return p.Part == "printer" })
		if !h.Ready || i < 0 || h.Parts[i].Do != "put a roll in" {
			t.Errorf("%+v", h)
		}
		k.place()
		k.at(local.StepKey)
	})
}
