// Package jpeg2000 decodes the pictures that travel documents carry: JPEG 2000
// part 1 (ISO/IEC 15444-1 = ITU-T T.800), bare codestreams and JP2 files, to
// eight bits per sample.
//
// It knows both wavelets, all progression orders and their changes, tiles and
// tile-parts, precincts, quality layers, every code-block style, regions of
// interest, subsampled components, grey, sRGB and sYCC. It refuses palettes,
// packed packet headers, high-throughput blocks (part 15) and whatever else
// [ErrUnsupported] names.
//
// Pictures come from cards and are hostile. [Limits] are held against the header
// before anything is allocated; what is spent on code-blocks, packets and passes
// is counted, so that no picture costs more than its declared size allows; a
// context ends the work between code-blocks. Lengths are strict: a codestream
// that ends early is malformed, not half a picture.
//
// The package takes bytes and imports nothing of ours.
package jpeg2000
