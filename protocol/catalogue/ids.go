package catalogue

// Ids of services, in the order of the domain's list (facts of the domain,
// section 6), but for F02. Its last row, O03-6, is one service here: four reports of a device with
// one form, one way and one key.
const (
	CheckIn        = "H01" // insured check-in at a hospital
	PaidCheckIn    = "H02"
	QueueTicket    = "H03"
	Appointment    = "H04"
	PayFee         = "H05"
	PharmacyTicket = "H06"
	ResultReady    = "H07"
	LodgingNotice  = "H08"
	CardValidity   = "H09" // is the health-insurance card valid
	RecordConsent  = "H10"
	BirthFile      = "H11"
	VerifyVaccine  = "V01"
	VaccineSession = "V02"
	RecordDose     = "V03"
	AttestDoses    = "V04"
	VaccineCert    = "V05"
	Birth          = "C01"
	Death          = "C02"
	CivilExtract   = "C03"
	Residence      = "C04"
	StayNotice     = "C05"
	DossierStatus  = "C06"
	Supplement     = "C07"
	CertifiedCopy  = "C08"
	CriminalRecord = "C09"
	OneStopTicket  = "C10"
	ElectronicID   = "C11"
	Discrepancy    = "C12"
	SigningDesk    = "C13"
	Pension        = "S01"
	BenefitStatus  = "S02"
	Feedback       = "F01"
	// WithdrawConsent is none of the domain's list: what somebody has agreed to with any
	// service is taken back.
	WithdrawConsent = "F02"
	Provision       = "O01"
	DutySession     = "O02"
	DeviceReport    = "O03"
)
