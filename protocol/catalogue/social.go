package catalogue

import "motcua/protocol/request"

// social are pensions, benefits, and what people think of the service.
func social() []Service { return []Service{pension(), benefitStatus(), feedback(), withdrawConsent()} }

func pension() Service {
	return Service{
		ID: Pension, Name: Text{"Lương hưu: xác nhận, nhận qua tài khoản", "Pension: confirm, or receive by account"},
		Demand: citizen(request.E3), Attested: true,
		Offline: OfflineQueue, Priority: 2, Expiry: threeDays,
		Key:      []KeyPart{KeySubject, "month", "act"},
		Purposes: []string{PurposePension},
		Fields: []Field{
			act(Choice{"confirm", Text{"Xác nhận để nhận lương hưu", "Confirm, to go on receiving it"}}, Choice{"account", Text{"Đăng ký nhận qua tài khoản", "Receive it by account"}}),
			ask(KindMonth, "month", "Tháng", "Month").must().from(SourceKiosk),
			ask(KindDigits, "bank", "Mã ngân hàng", "Bank (BIN)").must().within(6, 6).when("act", "account"),
			ask(KindAccount, "account", "Số tài khoản", "Account").must().when("act", "account"),
			phone(),
		},
		Flow: FlowGeneric, Ready: true, Print: PrintReceipt, Bring: bringCard(), Next: nextNothing(),
	}
}

func benefitStatus() Service {
	return Service{
		ID: BenefitStatus, Name: Text{"Tra cứu trợ cấp", "Benefit status"},
		Demand: citizen(request.E2), Attested: true,
		Offline: OfflineNever, Priority: 0, Expiry: whileWaiting,
		Purposes: []string{PurposeBenefit},
		Fields: []Field{
			choose("benefit", "Loại trợ cấp", "Benefit", Choice{"pension", Text{"Lương hưu", "Pension"}}, Choice{"unemployment", Text{"Trợ cấp thất nghiệp", "Unemployment benefit"}},
				Choice{"social", Text{"Trợ cấp xã hội", "Social allowance"}}, Choice{"funeral", Text{"Trợ cấp mai táng", "Funeral benefit"}}).must(),
		},
		Flow: FlowGeneric, Ready: true, Bring: bringCard(),
		Next: Text{"Mời ông/bà hỏi thêm tại quầy nếu cần.", "Please ask at the counter if you need more."},
	}
}

func feedback() Service {
	return Service{
		ID: Feedback, Name: Text{"Đánh giá hài lòng, gọi hỗ trợ", "Feedback, call a helper"},
		Demand: anonymous(request.E0), Attested: true,
		Offline: OfflineQueue, Priority: 3, Expiry: thatDay,
		Fields: []Field{
			act(Choice{"rate", Text{"Đánh giá", "Rate"}}, Choice{"help", Text{"Gọi hỗ trợ", "Call a helper"}}),
			ask(KindNumber, "rating", "Mức hài lòng (1 đến 5)", "Satisfaction, 1 to 5").must().within(1, 5).when("act", "rate"),
			ask(KindCode, "about", "Dịch vụ", "Service").within(3, 8).from(SourceKiosk),
			ask(KindText, "comment", "Góp ý", "Comment").within(1, 500).private().when("act", "rate"),
		},
		Flow: FlowGeneric, Ready: true, Bring: bringNothing(),
		Next: Text{"Cảm ơn ông/bà. Nếu đã gọi, xin chờ nhân viên đến.", "Thank you. If you called somebody, please wait here."},
	}
}

// withdrawConsent takes back what was agreed to, whatever the service was. It demands no
// more than the holder's card, or the slip and no card at all: to take consent back is to
// be no harder than to give it. It has no key: who has agreed again may withdraw again.
func withdrawConsent() Service {
	return Service{
		ID: WithdrawConsent, Name: Text{"Rút lại sự đồng ý", "Withdraw consent"},
		Demand: citizen(request.E2), Attested: true,
		Acts:    []Act{{Field: "by", Choice: "slip", Demand: anonymous(request.E1)}},
		Offline: OfflineQueue, Priority: 1, Expiry: threeDays,
		Fields: []Field{
			choose("by", "Rút lại bằng", "Withdraw by", Choice{"person", Text{"Căn cước của tôi", "My identity card"}}, Choice{"slip", Text{"Mã trên phiếu", "The code on my slip"}}).must().from(SourceKiosk),
			ask(KindCode, "slip", "Mã trên phiếu", "Code on the slip").must().from(SourceScan).when("by", "slip"),
			choose("what", "Không dùng dữ liệu của tôi cho", "My data is no longer to be used for", withdrawable()...).must().when("by", "person"),
		},
		Flow: FlowGeneric, Ready: true, Print: PrintReceipt, Bring: bringCardOrSlip(),
		Next: Text{
			"Từ nay không cơ quan nào dùng điều ông/bà đã đồng ý trước đây. Việc đã làm thì giữ nguyên; ông/bà có thể đồng ý lại.",
			"From now on nobody acts on what you agreed to before. What was done stays done, and you can agree again.",
		},
	}
}
