// Package portrait decodes the face of a card for a screen: JPEG (ISO/IEC 10918)
// and JPEG 2000 (ISO/IEC 15444-1), as Doc 9303 part 10, 4.7.2 allows.
//
// It takes an [emrtd.SignedFace], which exists only for a DG2 whose hash was
// verified. Even so the picture is treated as hostile: its declared size is held
// against [Limits] before a decoder sees it, decoding runs in a worker of its own
// that survives a decoder's panic, and a picture that takes too long is left
// alone: the worker ends by itself at the next look at the context, and no more
// than a few run at once. A bad picture costs its visit a picture, nothing else.
//
// The package must not import drivers, os, net or log, and starts no goroutine
// that [Decoder.Wait] does not see end.
package portrait
