// Package e2e runs the real kiosk on a real X server, with a kioskd that plays a
// visit, and touches it as a person would. It holds nothing but tests: a test
// that lay beside the program would link Ebitengine and could not even say that
// there is no display.
package e2e
