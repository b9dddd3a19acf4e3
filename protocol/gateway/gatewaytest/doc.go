// Package gatewaytest makes everything a test of the far end needs: a fleet with
// its authority, devices that seal requests as kiosks do, and the centre's keys.
// Only tests import it; the people in it are invented.
package gatewaytest
