package devices

import (
	"slices"
	"strings"
	"time"

	"motcua/drivers"
	"motcua/protocol/fault"
	"motcua/protocol/local"
)

// changed takes a device's new health.
func (d *Devices) changed(h drivers.Health) {
	d.mu.Lock()
	defer d.mu.Unlock()
	i := slices.IndexFunc(d.health, func(old drivers.Health) bool { return old.Class == h.Class })
	d.health[i] = h
	d.log(h)
	if c := CodeOf(h); c != "" {
		d.o.Fault(c)
	}
	if h.Class == drivers.ClassBoard && !h.Usable && d.tamper.known {
		d.setCase(true) // nobody watches it any more
	}
	d.show()
}

// happened takes what the board reports.
func (d *Devices) happened(e drivers.BoardEvent) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch e {
	case drivers.CaseOpened:
		d.setCase(true)
	case drivers.CaseClosed:
		d.setCase(false)
	case drivers.StaffCalled, drivers.PersonCame, drivers.PersonLeft:
		return
	}
	d.show()
}

// setCase takes what is known of the case. The caller holds mu.
func (d *Devices) setCase(open bool) {
	if !d.tamper.watched || d.tamper.known && d.tamper.open == open {
		return
	}
	d.tamper.known, d.tamper.open, d.tamper.since = true, open, time.Now()
	d.o.Host.SetCase(open)
	if open {
		d.o.Log.Warn("the case is open", "code", fault.CaseOpen, "do", fault.Lookup(fault.CaseOpen).Action)
		d.o.Fault(fault.CaseOpen)
	} else {
		d.o.Log.Info("the case is closed")
	}
}

// unread takes that nobody could tell about the case for too long.
func (d *Devices) unread() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.tamper.known {
		return
	}
	d.setCase(true)
	d.show()
}

// log writes a line about a change.
func (d *Devices) log(h drivers.Health) {
	attrs := []any{"device", h.Class, "state", h.State}
	if c := CodeOf(h); c != "" {
		d.o.Log.Warn("device", append(attrs, "code", c, "err", h.Reason, "do", fault.Lookup(c).Action)...)
		return
	}
	d.o.Log.Info("device", append(attrs, "what", what(h.Info))...)
}

// show tells how all are. The caller holds mu.
func (d *Devices) show() {
	var parts []local.PartState
	for _, h := range d.health {
		parts = append(parts, partOf(h))
	}
	if d.tamper.watched {
		p := local.PartState{Part: "case", State: string(drivers.StateReady), Since: d.tamper.since}
		if d.tamper.open {
			p.State, p.Code, p.Do = string(drivers.StateDegraded), fault.CaseOpen, fault.Lookup(fault.CaseOpen).Action
		}
		parts = append(parts, p)
	}
	d.o.Show(parts)
}

func partOf(h drivers.Health) local.PartState {
	p := local.PartState{Part: string(h.Class), State: string(h.State), What: what(h.Info), Since: h.Since}
	if c := CodeOf(h); c != "" {
		p.Code, p.Do, p.Why = c, fault.Lookup(c).Action, h.Reason.Error()
	}
	return p
}

// what names a device: maker, model, firmware and port.
func what(i drivers.Info) string {
	words := []string{i.Vendor, i.Model, i.Firmware}
	if i.Port != "" {
		words = append(words, "at "+i.Port)
	}
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), " ")
}
