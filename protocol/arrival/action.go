package arrival

import (
	"slices"

	"motcua/protocol/catalogue"
	"motcua/protocol/request"
)

// Silent stands for a hospital that cannot be asked, or does not answer.
const Silent request.ArrivalOutcome = "silent"

// Action is what an outcome leads to.
type Action struct {
	Outcome request.ArrivalOutcome
	Means   string // for whoever reads the documentation
	// TextKey names the citizen's title (with ".title") and sentence in kiosk/text.
	TextKey string
	Next    string         // for the person, for whoever reads the documentation
	Staff   catalogue.Text // what staff at the desk do, on the slip
	Slip    catalogue.Text // the line on the slip
}

// Actions lists the outcomes of an arrival.
func Actions() []Action {
	return []Action{
		{
			request.Arrived, "the person is expected, and the hospital knows that they are here", "arrival.arrived", "a seat in front of the room",
			catalogue.Text{VI: "Không phải làm gì.", EN: "Nothing to do."},
			catalogue.Text{VI: "đã nhận", EN: "confirmed"},
		},
		{
			request.Early, "the appointment is later today", "arrival.early", "to come back, or to ask at the desk",
			catalogue.Text{VI: "Đến sớm so với giờ hẹn; nhận sớm nếu phòng khám đồng ý.", EN: "Before the time; take the person early if the room agrees."},
			catalogue.Text{VI: "đến sớm", EN: "too early"},
		},
		{
			request.Late, "the time has passed today", "arrival.late", "to the desk, which finds another time",
			catalogue.Text{VI: "Đã quá giờ hẹn; xếp vào cuối giờ hoặc hẹn lại.", EN: "After the time; fit the person in, or make another appointment."},
			catalogue.Text{VI: "quá giờ hẹn", EN: "too late"},
		},
		{
			request.OtherDay, "the appointment is on another day", "arrival.other-day", "to come on that day, or to ask at the desk",
			catalogue.Text{VI: "Hẹn ngày khác; kiểm tra phiếu hẹn, đổi ngày nếu cần.", EN: "Another day; look at the slip and change the day if need be."},
			catalogue.Text{VI: "hẹn ngày khác", EN: "another day"},
		},
		{
			request.Cancelled, "the appointment was cancelled", "arrival.cancelled", "to the desk, which makes another one",
			catalogue.Text{VI: "Lịch hẹn đã hủy; nói lý do và hẹn lại.", EN: "Cancelled; say why, and make another appointment."},
			catalogue.Text{VI: "đã hủy", EN: "cancelled"},
		},
		{
			request.OtherPerson, "the appointment is another person's than the card's", "arrival.other-person", "to the desk with slip and card",
			catalogue.Text{VI: "Phiếu hẹn không phải của người có thẻ này; xem cả phiếu và thẻ.", EN: "The slip is not of the holder of the card; look at both."},
			catalogue.Text{VI: "không khớp thẻ", EN: "not of this card"},
		},
		{
			request.NoSuch, "the hospital has no such appointment", "arrival.unknown", "to the desk with the slip",
			catalogue.Text{VI: "Không tìm thấy lịch hẹn; tìm theo tên và số căn cước.", EN: "No such appointment; look for it by name and personal number."},
			catalogue.Text{VI: "không tìm thấy", EN: "not found"},
		},
		silence(),
	}
}

// Of is the action of an outcome; one of tomorrow is told as none at all.
func Of(o request.ArrivalOutcome) Action {
	all := Actions()
	if i := slices.IndexFunc(all, func(a Action) bool { return a.Outcome == o }); i >= 0 {
		return all[i]
	}
	return silence()
}

func silence() Action {
	return Action{
		Silent, "no answer: no connection, or the hospital's system is away", "arrival.silent", "to the desk with the slip of the kiosk",
		catalogue.Text{VI: "Máy không hỏi được hệ thống bệnh viện; nhận lịch hẹn tại quầy.", EN: "The kiosk could not ask the hospital's system; take the arrival at the desk."},
		catalogue.Text{VI: "chưa kiểm tra được", EN: "not checked"},
	}
}
