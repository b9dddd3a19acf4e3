// Package finger is invented fingers and the glass they are laid on: what the
// emulated fingerprint modules below this folder have in common.
//
// A finger is a number. From it come ridges, as a picture, and minutiae, of which
// every touch shows another part, slightly moved: the same finger matches itself
// with a score and no other. Nothing here is, or is made from, a real finger, and
// no real matcher would take these templates.
//
// [Blueprint] is an invented module, to be copied for a new one.
package finger
