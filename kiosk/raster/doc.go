// Package raster draws a display list of kiosk/scene into an image, in Go alone:
// what the golden pictures show is, to the pixel, what a citizen sees.
//
// It must never import anything that needs a display. The only thing it keeps
// between two screens are the shapes of glyphs, which say nothing about the
// texts they came from.
package raster
