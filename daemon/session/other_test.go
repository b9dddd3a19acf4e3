package session_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"motcua/daemon/session"
	"motcua/drivers"
	"motcua/protocol/catalogue"
	"motcua/protocol/emrtd"
	"motcua/protocol/fault"
	"motcua/protocol/local"
	"motcua/protocol/mrz"
	"motcua/protocol/request"
	"motcua/protocol/tlv"
)

// holder is an invented person with a card.
type holder struct{ number, surname, given, name, birth, sex string }

func mother() holder {
	return holder{"099190000001", "NGUYEN", "THI MAU", "Nguyễn Thị Mẫu", "900201", "F"}
}

func father() holder {
	return holder{"099088000002", "TRAN", "VAN GIA", "Trần Văn Giả", "880403", "M"}
}

// card is what reading the holder's card gives.
func (h holder) card(_ context.Context, o emrtd.Options) (*emrtd.Document, error) {
	d := document(o, emrtd.Genuine)
	d.MRZ = mrz.Document{Format: mrz.TD1, Issuer: "VNM", Optional: h.number, Surname: h.surname, Given: h.given, Birth: h.birth, Expiry: "410102", Sex: h.sex}
	d.SOD = []byte("sod " + h.number)
	d.Groups[13] = h.details()
	return d, nil
}

// details is the holder's data group 13.
func (h holder) details() []byte {
	birth := h.birth[4:] + "/" + h.birth[2:4] + "/19" + h.birth[:2]
	var set []byte
	for n, text := range map[byte]string{
		1: h.number, 2: h.name, 3: birth, 4: map[string]string{"F": "Nữ", "M": "Nam"}[h.sex], 5: "Việt Nam", 6: "Kinh", 8: "Xã Ea Mẫu, Mẫu của " + h.sex, 9: "Số 9, đường Mẫu",
	} {
		set = append(set, tlv.Encode(0x30, tlv.Encode(2, []byte{n}), tlv.Encode(0x0c, []byte(text)))...)
	}
	return tlv.Encode(0x6d, tlv.Encode(0x30, tlv.Encode(2, []byte{0}), tlv.Encode(6, []byte{0x2a, 3}), tlv.Encode(0x31, set)))
}

// began is a mother who files the birth of her child, at the question for the father.
func (k *kit) began() {
	k.t.Helper()
	k.read = mother().card
	k.identified(catalogue.Birth)
	k.answer("relation", "mother")
	if q := k.at(local.StepQuestion).Question; q.Field != "father.by" || !slices.Equal(q.Choices, []string{"card", "word"}) || !q.Skip {
		k.t.Fatalf("asked for %s by %v", q.Field, q.Choices)
	}
}

// handsOver lifts the card that lies there and places another.
func (k *kit) handsOver(h holder) {
	k.t.Helper()
	k.lift()
	k.read = h.card
	k.place()
}

// knows has the father read and confirmed.
func (k *kit) knows(h holder) {
	k.t.Helper()
	k.act(local.VerbAnswer, "card")
	if v := k.at(local.StepPlace); v.Other != "father" || v.Person != nil {
		k.t.Fatalf("the card of %q is asked for", v.Other)
	}
	k.handsOver(h)
	k.at(local.StepKey)
	k.act(local.VerbKey, "000002")
	if v := k.at(local.StepIdentify); v.Other != "father" || v.Person.Name != h.name || !v.MayRemove {
		k.t.Fatalf("read the card of %q", v.Other)
	}
	k.act(local.VerbYes, "")
}

// TestOtherParent: the father's card is read in the mother's visit. The request is hers,
// and has his evidence beside it, under an opening of its own. What both cards say is not
// asked for.
func TestOtherParent(t *testing.T) {
	forms := &counted{}
	visit(t, func(k *kit) {
		k.began()
		k.knows(father())
		if v := k.at(local.StepQuestion); v.Person == nil || v.Person.Name != mother().name || v.Other != "" {
			t.Error("the mother is somebody else now")
		}
		for _, a := range [][2]string{
			{"case", "facility"},
			{"certificate_no", "CS-1"},
			{"certificate_book", "Q1"},
			{"certificate_facility", "h001"},
			{"birth_date", "01/03/2026"},
			{"birth_place", "Bệnh viện Mẫu"},
			{"birth_order", "1"},
			{"sex", "F"},
		} {
			k.answer(a[0], a[1])
		}
		if q := k.at(local.StepQuestion).Question; q.Value != "Trần" {
			t.Errorf("the family name is suggested as %q", q.Value)
		}
		for _, a := range [][2]string{
			{"family_name", "Trần"},
			{"middle_name", ""},
			{"given_name", "An"},
			{"lives_with", "mother"},
			{"householder.by", "father"},
			{"first_facility", "99001"},
			{"delivery", "counter"},
			{"phone", "0990000123"},
		} {
			k.answer(a[0], a[1])
		}
		rows := k.at(local.StepCheck).Answers
		for field, want := range map[string]string{"father.by": father().name, "householder.by": father().name} {
			i := slices.IndexFunc(rows, func(a local.Answer) bool { return a.Field == field })
			if i < 0 || rows[i].Name != want {
				t.Errorf("%s is not shown by name", field)
			}
		}
		s, values := k.sent(catalogue.Birth)
		for who, want := range map[string]holder{"mother": mother(), "father": father(), "householder": father()} {
			if p, _ := values[who].Person(); p.Number != want.number || p.Name != want.name {
				t.Errorf("%s in the form: %t", who, p.Number == want.number)
			}
		}
		for field, want := range map[string]string{"ethnicity": "Kinh", "nationality": "Việt Nam", "native_place": "Xã Ea Mẫu, Mẫu của M", "address": "Số 9, đường Mẫu"} {
			if text, _ := values[field].Text(); text != want {
				t.Errorf("%s is %q, want %q", field, text, want)
			}
		}
		if s.inner.Subject.Number != mother().number || len(s.inner.People) != 1 {
			t.Fatalf("%d others", len(s.inner.People))
		}
		p := s.inner.People[0]
		if p.Who != "father" || p.By != request.KnownByCard || p.Evidence.Level != request.E2 || p.Evidence.AA.Challenge != request.ChallengeOf(p.Evidence.Opening) {
			t.Errorf("the father is known by %s", p.By)
		}
		mine, err1 := request.DecodeOpening(s.inner.Evidence.Opening)
		his, err2 := request.DecodeOpening(p.Evidence.Opening)
		if err1 != nil || err2 != nil || mine.Visit != his.Visit || slices.Equal(mine.Nonce, his.Nonce) {
			t.Error("both openings are not of one visit with nonces of their own")
		}
		if forms.service != catalogue.Birth || forms.reused != 8 || forms.all != 22 {
			t.Errorf("%d of %d values of %s reused", forms.reused, forms.all, forms.service)
		}
		for _, h := range []holder{mother(), father()} {
			if log := k.log.String(); strings.Contains(log, h.number) || strings.Contains(log, h.name) {
				t.Error("the log names somebody")
			}
		}
	}, offering(catalogue.CheckIn, catalogue.Birth), metered(forms))
}

// metered counts forms.
func metered(m session.Meter) func(*session.Config) { return func(c *session.Config) { c.Meter = m } }

// born answers what is asked of a child that was born elsewhere.
func (k *kit) born() {
	k.t.Helper()
	for _, a := range [][2]string{
		{"case", "elsewhere"},
		{"proof", "witness"},
		{"birth_date", "01/03/2026"},
		{"birth_place", "Bệnh viện Mẫu"},
		{"birth_order", "1"},
		{"sex", "F"},
		{"family_name", "Trần"},
		{"middle_name", ""},
		{"given_name", "An"},
		{"lives_with", "mother"},
	} {
		k.answer(a[0], a[1])
	}
}

// TestOneCardForTwo: the father is the householder, too, and shows his card for both: the
// centre is told of it once.
func TestOneCardForTwo(t *testing.T) {
	visit(t, func(k *kit) {
		k.began()
		k.knows(father())
		k.born()
		k.act(local.VerbAnswer, "card")
		k.handsOver(father())
		k.act(local.VerbKey, "000002")
		k.at(local.StepIdentify)
		k.act(local.VerbYes, "")
		for _, a := range [][2]string{{"first_facility", "99001"}, {"delivery", "counter"}, {"phone", "0990000123"}} {
			k.answer(a[0], a[1])
		}
		s, values := k.sent(catalogue.Birth)
		if p, _ := values["householder"].Person(); p.Number != father().number || len(s.inner.People) != 1 {
			t.Errorf("%d cards are told of", len(s.inner.People))
		}
	}, offering(catalogue.CheckIn, catalogue.Birth))
}

// TestChangedMind: who is left out after all, or known in another way, is told of in the
// new way alone.
func TestChangedMind(t *testing.T) {
	for way, people := range map[string]int{"": 0, "word": 1} {
		visit(t, func(k *kit) {
			k.began()
			k.knows(father())
			k.born()
			for _, a := range [][2]string{
				{"householder.by", "father"},
				{"first_facility", "99001"},
				{"delivery", "counter"},
				{"phone", "0990000123"},
			} {
				k.answer(a[0], a[1])
			}
			k.at(local.StepCheck)
			k.change("father.by")
			k.answer("father.by", way)
			if way == "word" {
				k.answer("father.number", "099088000009")
				k.answer("father.name", "Lê Văn Lạ")
				k.answer("father.birth", "1980")
			}
			s, values := k.sent(catalogue.Birth)
			p, named := values["father"].Person()
			h, _ := values["householder"].Person()
			origin, _ := values["native_place"].Text()
			if named != (way == "word") || p.Number == father().number || h.Number != p.Number || len(s.inner.People) != people {
				t.Errorf("by %q: father %t, householder %t, %d others", way, named, h.Number == p.Number, len(s.inner.People))
			}
			if origin != "Xã Ea Mẫu, Mẫu của F" {
				t.Errorf("by %q: native place %q of a father who is not there", way, origin)
			}
		}, offering(catalogue.CheckIn, catalogue.Birth))
	}
}

// counted is a meter of forms.
type counted struct {
	service     string
	reused, all int
}

func (*counted) Read(string, time.Duration) {}
func (*counted) Verified(string, string)    {}
func (*counted) Problem(fault.Code)         {}
func (*counted) Ended(string)               {}
func (c *counted) Form(service string, reused, all int) {
	c.service, c.reused, c.all = service, reused, all
}

// TestSameCardTwice: the mother's own card is no father's, also where it was lifted and put
// back.
func TestSameCardTwice(t *testing.T) {
	visit(t, func(k *kit) {
		k.began()
		k.act(local.VerbAnswer, "card")
		k.handsOver(mother())
		k.act(local.VerbKey, "000001")
		if p := k.problem(fault.SamePerson); !slices.Equal(p.Exits, []local.Verb{local.VerbRetry, local.VerbStaff, local.VerbBack}) {
			t.Errorf("exits %v", p.Exits)
		}
		k.act(local.VerbRetry, "")
		if v := k.at(local.StepPlace); v.Other != "father" {
			t.Errorf("the card of %q is asked for", v.Other)
		}
		k.handsOver(father())
		k.act(local.VerbKey, "000002")
		k.at(local.StepIdentify)
		k.act(local.VerbYes, "")
		k.at(local.StepQuestion)
	}, offering(catalogue.CheckIn, catalogue.Birth))
}

// TestWrongCard: the card of a stranger is told who it is of, and another is placed.
func TestWrongCard(t *testing.T) {
	visit(t, func(k *kit) {
		k.began()
		k.act(local.VerbAnswer, "card")
		stranger := father()
		stranger.number, stranger.name = "099088000009", "Lê Văn Lạ"
		k.handsOver(stranger)
		k.act(local.VerbKey, "000009")
		k.at(local.StepIdentify)
		k.act(local.VerbNo, "")
		if v := k.at(local.StepPlace); v.Person != nil {
			t.Error("the stranger is shown")
		}
		k.handsOver(father())
		k.act(local.VerbKey, "000002")
		if v := k.at(local.StepIdentify); v.Person.Name != father().name {
			t.Error("the father is not shown")
		}
		// He is not to be known by card after all.
		k.act(local.VerbBack, "")
		k.answer("father.by", "word")
		k.answer("father.number", mother().number)
		if q := k.at(local.StepQuestion).Question; q.Problem != string(catalogue.Same) {
			t.Errorf("the mother's number for the father: %q", q.Problem)
		}
		k.answer("father.number", father().number)
		k.answer("father.name", father().name)
		k.answer("father.birth", "2099")
		if q := k.at(local.StepQuestion).Question; q.Problem != string(catalogue.NotYet) {
			t.Errorf("born in 2099: %q", q.Problem)
		}
		k.answer("father.birth", "1988")
		k.answer("case", "elsewhere")
	}, offering(catalogue.CheckIn, catalogue.Birth))
}

// TestOtherLifted: the father's card is lifted at every point, and the mother's visit goes
// on.
func TestOtherLifted(t *testing.T) {
	for _, point := range []string{"before the key", "while it is read", "after it was read"} {
		t.Run(point, func(t *testing.T) {
			visit(t, func(k *kit) {
				k.began()
				k.act(local.VerbAnswer, "card")
				k.handsOver(father())
				k.at(local.StepKey)
				switch point {
				case "before the key":
					k.lift()
					k.at(local.StepKey)
					k.act(local.VerbKey, "000002")
					k.at(local.StepPlace)
					k.place()
				case "while it is read":
					k.read = func(context.Context, emrtd.Options) (*emrtd.Document, error) { return nil, drivers.ErrNoCard }
					k.act(local.VerbKey, "000002")
					k.problem(fault.CardGone)
					k.lift()
					k.read = father().card
					k.place()
				case "after it was read":
					k.act(local.VerbKey, "000002")
					k.at(local.StepIdentify)
					k.lift()
				}
				if v := k.at(local.StepIdentify); v.Person.Name != father().name {
					t.Error("somebody else was read")
				}
				k.act(local.VerbYes, "")
				if q := k.at(local.StepQuestion); q.Question.Field != "case" || q.Person.Name != mother().name {
					t.Errorf("on with %s", q.Question.Field)
				}
			}, offering(catalogue.CheckIn, catalogue.Birth))
		})
	}
}

// TestTimeOutForgetsBoth: when nobody is there any more, nobody is known any more, and the
// next visit begins with nobody.
func TestTimeOutForgetsBoth(t *testing.T) {
	visit(t, func(k *kit) {
		var read []*emrtd.Document
		keep := func(h holder) func(context.Context, emrtd.Options) (*emrtd.Document, error) {
			return func(ctx context.Context, o emrtd.Options) (*emrtd.Document, error) {
				d, err := h.card(ctx, o)
				read = append(read, d)
				return d, err
			}
		}
		k.read = keep(mother())
		k.identified(catalogue.Birth)
		k.answer("relation", "mother")
		k.act(local.VerbAnswer, "card")
		k.lift()
		k.read = keep(father())
		k.place()
		k.act(local.VerbKey, "000002")
		k.at(local.StepIdentify)
		time.Sleep(81 * time.Second)
		k.at(session.Attract)
		for i, d := range read {
			if len(read) != 2 || slices.ContainsFunc(d.Groups[13], func(b byte) bool { return b != 0 }) {
				t.Errorf("card %d of %d is still there", i, len(read))
			}
		}
		if text := fmt.Sprintf("%+v", k.state()); strings.Contains(text, "Mẫu") && strings.Contains(text, "Giả") {
			t.Error("somebody is shown")
		}
	}, offering(catalogue.CheckIn, catalogue.Birth))
}

// TestDeceased: the card of the deceased is shown or not, and the form says so; a death
// that is told late is told so once, and taken.
func TestDeceased(t *testing.T) {
	for _, shown := range []bool{true, false} {
		visit(t, func(k *kit) {
			k.read = mother().card
			k.identified(catalogue.Death)
			k.answer("relation", "spouse")
			if shown {
				k.act(local.VerbAnswer, "card")
				if v := k.at(local.StepPlace); v.Other != "deceased" {
					t.Fatalf("the card of %q", v.Other)
				}
				k.handsOver(father())
				k.act(local.VerbKey, "000002")
				k.act(local.VerbYes, "")
			} else {
				k.answer("deceased.by", "word")
				k.answer("deceased_number", father().number)
				k.answer("deceased_name", father().name)
				k.answer("deceased_birth", "03/04/1988")
			}
			k.answer("notice", "")
			k.answer("died_at", "01/02/2026 07:30")
			if q := k.at(local.StepQuestion).Question; q.Problem != string(catalogue.Late) {
				t.Errorf("a month ago: %q", q.Problem)
			}
			k.answer("died_at", "01/02/2026 07:30")
			k.answer("died_in", "Số 9, đường Mẫu")
			k.answer("procedures", "2")
			k.answer("phone", "0990000123")
			s, values := k.sent(catalogue.Death)
			said, _ := values["card_shown"].YesNo()
			number, _ := values["deceased_number"].Text()
			if said != shown || number != father().number || len(s.inner.People) != 1 || (s.inner.People[0].By == request.KnownByCard) != shown {
				t.Errorf("shown %t: told %t", shown, said)
			}
		}, offering(catalogue.CheckIn, catalogue.Death))
	}
}

// TestOtherByCode: where there is no chip to read, the code on the card names its holder,
// as somebody's claim; before a question for a person the code of a card opens its chip.
func TestOtherByCode(t *testing.T) {
	const code = "099088000002||Trần Văn Giả|03041988|Nam|Số 9, đường Mẫu|01012022"
	visit(t, func(k *kit) {
		k.session.SetDevices([]local.PartState{{Part: string(drivers.ClassCode), State: string(drivers.StateReady)}})
		k.read = mother().card
		k.identified(catalogue.Birth)
		k.answer("relation", "mother")
		k.session.Scanned([]byte(code)) // the key of his chip
		if v := k.at(local.StepPlace); v.Other != "father" {
			t.Fatalf("the card of %q", v.Other)
		}
		k.act(local.VerbBack, "")
		k.answer("father.by", "code")
		if q := k.at(local.StepQuestion).Question; q.Field != "father.code" || !q.Scan {
			t.Fatalf("%s is asked for", q.Field)
		}
		k.session.Scanned([]byte(code))
		k.answer("case", "elsewhere")
		k.answer("proof", "witness")
	}, offering(catalogue.CheckIn, catalogue.Birth))
}
