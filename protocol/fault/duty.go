package fault

// Codes of officers' duty.
const (
	WrongPIN      Code = "DUTY-01"
	OfficerLocked Code = "DUTY-02"
	RosterOld     Code = "DUTY-03"
	NotOnRoster   Code = "DUTY-04"
	DutyStore     Code = "DUTY-05"
	WrongFinger   Code = "DUTY-06"
	FingerSpent   Code = "DUTY-07"
	FingerStore   Code = "DUTY-08"
)

var duty = []Info{
	{WrongPIN, Retry, "the officer's PIN is wrong", "fault.wrong-pin", "none; the registrar gives a new PIN with the next roster"},
	{OfficerLocked, Retry, "too many wrong PINs for one officer", "fault.officer-locked", "wait; if the officer did not try, look for who has the card"},
	{RosterOld, Retry, "there is no roster, or it counts no more", "fault.roster-old", "bring the registrar's newest roster to the file that [duty] names; check the clock"},
	{NotOnRoster, Permanent, "the card is nobody's on the roster", "fault.not-on-roster", "none; the registrar puts the officer's present card on the next roster"},
	{DutyStore, Permanent, "what officers did cannot be written down", "fault.duty-store", "free space on the data partition; check who owns the folder of [duty] and that of the queue"},
	{WrongFinger, Retry, "the finger is not the officer's", "", "none; if the right one is often refused, the officer deletes it and has it taken anew"},
	{FingerSpent, Permanent, "too many wrong fingers for one officer", "", "none: the right PIN allows fingers again; if the officer did not try, look for who has the card"},
	{FingerStore, Permanent, "an officer's finger cannot be kept, or is damaged or of another device", "", "free space; check owner and mode (600) of the file in duty.secret; then the officer has the finger taken anew"},
}
