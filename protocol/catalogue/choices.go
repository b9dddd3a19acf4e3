package catalogue

import "slices"

// Choice is one entry of a list that a person picks from.
type Choice struct {
	ID   string
	Name Text
}

// Specialties are the departments a person can check in to, the usual one first.
func Specialties() []Choice {
	return []Choice{
		{"internal", Text{"Nội tổng hợp", "Internal medicine"}},
		{"surgery", Text{"Ngoại", "Surgery"}},
		{"paediatrics", Text{"Nhi", "Paediatrics"}},
		{"obstetrics", Text{"Sản, phụ khoa", "Obstetrics and gynaecology"}},
		{"eye", Text{"Mắt", "Eyes"}},
		{"ent", Text{"Tai mũi họng", "Ear, nose and throat"}},
		{"dental", Text{"Răng hàm mặt", "Dental"}},
		{"dermatology", Text{"Da liễu", "Dermatology"}},
		{"cardiology", Text{"Tim mạch", "Cardiology"}},
		{"neurology", Text{"Thần kinh", "Neurology"}},
		{"traditional", Text{"Y học cổ truyền", "Traditional medicine"}},
		{"general", Text{"Khám tổng quát", "General check-up"}},
	}
}

// GroupEmergency is the group of those whom staff see at once.
const GroupEmergency = "emergency"

// Groups are the people who are seen first, each proven to staff where the card
// does not prove it.
func Groups() []Choice {
	return []Choice{
		{"under-6", Text{"Trẻ em dưới 6 tuổi", "Child under 6"}},
		{"over-75", Text{"Người từ đủ 75 tuổi", "75 or older"}},
		{"pregnant", Text{"Phụ nữ có thai", "Pregnant"}},
		{"disability", Text{"Khuyết tật nặng, đặc biệt nặng", "Severe disability"}},
		{"merit", Text{"Người có công với cách mạng", "Person of merit"}},
		{GroupEmergency, Text{"Cấp cứu", "Emergency"}},
	}
}

// Deliveries are the ways in which a result reaches the person.
func Deliveries() []Choice {
	return []Choice{
		{"counter", Text{"Tại quầy", "At the counter"}},
		{"post", Text{"Qua bưu điện", "By post"}},
		{"vneid", Text{"Qua ứng dụng VNeID", "By VNeID"}},
		{"print", Text{"In tại máy", "Printed here"}},
	}
}

// Antigens are what vaccines protect against.
func Antigens() []Choice {
	return []Choice{
		{"tb", Text{"Lao", "Tuberculosis"}},
		{"hepatitis-b", Text{"Viêm gan B", "Hepatitis B"}},
		{"dtp-hib", Text{"Bạch hầu, ho gà, uốn ván, Hib", "Diphtheria, pertussis, tetanus, Hib"}},
		{"polio", Text{"Bại liệt", "Polio"}},
		{"measles-rubella", Text{"Sởi, rubella", "Measles and rubella"}},
		{"japanese-encephalitis", Text{"Viêm não Nhật Bản", "Japanese encephalitis"}},
		{"tetanus", Text{"Uốn ván", "Tetanus"}},
		{"influenza", Text{"Cúm", "Influenza"}},
		{"covid-19", Text{"COVID-19", "The coronavirus disease COVID-19"}},
	}
}

// KnownSpecialty reports whether id is one of the [Specialties].
func KnownSpecialty(id string) bool { return known(Specialties(), id) }

// KnownGroup reports whether id is one of the [Groups].
func KnownGroup(id string) bool { return known(Groups(), id) }

func known(choices []Choice, id string) bool {
	return slices.ContainsFunc(choices, func(c Choice) bool { return c.ID == id })
}
