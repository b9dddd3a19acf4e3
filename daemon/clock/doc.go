// Package clock owns what the kiosk knows about its own clock: how far it is from
// the centre's, how sure that is, and whether it has been turned since.
//
// The kiosk's clock is never set, only judged. The difference comes from signed
// messages of the centre, and stays right when somebody turns the clock, because
// the time since is counted by another clock that nobody can turn
// (CLOCK_BOOTTIME).
//
// The package must never import the link, the session or anything that knows a
// visit.
package clock
