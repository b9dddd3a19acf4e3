// Package display ends the program with one clear line when there is no X
// display to draw on.
//
// Ebitengine opens the display while its package is initialised, before main
// runs, and panics when there is none. Go initialises packages whose imports are
// ready in the order of their paths. Ebitengine needs package time; this one
// needs only syscall, which time needs as well, so that its check always comes
// first. It must therefore never import anything else. A test runs the program
// without a display and holds it to one line and exit code 3, so that a change
// of that order is seen.
//
// The check also answers for -version and -help: a program that links Ebitengine
// cannot do without a display even for those.
package display
