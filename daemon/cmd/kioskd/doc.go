// Kioskd runs a kiosk: it owns the card reader, the device key, the queue of
// saved requests and the link to the centre, and serves the screen over a unix
// socket. It has no screen code.
//
//	kioskd [-config FILE] [-check-config] [-version] [-v]
//
// Without a reader, without pcscd and without a connection to the centre it
// starts all the same, and says on the screen what is missing; without its
// configuration, its key or its queue it refuses, with one line that names the
// fault, what happened and what to do. docs/kioskd.md is the manual.
//
// To see what it does, read testdata/script/checkin.txtar, then
// daemon/session/flow.go.
package main
