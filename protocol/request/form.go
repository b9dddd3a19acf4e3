package request

import "maps"

// GenericForm is the form of every service but H01 and H09, which have forms of
// their own: what was answered, by the id of the field. What the fields are is the
// catalogue's to say.
type GenericForm struct {
	// Entry names the catalogue's entry that the form was filled in by: the SHA-256
	// of its published schema. The centre takes a form that holds to its own entry,
	// whatever this says; of one that does not, this tells whether both have the
	// same catalogue.
	Entry  Digest           `cbor:"entry"`
	Values map[string]Value `cbor:"values,omitempty"`
}

// maxValues is how many fields a form may have.
const maxValues = 48

// Validate checks every field of f against the bounds of all forms.
func (f GenericForm) Validate() error {
	err := check(len(f.Values) <= maxValues, "form.values", "at most 48 fields")
	for id, v := range maps.All(f.Values) {
		err = first(err, name("form.values", id), v.validate())
	}
	return err
}

// DecodeGenericForm reads the canonical bytes of a GenericForm.
func DecodeGenericForm(b []byte) (GenericForm, error) { return Decode[GenericForm](b, MaxForm) }
