package gateway

import (
	"slices"

	"motcua/protocol/request"
	"motcua/protocol/roster"
)

// attended tells whether an officer is said to have compared the person with the card.
func attended(e request.Evidence) bool {
	b := e.Facts.Biometric
	return b != nil && b.Method == request.Attended
}

// attendedWrong holds an officer's comparison against the request that it is in: it was
// made in the session of the request's own officer, by the picture of the card that was
// read. That the officer is on the roster, in a session of this device, and not the
// person, is seen with the roster ([delivery.holdOfficer]). It returns the reason for a
// refusal.
func attendedWrong(in request.Inner) string {
	if !attended(in.Evidence) {
		return ""
	}
	photo := func(g request.GroupHash) bool { return g.Group == 2 }
	switch o := in.Officer; {
	case o == nil || o.Session != in.Evidence.Facts.Biometric.Session || o.Role != string(roster.Duty):
		return "compared-by-nobody"
	case !slices.ContainsFunc(in.Evidence.Groups, photo):
		return "compared-with-nothing"
	}
	return ""
}

// countable is evidence without an officer's comparison where the centre has no roster:
// who the officer is would be the device's word, and nothing would hold it to anybody.
func (g *Gateway) countable(e request.Evidence) request.Evidence {
	if attended(e) && g.cfg.Officers.newest() == nil {
		e.Facts.Biometric = nil
		e.Level = request.LevelOf(e.Facts)
	}
	return e
}
