// Package bhyt reads the code on a health insurance card (bảo hiểm y tế), on
// paper or in the insurer's app.
//
// The layout is not published; it is read as several independent programs read
// it, in its two forms: fifteen fields with the number of fifteen characters, and
// seventeen with the newer number of ten digits, or the twelve of the identity
// card. What stands there has to be right in form or the card is refused: a field
// that was misread must not reach a form.
//
// The code is not signed: it says under which number to ask the insurer, and
// nothing about the answer. The package works on text; no error quotes it.
package bhyt
