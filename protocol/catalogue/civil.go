package catalogue

import "motcua/protocol/request"

// civil are the services of a ward's one-stop counter.
func civil() []Service {
	return []Service{
		birth(), death(), civilExtract(), residence(), stayNotice(), dossierStatus(), supplement(), certifiedCopy(), criminalRecord(),
		oneStopTicket(), electronicID(), discrepancy(), signingDesk(),
	}
}

func civilExtract() Service {
	return Service{
		ID: CivilExtract, Name: Text{"Bản sao điện tử trích lục hộ tịch", "Copy of a civil-status record"},
		Demand: citizen(request.E3), Attested: true,
		Offline: OfflineQueue, Priority: 2, Expiry: threeDays,
		Key:      []KeyPart{KeySubject, "event", KeyDate},
		Purposes: []string{PurposeCivilCopy},
		Fields: []Field{
			choose("event", "Sự kiện hộ tịch", "Event", Choice{"birth", Text{"Khai sinh", "Birth"}}, Choice{"marriage", Text{"Kết hôn", "Marriage"}},
				Choice{"death", Text{"Khai tử", "Death"}}, Choice{"adoption", Text{"Nuôi con nuôi", "Adoption"}}, Choice{"guardianship", Text{"Giám hộ", "Guardianship"}}).must(),
			ask(KindIDNumber, "for", "Số định danh của người trong trích lục", "Personal number of the person in the record"),
			ask(KindNumber, "copies", "Số bản", "Copies").within(1, 10),
			delivery().must(), phone(),
		},
		Flow: FlowGeneric, Ready: true, Print: PrintReceipt, Bring: bringCard(), Next: nextToldByPhone(),
	}
}

func residence() Service {
	return Service{
		ID: Residence, Name: Text{"Đăng ký thường trú, tạm trú", "Register residence"},
		Demand: citizen(request.E3), Attested: true,
		Offline: OfflineQueue, Priority: 2, Expiry: threeDays,
		Key:      []KeyPart{KeySubject, "address", "type"},
		Purposes: []string{PurposeResidence},
		Fields: []Field{
			choose("type", "Loại đăng ký", "Type", Choice{"permanent", Text{"Thường trú", "Permanent"}}, Choice{"temporary", Text{"Tạm trú", "Temporary"}}).must(),
			address(),
			choose("home", "Chỗ ở hợp pháp", "The home is", Choice{"own", Text{"Của mình", "My own"}}, Choice{"family", Text{"Của gia đình", "My family's"}},
				Choice{"rented", Text{"Thuê, mượn, ở nhờ", "Rented or lent"}}).must(),
			householder().must().when("home", "family", "rented"),
			ask(KindYesNo, "householder_agrees", "Chủ hộ đồng ý", "The householder agrees").must().when("home", "family", "rented"),
			ask(KindDay, "until", "Tạm trú đến ngày", "Until").must().when("type", "temporary"),
			documents(), phone().must(),
		},
		Flow: FlowGeneric, Ready: true, Print: PrintReceipt,
		Bring: bringCardAnd("thẻ căn cước của chủ hộ, giấy tờ về chỗ ở", "the householder's, and papers about the home"),
		Next:  nextToldByPhone(),
	}
}

func address() Field {
	return ask(KindPlace, "address", "Địa chỉ", "Address").must().within(5, 200)
}

func householder() Field {
	return ask(KindPerson, "householder", "Chủ hộ", "Householder").from(SourceChip)
}

func stayNotice() Service {
	return Service{
		ID: StayNotice, Name: Text{"Thông báo lưu trú", "Stay notice"},
		Demand: citizen(request.E2), Attested: true,
		Offline: OfflineQueue, Priority: 2, Expiry: threeDays,
		Key:      []KeyPart{"place", KeySubject, "from"},
		Purposes: []string{PurposeResidence},
		Fields: []Field{
			choose("place", "Nơi lưu trú", "Staying at", Choice{"home", Text{"Nhà người thân, bạn bè", "A relative's or friend's home"}},
				Choice{"hotel", Text{"Khách sạn, nhà nghỉ", "A hotel"}}, Choice{"rented", Text{"Nhà thuê", "A rented home"}}, Choice{"hospital", Text{"Cơ sở y tế", "A hospital"}},
				Choice{"other", Text{"Nơi khác", "Another place"}}).must(),
			ask(KindDay, "from", "Từ ngày", "From").must(),
			ask(KindNumber, "nights", "Số đêm", "Nights").must().within(1, 30),
			choose("reason", "Lý do", "Reason", Choice{"visit", Text{"Thăm thân", "Visit"}}, Choice{"work", Text{"Công việc", "Work"}},
				Choice{"study", Text{"Học tập", "Study"}}, Choice{"treatment", Text{"Chữa bệnh", "Treatment"}}, Choice{"travel", Text{"Du lịch", "Travel"}}).must(),
			phone(),
		},
		Flow: FlowGeneric, Ready: true, Print: PrintReceipt, Bring: bringCard(), Next: nextNothing(),
	}
}

func dossierStatus() Service {
	return Service{
		ID: DossierStatus, Name: Text{"Tra cứu hồ sơ", "Dossier status"},
		Demand: citizen(request.E2), Attested: true,
		Acts:    []Act{{Field: "by", Choice: "slip", Demand: anonymous(request.E1)}},
		Offline: OfflineCached, Fresh: threeDays, Priority: 0, Expiry: whileWaiting,
		Purposes: []string{PurposeDossier},
		Fields: []Field{
			choose("by", "Tra cứu bằng", "Look up by", Choice{"person", Text{"Căn cước của tôi", "My identity card"}}, Choice{"slip", Text{"Mã trên phiếu", "The code on my slip"}},
				Choice{"draft", Text{"Hồ sơ của bệnh viện", "The hospital's file"}}).must().from(SourceKiosk),
			ask(KindCode, "dossier", "Mã hồ sơ", "Dossier").must().from(SourceScan).when("by", "slip", "draft"),
		},
		Flow: FlowOwn, Ready: true,
		Bring: bringCardOrSlip(), Next: nextOnScreen(),
	}
}

func supplement() Service {
	return Service{
		ID: Supplement, Name: Text{"Bổ sung hồ sơ", "Complete a dossier"},
		Demand: citizen(request.E3), Attested: true,
		Offline: OfflineQueue, Priority: 2, Expiry: threeDays,
		Key:      []KeyPart{"dossier", "item"},
		Purposes: []string{PurposeSupplement},
		Fields: []Field{
			ask(KindCode, "dossier", "Mã hồ sơ", "Dossier").must().from(SourceScan),
			ask(KindCode, "item", "Giấy tờ cần bổ sung", "What is missing").must().from(SourceCentre),
			choose("handed", "Nộp giấy tờ", "The document is", Choice{"counter", Text{"Tại quầy", "Handed in at the counter"}}, Choice{"scan", Text{"Quét tại máy", "Scanned here"}}).must(),
			documents().must().when("handed", "scan"), ask(KindText, "note", "Ghi chú", "Note").within(1, 300).private(),
		},
		Flow: FlowGeneric, Ready: true, Print: PrintReceipt,
		Bring: bringCardAnd("giấy tờ còn thiếu", "the document that is missing"), Next: nextToldByPhone(),
		Due: Text{"Bổ sung trong 7 ngày làm việc, quá hạn hồ sơ bị trả.", "Within 7 working days, or the dossier is rejected."},
	}
}

func certifiedCopy() Service {
	return Service{
		ID: CertifiedCopy, Name: Text{"Chứng thực bản sao điện tử", "Certified electronic copy"},
		Demand: attended(request.E3), Attested: true,
		Offline: OfflineNever, Priority: 1, Expiry: whileWaiting,
		Key:      []KeyPart{"document", KeyDate},
		Purposes: []string{PurposeCopy},
		Fields: []Field{
			ask(KindDigest, "document", "Bản quét", "The scan").must().from(SourceScan),
			ask(KindText, "title", "Tên giấy tờ", "What it is").must().within(2, 120).private(),
			ask(KindNumber, "pages", "Số trang", "Pages").must().within(1, 50).from(SourceScan),
			documents().must(), delivery().must(),
		},
		Flow: FlowGeneric, Print: PrintReceipt,
		Bring: bringCardAnd("bản chính giấy tờ", "the original document"), Next: nextToldByPhone(),
	}
}

func criminalRecord() Service {
	return Service{
		ID: CriminalRecord, Name: Text{"Phiếu lý lịch tư pháp", "Criminal-record certificate"},
		Demand: citizen(request.E4), Attested: true,
		Offline: OfflineNever, Priority: 1, Expiry: whileWaiting,
		Key:      []KeyPart{KeySubject, "type", "purpose", KeyDate},
		Purposes: []string{PurposeJudicial},
		Fields: []Field{
			choose("type", "Loại phiếu", "Type", Choice{"1", Text{"Phiếu số 1", "Certificate no. 1"}}, Choice{"2", Text{"Phiếu số 2", "Certificate no. 2"}}).must(),
			choose("purpose", "Mục đích", "Purpose", Choice{"work", Text{"Xin việc", "Work"}}, Choice{"licence", Text{"Cấp phép", "Licence"}},
				Choice{"abroad", Text{"Ra nước ngoài", "Going abroad"}}, Choice{"self", Text{"Biết lý lịch của mình", "To know my own record"}}, Choice{"other", Text{"Việc khác", "Something else"}}).must(),
			phone().must(),
		},
		Flow: FlowGeneric, Ready: true, Print: PrintReceipt,
		Bring: bringCardAnd("điện thoại có VNeID", "a phone with VNeID"),
		Next:  Text{"Kết quả gửi vào VNeID của ông/bà.", "The result comes to your VNeID."},
	}
}

func oneStopTicket() Service {
	return Service{
		ID: OneStopTicket, Name: Text{"Lấy số một cửa", "One-stop ticket"},
		Demand: anonymous(request.E0), Attested: true,
		Offline: OfflineLocal, Priority: 2, Expiry: thatDay,
		Key:    []KeyPart{KeyFacility, "queue", "day", "number"},
		Fields: numberTaken("Nhóm quầy", "Counter group"),
		Flow:   FlowOwn, Ready: true, Print: PrintTicket, Bring: bringNothing(), Next: nextSeat(),
	}
}

func electronicID() Service {
	return Service{
		ID: ElectronicID, Name: Text{"Hỗ trợ VNeID", "Help with VNeID"},
		Demand: citizen(request.E1), Attested: true,
		Offline: OfflineNever, Priority: 0, Expiry: whileWaiting,
		Key:      []KeyPart{"nonce"},
		Purposes: []string{PurposeElectronic},
		Fields: []Field{
			choose("need", "Cần hỗ trợ", "I want to", Choice{"activate", Text{"Kích hoạt tài khoản", "Activate my account"}}, Choice{"login", Text{"Đăng nhập bằng mã QR", "Log in with a QR code"}},
				Choice{"level-2", Text{"Đặt lịch nâng lên mức 2", "Book an upgrade to level 2"}}).must(),
			ask(KindCode, "nonce", "Mã một lần", "One-time code").must().within(16, 64).from(SourceKiosk),
			phone().must().when("need", "activate", "level-2"),
		},
		Flow: FlowGeneric, Ready: true, Print: PrintReceipt,
		Bring: bringCardAnd("điện thoại", "your phone"), Next: Text{"Mời ông/bà theo hướng dẫn trên điện thoại.", "Please follow the steps on your phone."},
	}
}

func discrepancy() Service {
	return Service{
		ID: Discrepancy, Name: Text{"Phản ánh sai lệch dữ liệu", "Report a data discrepancy"},
		Demand: citizen(request.E2), Attested: true,
		Offline: OfflineQueue, Priority: 2, Expiry: threeDays,
		Key:      []KeyPart{KeySubject, "record", "field"},
		Purposes: []string{PurposeCorrection},
		Fields: []Field{
			choose("record", "Dữ liệu nào", "Which record", Choice{"insurance", Text{"Bảo hiểm y tế", "Health insurance"}}, Choice{"health", Text{"Sổ sức khỏe", "Health record"}},
				Choice{"vaccination", Text{"Tiêm chủng", "Vaccination"}}, Choice{"civil", Text{"Hộ tịch", "Civil status"}}).must(),
			choose("field", "Chỗ nào sai", "What is wrong", Choice{"name", Text{"Họ tên", "Name"}}, Choice{"birth", Text{"Ngày sinh", "Date of birth"}},
				Choice{"sex", Text{"Giới tính", "Sex"}}, Choice{"number", Text{"Số định danh", "Personal number"}}, Choice{"address", Text{"Địa chỉ", "Address"}}).must(),
			choose("kind", "Sai thế nào", "How it is wrong", Choice{"missing", Text{"Thiếu", "Missing"}}, Choice{"format", Text{"Sai cách ghi", "Written differently"}},
				Choice{"diacritics", Text{"Sai dấu", "Marks of letters"}}, Choice{"dob-partial", Text{"Chỉ có năm sinh", "Only the year of birth"}},
				Choice{"other-value", Text{"Khác hẳn", "Something else"}}, Choice{"number-old", Text{"Số cũ", "An old number"}}).must(),
			ask(KindDigest, "chip", "Giá trị trên chip", "Value of the chip").from(SourceChip).private(),
			ask(KindDigest, "stored", "Giá trị trong dữ liệu", "Value of the record").from(SourceCentre).private(),
			ask(KindYesNo, "disclose", "Cho phép nơi giữ dữ liệu xem giá trị trên chip", "Let the keeper of the record see the chip's value").must(),
			ask(KindText, "wish", "Đề nghị", "What should be done").within(1, 500).private(), phone(),
		},
		Flow: FlowGeneric, Ready: true, Print: PrintReceipt, Bring: bringCard(), Next: nextToldByPhone(),
	}
}

func signingDesk() Service {
	return Service{
		ID: SigningDesk, Name: Text{"Ký số trích lục, bản sao", "Sign extracts and copies"},
		Demand: onDuty(request.E4), Attested: true,
		Offline: OfflineNever, Priority: 0, Expiry: whileWaiting,
		Key: []KeyPart{"act", "document"},
		Fields: []Field{
			act(Choice{"list", Text{"Xem văn bản chờ ký", "See what is to be signed"}}, Choice{"take", Text{"Nhận để ký", "Take one"}},
				Choice{"sign", Text{"Ký", "Sign"}}, Choice{"refuse", Text{"Không ký", "Refuse"}}),
			ask(KindDigest, "document", "Văn bản", "Document").must().from(SourceCentre).when("act", "take", "sign", "refuse"),
			choose("algorithm", "Thuật toán", "Algorithm", Choice{"ES256", Text{"ECDSA, SHA-256", "ECDSA with SHA-256"}},
				Choice{"RS256", Text{"RSA PKCS #1, SHA-256", "RSA PKCS #1 with SHA-256"}}, Choice{"PS256", Text{"RSA-PSS, SHA-256", "RSA-PSS with SHA-256"}}).must().from(SourceKiosk).when("act", "sign"),
			ask(KindDigest, "certificate", "Chứng thư người ký", "Signer's certificate").must().from(SourceKiosk).when("act", "sign"),
			ask(KindCode, "signature", "Chữ ký số", "Signature").must().within(64, 1400).from(SourceKiosk).when("act", "sign"),
			ask(KindTime, "signed_at", "Lúc ký", "Signed at").must().from(SourceKiosk).when("act", "sign"),
			ask(KindText, "reason", "Lý do", "Reason").must().within(3, 300).private().when("act", "refuse"),
		},
		Flow: FlowOwn, Ready: true,
		Bring: bringCardAnd("thiết bị ký số", "your signing token"), Next: nextNothing(),
	}
}
