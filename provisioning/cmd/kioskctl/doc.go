// Command kioskctl is the technician's tool. It has one file per verb; "kioskctl
// help" lists them, and docs/kioskctl.md is the manual.
//
// It is wiring and words: what a verb does lives in a package of its own below
// provisioning. It works without kioskd running, and it never prints a person's
// data unless it is asked to.
package main
