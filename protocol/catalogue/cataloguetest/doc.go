// Package cataloguetest fills in the forms of the catalogue with invented answers,
// for tests of whoever takes them.
package cataloguetest
