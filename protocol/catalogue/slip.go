package catalogue

// SlipTexts are the words on a printed slip, in one language.
type SlipTexts struct {
	Caption         string // over the number that is called out
	Room, Floor     string
	Queue           string // before the name of a queue
	Counter         string // in place of Room, at an office
	First           string // before why somebody is called first
	Ahead, Wait     string
	Insurance       string // what the insurer said goes behind it
	Minutes         string // behind the number of minutes
	Next            string // what to do with the number
	SavedCaption    string // over the number of a request that has no place in a queue yet
	SavedNext       string
	HeldNext        string
	PendingNext     string // of one that the hospital has, and has not answered yet
	ClaimNext       string // of a number for who has shown the code of a card alone
	DeskFirst       string // of a check-in whose person nobody's chip has named
	HeldNo          string // before the number of the centre's receipt
	Arrival         string // before what the hospital said of somebody who has come
	Slot            string // before the time of an appointment
	Staff           string // before what staff do
	AppointmentNo   string // over the number of an appointment
	ArrivalNext     string // of a slip for the desk
	Fee             string // before what is to be paid
	PayCode         string // over a payment code
	Bill, BillSum   string // before a bill's number, and its sum
	ReceiptNo       string // before the hospital's number of a receipt
	BillDueNext     string // of a bill that is to be paid
	BillPaidNext    string // of one that is paid
	FiledNo, Due    string // before an office's number, and when the result is due
	KeptNext        string // of a request without a queue, while the kiosk keeps it
	NotYetNext      string // of a birth or a death that the kiosk keeps
	DeskNext        string // of one that somebody at the counter decides on
	Reference       string // over the reference code
	Verdict         string // before what was found about a certificate
	Also            string // before what was found beside that
	Lists           string // before when the lists were issued that it was held against
	VerdictNext     string // what the slip is and what it is not
	Until           string // before the last day of a certificate
	CertificateNext string // what the certificate is good for
	Demo            string // on slips that no hospital knows of
}

// SlipIn are the words in a language; Vietnamese for one that is not there.
func SlipIn(lang string) SlipTexts {
	if lang == "en" {
		return SlipTexts{
			Caption: "Your number", Room: "Room", Floor: "Floor", Queue: "Queue", Counter: "Counter", First: "Called first", Ahead: "People before you", Wait: "About", Minutes: "min", Insurance: "Insurance",
			Next:         "Please take a seat in front of the room. When your number is shown, go in with your identity card.",
			SavedCaption: "Saved at this kiosk as number",
			SavedNext:    "There is no queue number yet. Please show this slip at the desk.",
			HeldNext:     "The hospital has your request. Please show this slip at the desk.",
			PendingNext:  "The hospital has your request and has not given a number yet. Please show this slip at the desk, or place your card here again in some minutes.",
			ClaimNext:    "The chip of your card was not read. Please show your card at the desk first, then take a seat in front of the room.",
			DeskFirst:    "Your insurance is checked at reception. Please show your identity card and this slip there; you get your number there.",
			HeldNo:       "Receipt",
			Arrival:      "Appointment", Slot: "Time of the appointment", Staff: "For staff", AppointmentNo: "Number of the appointment",
			ArrivalNext: "This is no queue number. Please show this slip and your appointment slip at the desk.",
			Fee:         "Fee",
			PayCode:     "Pay at the cashier, or with your bank's app by this code:",
			Bill:        "Bill", BillSum: "To be paid", ReceiptNo: "Receipt",
			BillDueNext:  "Not paid yet when this was printed. Please show this slip at the cashier. Once paid, scan the bill at a kiosk again to see that it has arrived.",
			BillPaidNext: "The hospital says that this bill is paid. This slip is no receipt: the cashier gives it by the number above.",
			FiledNo:      "Number of the file", Due: "Result due",
			KeptNext:   "The kiosk sends it when there is a connection. Keep this slip to look it up.",
			NotYetNext: "Only saved at this kiosk: nothing is registered yet. It is sent when there is a connection. Keep this slip to look it up.",
			DeskNext:   "The office has your request. Please show this slip and your identity card at the counter.",
			Reference:  "Reference",
			Verdict:    "Result", Also: "Also", Lists: "Lists of",
			VerdictNext: "Of the certificate that was scanned at this kiosk, at the time below. This slip names nobody and is no certificate.",
			Until:       "Valid until", CertificateNext: "This code is your vaccination certificate. Show it together with your identity card, and keep it: who has it can read it.",
			Demo: "Trial version: cards and data are invented. This slip is valid nowhere.",
		}
	}
	return SlipTexts{
		Caption: "Số thứ tự của ông/bà", Room: "Phòng", Floor: "Tầng", Queue: "Hàng chờ", Counter: "Quầy", First: "Ưu tiên", Ahead: "Người chờ trước", Wait: "Chờ khoảng", Minutes: "phút", Insurance: "Bảo hiểm y tế",
		Next:         "Mời ông/bà ngồi chờ trước phòng. Khi bảng hiện số, mời ông/bà vào và đưa thẻ căn cước.",
		SavedCaption: "Đã lưu trên máy này, số",
		SavedNext:    "Chưa có số thứ tự khám. Mời ông/bà đưa phiếu này cho quầy.",
		HeldNext:     "Bệnh viện đã nhận. Mời ông/bà đưa phiếu này cho quầy.",
		PendingNext:  "Bệnh viện đã nhận, chưa có số thứ tự. Mời ông/bà đưa phiếu này cho quầy, hoặc đặt lại thẻ vào máy sau ít phút.",
		ClaimNext:    "Máy chưa đọc chip trên thẻ. Mời ông/bà đưa thẻ cho quầy xem trước, rồi ngồi chờ trước phòng.",
		DeskFirst:    "Bảo hiểm y tế được kiểm tra ở quầy tiếp đón. Mời ông/bà đưa thẻ căn cước và phiếu này cho quầy để lấy số.",
		HeldNo:       "Mã biên nhận",
		Arrival:      "Lịch hẹn", Slot: "Giờ hẹn", Staff: "Dành cho nhân viên", AppointmentNo: "Mã lịch hẹn",
		ArrivalNext: "Đây chưa phải số thứ tự. Mời ông/bà đưa phiếu này và phiếu hẹn cho quầy.",
		Fee:         "Tiền khám",
		PayCode:     "Trả ở quầy thu ngân, hoặc quét mã này bằng ứng dụng ngân hàng:",
		Bill:        "Mã phiếu thu", BillSum: "Cần trả", ReceiptNo: "Số biên lai",
		BillDueNext:  "Chưa trả khi in phiếu này. Mời ông/bà đưa phiếu này cho quầy thu ngân. Trả xong, quét lại phiếu thu ở máy để xem đã nhận tiền chưa.",
		BillPaidNext: "Bệnh viện cho biết phiếu thu này đã trả. Phiếu này không phải biên lai: quầy thu ngân đưa biên lai theo số trên.",
		FiledNo:      "Số hồ sơ", Due: "Ngày hẹn",
		KeptNext:   "Máy sẽ gửi khi có kết nối. Giữ phiếu này để tra cứu.",
		NotYetNext: "Mới lưu trên máy này, chưa đăng ký. Máy sẽ gửi khi có kết nối. Giữ phiếu này để tra cứu.",
		DeskNext:   "Cơ quan tiếp nhận đã nhận. Mời ông/bà đưa phiếu này và thẻ căn cước cho quầy.",
		Reference:  "Mã phiếu",
		Verdict:    "Kết quả", Also: "Ngoài ra", Lists: "Danh sách lúc",
		VerdictNext: "Của chứng nhận đã quét tại máy này, vào lúc ghi dưới đây. Phiếu không ghi tên ai và không thay chứng nhận.",
		Until:       "Có giá trị đến", CertificateNext: "Mã này là chứng nhận tiêm chủng của ông/bà. Khi cần, đưa mã này cùng thẻ căn cước. Xin giữ kỹ: ai có mã thì đọc được.",
		Demo: "Bản dùng thử: thẻ và dữ liệu đều là giả. Phiếu này không có giá trị.",
	}
}

// LegName is what a procedure of a birth or a death is called on slips and screens; its own
// word for one that is not known here.
func LegName(procedure string) Text {
	name, known := map[string]Text{
		"birth": {"Khai sinh", "Birth certificate"}, "personal-number": {"Số định danh", "Personal number"}, "residence": {"Thường trú", "Residence"},
		"insurance-card": {"Thẻ bảo hiểm y tế", "Health insurance"}, "death": {"Khai tử", "Death certificate"}, "residence-end": {"Xóa thường trú", "End of residence"},
		"funeral-benefit": {"Mai táng phí", "Funeral benefit"}, "survivor-benefit": {"Trợ cấp tuất", "Survivors’ benefit"},
	}[procedure]
	if !known {
		return Text{procedure, procedure}
	}
	return name
}

// NoDue says that the law sets no day for a procedure.
func NoDue() Text { return Text{"Không định ngày", "No fixed day"} }
