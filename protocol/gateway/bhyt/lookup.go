package bhyt

import (
	"context"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"motcua/protocol/insurance"
	"motcua/protocol/request"
)

// Look asks the insurer about a person, by the number of a card when that is not
// empty. Where the answer is that something does not fit, it asks once more in the
// way that the code allows: by the personal number, with the name written plainly, or
// with the year of birth alone. What still differs is a discrepancy, and so is an
// insured person of another name or birth. An error is no answer.
func (p *Portal) Look(ctx context.Context, s request.Subject, card string, officer Registered) (request.AnswerInsurance, error) {
	q := question{card: card, name: s.Name, birth: s.Birth, officer: officer}
	if card == "" {
		q.card = s.Number
	}
	r, err := p.ask(ctx, q)
	if err != nil {
		return request.AnswerInsurance{}, err
	}
	// Each retry is made once, whatever the codes: three at most.
	asked := map[insurance.Next]bool{}
	for {
		next := insurance.Of(r.code).Next
		again, ok := q.changed(next, s)
		if !ok || asked[next] {
			break
		}
		asked[next] = true
		q = again
		if r, err = p.ask(ctx, q); err != nil {
			return request.AnswerInsurance{}, err
		}
	}
	return r.answer(s, p.conf.Now()), nil
}

// changed is the question in the way that the next step asks for; false when that
// would be the same again.
func (q question) changed(next insurance.Next, s request.Subject) (question, bool) {
	was := [3]string{q.card, q.name, q.birth}
	switch next {
	case insurance.NextNumber:
		q.card = s.Number
	case insurance.NextName:
		q.name = plain(q.name)
	case insurance.NextYear:
		q.birth = year(q.birth)
	default:
		return q, false
	}
	return q, was != [3]string{q.card, q.name, q.birth}
}

// plain is a name in capitals, composed, with single spaces.
func plain(name string) string {
	return strings.ToUpper(strings.Join(strings.Fields(norm.NFC.String(name)), " "))
}

func year(birth string) string { return birth[max(0, len(birth)-4):] }

// answer is what is told of a record about the person.
func (r record) answer(s request.Subject, now time.Time) request.AnswerInsurance {
	a := request.AnswerInsurance{Class: insurance.Of(r.code).Class, Code: r.code, AsOf: now.UnixMilli()}
	if a.Class == request.ClassOK || a.Class == request.ClassNewCard {
		if code := r.differs(s); code != "" {
			a.Class, a.Code = insurance.Of(code).Class, code
			return a
		}
		a.CardNo, a.ValidFrom, a.ValidTo, a.Facility, a.FiveYears = r.card, r.from, r.to, r.facility, r.fiveYears
	}
	return a
}

// differs is the code for what a record says otherwise than the chip; empty when they
// agree as far as the record tells.
func (r record) differs(s request.Subject) string {
	switch {
	case r.name != "" && plain(r.name) != plain(s.Name):
		return "060"
	case r.birth == "" || r.birth == s.Birth:
		return ""
	case (isYear(r.birth) || isYear(s.Birth)) && year(r.birth) == year(s.Birth):
		return ""
	}
	return "070"
}
