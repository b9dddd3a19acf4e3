package local

// Lookup is what is known of the request whose slip was scanned: how far it has
// come, and nothing about what was asked or by whom. By the person's card it is what
// is known of their dossiers.
type Lookup struct {
	State LookupState `json:"state"`
	// SavedAt is when it was saved on this kiosk, and ReceivedAt when the centre had
	// it, unix milliseconds; 0 where that is not known.
	SavedAt    int64 `json:"saved_at,omitempty"`
	ReceivedAt int64 `json:"received_at,omitempty"`
	// Withdraw: the holder of the slip may take consent back, as service F02.
	Withdraw bool `json:"withdraw,omitempty"`
	// Dossiers are the person's, the newest first; with LookupDossiers.
	Dossiers []Dossier `json:"dossiers,omitempty"`
}

// LookupState is how far a request has come.
type LookupState string

// States of a request as a slip may tell them.
const (
	LookupSaved    LookupState = "saved"    // on this kiosk, not received by the hospital yet
	LookupReceived LookupState = "received" // by the hospital
	LookupHeld     LookupState = "held"     // received, and staff look at it first
	LookupRefused  LookupState = "refused"
	LookupExpired  LookupState = "expired" // it came to the hospital after its time
	LookupOld      LookupState = "old"     // the slip is older than a day
	LookupForeign  LookupState = "foreign" // the slip is another facility's
	LookupUnknown  LookupState = "unknown" // nobody here knows of it
	LookupSeveral  LookupState = "several" // the code stands for more than one
	// LookupUnasked: it is no slip of this kiosk, and the centre could not be asked.
	LookupUnasked LookupState = "unasked"

	// States of a lookup by the person's card.
	LookupDossiers LookupState = "dossiers"
	LookupNone     LookupState = "none"   // the person has no dossier
	LookupSilent   LookupState = "silent" // the centre could not be asked
)
