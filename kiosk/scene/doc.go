// Package scene lays a view out on a panel: it turns kiosk/model's words into a
// display list of filled shapes and shaped text, and the targets a finger can
// hit.
//
// Every size is in millimetres of the real panel: type by the height of its
// capitals at the distance people stand, targets by the width of a finger. One
// type scale, one grid and one palette live in [Theme]; a screen's file only
// says what stands where. All pictures are drawn here from paths.
//
// The package is pure: it must never import anything that draws to a device,
// opens or stores. Drawing the list is kiosk/raster's business. It may keep no
// text between two calls: a text may be somebody's name.
package scene
