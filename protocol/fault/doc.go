// Package fault is the closed list of what can go wrong for the people around a
// kiosk. Each fault has a stable code, a cause, a class (retry or permanent), the
// key of the text a citizen reads and the action a technician takes.
//
// Errors travel through the code as ordinary wrapped errors; where they meet a
// person, [CodeOf] finds the code that [Wrap] attached on the way.
package fault
