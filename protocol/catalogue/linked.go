package catalogue

import "motcua/protocol/request"

// The two groups of linked civil procedures (Decree 63/2024/NĐ-CP).

func birth() Service {
	return Service{
		ID: Birth, Name: Text{"Liên thông khai sinh, thường trú, bảo hiểm y tế", "Birth, residence and health insurance in one"},
		Demand: citizen(request.E3), Attested: true,
		Offline: OfflineQueue, Priority: 2, Expiry: threeDays,
		Key:      []KeyPart{"mother", "birth_date", "birth_order"},
		Purposes: []string{PurposeBirth, PurposeResidence, PurposeInsurance},
		Fields: []Field{
			relation("mother", "father", "relative", "guardian"),
			ask(KindPerson, "mother", "Mẹ", "Mother").must().from(SourceChip).self("relation", "mother"),
			ask(KindPerson, "father", "Cha", "Father").from(SourceChip).self("relation", "father"),
			choose("case", "Trường hợp sinh", "The child was born", Choice{"facility", Text{"Tại cơ sở y tế", "In a hospital"}},
				Choice{"elsewhere", Text{"Ngoài cơ sở y tế", "Elsewhere"}}, Choice{"surrogate", Text{"Mang thai hộ", "To a surrogate mother"}}).must(),
			ask(KindCode, "certificate_no", "Số giấy chứng sinh", "Number of the birth certificate").must().from(SourceScan).when("case", "facility", "surrogate"),
			ask(KindCode, "certificate_book", "Quyển số", "Book").must().from(SourceScan).when("case", "facility", "surrogate"),
			ask(KindCode, "certificate_facility", "Mã cơ sở cấp", "Issuing facility").must().from(SourceScan).when("case", "facility", "surrogate"),
			choose("proof", "Giấy tờ thay thế", "Instead of it", Choice{"witness", Text{"Người làm chứng", "A witness"}}, Choice{"undertaking", Text{"Cam đoan", "An undertaking"}}).must().when("case", "elsewhere"),
			birthDate(),
			ask(KindPlace, "birth_place", "Nơi sinh", "Place of birth").must().from(SourceCentre),
			ask(KindNumber, "birth_order", "Con thứ", "Order of birth").must().within(1, 20).from(SourceCentre),
			weight(), sex(),
			ask(KindName, "family_name", "Họ của con", "The child's family name").must(), ask(KindName, "middle_name", "Chữ đệm", "Middle name"),
			ask(KindName, "given_name", "Tên của con", "Given name").must(),
			ask(KindText, "ethnicity", "Dân tộc", "Ethnicity").must().within(2, 40).from(SourceChip).private(),
			ask(KindText, "nationality", "Quốc tịch", "Nationality").must().within(2, 40).from(SourceChip).private(),
			ask(KindPlace, "native_place", "Quê quán", "Native place").must().from(SourceChip),
			choose("lives_with", "Đăng ký thường trú với", "The child lives with", Choice{"mother", Text{"Mẹ", "The mother"}}, Choice{"father", Text{"Cha", "The father"}}, Choice{"guardian", Text{"Người giám hộ", "A guardian"}}).must(),
			householder().like("mother", "father"), address(),
			ask(KindCode, "first_facility", "Nơi khám chữa bệnh ban đầu", "First facility of the insurance").must().within(3, 10),
			delivery().must(), phone().must(), documents(),
		},
		Flow: FlowGeneric, Ready: true, Print: PrintReceipt,
		Bring: bringCardAnd("giấy chứng sinh, thẻ căn cước của cha hoặc mẹ kia", "the birth certificate of the hospital, and the other parent's card"),
		Next: Text{
			"Hồ sơ đã được chuyển; giấy tờ chưa có. Giữ phiếu để tra cứu từng phần.",
			"The dossier is on its way; nothing is registered yet. Keep the slip to look each part up.",
		},
		Due: Text{
			"Không quá 3 ngày làm việc, 5 ngày nếu phải xác minh; nộp sau 15 giờ tính từ ngày hôm sau.",
			"Within 3 working days, 5 if something has to be verified; after 15:00 the next day counts as the first.",
		},
	}
}

// birthDate is that of a child, who is to be registered within 60 days (Law on civil
// status, article 15).
func birthDate() Field {
	return ask(KindDay, "birth_date", "Ngày sinh", "Date of birth").must().from(SourceCentre).private().late(60)
}

func weight() Field {
	return ask(KindNumber, "weight", "Cân nặng (g)", "Weight (g)").within(300, 8000).from(SourceCentre).private()
}

func sex() Field {
	return choose("sex", "Giới tính", "Sex", Choice{"M", Text{"Nam", "Male"}}, Choice{"F", Text{"Nữ", "Female"}}).must().from(SourceCentre).private()
}

func relation(ids ...string) Field {
	words := map[string]Text{
		"mother": {"Mẹ", "Mother"}, "father": {"Cha", "Father"}, "relative": {"Người thân khác", "Another relative"}, "guardian": {"Người giám hộ", "Guardian"},
		"spouse": {"Vợ, chồng", "Wife or husband"}, "child": {"Con", "Child"}, "parent": {"Cha, mẹ", "Parent"}, "other": {"Người khác", "Somebody else"},
	}
	f := choose("relation", "Người khai là", "I am the").must()
	for _, id := range ids {
		f.Choices = append(f.Choices, Choice{id, words[id]})
	}
	return f
}

func death() Service {
	return Service{
		ID: Death, Name: Text{"Liên thông khai tử, xóa thường trú, mai táng phí", "Death, end of residence and funeral benefit in one"},
		Demand: citizen(request.E3), Attested: true,
		Offline: OfflineQueue, Priority: 2, Expiry: threeDays,
		Key:      []KeyPart{"deceased_number"},
		Purposes: []string{PurposeDeath, PurposeResidence, PurposeBenefit},
		Fields: []Field{
			relation("spouse", "child", "parent", "relative", "other"),
			ask(KindIDNumber, "deceased_number", "Số định danh của người mất", "Personal number of the deceased").must().from(SourceChip),
			ask(KindName, "deceased_name", "Họ tên người mất", "Name of the deceased").must().from(SourceChip),
			ask(KindDayOrYear, "deceased_birth", "Ngày sinh của người mất", "Date of birth of the deceased").must().from(SourceChip).private(),
			ask(KindYesNo, "card_shown", "Đã đưa thẻ của người mất", "The card of the deceased was shown").must().from(SourceKiosk),
			ask(KindCode, "notice", "Số giấy báo tử", "Number of the death notice").from(SourceScan),
			ask(KindTime, "died_at", "Mất lúc", "Time of death").must().from(SourceCentre).private().late(15), // article 33
			ask(KindPlace, "died_in", "Nơi mất", "Place of death").must().from(SourceCentre),
			choose("procedures", "Thủ tục", "Procedures", Choice{"2", Text{"Khai tử, xóa thường trú", "Death, end of residence"}},
				Choice{"3", Text{"Thêm trợ cấp mai táng", "And the funeral benefit"}}, Choice{"4", Text{"Thêm trợ cấp tuất", "And the survivors' benefit"}}).must(),
			choose("benefit", "Chế độ tuất", "Survivors' benefit", Choice{"once", Text{"Một lần", "Once"}}, Choice{"monthly", Text{"Hằng tháng", "Monthly"}}).must().when("procedures", "4"),
			choose("relatives", "Thân nhân xác nhận bằng", "Relatives confirm by", Choice{"vneid", Text{"VNeID", "The VNeID app"}}, Choice{"form-09", Text{"Mẫu 09-HSB", "Form 09-HSB"}}).must().when("procedures", "3", "4"),
			ask(KindName, "payee", "Người nhận tiền", "Payee").must().when("procedures", "3", "4"),
			ask(KindDigits, "bank", "Mã ngân hàng", "Bank (BIN)").must().within(6, 6).when("procedures", "3", "4"),
			ask(KindAccount, "account", "Số tài khoản", "Account").must().when("procedures", "3", "4"),
			phone().must(), documents(),
		},
		Flat: []Other{{
			ID: "deceased", Name: Text{"Người mất", "Deceased"}, Number: "deceased_number", FullName: "deceased_name", Birth: "deceased_birth",
			Shown: "card_shown", Required: true,
		}},
		Flow: FlowGeneric, Ready: true, Print: PrintReceipt,
		Bring: bringCardAnd("giấy báo tử, thẻ căn cước của người mất nếu có", "the death notice, and the card of the deceased if there is one"),
		Next: Text{
			"Hồ sơ đã được chuyển. Giữ phiếu để tra cứu từng phần.",
			"The dossier is on its way. Keep the slip to look each part up.",
		},
	}
}
