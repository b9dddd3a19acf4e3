// Package opendata owns what is published of the centre's numbers: how many requests
// of a service each facility had on each day, with totals, and nothing that tells of
// a few people. A count below [Least] is not published, and neither are others from
// which it could be computed (complementary suppression).
//
// The table of a service is one of rows, columns and their totals. For each count that
// is too small, so many others are left out with it that there is another table which
// says the same everywhere else, adds up, and in which that count is [Least]. Whoever
// computes with all that is published, and knows that what is left out is at least 1,
// cannot tell the two apart.
package opendata
