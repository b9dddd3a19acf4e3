package immunisation

import "slices"

// Reason is why something is refused: a stable word in the inbox and in the codes of a
// result.
type Reason string

// Reasons; [Reasons] has a row for each.
const (
	RegistrySilent  Reason = "registry-silent"
	NobodyWaits     Reason = "nobody-waits"
	RecordForged    Reason = "record-forged"
	PlanUnknown     Reason = "plan-unknown"
	PlanNotApproved Reason = "plan-not-approved"
	ApprovalForged  Reason = "approval-forged"
	ApprovalDiffers Reason = "approval-differs"
	ApprovedBySelf  Reason = "approved-by-oneself"
	PlanElsewhere   Reason = "plan-of-another-facility"
	PlanOtherDay    Reason = "plan-of-another-day"
	PlaceDiffers    Reason = "place-differs"
	LotNotPlanned   Reason = "lot-not-in-plan"
	LotExpired      Reason = "lot-expired"
	AntigenNot      Reason = "antigen-not-in-plan"
	PlanUsed        Reason = "plan-used"
	TimeUnknown     Reason = "time-unknown"
	CardAbsent      Reason = "card-not-there"

	SessionUnknown   Reason = "session-unknown"
	SessionElsewhere Reason = "session-of-another-facility"
	SessionOtherKit  Reason = "session-of-another-device"
	SessionOtherOne  Reason = "session-of-another-officer"
	SessionRevoked   Reason = "session-revoked"
	OutsideSession   Reason = "outside-the-session"
	DoseTooLate      Reason = "dose-too-late"
	LotNotInSession  Reason = "lot-not-in-session"
	LotOtherAntigen  Reason = "lot-of-another-antigen"
	DoseOutOfOrder   Reason = "dose-out-of-order"
	DoseTooEarly     Reason = "dose-too-early"
	DoseBeyond       Reason = "dose-beyond-the-course"
	MoreThanPlanned  Reason = "more-than-planned"

	BatchUnknown  Reason = "batch-unknown"
	BatchDiffers  Reason = "batch-differs"
	SignerUnknown Reason = "signer-unknown"
	SignerOther   Reason = "signer-is-another"
	SignatureBad  Reason = "signature-false"
	AttesterInIt  Reason = "attester-took-part"

	DoseUnknown     Reason = "dose-unknown"
	DoseOfAnother   Reason = "dose-of-another"
	DoseUnattested  Reason = "dose-not-attested"
	DoseRevoked     Reason = "dose-revoked"
	SeveralAntigens Reason = "doses-of-several-antigens"
	NothingToSay    Reason = "nothing-to-certify"
	CredentialNone  Reason = "credential-unknown"
	CredentialOther Reason = "credential-of-another-facility"
)

// Explanation is a reason in words.
type Explanation struct {
	Reason  Reason
	Service string // ids of the services that give it
	VI, EN  string // for whoever stands at the kiosk
	Action  string // what an operator does
}

// In is the explanation in a language of the kiosk.
func (e Explanation) In(lang string) string {
	if lang == "en" {
		return e.EN
	}
	return e.VI
}

// Explain finds the words for a reason; false when it is none of vaccination.
func Explain(r Reason) (Explanation, bool) {
	all := Reasons()
	i := slices.IndexFunc(all, func(e Explanation) bool { return e.Reason == r })
	if i < 0 {
		return Explanation{}, false
	}
	return all[i], true
}

// Reasons lists them, in the order in which things go.
func Reasons() []Explanation {
	const all, use = "V02 V03 V04 V05", "V03 V02"
	return []Explanation{
		{RegistrySilent, "V02 V04 V05", "Hệ thống tiêm chủng chưa trả lời. Mời thử lại.", "The immunisation registry does not answer. Please try again.", "look at the registry; doses are sent to it later, everything else is asked for again"},
		{NobodyWaits, "V02 V04 V05", "Yêu cầu đã quá giờ. Mời làm lại.", "The request was answered too late. Please do it again.", "none: it is done again, also after an approver has let it go"},
		{RecordForged, all, "Có dữ liệu không do trung tâm lập. Mời gọi cán bộ phụ trách.", "There is data that the centre has not made. Please call the person in charge.", "somebody has written into the registry by hand: find out who; alarm registry-forged"},
		{PlanUnknown, "V02", "Không có kế hoạch tiêm này.", "There is no such plan.", "have the plan proposed and approved"},
		{PlanNotApproved, "V02", "Kế hoạch tiêm chưa được duyệt.", "The plan is not approved.", "have it approved by an approver of another facility"},
		{ApprovalForged, "V02", "Chữ ký duyệt kế hoạch không đúng.", "The approval of the plan is not signed by a known approver.", "put the approver, who is of another facility, on the roster, or find out who made the approval"},
		{ApprovalDiffers, "V02", "Văn bản duyệt không khớp với kế hoạch.", "The approval is another than the plan's.", "scan the approval that belongs to the plan"},
		{ApprovedBySelf, "V02", "Người mở buổi tiêm không được tự duyệt.", "Whoever opens the session did not approve it.", "another officer opens the session"},
		{PlanElsewhere, "V02", "Kế hoạch của cơ sở khác.", "The plan is of another facility.", "none"},
		{PlanOtherDay, "V02", "Kế hoạch của ngày khác.", "The plan is for another day.", "have a plan for the day approved"},
		{PlaceDiffers, "V02", "Nơi tiêm khác với kế hoạch.", "The place is another than the plan's.", "go to the planned place, or have the plan changed"},
		{LotNotPlanned, "V02", "Số lô không có trong kế hoạch.", "The lot is not in the plan.", "use the planned lots, or have the plan changed"},
		{LotExpired, use, "Lô vắc xin đã hết hạn.", "The lot is past its last day.", "take the lot away"},
		{AntigenNot, "V02", "Kháng nguyên không có trong kế hoạch.", "The antigen is not in the plan.", "none"},
		{PlanUsed, "V02", "Kế hoạch này đã được mở buổi tiêm.", "A session was opened by this plan already.", "go on in that session, or have another plan approved"},
		{TimeUnknown, use, "Máy chưa biết giờ đúng.", "The kiosk does not know the time.", "connect the kiosk to the centre once, then record again"},
		{CardAbsent, "V03 V05", "Thẻ căn cước chưa được đọc tại máy.", "The person's card was not there.", "none: nobody can let this go; the person comes with the card"},
		{SessionUnknown, use, "Không có buổi tiêm này.", "There is no such session.", "open a session"},
		{SessionElsewhere, use, "Buổi tiêm của cơ sở khác.", "The session is of another facility.", "find out how the kiosk got it"},
		{SessionOtherKit, "V03", "Buổi tiêm được mở ở máy khác.", "The session was opened at another device.", "record at the device of the session"},
		{SessionOtherOne, "V03", "Buổi tiêm do cán bộ khác mở.", "The session was opened by another officer.", "the officer of the session records, or opens a session of their own"},
		{SessionRevoked, use, "Buổi tiêm đã bị thu hồi.", "The session was revoked.", "none"},
		{OutsideSession, "V03", "Mũi tiêm nằm ngoài giờ của buổi tiêm.", "The dose was given outside the session's time.", "compare the kiosk's clock and the session; the dose is told by the correction of records"},
		{DoseTooLate, "V03", "Mũi tiêm được báo sau 72 giờ.", "The dose came more than 72 hours later.", "restore the kiosk's connection; the dose is told by the correction of records"},
		{LotNotInSession, "V03", "Số lô không có trong buổi tiêm.", "The lot is not in the session.", "look at the vial, and scan its lot again"},
		{LotOtherAntigen, "V03", "Số lô thuộc kháng nguyên khác.", "The lot is for another antigen.", "look at the vial"},
		{DoseOutOfOrder, "V03", "Mũi trước chưa được ghi nhận.", "The dose before is not recorded.", "have the earlier dose recorded, or the record corrected"},
		{DoseTooEarly, "V03", "Chưa đủ khoảng cách với mũi trước.", "It is too early after the dose before.", "a doctor decides; the record is corrected if the dose was given"},
		{DoseBeyond, "V03", "Đã đủ số mũi của vắc xin này.", "The course of this vaccine has fewer doses.", "look at the number of the dose"},
		{MoreThanPlanned, "V03", "Đã đủ số mũi của kế hoạch.", "The plan has no more doses.", "have another plan approved, and find out where the doses came from"},
		{BatchUnknown, "V04", "Không có danh sách này.", "There is no such batch.", "close the session, which makes its batch"},
		{BatchDiffers, "V04", "Danh sách đã thay đổi.", "The batch is not what was signed.", "close the session again for the present batch, and sign that"},
		{SignerUnknown, "V04", "Chứng thư số không được chấp nhận.", "The signer's certificate is not among the attesters'.", "put it into immunisation.attesters"},
		{SignerOther, "V04", "Chứng thư số của người khác.", "The certificate belongs to somebody else.", "sign with your own"},
		{SignatureBad, "V04", "Chữ ký số không đúng.", "The signature is false.", "sign the batch again"},
		{AttesterInIt, "V04", "Người ghi nhận không được tự xác thực.", "Whoever recorded doses does not attest them.", "another officer attests"},
		{DoseUnknown, "V05", "Không có mũi tiêm này.", "There is no such dose.", "none"},
		{DoseOfAnother, "V05", "Mũi tiêm của người khác.", "The dose is somebody else's.", "none"},
		{DoseUnattested, "V05", "Mũi tiêm chưa được xác thực.", "The dose is not attested yet.", "have the session's batch attested"},
		{DoseRevoked, "V05", "Mũi tiêm đã bị thu hồi.", "The dose was revoked.", "none"},
		{SeveralAntigens, "V05", "Một chứng nhận chỉ cho một kháng nguyên.", "One certificate is for one antigen.", "ask for one after the other"},
		{NothingToSay, "V05", "Không có mũi tiêm nào đã xác thực.", "No dose of yours is attested.", "have the session's batch attested"},
		{CredentialNone, "V05", "Không có chứng nhận hoặc buổi tiêm này.", "There is no such certificate or session.", "look at the number"},
		{CredentialOther, "V05", "Chứng nhận hoặc buổi tiêm của cơ sở khác.", "It is of another facility.", "an officer of that facility revokes, or one of a supervising one (immunisation.supervisors)"},
	}
}
