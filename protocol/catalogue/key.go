package catalogue

// KeyPart is a part of a business key: one of the constants, or the id of a field of
// the service's form.
type KeyPart string

// Parts of business keys that are in no form.
const (
	KeyFacility KeyPart = "@facility"
	KeyDevice   KeyPart = "@device"
	KeySeq      KeyPart = "@seq"
	KeySubject  KeyPart = "@subject" // the personal number
	KeyDate     KeyPart = "@date"    // the centre's date in Viet Nam (UTC+7)
)

// Field is the id of the field that k names; false for the other parts.
func (k KeyPart) Field() (string, bool) {
	if k == "" || k[0] == '@' {
		return "", false
	}
	return string(k), true
}
