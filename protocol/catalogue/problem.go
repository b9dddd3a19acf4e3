package catalogue

import "fmt"

// Problem says what is wrong with a value, as a stable word.
type Problem string

// Problems.
const (
	Missing    Problem = "missing"
	Unknown    Problem = "unknown"   // the service has no such field
	NotAsked   Problem = "not-asked" // it does not belong to the other answers
	WrongType  Problem = "type"      // a number where text belongs, and the like
	TooShort   Problem = "too-short"
	TooLong    Problem = "too-long"
	Letters    Problem = "letters" // a character that does not belong there
	Malformed  Problem = "form"    // not a day, a number, a code of that form
	NoChoice   Problem = "choice"  // not one of the choices
	OutOfRange Problem = "range"   // a number, or a count of entries
	Twice      Problem = "twice"   // the same entry twice
	NotYet     Problem = "not-yet" // a day that is still to come
	Late       Problem = "late"    // later than the law has it, which is no fault of the form
	Same       Problem = "same"    // another person of the form, or who asks
)

// FieldError is what is wrong with one field of a form. It never holds the value.
type FieldError struct {
	Field   Field
	Problem Problem
}

func (e FieldError) Error() string { return e.Field.ID + ": " + string(e.Problem) }

// Text tells the person what to do.
func (e FieldError) Text() Text {
	f := e.Field
	switch e.Problem {
	case Missing:
		return f.about("mời ông/bà trả lời câu này", "please answer this")
	case TooShort:
		return f.about(fmt.Sprintf("cần ít nhất %d ký tự", f.Min), fmt.Sprintf("at least %d characters are needed", f.Min))
	case TooLong:
		return f.about(fmt.Sprintf("không quá %d ký tự", f.Max), fmt.Sprintf("at most %d characters fit", f.Max))
	case OutOfRange:
		return f.about(fmt.Sprintf("từ %d đến %d", f.Min, f.Max), fmt.Sprintf("from %d to %d", f.Min, f.Max))
	case NoChoice:
		return f.about("mời ông/bà chọn một mục trong danh sách", "please choose one of the list")
	case Twice:
		return f.about("mỗi mục chỉ chọn một lần", "give each entry once")
	case NotYet:
		return f.about("ngày này chưa đến", "this day is still to come")
	case Late:
		return f.about(
			fmt.Sprintf("đã quá %d ngày, vẫn đăng ký được. Nếu đúng, mời bấm Tiếp", f.LateAfter),
			fmt.Sprintf("over %d days ago, and still possible. If it is right, tap Next", f.LateAfter))
	case Same:
		return f.about("đây là thẻ của người đã có trong phiếu", "this is somebody who is in the form already")
	case Letters, Malformed:
		return f.wanted()
	case Unknown, NotAsked, WrongType:
	}
	return Text{
		"Máy điền phiếu chưa đúng. Mời ông/bà làm lại hoặc gọi nhân viên.",
		"The kiosk filled the form in wrongly. Please start again, or call staff.",
	}
}

// about puts the field's name before what to do.
func (f Field) about(vi, en string) Text {
	return Text{f.Name.VI + ": " + vi + ".", f.Name.EN + ": " + en + "."}
}

// wanted says how a value of the field has to look.
func (f Field) wanted() Text {
	switch f.Kind {
	case KindName:
		return f.about("chỉ dùng chữ cái, như trên thẻ", "letters only, as on the card")
	case KindDigits:
		return f.about("chỉ dùng chữ số", "digits only")
	case KindDay:
		return f.about("ngày, tháng, năm, ví dụ 05/09/2026", "day, month and year, such as 05/09/2026")
	case KindDayOrYear:
		return f.about("ngày, tháng, năm, hoặc chỉ năm", "day, month and year, or the year alone")
	case KindMonth:
		return f.about("tháng và năm, ví dụ 09/2026", "month and year, such as 09/2026")
	case KindTime:
		return f.about("ngày và giờ, ví dụ 05/09/2026 07:30", "day and time, such as 05/09/2026 07:30")
	case KindIDNumber:
		return f.about("số định danh có 12 chữ số", "a personal number has 12 digits")
	case KindInsurance:
		return f.about("số thẻ có 15 ký tự, 10 hoặc 12 chữ số", "a card number has 15 characters, or 10 or 12 digits")
	case KindPhone:
		return f.about("số điện thoại có 10 hoặc 11 chữ số, bắt đầu bằng 0", "a phone number has 10 or 11 digits and begins with 0")
	case KindPerson:
		return f.about("mời đặt lại thẻ căn cước của người này", "please place this person's card again")
	case KindCode, KindCodes, KindDigest:
		return f.about("mời quét hoặc nhập lại mã", "please scan the code again, or type it")
	case KindAccount:
		return f.about("chỉ dùng chữ và số, như trên sổ hoặc thẻ ngân hàng", "letters and digits only, as the bank writes it")
	default:
		return f.about("có ký tự không dùng được", "there is a character that cannot be used")
	}
}
