package local

// Finger is where reading an officer's finger stands.
type Finger struct {
	Word FingerWord `json:"word,omitempty"` // what became of the last try
	// Ask is what is to be done next while a finger is taken: for picture Number of Of.
	Ask    FingerAsk `json:"ask,omitempty"`
	Number int       `json:"number,omitempty"`
	Of     int       `json:"of,omitempty"`
}

// FingerKept says whether a finger of the officer is kept here.
type FingerKept string

// Whether it is.
const (
	FingerNone   FingerKept = "none" // and one may be taken
	FingerSealed FingerKept = "kept"
)

// FingerAsk is what the officer is asked to do.
type FingerAsk string

// What an officer is asked to do.
const (
	AskLay  FingerAsk = "lay"
	AskLift FingerAsk = "lift"
)

// FingerWord is what became of the last try.
type FingerWord string

// Words about fingers.
const (
	FingerWrong     FingerWord = "wrong"     // another finger
	FingerPoor      FingerWord = "poor"      // too dry, wet, small or smeared
	FingerDiffer    FingerWord = "differ"    // the pictures show no one finger
	FingerAbsent    FingerWord = "absent"    // nobody has laid one down
	FingerSpent     FingerWord = "spent"     // too many wrong ones: the PIN first
	FingerNoReader  FingerWord = "no-reader" // there is none, or it was lost
	FingerOther     FingerWord = "other"     // kept by a reader of another kind
	FingerDamaged   FingerWord = "damaged"   // the one that is kept cannot be read
	FingerEnrolled  FingerWord = "enrolled"  // kept from now on
	FingerDeleted   FingerWord = "deleted"   // not kept any more
	FingerUnwritten FingerWord = "unwritten" // the disk did not take it
)
