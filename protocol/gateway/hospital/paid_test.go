package hospital_test

import (
	"io"
	"net/http"
	"testing"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/code/vietqr"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/gateway/hospital"
	"motcua/protocol/request"
	"motcua/protocol/simcentral/hospitalsystem"
	"motcua/protocol/simcentral/trouble"
)

// eye is a wish to be seen by an eye doctor, for a fee.
var eye = map[string]string{"specialty": "eye"}

func fees() hospitalsystem.Scenario {
	return hospitalsystem.Scenario{Rooms: []hospitalsystem.Room{
		{Specialty: "eye", Prefix: "ED", Room: "205", Floor: "2", Minutes: 5, Fee: 150_000},
		{Specialty: "general", Prefix: "ND", Room: "102", Floor: "1", Minutes: 5},
	}}
}

// TestPaid: who pays gets number, room and fee, with a code for exactly that sum to the
// account of the gateway's configuration; the hospital hears what proves the person.
func TestPaid(t *testing.T) {
	c := newCentreOf(t, &insurer{}, fees())
	d := c.fleet.Device(t, "k01")
	m := c.send(t, d, catalogue.PaidCheckIn, gatewaytest.Person(1), map[string]string{"specialty": "eye", "group": "over-75"}, claimed)
	r, a, _ := c.answers(t, 0, m)
	if a.CheckIn == nil || a.CheckIn.Fee == nil || r.Class != request.ClassOK {
		t.Fatalf("answered %s", r.Class)
	}
	if want := (request.Ticket{Queue: "eye", Prefix: "EDU", Number: 1, Room: "205", Floor: "2"}); a.CheckIn.Ticket != want {
		t.Errorf("%+v", a.CheckIn.Ticket)
	}
	pay, err := vietqr.Parse(a.CheckIn.Fee.Code)
	if err != nil || pay.Amount != 150_000 || a.CheckIn.Fee.Due != 150_000 || pay.Bank != "970415" || pay.Account != "113366668888" || pay.Purpose != a.CheckIn.CheckInID || !pay.Once {
		t.Error("the code pays something else")
	}
	told := c.system.Registrations()
	if len(told) != 1 || told[0].Evidence != request.E1 || told[0].Person.Number != gatewaytest.Person(1).Number || told[0].Group != "over-75" {
		t.Error("the hospital was told of somebody else")
	}

	m = c.send(t, d, catalogue.PaidCheckIn, gatewaytest.Person(2), map[string]string{"specialty": "general"})
	if _, a, _ = c.answers(t, 0, m); a.CheckIn == nil || *a.CheckIn.Fee != (request.Fee{}) {
		t.Error("what costs nothing has a fee or a code")
	}
	m = c.send(t, d, catalogue.PaidCheckIn, gatewaytest.Person(2), map[string]string{"specialty": "dental"})
	if r, a, _ = c.answers(t, 0, m); r.Class != request.ClassReception || a.CheckIn != nil {
		t.Errorf("a department that the hospital does not have: %s", r.Class)
	}
}

// TestPaidOnce: whatever happens on the way, the hospital has one registration for each
// person, day and specialty, and the person the same number however often they ask.
func TestPaidOnce(t *testing.T) {
	troubles := []trouble.Kind{trouble.Status500, trouble.HTML, trouble.Garbage, trouble.Oversized, trouble.Drop, trouble.Expired}
	s := fees()
	s.Troubles = troubles
	c := newCentreOf(t, &insurer{}, s)
	d := c.fleet.Device(t, "k01")
	first := c.send(t, d, catalogue.PaidCheckIn, gatewaytest.Person(1), eye)
	for range troubles[:5] {
		if _, _, answered := c.answers(t, 2*time.Minute, first); answered {
			t.Fatal("answered in spite of trouble")
		}
	}
	c.losing(2)
	second := c.send(t, d, catalogue.PaidCheckIn, gatewaytest.Person(1), eye) // they come again meanwhile
	var one, two request.Answer
	for range 10 {
		c.now = c.now.Add(2 * time.Minute)
		replies, err := c.Work(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, reply := range replies {
			switch reply.ID {
			case first.Outer.ID:
				_, one = c.open(t, reply, first)
			case second.Outer.ID:
				_, two = c.open(t, reply, second)
			}
		}
	}
	if one.CheckIn == nil || two.CheckIn == nil || one.CheckIn.Ticket != two.CheckIn.Ticket || one.CheckIn.CheckInID != two.CheckIn.CheckInID {
		t.Fatal("not one number for both")
	}
	if one.CheckIn.Again || !two.CheckIn.Again {
		t.Error("the second is not told that they have it already, or the first is")
	}
	if n := len(c.system.Registrations()); n != 1 {
		t.Errorf("%d registrations", n)
	}
	asked := c.answering(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
	third := c.send(t, d, catalogue.PaidCheckIn, gatewaytest.Person(1), eye)
	if _, a, _ := c.answers(t, 0, third); a.CheckIn == nil || a.CheckIn.Ticket != one.CheckIn.Ticket || asked.Load() != 0 {
		t.Error("what is known is not told while the hospital is away")
	}
}

// TestPaidAway: a hospital that is away for hours hears of it later; one that stays away
// leaves the request to a person.
func TestPaidAway(t *testing.T) {
	for _, c := range []struct {
		story string
		away  time.Duration
		want  bool
	}{{"five hours", 5 * time.Hour, true}, {"two days", 48 * time.Hour, false}} {
		t.Run(c.story, func(t *testing.T) {
			w := newCentreOf(t, &insurer{}, fees())
			back := w.server.Config.Handler
			w.answering(func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusServiceUnavailable) })
			m := w.send(t, w.fleet.Device(t, "k01"), catalogue.PaidCheckIn, gatewaytest.Person(1), eye)
			for range int(c.away / (20 * time.Minute)) {
				if _, _, answered := w.answers(t, 20*time.Minute, m); answered {
					t.Fatal("answered by a hospital that is away")
				}
			}
			w.server.Config.Handler = back
			if _, a, _ := w.answers(t, time.Minute, m); (a.CheckIn != nil) != c.want {
				t.Errorf("a number: %v", a.CheckIn != nil)
			}
		})
	}
}

// TestPaidHostile: what is no answer tells nobody anything, and is asked again.
func TestPaidHostile(t *testing.T) {
	const good = `{"ticket":{"queue":"eye","prefix":"ED","number":1,"room":"205","floor":"2","ahead":0,"wait_min":0},"stay":"s1","fee":150000}`
	for story, answer := range map[string]string{
		"nothing":             ``,
		"null":                `null`,
		"a list":              `[]`,
		"no ticket":           `{"stay":"s1","fee":150000}`,
		"no stay":             `{"ticket":{"queue":"eye","prefix":"ED","number":1,"room":"205"},"fee":1}`,
		"a fee below zero":    `{"ticket":{"queue":"eye","prefix":"ED","number":1,"room":"205"},"stay":"s1","fee":-1}`,
		"an endless fee":      `{"ticket":{"queue":"eye","prefix":"ED","number":1,"room":"205"},"stay":"s1","fee":1000000001}`,
		"a fee in words":      `{"ticket":{"queue":"eye","prefix":"ED","number":1,"room":"205"},"stay":"s1","fee":"all"}`,
		"another queue":       `{"ticket":{"queue":"morgue","prefix":"ED","number":1,"room":"205"},"stay":"s1","fee":1}`,
		"number zero":         `{"ticket":{"queue":"eye","prefix":"ED","number":0,"room":"205"},"stay":"s1","fee":1}`,
		"an endless number":   `{"ticket":{"queue":"eye","prefix":"ED","number":4294967295,"room":"205"},"stay":"s1","fee":1}`,
		"a prefix of a story": `{"ticket":{"queue":"eye","prefix":"PAY ME","number":1,"room":"205"},"stay":"s1","fee":1}`,
		"a room of a story":   `{"ticket":{"queue":"eye","prefix":"ED","number":1,"room":"chuyển tiền vào tài khoản"},"stay":"s1","fee":1}`,
		"a room without font": `{"ticket":{"queue":"eye","prefix":"ED","number":1,"room":"ក"},"stay":"s1","fee":1}`,
		"a stay of a story":   `{"ticket":{"queue":"eye","prefix":"ED","number":1,"room":"205"},"stay":"pay me","fee":1}`,
	} {
		t.Run(story, func(t *testing.T) {
			c := newCentreOf(t, &insurer{}, fees())
			says := answer
			c.answering(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, says) })
			m := c.send(t, c.fleet.Device(t, "k01"), catalogue.PaidCheckIn, gatewaytest.Person(1), eye)
			if r, _, answered := c.answers(t, 0, m); answered {
				t.Fatalf("answered %s", r.Class)
			}
			says = good
			if _, a, _ := c.answers(t, time.Minute, m); a.CheckIn == nil {
				t.Error("not asked again")
			}
		})
	}
}

// TestPayee: an account that no code can name is told before anything starts.
func TestPayee(t *testing.T) {
	for p, good := range map[hospital.Payee]bool{
		{}: true, {Bank: "970415", Account: "113366668888"}: true,
		{Bank: "970415"}: false, {Account: "113366668888"}: false, {Bank: "97041", Account: "1"}: false, {Bank: "970415", Account: "1 2"}: false,
	} {
		if err := p.Check(); (err == nil) != good {
			t.Errorf("%+v: %v", p, err)
		}
	}
}
