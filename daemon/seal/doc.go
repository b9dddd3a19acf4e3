// Package seal remembers on the disk that the kiosk's case was opened, so that
// starting kioskd or the machine anew does not make it forget.
//
// A broken seal is an empty file; there is nothing in it to be believed. Whoever
// can delete it as root can do anything else as well: what proves an opening
// afterwards is the audit log.
package seal
