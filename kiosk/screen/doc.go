// Package screen puts the kiosk on a real display: it is the only importer of
// Ebitengine.
//
// It draws with kiosk/raster in memory and hands the picture over, which costs
// less on a kiosk without a graphics processor than drawing through OpenGL, and
// shows exactly what the golden pictures show. It paints only when something has
// changed, after a change of size or focus, and every few seconds, because a
// window that covered the kiosk for a moment leaves its picture behind.
//
// X gives the first finger as mouse button 1; nothing needs a second one. Its
// events come through the queue of kiosk/touch, so that a slow frame loses no tap,
// and by asking Ebitengine once a frame where that queue cannot be had. Taps, their
// guard and their meaning belong to kiosk/model. Importing this package
// needs an X display, see kiosk/display; nothing but the program may import it.
package screen
