// Package documents keeps, on the kiosk, the newest of each document that the
// centre signs for everybody (k1/{scope}/doc/{name}).
//
// A document counts from the moment its signature verifies until one with a higher
// number does; a lower number never comes back, after a restart neither. It is on
// the disk as it was signed, and verified again when it is read.
//
// What a document means is not known here: a [Kind] says how one is verified, and
// whoever uses it asks for the newest. The package must never import the link, the
// session or anything that knows a visit.
package documents
