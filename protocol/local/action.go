package local

// Verb is what a person did on the screen.
type Verb string

// Verbs. Which of them a step takes is decided by daemon/session.
const (
	VerbBegin    Verb = "begin"    // tapped the attract screen; Value is a service id, or empty
	VerbService  Verb = "service"  // chose the service in Value from the menu
	VerbKey      Verb = "key"      // Value is six digits, the whole number, or the text of a scanned code
	VerbYes      Verb = "yes"      // this is me, and I agree
	VerbNo       Verb = "no"       // this is not me
	VerbContinue Verb = "continue" // seen, go on
	VerbAnswer   Verb = "answer"   // answers Field with Value; empty: leaves it out
	VerbChange   Verb = "change"   // asks the question of Field again
	VerbBack     Verb = "back"     // to what came before
	VerbSubmit   Verb = "submit"   // send it
	VerbRetry    Verb = "retry"    // try the same again
	VerbOtherWay Verb = "other"    // another way to the same end
	VerbStaff    Verb = "staff"    // call staff
	VerbCancel   Verb = "cancel"   // end the visit
	VerbHere     Verb = "here"     // still here
	VerbFinish   Verb = "finish"   // seen the ticket
	VerbPIN      Verb = "pin"      // Value is an officer's PIN, or that of the signing token
	VerbTake     Verb = "take"     // takes the task in Value, to be signed
	VerbClose    Verb = "close"    // end the officer's session
	VerbEnrol    Verb = "enrol"    // have a finger of the officer taken
	VerbForget   Verb = "forget"   // delete the officer's finger
	VerbClear    Verb = "clear"    // an officer: the kiosk is as it should be, though its case was open
	VerbPrint    Verb = "print"    // print what is shown
	VerbClaim    Verb = "claim"    // go on with what the scanned code of the card says
	VerbName     Verb = "name"     // go on without the card: number, name and birth are asked
)

// Action is one act of the person in front of the screen.
type Action struct {
	Version int    `json:"version"`
	Visit   string `json:"visit,omitempty"` // empty with begin
	// Step is the step the person saw; an action on a step that has passed is
	// refused, so that a double tap does nothing twice.
	Step  Step   `json:"step,omitempty"`
	Verb  Verb   `json:"verb"`
	Field string `json:"field,omitempty"`
	Value string `json:"value,omitempty"`
	// Lang is the screen's language, for receipts and answers.
	Lang string `json:"lang,omitempty"`
}
