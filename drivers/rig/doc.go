// Package rig builds a card reader bench out of Debian's own programs: the real
// pcscd with vsmartcard's virtual reader, in private namespaces, without
// hardware, without root and without touching the machine around it.
//
// It also is the one place of the project that starts other programs ([Start]),
// because stopping every process one has started, and only those, is worth doing
// once.
//
// A program or test enters a rig by starting itself again inside ([Enter],
// [Main]). Inside there is a process tree of its own that ends with it, a network
// of its own with nothing but loopback, and an empty /run/pcscd. Everything else
// is the machine's: files, home, caches, the X display's socket. Several rigs run
// beside each other.
//
// vpcd listens on all addresses, which is why it must never run outside a rig and
// never ships in an image.
//
// The package is for tests and for the demo. No shipped program imports it; it
// imports nothing of the project.
package rig
