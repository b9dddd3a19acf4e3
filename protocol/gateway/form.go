package gateway

import (
	"errors"

	"motcua/protocol/catalogue"
	"motcua/protocol/request"
)

// formReason is the reason for which a form is refused.
func formReason(err error) string {
	if errors.Is(err, catalogue.ErrOtherCatalogue) {
		return otherCatalogue
	}
	return badForm
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
