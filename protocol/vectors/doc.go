// Package vectors holds test vectors with their source: the worked examples of
// ICAO Doc 9303 part 11 and an invented Vietnamese card.
//
// It may be imported by tests and by drivers/emu only; it holds no code that a
// program needs. Values derived from the standard were computed again before
// they were put here. The card is invented and nobody's.
package vectors
