package catalogue

// RefusalText is what an officer is told of a reason for which the centre refuses an act:
// those of the signing desk (protocol/gateway/signing), and those of officers' evidence.
// The reasons of vaccination are in protocol/immunisation.
func RefusalText(reason string) (Text, bool) {
	t, ok := refusals[reason]
	return t, ok
}

var refusals = map[string]Text{
	"no-such-task":     {"Văn bản này không còn chờ ký.", "This document is not to be signed any more."},
	"taken-by-another": {"Cán bộ khác đang giữ văn bản này.", "Another officer has this document."},
	"not-taken":        {"Đã quá 15 phút từ khi nhận văn bản. Mời nhận lại.", "The document was taken too long ago. Please take it again."},
	"already-signed":   {"Văn bản đã được ký.", "The document is signed."},
	"already-refused":  {"Văn bản đã bị từ chối ký.", "The document was refused."},
	"signer-unknown":   {"Chứng thư số chưa được đăng ký ở trung tâm.", "The certificate is not registered at the centre."},
	"signer-other":     {"Chứng thư số của người khác.", "The certificate belongs to somebody else."},
	"signer-untrusted": {"Chứng thư số không dùng để ký văn bản này.", "The certificate is not one for signing this."},
	"signer-not-valid": {"Chứng thư số đã hết hạn hoặc chưa có hiệu lực.", "The certificate is not valid now."},
	"signed-at-strange": {
		"Giờ của máy không đúng.", "The kiosk's clock is wrong.",
	},
	"signature-bad":         {"Chữ ký số không đúng.", "The signature is false."},
	"evidence-too-weak":     {"Chứng cứ chưa đủ: cần thẻ, vân tay và mã PIN của cán bộ.", "Not enough proof: the officer's card, finger and PIN are needed."},
	"evidence-used-twice":   {"Thẻ phải được đọc lại.", "The card has to be read again."},
	"not-the-officers-card": {"Thẻ không phải của cán bộ trong ca trực.", "The card is not the officer's on duty."},
	"officer-not-on-roster": {"Cán bộ không có trong danh sách trực.", "The officer is not on the roster."},
	"officer-off-duty":      {"Cán bộ không trong thời gian trực.", "The officer is not on duty at this time."},
	"session-over":          {"Ca trực đã hết giờ.", "The duty session is over."},
	"refused-by-operator":   {"Trung tâm đã từ chối.", "The centre has refused it."},
}
