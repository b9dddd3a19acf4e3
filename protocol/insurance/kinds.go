package insurance

import (
	"motcua/protocol/catalogue"
	"motcua/protocol/request"
)

func valid(code, means string) Action {
	return Action{
		Code: code, Means: means, Class: request.ClassOK, TextKey: "insurance.ok", Next: NextNone,
		Staff: catalogue.Text{VI: "Không phải làm gì.", EN: "Nothing to do."},
		Slip:  catalogue.Text{VI: "đã kiểm tra", EN: "checked"},
	}
}

func newCard(code, means string) Action {
	return Action{
		Code: code, Means: means, Class: request.ClassNewCard, TextKey: "insurance.new-card", Next: NextNone,
		Staff: catalogue.Text{VI: "Dùng mã thẻ mới, nhắc người bệnh bỏ thẻ cũ.", EN: "Use the new number, and tell the person that the old card is done with."},
		Slip:  catalogue.Text{VI: "đã kiểm tra, thẻ mới", EN: "checked, new card"},
	}
}

func elsewhere(code, means string) Action {
	return Action{
		Code: code, Means: means, Class: request.ClassReception, TextKey: "insurance.elsewhere", Next: NextPaper,
		Staff: catalogue.Text{VI: "Xem thẻ giấy; thẻ do ngành quản lý, không phải lỗi.", EN: "Look at the paper card; it is kept by that ministry, and this is no error."},
		Slip:  catalogue.Text{VI: "xem thẻ ở quầy", EN: "card to reception"},
	}
}

func pending(code, means, key string) Action {
	return Action{
		Code: code, Means: means, Class: request.ClassPending, TextKey: key, Next: NextFee, Pays: true,
		Staff: catalogue.Text{VI: "Hỏi thẻ khác hoặc giấy tờ gia hạn; nếu không có, tư vấn khám dịch vụ.", EN: "Ask for another card or a renewal; without one, explain the fees."},
		Slip:  catalogue.Text{VI: "chờ xác minh ở quầy", EN: "pending, ask reception"},
	}
}

func differs(code, means, key string, next Next) Action {
	return Action{
		Code: code, Means: means, Class: request.ClassDiscrepancy, TextKey: key, Next: next, Pays: true,
		Staff: catalogue.Text{VI: "So thẻ căn cước với thẻ bảo hiểm, lập phiếu phản ánh sai lệch (C12).", EN: "Compare identity card and insurance card, and report the discrepancy (C12)."},
		Slip:  catalogue.Text{VI: "chưa khớp, xem ở quầy", EN: "differs, ask reception"},
	}
}

func child(code, means string) Action {
	return Action{
		Code: code, Means: means, Class: request.ClassChild, TextKey: "insurance.child", Next: NextChild,
		Staff: catalogue.Text{VI: "Xem giấy khai sinh hoặc giấy chứng sinh; cha mẹ hoặc người giám hộ ký.", EN: "Look at the birth certificate; a parent or guardian signs."},
		Slip:  catalogue.Text{VI: "trẻ em, xem ở quầy", EN: "child, ask reception"},
	}
}

func trouble(code, means string) Action {
	return Action{
		Code: code, Means: means, Class: request.ClassRetry, TextKey: "insurance.unavailable", Next: NextAgain, Pays: true,
		Staff: catalogue.Text{VI: "Đợi kết quả hỏi lại; nếu cần ngay thì tra cứu tại quầy.", EN: "Wait for the late answer; look it up at the desk if it cannot wait."},
		Slip:  catalogue.Text{VI: "chờ xác minh", EN: "pending"},
	}
}

func operations(code, means string) Action {
	a := trouble(code, means)
	a.Class, a.Next = request.ClassOps, NextAlarm
	a.Staff = catalogue.Text{VI: "Tra cứu tại quầy bằng tài khoản của mình; báo quản trị: cán bộ hoặc tài khoản tra cứu không dùng được.", EN: "Look it up at the desk under your own name; tell operations that the officer or the account is refused."}
	return a
}

func unknown() Action {
	a := elsewhere("", "a code that is not in the table")
	a.TextKey = "insurance.reception"
	a.Staff = catalogue.Text{VI: "Tra cứu tại quầy và xem thẻ.", EN: "Look it up at the desk, and look at the card."}
	return a
}
