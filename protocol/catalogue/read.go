package catalogue

import (
	"errors"

	"motcua/protocol/request"
)

// ErrForm means that a form does not hold to the catalogue, and ErrOtherCatalogue
// that it was filled in by another one, too.
var (
	ErrForm           = errors.New("the form does not hold to the catalogue")
	ErrOtherCatalogue = errors.New("the form does not hold to the catalogue, and was filled in by another one")
)

// Read reads the canonical bytes of the service's form and holds it against the
// catalogue: a [request.CheckIn], a [request.CardValidity] or a
// [request.GenericForm]. Errors: [ErrForm], [ErrOtherCatalogue]; neither tells what
// was in the form.
func (s Service) Read(b []byte) (form any, err error) {
	switch s.ID {
	case CheckIn:
		return readCheckIn(b)
	case CardValidity:
		f, err := request.DecodeCardValidity(b)
		if err != nil {
			return nil, ErrForm
		}
		return f, nil
	}
	f, err := request.DecodeGenericForm(b)
	switch {
	case err != nil:
		return nil, ErrForm
	case len(s.Validate(f.Values)) == 0:
		return f, nil
	case f.Entry != s.Entry():
		return nil, ErrOtherCatalogue
	}
	return nil, ErrForm
}

func readCheckIn(b []byte) (any, error) {
	f, err := request.DecodeCheckIn(b)
	if err != nil || !KnownSpecialty(f.Specialty) || f.Group != "" && !KnownGroup(f.Group) {
		return nil, ErrForm
	}
	return f, nil
}
