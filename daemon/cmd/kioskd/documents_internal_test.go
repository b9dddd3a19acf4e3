package main

import (
	"testing"
	"time"

	"motcua/protocol/envelope"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/request"
)

// TestOwnFacilityIsRevoked: a kiosk signs nothing any more when its certificate is on
// the list, and when its facility is.
func TestOwnFacilityIsRevoked(t *testing.T) {
	fleet := gatewaytest.NewFleet(t, time.Now())
	own := fleet.Device(t, "k01")
	for story, c := range map[string]struct {
		name    request.CertificateName
		revoked bool
	}{
		"its certificate":        {envelope.CertificateName(own.Cert), true},
		"another's certificate":  {envelope.CertificateName(fleet.Device(t, "k02").Cert), false},
		"its facility":           {envelope.FacilityName("99", "h001"), true},
		"another facility":       {envelope.FacilityName("99", "h002"), false},
		"one of the name abroad": {envelope.FacilityName("98", "h001"), false},
	} {
		if err := onList(own.Chain(), request.Revocation{}.With(c.name)); (err != nil) != c.revoked {
			t.Errorf("%s: %v", story, err)
		}
	}
}
