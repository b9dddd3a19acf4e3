package catalogue

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"sync"

	"motcua/protocol/request"
)

// object is a JSON object whose members keep their order.
type object []member

type member struct {
	name  string
	value any
}

// MarshalJSON writes the members in order.
func (o object) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, m := range o {
		name, err := json.Marshal(m.name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(m.value)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			b = append(b, ',')
		}
		b = append(append(append(b, name...), ':'), value...)
	}
	return append(b, '}'), nil
}

// Schema is the JSON Schema of the values of the service's form, as it is published
// in docs/schemas.
func (s Service) Schema() []byte {
	var properties object
	required := []string{}
	rules := []object{}
	for _, f := range s.Fields {
		properties = append(properties, member{f.ID, f.schema()})
		switch {
		case f.When != nil:
			rules = append(rules, f.rule())
		case f.Required:
			required = append(required, f.ID)
		}
	}
	if properties == nil {
		properties = object{}
	}
	o := object{
		{"$schema", "https://json-schema.org/draft/2020-12/schema"},
		{"$id", "urn:motcua:schema:form-" + s.ID + ":1"},
		{"title", s.ID + ": " + s.Name.EN},
		{"description", s.Name.VI},
		{"type", "object"},
		{"additionalProperties", false},
		{"required", required},
		{"properties", properties},
	}
	if len(rules) > 0 {
		o = append(o, member{"allOf", rules})
	}
	return written(o)
}

// written is o as a file.
func written(o object) []byte {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(o); err != nil {
		return nil // a catalogue that is text and numbers always encodes; a test holds every file
	}
	return out.Bytes()
}

// rule says when a field belongs to a form.
func (f Field) rule() object {
	then := object{}
	if f.Required {
		then = object{{"required", []string{f.ID}}}
	}
	return object{
		{"if", object{{"properties", object{{f.When.Field, object{{"enum", f.When.In}}}}}, {"required", []string{f.When.Field}}}},
		{"then", then},
		{"else", object{{"properties", object{{f.ID, false}}}}},
	}
}

// schema is that of one field.
func (f Field) schema() object {
	o := append(object{{"title", f.Name.EN}, {"description", f.Name.VI}}, f.content()...)
	if f.Personal {
		o = append(o, member{"x-personal", true})
	}
	return append(o, member{"x-source", f.Source})
}

func (f Field) content() object {
	switch f.Kind {
	case KindNumber, KindAmount:
		return object{{"type", "integer"}, {"minimum", f.Min}, {"maximum", f.Max}}
	case KindYesNo:
		return object{{"type", "boolean"}}
	case KindChoice:
		return object{{"enum", f.choiceIDs()}}
	case KindChoices:
		return f.list(object{{"enum", f.choiceIDs()}})
	case KindCodes:
		return f.list(Field{Kind: KindCode, Min: 1, Max: maxCode}.content())
	case KindPerson:
		return personSchema()
	case KindAttachments:
		return f.list(attachmentSchema())
	case KindSeen:
		return seenSchema()
	default:
		return f.text()
	}
}

func (f Field) text() object {
	o := object{{"type", "string"}}
	if f.Kind.shapes() != nil {
		return append(o, member{"pattern", f.Kind.pattern()})
	}
	o = append(o, member{"minLength", f.Min}, member{"maxLength", f.Max})
	if c, ok := f.Kind.class(); ok {
		o = append(o, member{"pattern", c.pattern()})
	}
	return o
}

func (f Field) list(entry object) object {
	return object{{"type", "array"}, {"minItems", f.Min}, {"maxItems", f.Max}, {"uniqueItems", f.Kind != KindAttachments}, {"items", entry}}
}

func (f Field) choiceIDs() []string {
	all := make([]string, len(f.Choices))
	for i, c := range f.Choices {
		all[i] = c.ID
	}
	return all
}

// closed is an object with these members, all of them needed but the last optional ones.
func closed(optional int, members ...member) object {
	required := []string{}
	for _, m := range members[:len(members)-optional] {
		required = append(required, m.name)
	}
	return object{{"type", "object"}, {"additionalProperties", false}, {"required", required}, {"properties", object(members)}}
}

func personSchema() object {
	return closed(0,
		member{"number", Field{Kind: KindIDNumber}.text()},
		member{"name", Field{Kind: KindName, Min: 1, Max: 200}.text()},
		member{"birth", Field{Kind: KindDayOrYear}.text()},
		member{"sex", object{{"enum", []string{"M", "F", ""}}}},
	)
}

func attachmentSchema() object {
	return closed(0,
		member{"sha256", Field{Kind: KindDigest}.text()},
		member{"size", object{{"type", "integer"}, {"minimum", 1}, {"maximum", request.MaxAttachment}}},
		member{"type", object{{"enum", []string{request.TypePDF, request.TypeJPEG}}}},
	)
}

// seenSchema is that of request.InsuranceSeen.
func seenSchema() object {
	classes := []request.Class{
		request.ClassOK, request.ClassNewCard, request.ClassReception, request.ClassPending, request.ClassChild, request.ClassRetry, request.ClassDiscrepancy, request.ClassUnavailable, request.ClassOps,
	}
	return closed(2,
		member{"class", object{{"enum", classes}}},
		member{"as_of", object{{"type", "integer"}, {"minimum", 0}}},
		member{"code", Field{Kind: KindCode, Min: 1, Max: 64}.text()},
		member{"card_no", Field{Kind: KindCode, Min: 1, Max: 64}.text()},
	)
}

// entries are the digests of all schemas.
var entries = sync.OnceValue(func() map[string]request.Digest {
	digests := map[string]request.Digest{}
	for _, s := range all() {
		digests[s.ID] = sha256.Sum256(s.Schema())
	}
	return digests
})

// Entry names the form of the service as it is today: the SHA-256 of its schema's
// file. A field or a choice never changes its meaning under the same id, so that a
// form filled in by another entry says the same as far as it holds to this one.
func (s Service) Entry() request.Digest { return entries()[s.ID] }
