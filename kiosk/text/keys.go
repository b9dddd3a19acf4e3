package text

// The frame around every screen.
const (
	Demo       Key = "frame.demo"
	OfflineBar Key = "frame.offline"
	Clock      Key = "frame.clock" // spoken
	Progress   Key = "frame.progress"

	BarEnd      Key = "bar.end"
	BarDisplay  Key = "bar.display"
	BarStaff    Key = "bar.staff"
	BarEndSaid  Key = "bar.end.spoken"
	BarShowSaid Key = "bar.display.spoken"
	BarLang     Key = "bar.lang" // names the other language in its own words
	BarLangSaid Key = "bar.lang.spoken"
	BarCallSaid Key = "bar.staff.spoken"

	StepCard      Key = "step.card"
	StepPerson    Key = "step.person"
	StepInsurance Key = "step.insurance"
	StepCheck     Key = "step.check"
	StepNumber    Key = "step.number"

	CardKeep Key = "card.keep"
	CardTake Key = "card.take"
	Day0     Key = "day.0"
	Day1     Key = "day.1"
	Day2     Key = "day.2"
	Day3     Key = "day.3"
	Day4     Key = "day.4"
	Day5     Key = "day.5"
	Day6     Key = "day.6"
)

// Before and while the card is read.
const (
	AttractTitle Key = "attract.title"
	AttractLead  Key = "attract.lead"
	AttractBegin Key = "attract.begin"
	AttractSaved Key = "attract.offline"
	LeftTitle    Key = "left.title" // a card lies there without a visit
	LeftLead     Key = "left.lead"

	PlaceTitle Key = "place.title"
	PlaceLead  Key = "place.lead"

	KeyTitle   Key = "key.title"
	KeyWhere   Key = "key.where"
	KeyCode    Key = "key.code"
	KeyWrong   Key = "key.wrong"
	KeyLeft    Key = "key.left"
	KeySubmit  Key = "key.submit"
	KeyDelete  Key = "key.delete"
	KeyDigit   Key = "key.digit"
	KeyEntered Key = "key.entered"

	// words about scanned codes
	CodeCard        Key = "code.card"
	CodeInsurance   Key = "code.insurance"
	CodeVaccination Key = "code.vaccination"
	CodeTicket      Key = "code.ticket"
	CodePayment     Key = "code.payment"
	CodeForeign     Key = "code.foreign"
	CodeDamaged     Key = "code.damaged"
	CodeMisread     Key = "code.misread"
	CodeNotNow      Key = "code.not-now"

	ReadingTitle Key = "reading.title"
	ReadingLead  Key = "reading.lead"
	ReadingCount Key = "reading.count"

	StageOpening   Key = "stage.opening"
	StageIdentity  Key = "stage.identity"
	StageVerifying Key = "stage.verifying"
	StagePhoto     Key = "stage.photo"
)

// Who it is, what the insurance says, what will be sent.
const (
	IdentifyTitle Key = "identify.title"
	IdentifyYes   Key = "identify.yes"
	IdentifyNo    Key = "identify.no"

	AskingTitle Key = "asking.title"
	AskingLead  Key = "asking.lead"
	AskingSlow  Key = "asking.slow"

	InsuranceOK          Key = "insurance.ok.title"
	InsuranceOKLead      Key = "insurance.ok"
	InsuranceNew         Key = "insurance.new-card.title"
	InsuranceNewLead     Key = "insurance.new-card"
	InsuranceDesk        Key = "insurance.reception.title"
	InsuranceDeskLead    Key = "insurance.reception"
	InsuranceDiffers     Key = "insurance.discrepancy.title"
	InsuranceDiffersLead Key = "insurance.discrepancy"
	InsuranceAway        Key = "insurance.unavailable.title"
	InsuranceAwayLead    Key = "insurance.unavailable"
	InsuranceCard        Key = "insurance.card"
	InsuranceTo          Key = "insurance.to"
	InsuranceFacility    Key = "insurance.facility"
	InsuranceAgain       Key = "insurance.again"

	CheckTitle   Key = "check.title"
	CheckPrivacy Key = "check.privacy"
	CheckSend    Key = "check.send"
	CheckChange  Key = "check.change"
	CheckSaid    Key = "check.change.spoken"

	ChooseTitle Key = "choose.title"
	ChooseMore  Key = "choose.more"
	ChooseBack  Key = "choose.back"
	ChooseNow   Key = "choose.now"

	SendingTitle Key = "sending.title"
	SendingLead  Key = "sending.lead"
	SendingSlow  Key = "sending.slow"

	FieldName      Key = "field.name"
	FieldNumber    Key = "field.number"
	FieldBirth     Key = "field.birth"
	FieldInsurance Key = "field.insurance"
	FieldSpecialty Key = "field.specialty"
	FieldService   Key = "field.service"
	FieldUnknown   Key = "field.unknown"

	ValueOK      Key = "insurance.value.ok"
	ValueNew     Key = "insurance.value.new-card"
	ValueDesk    Key = "insurance.value.reception"
	ValueDiffers Key = "insurance.value.discrepancy"
	ValueAway    Key = "insurance.value.unavailable"
)

// The end of a visit, and what can go wrong.
const (
	DoneTicket   Key = "done.ticket"
	DoneTitle    Key = "done.title"
	DoneReceived Key = "done.received"
	DoneNoTicket Key = "done.received.lead"
	DoneHeld     Key = "done.held.lead"
	DoneSaved    Key = "done.saved"
	DoneSavedNo  Key = "done.saved.number"
	DoneSavedWay Key = "done.saved.lead"
	DoneSavedToo Key = "done.saved.ticket"
	DoneReceipt  Key = "done.receipt"
	DoneRoom     Key = "done.room"
	DoneFloor    Key = "done.floor"
	DoneAhead    Key = "done.ahead"
	DoneWait     Key = "done.wait"
	DoneMinutes  Key = "done.minutes"
	DoneFinish   Key = "done.finish"
	DoneTakeCard Key = "done.card"

	ExitRetry    Key = "exit.retry"
	ExitOther    Key = "exit.other"
	ExitStaff    Key = "exit.staff"
	ExitCancel   Key = "exit.cancel"
	ExitContinue Key = "exit.continue"
	ProblemCode  Key = "problem.code"

	StaffTitle Key = "staff.title"
	StaffLead  Key = "staff.lead"

	LostTitle Key = "lost.title"
	LostLead  Key = "lost.lead"

	ClosedTitle Key = "fault.out-of-order.title"
	ClosedLead  Key = "fault.out-of-order"

	StillTitle Key = "still.title"
	StillLead  Key = "still.lead"
	StillYes   Key = "still.yes"
	StillNo    Key = "still.no"

	ShowTitle    Key = "show.title"
	ShowSize     Key = "show.size"
	ShowColours  Key = "show.colours"
	ShowNormal   Key = "show.size.normal"
	ShowLarge    Key = "show.size.large"
	ShowLight    Key = "show.colours.light"
	ShowDark     Key = "show.colours.dark"
	ShowDone     Key = "show.done"
	ShowSelected Key = "show.selected"
)

// Texts whose keys other programs name: specialties of the catalogue and the
// citizen texts of protocol/fault.
const (
	SpecialtyInternal    Key = "specialty.internal"
	SpecialtySurgery     Key = "specialty.surgery"
	SpecialtyPaediatrics Key = "specialty.paediatrics"
	SpecialtyObstetrics  Key = "specialty.obstetrics"
	SpecialtyEye         Key = "specialty.eye"
	SpecialtyENT         Key = "specialty.ent"
	SpecialtyDental      Key = "specialty.dental"
	SpecialtySkin        Key = "specialty.dermatology"
	SpecialtyHeart       Key = "specialty.cardiology"
	SpecialtyNerves      Key = "specialty.neurology"
	SpecialtyTraditional Key = "specialty.traditional"
	SpecialtyGeneral     Key = "specialty.general"

	FaultCardGone         Key = "fault.card-gone"
	FaultCardGoneTitle    Key = "fault.card-gone.title"
	FaultForeign          Key = "fault.card-foreign"
	FaultForeignTitle     Key = "fault.card-foreign.title"
	FaultBusy             Key = "fault.card-busy"
	FaultBusyTitle        Key = "fault.card-busy.title"
	FaultWrongKey         Key = "fault.wrong-key"
	FaultWrongKeyTitle    Key = "fault.wrong-key.title"
	FaultBlocked          Key = "fault.key-blocked"
	FaultBlockedTitle     Key = "fault.key-blocked.title"
	FaultUnreadable       Key = "fault.unreadable"
	FaultUnreadableTitle  Key = "fault.unreadable.title"
	FaultCode             Key = "fault.code-unusable"
	FaultCodeTitle        Key = "fault.code-unusable.title"
	FaultForged           Key = "fault.forged"
	FaultForgedTitle      Key = "fault.forged.title"
	FaultMismatch         Key = "fault.mismatch"
	FaultMismatchTitle    Key = "fault.mismatch.title"
	FaultOffline          Key = "fault.offline"
	FaultOfflineTitle     Key = "fault.offline.title"
	FaultRefused          Key = "fault.refused"
	FaultRefusedTitle     Key = "fault.refused.title"
	FaultNoScanner        Key = "fault.no-scanner"
	FaultNoScannerTitle   Key = "fault.no-scanner.title"
	FaultNoTicket         Key = "fault.no-ticket"
	FaultNoTicketTitle    Key = "fault.no-ticket.title"
	FaultInternal         Key = "fault.internal"
	FaultInternalTitle    Key = "fault.internal.title"
	FaultClosedNearest    Key = "fault.out-of-order.desk"
	FaultClosedTechnician Key = "fault.out-of-order.code"
)
