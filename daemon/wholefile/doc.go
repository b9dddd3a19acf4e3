// Package wholefile reads and replaces small files as a whole: whoever reads one, after a
// power cut too, finds the old content or the new one. Each file has one writer at
// a time.
//
// The package must never import anything of this module.
package wholefile
