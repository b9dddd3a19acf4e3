package session

import (
	"slices"

	"motcua/drivers"
	"motcua/protocol/fault"
	"motcua/protocol/local"
)

// SetDevices tells how the devices beside the card reader are. They keep nobody
// from being served.
func (s *Session) SetDevices(parts []local.PartState) {
	parts = slices.Clone(parts)
	s.post(func() { s.kiosk.devices = parts })
}

// shownDevices is what a screen is told of them.
func shownDevices(parts []local.PartState) []local.DeviceState {
	var all []local.DeviceState
	for _, p := range parts {
		d := local.DeviceState{Device: p.Part, State: p.State}
		if p.Code != "" {
			d.Fault = &local.Fault{Code: p.Code, TextKey: fault.Lookup(p.Code).TextKey}
		}
		all = append(all, d)
	}
	return all
}

// isReady tells whether the device of a class can be used.
func isReady(parts []local.PartState, c drivers.Class) bool {
	return slices.ContainsFunc(parts, func(p local.PartState) bool {
		return p.Part == string(c) && (p.State == string(drivers.StateReady) || p.State == string(drivers.StateDegraded))
	})
}
