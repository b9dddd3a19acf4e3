package simcentral_test

import (
	"strings"
	"testing"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/catalogue/cataloguetest"
	"motcua/protocol/gateway"
	"motcua/protocol/insurance"
	"motcua/protocol/request"
	"motcua/protocol/simcentral"
)

func now() time.Time { return time.UnixMilli(1772411400000) } // 2026-03-02 07:30 +07:00

func an() request.Subject {
	return request.Subject{Number: "099090000123", Name: "Nguyễn Văn An", Birth: "01/02/1990", Sex: "M"}
}

func good() simcentral.Record {
	return simcentral.Record{
		Code: "000", Name: "NGUYỄN VĂN AN", Birth: "1990-02-01", CardNo: "GD4990990000123", ValidFrom: "2026-01-01", ValidTo: "2026-12-31",
		FacilityName: "Bệnh viện Mẫu", FiveYears: "2028-01-01",
	}
}

func insurer(t *testing.T, r simcentral.Record) *simcentral.Insurer {
	t.Helper()
	in, err := simcentral.NewInsurer(map[string]simcentral.Record{an().Number: r})
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// TestCodes: the simulated insurer answers with every code, and tells a card's number
// only with an answer that is about a card.
func TestCodes(t *testing.T) {
	for _, c := range insurance.Codes() {
		a := insurer(t, simcentral.Record{Code: c.Code, CardNo: "GD4990990000123", NewCardNo: "GD4990990000999"}).Look(an(), "", now())
		if a.Class != c.Class || a.Code != c.Code {
			t.Errorf("%s is answered as %s, class %s", c.Code, a.Code, a.Class)
		}
		if known := a.CardNo != ""; known != (c.Class == request.ClassOK || c.Class == request.ClassNewCard || c.Code == "010") {
			t.Errorf("%s: card number told: %v", c.Code, known)
		}
	}
	if simcentral.ClassOf("timeout") != request.ClassUnavailable {
		t.Error("no answer has another class")
	}
}

// TestLook: the insurer compares the person and the day.
func TestLook(t *testing.T) {
	with := func(change func(*simcentral.Record)) simcentral.Record { r := good(); change(&r); return r }
	for _, c := range []struct {
		story  string
		record simcentral.Record
		card   string
		code   string
		class  request.Class
	}{
		{"all fits", good(), "", "000", request.ClassOK},
		{"by card number", good(), "GD4990990000123", "000", request.ClassOK},
		{"an unknown card number", good(), "XX4990990000123", "050", request.ClassPending},
		{"name in another case and spacing", with(func(r *simcentral.Record) { r.Name = " nguyễn  văn an" }), "", "000", request.ClassOK},
		{"name in decomposed Unicode", with(func(r *simcentral.Record) { r.Name = "Nguye\u0302\u0303n Va\u0306n An" }), "", "000", request.ClassOK},
		{"another name", with(func(r *simcentral.Record) { r.Name = "TRẦN THỊ BÌNH" }), "", "060", request.ClassDiscrepancy},
		{"another name with the same initials", with(func(r *simcentral.Record) { r.Name = "NGUYỄN VŨ ÁI" }), "", "060", request.ClassDiscrepancy},
		{"a misspelt name", with(func(r *simcentral.Record) { r.Name = "NGUYỂN VĂN AN" }), "", "061", request.ClassDiscrepancy},
		{"another birth date", with(func(r *simcentral.Record) { r.Birth = "1990-02-02" }), "", "070", request.ClassDiscrepancy},
		{"ended yesterday", with(func(r *simcentral.Record) { r.ValidTo = "2026-03-01" }), "", "010", request.ClassPending},
		{"ends today", with(func(r *simcentral.Record) { r.ValidTo = "2026-03-02" }), "", "000", request.ClassOK},
		{"no answer", simcentral.Record{Code: simcentral.Timeout}, "", "", request.ClassUnavailable},
		{"new card", with(func(r *simcentral.Record) {
			r.Code, r.NewCardNo, r.NewValidFrom, r.NewValidTo = "004", "GD4990990000999", "2026-02-01", "2027-01-31"
		}), "", "004", request.ClassNewCard},
	} {
		a := insurer(t, c.record).Look(an(), c.card, now())
		if a.Code != c.code || a.Class != c.class {
			t.Errorf("%s: got %s, class %s", c.story, a.Code, a.Class)
		}
		if err := (request.Answer{Insurance: &a}).Validate(); err != nil {
			t.Errorf("%s: %v", c.story, err)
		}
	}
	a := insurer(t, good()).Look(an(), "", now())
	if a.ValidFrom != "01/01/2026" || a.ValidTo != "31/12/2026" || a.FiveYears != "01/01/2028" || a.Facility == "" {
		t.Error("dates or place are missing")
	}
	year := an()
	year.Birth = "1990"
	if a := insurer(t, good()).Look(year, "", now()); a.Code != "000" {
		t.Errorf("with the year of birth alone: %s", a.Code)
	}
	stranger := an()
	stranger.Number = "099090000999"
	if a := insurer(t, good()).Look(stranger, "", now()); a.Code != "050" {
		t.Errorf("somebody unknown: %s", a.Code)
	}
}

func TestReadInsurer(t *testing.T) {
	if _, err := simcentral.ReadInsurer([]byte(`{"099090000123": {"code": "000", "card_no": "GD4990990000123", "valid_to": "2026-12-31"}}`)); err != nil {
		t.Error(err)
	}
	for story, text := range map[string]string{
		"unknown field": `{"099090000123": {"code": "000", "cardno": "x"}}`,
		"bad date":      `{"099090000123": {"code": "000", "valid_to": "31/12/2026"}}`,
		"no code":       `{"099090000123": {}}`,
		"no object":     `[]`,
	} {
		if _, err := simcentral.ReadInsurer([]byte(text)); err == nil || strings.Contains(err.Error(), "0990") {
			t.Errorf("%s: got %v", story, err)
		}
	}
}

// state is a gateway.State in memory.
type state map[string][]byte

func (s state) Get(key string) ([]byte, bool, error) { v, ok := s[key]; return v, ok, nil }
func (s state) Set(key string, value []byte) error   { s[key] = value; return nil }

// TestRooms: every specialty of the catalogue has a room, and a prefix of its own.
func TestRooms(t *testing.T) {
	prefixes := map[string]bool{}
	for _, c := range catalogue.Specialties() {
		r := simcentral.Rooms()[c.ID]
		if r.Room == "" || r.Floor == "" || r.Minutes == 0 || prefixes[r.Prefix] {
			t.Errorf("%s: %+v", c.ID, r)
		}
		prefixes[r.Prefix] = true
	}
	if len(simcentral.Rooms()) != len(catalogue.Specialties()) {
		t.Error("a room for a specialty that is not in the catalogue")
	}
}

// TestQueue: numbers rise per facility, day and prefix, and the wait shrinks as the
// room works.
func TestQueue(t *testing.T) {
	hospital := simcentral.NewHospital(insurer(t, good()))
	st := state{}
	ask := func(key byte, facility, date, group string, after time.Duration) request.AnswerCheckIn {
		subject := an()
		out, err := hospital.Handle(t.Context(), st, gateway.Request{
			Outer: request.Outer{Facility: facility}, Inner: request.Inner{Subject: &subject},
			Form: request.CheckIn{Specialty: "internal", Group: group}, Key: request.Digest{key}, Now: now().Add(after), Date: date,
		})
		if err != nil {
			t.Fatal(err)
		}
		return *out.Answer.CheckIn
	}
	for _, c := range []struct {
		story    string
		got      request.AnswerCheckIn
		prefix   string
		number   uint32
		ahead    uint32
		checkIn  string
		repeated bool
	}{
		{"first", ask(1, "h001", "260302", "", 0), "A", 1, 0, "h001-26030200001", false},
		{"second", ask(2, "h001", "260302", "", 0), "A", 2, 1, "h001-26030200002", false},
		{"third, when two have been seen", ask(3, "h001", "260302", "", 13*time.Minute), "A", 3, 0, "h001-26030200003", false},
		{"the second again", ask(2, "h001", "260302", "", 20*time.Minute), "A", 2, 1, "h001-26030200002", true},
		{"a priority group", ask(4, "h001", "260302", "over-75", 20*time.Minute), "AU", 1, 0, "h001-26030200004", false},
		{"another hospital", ask(5, "h002", "260302", "", 0), "A", 1, 0, "h002-26030200001", false},
		{"another day", ask(6, "h001", "260303", "", 24*time.Hour), "A", 1, 0, "h001-26030300001", false},
	} {
		tk := c.got.Ticket
		if tk.Prefix != c.prefix || tk.Number != c.number || tk.Ahead != c.ahead || c.got.CheckInID != c.checkIn || c.got.Again != c.repeated {
			t.Errorf("%s: %s%d, %d ahead, %s, again %v", c.story, tk.Prefix, tk.Number, tk.Ahead, c.got.CheckInID, c.got.Again)
		}
		if err := (request.Answer{CheckIn: &c.got}).Validate(); err != nil {
			t.Errorf("%s: %v", c.story, err)
		}
	}
}

// TestNumbers: a number that a kiosk gave out stays what it is, waits in the line of
// its room behind those who came before, whoever gave them their number, and has one
// place however often it is told.
func TestNumbers(t *testing.T) {
	hospital := simcentral.NewHospital(insurer(t, good()))
	kind, _ := catalogue.Lookup(catalogue.QueueTicket)
	st := state{}
	subject := an()
	if _, err := hospital.Handle(t.Context(), st, gateway.Request{
		Outer: request.Outer{Facility: "h001"}, Inner: request.Inner{Subject: &subject},
		Form: request.CheckIn{Specialty: "internal"}, Key: request.Digest{1}, Now: now(), Date: "260302",
	}); err != nil {
		t.Fatal(err)
	}
	ask := func(key byte, queue string, number uint64, after time.Duration) request.Ticket {
		out, err := simcentral.Numbers{}.Handle(t.Context(), st, gateway.Request{
			Outer: request.Outer{Facility: "h001"}, Key: request.Digest{key}, Now: now().Add(after), Date: "260302",
			Form: request.GenericForm{Entry: kind.Entry(), Values: map[string]request.Value{"queue": request.TextValue(queue), "number": request.NumberValue(number)}},
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := out.Answer.Validate(); err != nil {
			t.Error(err)
		}
		return *out.Answer.Taken
	}
	for _, c := range []struct {
		story string
		got   request.Ticket
		want  request.Ticket
	}{
		{"behind a check-in", ask(2, "internal", 51, 0), request.Ticket{Queue: "internal", Prefix: "AB", Number: 1, Room: "104", Floor: "1", Ahead: 1, WaitMin: 6}},
		{"of another block", ask(3, "internal", 2, 0), request.Ticket{Queue: "internal", Prefix: "AA", Number: 2, Room: "104", Floor: "1", Ahead: 2, WaitMin: 12}},
		{"told again", ask(2, "internal", 51, time.Hour), request.Ticket{Queue: "internal", Prefix: "AB", Number: 1, Room: "104", Floor: "1", Ahead: 1, WaitMin: 6}},
		{"who is called first", ask(4, "internal-priority", 50, 0), request.Ticket{Queue: "internal-priority", Prefix: "AUA", Number: 50, Room: "104", Floor: "1"}},
		{"at a counter", ask(5, "residence", 1201, 0), request.Ticket{Queue: "residence", Prefix: "QAB", Number: 1, Room: "2", Floor: "1"}},
	} {
		if c.got != c.want {
			t.Errorf("%s: %+v, want %+v", c.story, c.got, c.want)
		}
	}
	for story, values := range map[string]map[string]request.Value{
		"no such queue": {"queue": request.TextValue("nowhere"), "number": request.NumberValue(1)},
		"no number":     {"queue": request.TextValue("internal")},
	} {
		if _, err := (simcentral.Numbers{}).Handle(t.Context(), st, gateway.Request{Form: request.GenericForm{Values: values}, Key: request.Digest{9}, Now: now()}); err == nil {
			t.Errorf("%s: was taken", story)
		}
	}
}

// TestQueues: every queue has a prefix of its own and a place that fits into a lease,
// and its priority lane is at the same one.
func TestQueues(t *testing.T) {
	prefixes, places := map[string]bool{}, map[string]request.QueuePlace{}
	for _, q := range simcentral.Queues() {
		if err := q.Place.Validate(); err != nil || prefixes[q.Prefix] || places[q.ID].Room != "" {
			t.Errorf("%s: %+v, %v", q.ID, q, err)
		}
		prefixes[q.Prefix], places[q.ID] = true, q.Place
		if of := q.Place.FirstOf; of != "" {
			if same := places[of]; same.Room != q.Place.Room || same.VI != q.Place.VI || same.Service != q.Place.Service {
				t.Errorf("%s is called first of %s, elsewhere", q.ID, of)
			}
		}
	}
	if len(places) != 2*(len(catalogue.Specialties())+len(simcentral.Counters())) {
		t.Errorf("%d queues", len(places))
	}
}

// TestDesks: every desk gives a number of its own and a next step that fits into an
// answer, in the person's language, and the same number for the same request.
func TestDesks(t *testing.T) {
	desks := simcentral.Desks()
	if len(desks) < 10 || desks[catalogue.Provision] != nil || desks[catalogue.CheckIn] != nil {
		t.Fatalf("%d desks", len(desks))
	}
	for id, desk := range desks {
		s, _ := catalogue.Lookup(id)
		st := state{}
		ask := func(key byte, lang string) request.AnswerFiled {
			out, err := desk.Handle(t.Context(), st, gateway.Request{
				Outer: request.Outer{Facility: "h001"}, Inner: request.Inner{Lang: lang},
				Form: cataloguetest.Fill(s, nil), Key: request.Digest{key}, Now: now(), Date: "260302",
			})
			if err != nil {
				t.Fatal(err)
			}
			if err := out.Answer.Validate(); err != nil {
				t.Errorf("%s: %v", id, err)
			}
			return *out.Answer.Filed
		}
		first, second, again := ask(1, "vi"), ask(2, "en"), ask(1, "vi")
		if first.No != "h001-"+id+"-260302-0001" || first.Next != s.Next.VI || second.Next != s.Next.EN || second.No == first.No {
			t.Errorf("%s: %q, %q", id, first.No, second.No)
		}
		if keyed := len(s.Key) > 0; again.Again != keyed || (again.No == first.No) != keyed {
			t.Errorf("%s: asked again: %q, %v", id, again.No, again.Again)
		}
		if _, err := desk.Handle(t.Context(), st, gateway.Request{Form: request.CheckIn{}}); err == nil {
			t.Errorf("%s: another form is taken", id)
		}
	}
}
