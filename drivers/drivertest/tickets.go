package drivertest

import (
	"strings"

	"golang.org/x/text/unicode/norm"

	"motcua/drivers"
)

// Tickets are what printers are tested with, by name: ends of a visit in both
// languages, and every letter in three sizes.
func Tickets() map[string]drivers.Ticket {
	out := map[string]drivers.Ticket{"letters": letters()}
	for name, s := range slips() {
		out[name] = s.Ticket()
	}
	return out
}

func slips() map[string]drivers.Slip {
	return map[string]drivers.Slip{
		"number.vi": {
			Facility: "Bệnh viện Đa khoa Hoa Sen",
			Service:  "Khám bảo hiểm y tế",
			Caption:  "Số thứ tự của ông/bà",
			Number:   "A012",
			Facts: []drivers.Fact{
				{Label: "Phòng", Value: "112"},
				{Label: "Tầng", Value: "1"},
				{Label: "Người chờ trước", Value: "3"},
				{Label: "Chờ khoảng", Value: "15\u00a0phút"},
			},
			Next:      "Mời ông/bà ngồi chờ trước phòng 112. Khi bảng hiện số A012, mời ông/bà vào phòng và đưa thẻ căn cước.",
			Reference: drivers.Fact{Label: "Mã nhận", Value: "7K2P-9M4T"},
			Time:      "07:42, thứ Hai 05/10/2026",
		},
		"number.en": {
			Facility: "Bệnh viện Đa khoa Hoa Sen",
			Service:  "Insured check-in",
			Caption:  "Your number",
			Number:   "A012",
			Facts: []drivers.Fact{
				{Label: "Room", Value: "112"},
				{Label: "Floor", Value: "1"},
				{Label: "People ahead", Value: "3"},
				{Label: "Wait about", Value: "15\u00a0min"},
			},
			Next:      "Please wait outside room 112. When the board shows A012, go in and show your identity card.",
			Reference: drivers.Fact{Label: "Receipt", Value: "7K2P-9M4T"},
			Time:      "07:42, Monday 5 October 2026",
		},
		"paid.vi": {
			Facility: "Bệnh viện Đa khoa Hoa Sen", Service: "Đăng ký khám dịch vụ", Caption: "Số thứ tự của ông/bà", Number: "ED003",
			Facts: []drivers.Fact{
				{Label: "Phòng", Value: "205"},
				{Label: "Tầng", Value: "2"},
				{Label: "Người chờ trước", Value: "2"},
				{Label: "Chờ khoảng", Value: "10 phút"},
				{Label: "Tiền khám", Value: "150.000 đồng"},
			},
			Pay:       drivers.Fact{Label: "Trả ở quầy thu ngân, hoặc quét mã này bằng ứng dụng ngân hàng:", Value: PaymentCode},
			Next:      "Mời ông/bà ngồi chờ trước phòng. Khi bảng hiện số, mời ông/bà vào và đưa thẻ căn cước.",
			Reference: drivers.Fact{Label: "Mã phiếu", Value: "014D2-PF2DB-76"}, Code: "MC1:h001:014D2PF2DB76", Time: "07:42, 05/10/2026",
		},
		"paid.en": {
			Facility: "Bệnh viện Đa khoa Hoa Sen", Service: "Fee-paying check-in", Caption: "Your number", Number: "ED003",
			Facts: []drivers.Fact{
				{Label: "Room", Value: "205"},
				{Label: "Floor", Value: "2"},
				{Label: "People before you", Value: "2"},
				{Label: "About", Value: "10 min"},
				{Label: "Fee", Value: "150,000 VND"},
			},
			Pay:       drivers.Fact{Label: "Pay at the cashier, or with your bank's app by this code:", Value: PaymentCode},
			Next:      "Please take a seat in front of the room. When your number is shown, go in with your identity card.",
			Reference: drivers.Fact{Label: "Reference", Value: "014D2-PF2DB-76"}, Code: "MC1:h001:014D2PF2DB76", Time: "07:42, 05/10/2026",
		},
		"desk.vi": {
			Facility: "Bệnh viện Đa khoa Hoa Sen", Service: "Nhận lịch hẹn, tái khám",
			Facts: []drivers.Fact{
				{Label: "Lịch hẹn", Value: "hẹn ngày khác"},
				{Label: "Giờ hẹn", Value: "08:00, 27/11/2025"},
				{Label: "Dành cho nhân viên", Value: "Hẹn ngày khác; kiểm tra phiếu hẹn, đổi ngày nếu cần."},
			},
			Next:      "Đây chưa phải số thứ tự. Mời ông/bà đưa phiếu này và phiếu hẹn cho quầy.",
			Reference: drivers.Fact{Label: "Mã lịch hẹn", Value: "7K2P-9M4T-94"}, Code: "MA1:h001:7K2P9M4T94", Time: "07:42, 24/11/2025",
		},
		"desk.en": {
			Facility: "Bệnh viện Đa khoa Hoa Sen", Service: "Arrive for an appointment",
			Facts: []drivers.Fact{
				{Label: "Appointment", Value: "another day"},
				{Label: "Time of the appointment", Value: "08:00, 27/11/2025"},
				{Label: "For staff", Value: "Another day; look at the slip and change the day if need be."},
			},
			Next:      "This is no queue number. Please show this slip and your appointment slip at the desk.",
			Reference: drivers.Fact{Label: "Number of the appointment", Value: "7K2P-9M4T-94"}, Code: "MA1:h001:7K2P9M4T94", Time: "07:42, 24/11/2025",
		},
		"saved.vi": {
			Facility: "Bệnh viện Đa khoa khu vực Hoa Sen, cơ sở 2",
			Service:  "Đăng ký khám bảo hiểm y tế",
			Caption:  "Đã lưu trên máy này, số lưu",
			Number:   "184",
			Next:     "Bệnh viện chưa nhận được vì chưa có mạng. Máy sẽ tự gửi khi có mạng. Xin đến quầy tiếp đón và đọc số này.",
			Time:     "07:42, thứ Hai 05/10/2026",
			Note:     "TRÌNH DIỄN: máy và bệnh viện này không có thật.",
		},
	}
}

// PaymentCode is a VietQR for 150,000 đồng, to the account of NAPAS's own samples.
const PaymentCode = "00020101021238560010A0000007270126000697041501121133666688880208QRIBFTTA530370454061500005802VN62210817h001-D251124000036304A199"

func letters() drivers.Ticket {
	return drivers.Ticket{Blocks: []drivers.Block{
		{Kind: drivers.BlockHeading, Text: strings.Join(Letters(), " ")},
		{Kind: drivers.BlockText, Text: strings.Join(Letters(), " ")},
		{Kind: drivers.BlockSmall, Text: strings.Join(Letters(), " ")},
	}}
}

// Letters is every letter with marks of Vietnamese, Ede and Jarai, composed as far
// as Unicode composes it.
func Letters() []string {
	const vowels, tones = "aăâeêioôơuưy", "\u0300\u0301\u0303\u0309\u0323"
	var out []string
	for _, v := range vowels + strings.ToUpper(vowels) {
		out = append(out, string(v))
		for _, t := range tones {
			out = append(out, norm.NFC.String(string(v)+string(t)))
		}
	}
	out = append(out, "đ", "Đ")
	const highlands = "ƀ č ĕ ĭ ñ ŏ ŭ ê\u0306 ô\u0306 ơ\u0306 ư\u0306"
	return append(append(out, strings.Fields(highlands)...), strings.Fields(strings.ToUpper(highlands))...)
}
