package catalogue

import (
	"slices"
	"strings"

	"motcua/protocol/request"
)

// Other is somebody in a service's form beside the person who asks: the other parent, a
// householder, the deceased.
type Other struct {
	ID   string // of the field that holds all of them, in a form that has one
	Name Text
	// Number, FullName and Birth are the fields of a flat form; empty where ID is the
	// field.
	Number, FullName, Birth string
	// Shown is the field that says whether their card was there; empty for none.
	Shown    string
	Required bool
	When     *When
	// Self is the answer with which they are the person who asks.
	Self *When
	// Like are others of the form who may be the same person.
	Like []string
}

// WaySelf is the answer that somebody in the form is the person who asks. The other ways
// to know somebody are those of [request.KnownBy], or the id of somebody else in the form.
const WaySelf = "self"

// Others are the people of the service's form, in its order.
func (s Service) Others() []Other {
	all := slices.Clone(s.Flat)
	for _, f := range s.Fields {
		if f.Kind == KindPerson {
			all = append(all, Other{ID: f.ID, Name: f.Name, Required: f.Required, When: f.When, Self: f.Self, Like: f.Like})
		}
	}
	return all
}

// Other finds somebody of the form.
func (s Service) Other(id string) (Other, bool) {
	all := s.Others()
	i := slices.IndexFunc(all, func(o Other) bool { return o.ID == id })
	if i < 0 {
		return Other{}, false
	}
	return all[i], true
}

// In is who that is in a form; false where nobody is named.
func (o Other) In(values map[string]request.Value) (request.Subject, bool) {
	if o.Number == "" {
		return values[o.ID].Person()
	}
	text := func(id string) string { v, _ := values[id].Text(); return v }
	p := request.Subject{Number: text(o.Number), Name: text(o.FullName), Birth: text(o.Birth)}
	return p, p.Number != ""
}

// Put names somebody in a form.
func (o Other) Put(values map[string]request.Value, p request.Subject) {
	if o.Number == "" {
		values[o.ID] = request.PersonValue(p)
		return
	}
	values[o.Number], values[o.FullName], values[o.Birth] = request.TextValue(p.Number), request.TextValue(p.Name), request.TextValue(p.Birth)
}

// By is the id of the question how somebody is known.
func (o Other) By() string { return o.ID + ".by" }

// Code is the id of the question for the code on their card.
func (o Other) Code() string { return o.ID + ".code" }

// typed are the ids of the questions for number, name and birth, in words.
func (o Other) typed() []string {
	if o.Number != "" {
		return []string{o.Number, o.FullName, o.Birth}
	}
	return []string{o.ID + ".number", o.ID + ".name", o.ID + ".birth"}
}

// Typed is who was named in words alone; false before all of it was answered.
func (o Other) Typed(values map[string]request.Value) (request.Subject, bool) {
	return namedIn(values, o.typed())
}

// Is tells whether somebody is the person who asks, after what was answered so far.
func (o Other) Is(values map[string]request.Value) bool {
	return o.Self != nil && o.Self.holds(values)
}

// About is whom a question of [Service.Questions] is about.
func (s Service) About(question string) (Other, bool) {
	for _, o := range s.Others() {
		if question == o.By() || question == o.Code() || slices.Contains(o.typed(), question) {
			return o, true
		}
	}
	return Other{}, false
}

// Questions is the service with its form as people are asked for it: somebody else is
// asked for by how they are known, and by number, name and birth where nothing but words
// is known of them. These questions are in no form that is sent.
func (s Service) Questions() Service {
	var fields []Field
	for _, f := range s.Fields {
		if o, ok := s.Other(f.ID); ok && f.Kind == KindPerson {
			fields = append(fields, s.asks(o)...)
			continue
		}
		if i := slices.IndexFunc(s.Flat, func(o Other) bool { return slices.Contains(o.typed(), f.ID) }); i >= 0 {
			if o := s.Flat[i]; f.ID == o.Number {
				fields = append(fields, s.asks(o)...)
			}
			continue
		}
		fields = append(fields, f)
	}
	if s.Ladder {
		fields = append(fields, inWords(HolderWords(), holder())...)
	}
	s.Fields = fields
	return s
}

// holder is the person who asks, where no chip names them.
func holder() Text { return Text{"Ông/bà", "About you"} }

// HolderWords are the ids of the questions that take the place of the card of the person
// who asks, where a service has a ladder. They are in no form that is sent.
func HolderWords() []string { return []string{"holder.number", "holder.name", "holder.birth"} }

// HolderTyped is who the person who asks says they are; false before all of it was
// answered.
func HolderTyped(values map[string]request.Value) (request.Subject, bool) {
	return namedIn(values, HolderWords())
}

// inWords are the questions for number, name and birth of somebody.
func inWords(ids []string, who Text) []Field {
	return []Field{
		ask(KindIDNumber, ids[0], who.VI+": số định danh", who.EN+": personal number").must(),
		ask(KindName, ids[1], who.VI+": họ, chữ đệm, tên", who.EN+": full name").must(),
		ask(KindDayOrYear, ids[2], who.VI+": ngày sinh, hoặc năm sinh", who.EN+": date or year of birth").must().past(),
	}
}

func namedIn(values map[string]request.Value, ids []string) (request.Subject, bool) {
	number, a := values[ids[0]].Text()
	name, b := values[ids[1]].Text()
	birth, c := values[ids[2]].Text()
	return request.Subject{Number: number, Name: name, Birth: birth}, a && b && c
}

// asks are the questions about somebody.
func (s Service) asks(o Other) []Field {
	by := choose(o.By(), o.Name.VI, o.Name.EN, s.ways(o)...)
	by.Required, by.When, by.Personal = o.Required, o.When, true
	if o.Self != nil {
		by.When = s.unless(*o.Self)
	}
	code := ask(KindPerson, o.Code(), o.Name.VI, o.Name.EN).must().from(SourceScan).when(o.By(), string(request.KnownByCode))
	all := append([]Field{by, code}, inWords(o.typed(), o.Name)...)
	for i := 2; i < len(all); i++ {
		all[i] = all[i].when(o.By(), string(request.KnownByWord))
	}
	return all
}

// ways are the answers to how somebody is known, the best first.
func (s Service) ways(o Other) []Choice {
	var all []Choice
	if o.Self == nil && o.Number == "" {
		all = append(all, Choice{WaySelf, Text{"Là tôi", "It is me"}})
	}
	for _, id := range o.Like {
		like, _ := s.Other(id)
		all = append(all, Choice{id, Text{"Là " + strings.ToLower(like.Name.VI), "Is the " + strings.ToLower(like.Name.EN)}})
	}
	return append(all,
		Choice{string(request.KnownByCard), Text{"Có thẻ ở đây", "The card is here"}},
		Choice{string(request.KnownByCode), Text{"Quét mã trên bản chụp thẻ", "Scan a copy of it"}},
		Choice{string(request.KnownByWord), Text{"Không có thẻ: tự khai", "No card: I type it"}},
	)
}

// unless is the condition that another field has any answer but those.
func (s Service) unless(w When) *When {
	other, _ := s.Field(w.Field)
	not := &When{Field: w.Field}
	for _, c := range other.Choices {
		if !slices.Contains(w.In, c.ID) {
			not.In = append(not.In, c.ID)
		}
	}
	return not
}
