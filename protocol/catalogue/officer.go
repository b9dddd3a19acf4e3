package catalogue

import (
	"crypto/sha256"

	"motcua/protocol/request"
)

// FingerText is what an officer reads before a finger is enrolled.
func FingerText(lang string) string {
	return Text{
		"Máy niêm phong mẫu vân tay của ông/bà tại đây, chỉ để mở ca trực. Mẫu không rời khỏi máy, xóa được bất cứ lúc nào, và luôn có thể dùng mã PIN.",
		"This kiosk keeps your fingerprint, sealed, only to open your duty session. It never leaves the kiosk, you can delete it at any time, and your PIN always works instead.",
	}.In(lang)
}

// FingerHash is the SHA-256 of that text, which the audit log keeps.
func FingerHash(lang string) request.Digest { return sha256.Sum256([]byte(FingerText(lang))) }
