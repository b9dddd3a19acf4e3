package catalogue

// VerdictText is what a status of a vaccination certificate (protocol/code/hc1) is
// called on paper. A status that is not known is called not verified.
func VerdictText(status string) Text {
	switch status {
	case "valid":
		return Text{"Có giá trị, đúng người", "Valid, of this person"}
	case "expired":
		return Text{"Đã hết hạn", "Expired"}
	case "not-yet-valid":
		return Text{"Chưa đến ngày có hiệu lực", "Not valid yet"}
	case "revoked":
		return Text{"Đã bị thu hồi", "Revoked"}
	case "not-holder":
		return Text{"Không khớp với thẻ căn cước", "Does not match the identity card"}
	case "tampered":
		return Text{"Nội dung bị thay đổi", "Altered"}
	case "untrusted-issuer":
		return Text{"Không rõ nơi cấp", "Issuer not known"}
	}
	return Text{"Chưa kiểm tra được", "Not verified"}
}
