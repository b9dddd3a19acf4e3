package catalogue

import (
	"crypto/sha256"
	"strings"

	"motcua/protocol/request"
)

// Purposes of consent.
const (
	PurposeInsurance   = "insurance-lookup"
	PurposeCheckIn     = "check-in"
	PurposeAppointment = "appointment"
	PurposePayment     = "payment"
	PurposePharmacy    = "pharmacy"
	PurposeResults     = "result-lookup"
	PurposeLodging     = "lodging-notice"
	PurposeRecords     = "health-record-sharing"
	PurposeBirth       = "birth-registration"
	PurposeDeath       = "death-registration"
	PurposeResidence   = "residence-registration"
	PurposeBenefit     = "social-benefit"
	PurposeCivilCopy   = "civil-status-copy"
	PurposeVaccine     = "vaccination-record"
	PurposeCertificate = "vaccination-certificate"
	PurposeDossier     = "dossier-lookup"
	PurposeSupplement  = "dossier-supplement"
	PurposeCopy        = "certified-copy"
	PurposeJudicial    = "criminal-record-certificate"
	PurposeElectronic  = "electronic-identity"
	PurposeCorrection  = "data-correction"
	PurposePension     = "pension"
)

// purposeNames are the purposes in words that follow "to" and "để".
func purposeNames() map[string]Text {
	return map[string]Text{
		PurposeInsurance:   {"hỏi bảo hiểm y tế", "ask about your health insurance"},
		PurposeCheckIn:     {"đăng ký khám", "check you in"},
		PurposeAppointment: {"tìm lịch hẹn", "find your appointment"},
		PurposePayment:     {"tìm khoản phải trả", "find what is to be paid"},
		PurposePharmacy:    {"tìm đơn thuốc", "find your prescription"},
		PurposeResults:     {"tìm xem đã có kết quả chưa", "see whether your results are there"},
		PurposeLodging:     {"báo cho cơ quan đăng ký cư trú rằng ông/bà lưu trú ở đây", "tell the residence authority that you stay here"},
		PurposeRecords:     {"liên thông sổ sức khỏe điện tử", "share your electronic health record"},
		PurposeBirth:       {"đăng ký khai sinh", "register the birth"},
		PurposeDeath:       {"đăng ký khai tử", "register the death"},
		PurposeResidence:   {"đăng ký cư trú", "register residence"},
		PurposeBenefit:     {"giải quyết chế độ trợ cấp", "settle social benefits"},
		PurposeCivilCopy:   {"cấp bản sao trích lục hộ tịch", "issue a copy of the civil-status record"},
		PurposeVaccine:     {"ghi nhận mũi tiêm", "record the vaccination"},
		PurposeCertificate: {"cấp chứng nhận tiêm chủng", "issue a vaccination certificate"},
		PurposeDossier:     {"tra cứu hồ sơ", "look the dossier up"},
		PurposeSupplement:  {"bổ sung hồ sơ", "complete the dossier"},
		PurposeCopy:        {"chứng thực bản sao điện tử", "certify an electronic copy"},
		PurposeJudicial:    {"cấp phiếu lý lịch tư pháp", "issue the criminal-record certificate"},
		PurposeElectronic:  {"hỗ trợ tài khoản định danh điện tử", "help with your electronic identity"},
		PurposeCorrection:  {"chuyển chỗ sai lệch đến nơi giữ dữ liệu", "pass the discrepancy to the keeper of the record"},
		PurposePension:     {"xác nhận và chi trả lương hưu", "confirm and pay the pension"},
	}
}

// Purposes are what the person consents to with a service.
func Purposes(service string) []string {
	s, _ := Lookup(service)
	return s.Purposes
}

// ConsentText is what the person reads before agreeing; empty where there is
// nothing to agree to. At an insured check-in the card is looked up on the way: the
// text of the check-in tells both.
func ConsentText(service, lang string) string {
	s, _ := Lookup(service)
	if len(s.Purposes) == 0 {
		return ""
	}
	names, words := purposeNames(), []string{}
	for _, p := range s.Purposes {
		words = append(words, names[p].In(lang))
	}
	user := Text{"cơ quan tiếp nhận dùng các thông tin này", "the receiving office uses these details"}
	if s.ID[0] == 'H' {
		user = Text{"bệnh viện dùng các thông tin này trong hôm nay", "the hospital uses these details today"}
	}
	return Text{
		"Nếu đúng, ông/bà đồng ý cho " + user.VI + " để " + joined(words, " và ") + ".",
		"If so, you agree that " + user.EN + " to " + joined(words, " and to ") + ".",
	}.In(lang)
}

// joined is a list as it is spoken.
func joined(words []string, and string) string {
	last := len(words) - 1
	if last == 0 {
		return words[0]
	}
	return strings.Join(words[:last], ", ") + and + words[last]
}

// ConsentHash is the SHA-256 of the consent text, which a request carries.
func ConsentHash(service, lang string) request.Digest {
	return sha256.Sum256([]byte(ConsentText(service, lang)))
}
