// Package linked is the gateway's side of linked civil procedures: births (C01), deaths
// (C02), the files that hospitals begin for newborns (H11), what citizens bring later
// (C07), and what they are told of their dossiers (C06).
//
// A dossier gets its number and its due dates in the transaction of the request's
// receipt. It is handed to the hub of the agencies afterwards, under a key that makes
// no second one of a second try, and followed there until every leg has ended. What is
// told of a leg is what its agency said, with the time of that.
//
// What is kept of a dossier names nobody: people are keyed hashes, and the form stays
// sealed in the inbox. A dossier has one writer, which is the work that follows its
// request; other requests leave notes for it.
package linked
