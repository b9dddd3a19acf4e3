// Package group puts the groups that travel documents agree on keys in behind
// one type, [Group]: the elliptic curves of protocol/ec and the prime fields of
// protocol/modp. PACE and chip authentication are written once on top of it.
//
// It owns the standardized domain parameter ids (Doc 9303 part 11, table 6) and
// imports those two packages only.
package group
