// Package text holds every sentence the touchscreen says, in every language it
// says it in.
//
// A text has a typed [Key]; a [Lang] gives its words. Vietnamese comes first and
// is the language the sentences are thought in: short, plain, polite (ông/bà),
// with a verb on every button and no word a patient would have to look up.
// English follows it. Texts are in Unicode normal form C.
//
// Names, numbers and dates enter a sentence through [Fill], which isolates them
// from the direction of the text around them.
//
// The package is pure: it must never import anything that draws, stores or
// talks. Tests hold the catalogues complete in both directions, the placeholders
// equal, and every citizen text of protocol/fault present.
package text
