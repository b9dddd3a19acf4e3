package catalogue

import "slices"

// withdrawal is a choice of what is taken back: purposes that belong together in the eyes
// of whoever agreed to them. A person need not know what they have agreed to where.
type withdrawal struct {
	Choice
	purposes []string
}

func withdrawals() []withdrawal {
	all := []withdrawal{
		{Choice{"care", Text{"Khám chữa bệnh, bảo hiểm y tế", "Treatment, health insurance"}}, []string{
			PurposeCheckIn, PurposeInsurance, PurposeAppointment, PurposePayment, PurposePharmacy, PurposeResults, PurposeLodging,
		}},
		{Choice{"records", Text{"Liên thông sổ sức khỏe điện tử", "Sharing my electronic health record"}}, []string{PurposeRecords}},
		{Choice{"vaccination", Text{"Tiêm chủng", "Vaccination"}}, []string{PurposeVaccine, PurposeCertificate}},
		{Choice{"civil", Text{"Hộ tịch, cư trú, hồ sơ", "Civil status, residence, files"}}, []string{
			PurposeBirth, PurposeDeath, PurposeResidence, PurposeCivilCopy, PurposeDossier, PurposeSupplement, PurposeCopy, PurposeJudicial, PurposeElectronic, PurposeCorrection,
		}},
		{Choice{"social", Text{"Lương hưu, trợ cấp", "Pensions and benefits"}}, []string{PurposeBenefit, PurposePension}},
	}
	everything := withdrawal{Choice: Choice{"all", Text{"Tất cả những việc trên", "All of these"}}}
	for _, w := range all {
		everything.purposes = append(everything.purposes, w.purposes...)
	}
	return append(all, everything)
}

func withdrawable() (all []Choice) {
	for _, w := range withdrawals() {
		all = append(all, w.Choice)
	}
	return all
}

// Withdrawn are the purposes that a choice of service F02 takes back; none for what is no
// choice.
func Withdrawn(choice string) []string {
	all := withdrawals()
	i := slices.IndexFunc(all, func(w withdrawal) bool { return w.ID == choice })
	if i < 0 {
		return nil
	}
	return all[i].purposes
}
