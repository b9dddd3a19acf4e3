package gateway

import (
	"motcua/protocol/catalogue"
	"motcua/protocol/request"
)

// readForm reads the form of a service and holds it against the catalogue; it
// returns why it cannot be taken.
func readForm(kind catalogue.Service, b []byte) (form any, reason string) {
	switch kind.ID {
	case catalogue.CheckIn:
		f, err := request.DecodeCheckIn(b)
		if err != nil || !catalogue.KnownSpecialty(f.Specialty) || f.Group != "" && !catalogue.KnownGroup(f.Group) {
			return nil, badForm
		}
		return f, ""
	case catalogue.CardValidity:
		f, err := request.DecodeCardValidity(b)
		if err != nil {
			return nil, badForm
		}
		return f, ""
	}
	f, err := request.DecodeGenericForm(b)
	switch {
	case err != nil:
		return nil, badForm
	case len(kind.Validate(f.Values)) == 0:
		return f, ""
	case f.Entry != kind.Entry():
		return nil, otherCatalog
	}
	return nil, badForm
}

// answered is the text that a form has in one of its fields, and empty when it has
// none.
func answered(form any, field string) string {
	f, _ := form.(request.GenericForm)
	text, _ := f.Values[field].Text()
	return text
}

// keyText is what a field adds to a business key.
func keyText(kind catalogue.Service, form any, field string) string {
	if f, ok := form.(request.CheckIn); ok && field == "specialty" {
		return f.Specialty
	}
	f, _ := form.(request.GenericForm)
	asked, _ := kind.Field(field)
	return asked.KeyText(f.Values[field])
}

// demand is what the service demands of a request with this form.
func demand(kind catalogue.Service, form any) catalogue.Demand {
	return kind.With(func(field string) string { return answered(form, field) })
}
