// Package link is the screen's way to kioskd: it follows the event stream on the
// unix socket, comes back after every loss, and posts actions with a deadline.
//
// It must never import the screen or decide what is shown, and it logs nothing
// of what passes through it.
package link
