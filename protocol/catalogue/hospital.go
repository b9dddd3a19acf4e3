package catalogue

import "motcua/protocol/request"

// hospital are the services at a hospital.
func hospital() []Service {
	return []Service{
		checkIn(), paidCheckIn(), queueTicket(), appointment(), payFee(), pharmacyTicket(), resultReady(), lodgingNotice(), cardValidity(),
		recordConsent(), birthFile(),
	}
}

func checkIn() Service {
	return Service{
		ID:     CheckIn,
		Name:   Text{"Đăng ký khám bảo hiểm y tế bằng căn cước", "Insured check-in with the identity card"},
		Demand: citizen(request.E2), Attested: true,
		Offline: OfflineQueue, Priority: 1, Expiry: thatDay,
		Key:      []KeyPart{KeyFacility, KeySubject, KeyDate, "specialty"},
		Purposes: []string{PurposeInsurance, PurposeCheckIn},
		Fields: []Field{
			specialty(), group(),
			ask(KindSeen, "insurance", "Kết quả tra cứu thẻ", "Answer about the card").from(SourceCentre),
		},
		Flow: FlowOwn, Ready: true, Print: PrintTicket, Ladder: true,
		Bring: bringCard(), Next: nextSeat(),
	}
}

func paidCheckIn() Service {
	return Service{
		ID: PaidCheckIn, Name: Text{"Đăng ký khám dịch vụ", "Fee-paying check-in"},
		Demand: citizen(request.E1), Attested: true,
		Offline: OfflineQueue, Priority: 1, Expiry: thatDay,
		Key:      []KeyPart{KeyFacility, KeySubject, KeyDate, "specialty"},
		Purposes: []string{PurposeCheckIn},
		Fields:   []Field{specialty(), group(), phone()},
		Flow:     FlowGeneric, Ready: true, Print: PrintTicket,
		Bring: bringCard(),
		Next: Text{
			"Trả tiền khám rồi ngồi chờ; khi bảng hiện số, mời ông/bà vào.",
			"Pay the fee and take a seat; go in when your number is shown.",
		},
		Fee: Text{"Theo khoa khám; hiện trên màn hình và trên phiếu.", "By department; it is on the screen and on the slip."},
	}
}

func queueTicket() Service {
	return Service{
		ID: QueueTicket, Name: Text{"Lấy số thứ tự", "Queue ticket"},
		Demand: anonymous(request.E0), Attested: true,
		Offline: OfflineLocal, Priority: 2, Expiry: thatDay,
		Key:    []KeyPart{KeyFacility, "queue", "day", "number"},
		Fields: numberTaken("Hàng chờ", "Queue"),
		Flow:   FlowOwn, Ready: true, Print: PrintTicket,
		Bring: bringNothing(), Next: nextSeat(),
	}
}

// What a request about appointments (H04) does, and the field that says which one. To
// find them takes the person's card; to arrive takes the code on the slip.
const (
	ActArrive        = "arrive"
	ActList          = "list"
	FieldAppointment = "appointment"
)

func appointment() Service {
	return Service{
		ID: Appointment, Name: Text{"Nhận lịch hẹn, tái khám", "Arrive for an appointment"},
		Demand: anonymous(request.E1), Attested: true,
		Acts:    []Act{{Field: "act", Choice: ActList, Demand: citizen(request.E2), Alone: true}},
		Offline: OfflineTicket, Priority: 1, Expiry: whileWaiting,
		Key:      []KeyPart{"act", FieldAppointment},
		Purposes: []string{PurposeAppointment, PurposeCheckIn},
		Fields: []Field{
			choose("act", "Việc cần làm", "What to do",
				Choice{ActArrive, Text{"Nhận lịch hẹn", "Arrive"}}, Choice{ActList, Text{"Tìm lịch hẹn hôm nay", "Find today's appointments"}}).must().from(SourceKiosk),
			ask(KindCode, FieldAppointment, "Mã lịch hẹn", "Appointment").must().within(6, 16).from(SourceScan).when("act", ActArrive),
		},
		Flow: FlowOwn, Ready: true, Print: PrintTicket,
		Bring: Text{"Phiếu hẹn hoặc thẻ căn cước gắn chip.", "The appointment slip, or your identity card with its chip."}, Next: nextSeat(),
	}
}

// FieldBill is the number of the bill that a hospital's system is asked about (H05).
const FieldBill = "bill"

func payFee() Service {
	return Service{
		ID: PayFee, Name: Text{"Thanh toán viện phí", "Pay a hospital fee"},
		Demand: anonymous(request.E1), Attested: true,
		Offline: OfflineNever, Priority: 0, Expiry: whileWaiting,
		Key:      []KeyPart{"bill"},
		Purposes: []string{PurposePayment},
		Fields: []Field{
			ask(KindCode, FieldBill, "Mã phiếu thu", "Bill").must().from(SourceScan),
			ask(KindAmount, "amount", "Số tiền", "Amount").from(SourceCentre),
		},
		Flow: FlowGeneric, Ready: true, Print: PrintReceipt,
		Bring: Text{"Phiếu thu có mã.", "The bill with its code."},
		Next:  Text{"Mời ông/bà đến quầy thu ngân và đưa phiếu này.", "Please go to the cashier and show this slip."},
	}
}

func pharmacyTicket() Service {
	return Service{
		ID: PharmacyTicket, Name: Text{"Lấy số nhận thuốc", "Pharmacy ticket"},
		Demand: anonymous(request.E1), Attested: true,
		Offline: OfflineTicket, Priority: 1, Expiry: thatDay,
		Key:      []KeyPart{"prescription"},
		Purposes: []string{PurposePharmacy},
		Fields:   []Field{ask(KindCode, "prescription", "Mã đơn thuốc", "Prescription").must().from(SourceScan), group()},
		Flow:     FlowGeneric, Ready: true, Print: PrintReceipt,
		Bring: Text{"Đơn thuốc có mã.", "The prescription with its code."},
		Next:  Text{"Mời ông/bà chờ trước quầy thuốc và đưa phiếu này.", "Please wait at the pharmacy and show this slip."},
	}
}

func resultReady() Service {
	return Service{
		ID: ResultReady, Name: Text{"Tra cứu có kết quả chưa", "Are my results ready?"},
		Demand: citizen(request.E2), Attested: true,
		Offline: OfflineNever, Priority: 0, Expiry: whileWaiting,
		Purposes: []string{PurposeResults},
		Fields:   []Field{ask(KindCode, "order", "Mã phiếu chỉ định", "Order").from(SourceScan)},
		Flow:     FlowGeneric, Ready: true, Bring: bringCard(),
		Next: Text{"Nếu đã có, mời ông/bà nhận kết quả tại khoa.", "If they are there, please fetch them at the department."},
	}
}

func lodgingNotice() Service {
	return Service{
		ID: LodgingNotice, Name: Text{"Thông báo lưu trú nội trú, người nhà", "Lodging notice of patients and companions"},
		Demand: citizen(request.E2), Attested: true,
		Offline: OfflineQueue, Priority: 2, Expiry: threeDays,
		Key:      []KeyPart{KeyFacility, KeySubject, "from"},
		Purposes: []string{PurposeLodging},
		Fields: []Field{
			choose("as", "Lưu trú với tư cách", "Staying as", Choice{"patient", Text{"Người bệnh", "Patient"}}, Choice{"companion", Text{"Người nhà", "Companion"}}).must(),
			ask(KindDay, "from", "Từ ngày", "From").must(), ask(KindDay, "to", "Đến ngày", "Until"),
			ask(KindCode, "stay", "Mã điều trị", "Number of the hospital stay").from(SourceScan),
		},
		Flow: FlowGeneric, Ready: true, Print: PrintReceipt, Bring: bringCard(), Next: nextNothing(),
	}
}

func cardValidity() Service {
	return Service{
		ID:     CardValidity,
		Name:   Text{"Tra cứu giá trị thẻ bảo hiểm y tế", "Health-insurance card validity"},
		Demand: citizen(request.E2), Attested: true,
		Offline: OfflineNever, Priority: 0, Expiry: whileWaiting,
		Purposes: []string{PurposeInsurance},
		Fields: []Field{
			choose("lookup_by", "Tra cứu bằng", "Look up by",
				Choice{string(request.LookupNumber), Text{"Số căn cước", "Personal number"}},
				Choice{string(request.LookupCard), Text{"Số thẻ bảo hiểm y tế", "Insurance card number"}}).must().from(SourceKiosk),
			ask(KindInsurance, "card_no", "Số thẻ bảo hiểm y tế", "Insurance card number").must().from(SourceScan).when("lookup_by", string(request.LookupCard)),
		},
		Flow: FlowOwn, Ready: true, Bring: bringCard(), Next: nextOnScreen(),
	}
}

func recordConsent() Service {
	return Service{
		ID: RecordConsent, Name: Text{"Đồng ý liên thông sổ sức khỏe điện tử", "Consent to share the health record"},
		Demand: citizen(request.E3), Attested: true,
		Offline: OfflineQueue, Priority: 2, Expiry: threeDays,
		Key:      []KeyPart{KeySubject, "purpose", "text_version"},
		Purposes: []string{PurposeRecords},
		Fields: []Field{
			choose("purpose", "Đồng ý cho", "Consent to",
				Choice{"treatment", Text{"Khám, chữa bệnh", "Treatment"}}, Choice{"research", Text{"Nghiên cứu đã khử nhận dạng", "Research without names"}}).must(),
			ask(KindCode, "text_version", "Bản văn đồng ý", "Version of the text").must().within(1, 32).from(SourceKiosk),
		},
		Flow: FlowGeneric, Ready: true, Print: PrintReceipt, Bring: bringCard(),
		Next: Text{"Có thể rút lại bằng mã trên phiếu.", "You can withdraw it with the code on the slip."},
	}
}

func birthFile() Service {
	return Service{
		ID: BirthFile, Name: Text{"Khởi tạo hồ sơ khai sinh tại viện", "Start the birth file at the hospital"},
		Demand: citizen(request.E3), Attested: true,
		Offline: OfflineQueue, Priority: 2, Expiry: threeDays,
		Key:      []KeyPart{"certificate_no", "certificate_book", "birth_order"},
		Purposes: []string{PurposeBirth},
		Fields: []Field{
			ask(KindCode, "certificate_no", "Số giấy chứng sinh", "Number of the birth certificate").must().from(SourceScan),
			ask(KindCode, "certificate_book", "Quyển số", "Book").must().from(SourceScan),
			ask(KindCode, "certificate_facility", "Mã cơ sở cấp", "Issuing facility").must().from(SourceKiosk),
			birthDate(), sex(),
			ask(KindNumber, "birth_order", "Con thứ", "Order of birth").must().within(1, 20).from(SourceCentre),
			weight().from(SourceTyped),
			ask(KindPlace, "birth_place", "Nơi sinh", "Place of birth").must().from(SourceKiosk),
			phone(),
		},
		Flow: FlowGeneric, Ready: true, Print: PrintReceipt,
		Bring: bringCardAnd("giấy chứng sinh", "the hospital's birth certificate"),
		Next: Text{
			"Quét mã trên phiếu tại phường, xã hoặc ở nhà để khai tiếp.",
			"Scan the code on the slip at your ward, or at home, to go on.",
		},
	}
}
