package local

// CodeWord is what is said about a scanned code. It tells the kind of the code and
// nothing of what is in it.
type CodeWord string

// Words about codes.
const (
	CodeCard        CodeWord = "card"        // of an identity card: now the card itself
	CodeInsurance   CodeWord = "insurance"   // of an insurance card: the identity card is asked for
	CodeCertificate CodeWord = "certificate" // of a vaccination certificate, good so far: now the identity card
	CodeBirthFile   CodeWord = "birth-file"  // of a newborn's file: now the identity card
	CodeVaccination CodeWord = "vaccination" // a vaccination certificate, which this kiosk does not verify
	CodePayment     CodeWord = "payment"     // there is nothing to pay here
	CodeElsewhere   CodeWord = "elsewhere"   // of an appointment at another place
	CodeForeign     CodeWord = "foreign"     // of no use to this kiosk
	CodeDamaged     CodeWord = "damaged"     // known, and not whole
	CodeMisread     CodeWord = "misread"     // the code reader has changed its letters: a technician sets it
	CodeNotNow      CodeWord = "not-now"     // of no use to the current step
)
