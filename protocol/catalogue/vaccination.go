package catalogue

import (
	"time"

	"motcua/protocol/request"
)

// vaccination are the services of immunisation. No act of theirs rests on a
// password: those of officers need the officer's card and session.
func vaccination() []Service {
	return []Service{verifyVaccine(), vaccineSession(), recordDose(), attestDoses(), vaccineCert()}
}

// verifyVaccine has no request, so it has no form and names nobody: what was found
// goes into the kiosk's audit log, by the digest of the code and the numbers of the
// lists.
func verifyVaccine() Service {
	return Service{
		ID: VerifyVaccine, Name: Text{"Xác minh chứng nhận tiêm chủng", "Verify a vaccination certificate"},
		Demand: anonymous(request.E2), Attested: true,
		Offline: OfflineLocal, Fresh: 24 * time.Hour, Priority: 0, Expiry: threeDays,
		Flow: FlowOwn, Ready: true,
		Bring: bringCardAnd("mã QR của chứng nhận", "the certificate's QR code"), Next: nextOnScreen(),
	}
}

// vaccineSession: the plan says everything; what else is in the form is what the officer
// has seen of it, and has to fit. Without lots or antigens the session has the plan's.
func vaccineSession() Service {
	return Service{
		ID: VaccineSession, Name: Text{"Mở, đóng buổi tiêm", "Open or close a vaccination session"},
		Demand: onDuty(request.E4), Attested: true,
		Offline: OfflineNever, Priority: 0, Expiry: whileWaiting,
		Key: []KeyPart{"plan", "act"},
		Fields: []Field{
			openOrClose(),
			ask(KindCode, "plan", "Mã kế hoạch", "Plan").must().from(SourceScan),
			ask(KindCode, FieldApprover, "Người duyệt", "Approving officer").from(SourceScan).when("act", "open"),
			ask(KindDigest, "approval", "Văn bản duyệt", "Signed approval").from(SourceScan).when("act", "open"),
			ask(KindPlace, "place", "Nơi tiêm", "Place").from(SourceCentre).when("act", "open"),
			ask(KindCodes, "lots", "Số lô", "Lots").within(1, 16).from(SourceScan).when("act", "open"),
			antigens().when("act", "open"),
			ask(KindCode, "session", "Buổi tiêm", "Session").must().from(SourceCentre).when("act", "close"),
		},
		Flow: FlowOwn, Ready: true, Print: PrintReceipt,
		Bring: bringCardAnd("kế hoạch tiêm đã duyệt", "the approved plan"), Next: nextNothing(),
	}
}

func antigens() Field {
	f := ask(KindChoices, "antigens", "Kháng nguyên", "Antigens").within(1, 8)
	f.Choices = Antigens()
	return f
}

func recordDose() Service {
	return Service{
		ID: RecordDose, Name: Text{"Ghi nhận mũi tiêm", "Record a vaccine dose"},
		Demand: attended(request.E3), Attested: true,
		Offline: OfflineQueue, Priority: 1, Expiry: threeDays,
		Key:      []KeyPart{KeySubject, "antigen", "dose"},
		Purposes: []string{PurposeVaccine},
		Fields: []Field{
			ask(KindCode, "session", "Buổi tiêm", "Session").must().from(SourceCentre),
			choose("antigen", "Kháng nguyên", "Antigen", Antigens()...).must(),
			ask(KindNumber, "dose", "Mũi thứ", "Dose number").must().within(1, 9),
			ask(KindCode, "lot", "Số lô", "Lot").must().from(SourceScan),
			choose("site", "Vị trí tiêm", "Site", Choice{"left-arm", Text{"Tay trái", "Left arm"}}, Choice{"right-arm", Text{"Tay phải", "Right arm"}},
				Choice{"left-thigh", Text{"Đùi trái", "Left thigh"}}, Choice{"right-thigh", Text{"Đùi phải", "Right thigh"}}, Choice{"mouth", Text{"Uống", "By mouth"}}).must(),
			ask(KindText, "reaction", "Phản ứng sau tiêm", "Reaction").within(1, 300).private(),
		},
		Flow: FlowGeneric, Ready: true, Print: PrintReceipt, Bring: bringCard(),
		Next: Text{"Mời ông/bà ngồi theo dõi 30 phút tại chỗ.", "Please stay for 30 minutes to be watched."},
	}
}

func attestDoses() Service {
	return Service{
		ID: AttestDoses, Name: Text{"Xác thực, ký số dữ liệu tiêm chủng", "Attest vaccination records"},
		Demand: onDuty(request.E4), Attested: true,
		Offline: OfflineNever, Priority: 0, Expiry: whileWaiting,
		Key: []KeyPart{"batch"},
		Fields: []Field{
			ask(KindDigest, "batch", "Danh sách", "Batch").must().from(SourceCentre),
			ask(KindNumber, "records", "Số bản ghi", "Records").must().within(1, 10_000).from(SourceCentre),
			ask(KindDigest, "certificate", "Chứng thư người ký", "Signer's certificate").must().from(SourceKiosk),
			ask(KindCode, "signature", "Chữ ký số", "Signature").must().within(64, 1400).from(SourceKiosk),
		},
		Flow: FlowOwn, Ready: true, Print: PrintReceipt,
		Bring: bringCardAnd("thiết bị ký số", "your signing token"), Next: nextNothing(),
	}
}

// vaccineCert: without doses the certificate is about those that were attested last.
func vaccineCert() Service {
	return Service{
		ID: VaccineCert, Name: Text{"Cấp, thu hồi chứng nhận tiêm chủng", "Issue or revoke a vaccination certificate"},
		Demand: citizen(request.E3), Attested: true,
		Acts:    []Act{{Field: "act", Choice: "revoke", Demand: onDuty(request.E4)}},
		Offline: OfflineNever, Priority: 0, Expiry: whileWaiting,
		Key:      []KeyPart{"act", KeySubject, "credential", KeyDate},
		Purposes: []string{PurposeCertificate},
		Fields: []Field{
			act(Choice{"issue", Text{"Cấp", "Issue"}}, Choice{"revoke", Text{"Thu hồi", "Revoke"}}),
			ask(KindCodes, "doses", "Các mũi tiêm", "Doses").within(1, 16).from(SourceCentre).when("act", "issue"),
			ask(KindCode, "credential", "Mã chứng nhận hoặc buổi tiêm", "Certificate or session").must().from(SourceScan).when("act", "revoke"),
			ask(KindText, "reason", "Lý do", "Reason").must().within(3, 300).private().when("act", "revoke"),
		},
		Flow: FlowGeneric, Ready: true, Print: PrintCertificate, Bring: bringCard(),
		Next: Text{"Chứng nhận có mã QR trên phiếu, giá trị 12 tháng.", "The certificate's QR code is on the slip; it is valid for 12 months."},
	}
}
