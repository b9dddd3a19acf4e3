// Package shift is the gateway's side of officers' duty sessions (O02): when which officer
// opened and closed one at which kiosk, for whoever asks later who was there.
//
// The kiosk opens and closes sessions by itself, by the roster that it has, also without a
// connection, and tells the centre afterwards. What it tells is held against the request
// that tells it: an officer tells of their own session at this kiosk and of nothing else.
// The gateway has checked card, finger and roster before.
package shift
