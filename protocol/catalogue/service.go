package catalogue

import (
	"crypto/sha256"
	"slices"
	"time"

	"motcua/protocol/request"
)

// Ids of services (facts of the domain, section 6).
const (
	CheckIn      = "H01" // insured check-in at a hospital
	CardValidity = "H09" // is the health-insurance card valid
)

// Text is a text in the languages of the catalogue.
type Text struct{ VI, EN string }

// In is the text in a language; Vietnamese for one that is not there.
func (t Text) In(lang string) string {
	if lang == "en" {
		return t.EN
	}
	return t.VI
}

// Languages are the languages of the catalogue, the default first.
func Languages() []string { return []string{"vi", "en"} }

// Offline says what a service can do while there is no connection to the centre.
type Offline string

// Rules for working offline.
const (
	OfflineNever Offline = "never" // not offered
	OfflineQueue Offline = "queue" // the request is kept and sent later; the person gets a receipt
)

// KeyPart is a part of a business key.
type KeyPart string

// Parts of business keys.
const (
	KeyFacility  KeyPart = "facility"
	KeySubject   KeyPart = "subject"
	KeyDate      KeyPart = "date" // the centre's date in Viet Nam (UTC+7)
	KeySpecialty KeyPart = "specialty"
)

// Field is one field of a service's form.
type Field struct {
	ID       string
	Name     Text
	Required bool
	// Choices are the ids a person may pick from; nil: not chosen from a list.
	Choices []string
}

// Service is one service.
type Service struct {
	ID   string
	Name Text
	// Evidence is the least the centre takes.
	Evidence request.Level
	// Attested: for what leaves nothing behind that the centre could check, which
	// is chip authentication and live comparison, the device's signed word is taken.
	Attested bool
	Offline  Offline
	// Priority is the class in the queue: 0 is sent first.
	Priority uint8
	// Expiry is how long after its making a request is still worth answering.
	Expiry time.Duration
	// Subject: the request is about a person.
	Subject bool
	// Key makes two requests the same: the centre gives the second the answer of
	// the first. Empty: every request stands alone.
	Key []KeyPart
	// Purposes are what the person consents to.
	Purposes []string
	Fields   []Field
}

// Services lists every service, by id.
func Services() []Service { return []Service{checkIn(), cardValidity()} }

// Lookup finds a service.
func Lookup(id string) (Service, bool) {
	all := Services()
	i := slices.IndexFunc(all, func(s Service) bool { return s.ID == id })
	if i < 0 {
		return Service{}, false
	}
	return all[i], true
}

func checkIn() Service {
	return Service{
		ID:       CheckIn,
		Name:     Text{"Đăng ký khám bảo hiểm y tế bằng căn cước", "Insured check-in with the identity card"},
		Evidence: request.E2,
		Attested: true,
		Offline:  OfflineQueue,
		Priority: 1,
		Expiry:   12 * time.Hour,
		Subject:  true,
		Key:      []KeyPart{KeyFacility, KeySubject, KeyDate, KeySpecialty},
		Purposes: []string{PurposeInsurance, PurposeCheckIn},
		Fields: []Field{
			{"specialty", Text{"Khoa khám", "Department"}, true, ids(Specialties())},
			{"group", Text{"Đối tượng ưu tiên", "Priority group"}, false, ids(Groups())},
			{"insurance", Text{"Kết quả tra cứu thẻ", "Answer about the card"}, false, nil},
		},
	}
}

func cardValidity() Service {
	return Service{
		ID:       CardValidity,
		Name:     Text{"Tra cứu giá trị thẻ bảo hiểm y tế", "Health-insurance card validity"},
		Evidence: request.E2,
		Attested: true,
		Offline:  OfflineNever,
		Priority: 0,
		Expiry:   2 * time.Minute,
		Subject:  true,
		Purposes: []string{PurposeInsurance},
		Fields: []Field{
			{"lookup_by", Text{"Tra cứu bằng", "Look up by"}, true, []string{string(request.LookupNumber), string(request.LookupCard)}},
			{"card_no", Text{"Số thẻ bảo hiểm y tế", "Insurance card number"}, false, nil},
		},
	}
}

// Purposes of consent.
const (
	PurposeInsurance = "insurance-lookup"
	PurposeCheckIn   = "check-in"
)

// Purposes are what the person consents to with a service.
func Purposes(service string) []string {
	s, _ := Lookup(service)
	return s.Purposes
}

// ConsentText is what the person reads before agreeing. Both services of a
// check-in are agreed to at once, so they share one text.
func ConsentText(service, lang string) string {
	if _, known := Lookup(service); !known {
		return ""
	}
	return Text{
		"Nếu đúng, ông/bà đồng ý cho bệnh viện dùng các thông tin này trong hôm nay để hỏi bảo hiểm y tế và đăng ký khám.",
		"If so, you agree that the hospital uses these details today to ask about your health insurance and to check you in.",
	}.In(lang)
}

// ConsentHash is the SHA-256 of the consent text, which a request carries.
func ConsentHash(service, lang string) request.Digest {
	return sha256.Sum256([]byte(ConsentText(service, lang)))
}
