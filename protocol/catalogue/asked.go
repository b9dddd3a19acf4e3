package catalogue

import "time"

// How long requests are worth answering.
const (
	whileWaiting = 2 * time.Minute // the person stands in front of the screen
	thatDay      = 12 * time.Hour
	threeDays    = 72 * time.Hour
)

// What people bring.
func bringCard() Text {
	return Text{"Thẻ căn cước gắn chip.", "Your identity card with its chip."}
}

func bringCardAnd(vi, en string) Text {
	return Text{"Thẻ căn cước gắn chip và " + vi + ".", "Your identity card with its chip, and " + en + "."}
}

func bringCardOrSlip() Text {
	return Text{"Thẻ căn cước gắn chip hoặc phiếu hẹn.", "Your identity card with its chip, or your slip."}
}

func bringNothing() Text { return Text{"Không cần giấy tờ.", "Nothing."} }

// What happens next.
func nextSeat() Text {
	return Text{"Mời ông/bà ngồi chờ; khi bảng hiện số, mời ông/bà vào.", "Please take a seat and go in when your number is shown."}
}

func nextToldByPhone() Text {
	return Text{
		"Cơ quan tiếp nhận xem hồ sơ rồi báo cho ông/bà. Giữ phiếu này để tra cứu.",
		"The office looks at your request and tells you. Keep this slip to look it up.",
	}
}

func nextNothing() Text {
	return Text{"Ông/bà không cần làm gì thêm.", "There is nothing more for you to do."}
}

func nextOnScreen() Text {
	return Text{"Kết quả hiện ngay trên màn hình.", "The answer is on the screen at once."}
}

// Fields that several services ask for.
func phone() Field { return ask(KindPhone, "phone", "Số điện thoại", "Phone number") }

func specialty() Field {
	return choose("specialty", "Khoa khám", "Department", Specialties()...).must()
}

func group() Field {
	return choose("group", "Đối tượng ưu tiên", "Priority group", Groups()...)
}

func delivery() Field {
	return choose("delivery", "Nhận kết quả", "Receive the result", Deliveries()...)
}

func documents() Field {
	return ask(KindAttachments, "documents", "Giấy tờ kèm theo", "Documents").from(SourceScan)
}

// act asks which of two things is done.
func act(choices ...Choice) Field {
	return choose("act", "Việc cần làm", "What to do", choices...).must()
}

func openOrClose() Field {
	return act(Choice{"open", Text{"Mở", "Open"}}, Choice{"close", Text{"Đóng", "Close"}})
}

// numberTaken are the fields of a number that was given out from a lease.
func numberTaken(queueVI, queueEN string) []Field {
	return []Field{
		ask(KindCode, "queue", queueVI, queueEN).must().within(1, 32),
		ask(KindDay, "day", "Ngày", "Day").must().from(SourceKiosk),
		ask(KindNumber, "number", "Số", "Number").must().within(1, 99_999).from(SourceKiosk),
		group(),
		ask(KindCode, FieldLease, "Khối số", "Block of numbers").must().within(1, 64).from(SourceKiosk),
		ask(KindTime, "issued_at", "Lúc lấy số", "Taken at").must().from(SourceKiosk),
	}
}
