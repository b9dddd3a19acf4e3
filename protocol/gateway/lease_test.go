package gateway_test

import (
	"strings"
	"testing"

	"motcua/protocol/catalogue"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/request"
)

// lend asks for blocks and returns those that came.
func (c *centre) lend(t *testing.T, d *gatewaytest.Device, wishes ...request.LeaseWish) []request.Lease {
	t.Helper()
	_, w := c.greetWith(t, d, c.signedHello(t, d, func(h *request.Hello) { h.Leases = wishes }))
	return w.Leases
}

// lending is a centre that lends numbers of two queues.
func lending(t *testing.T) *centre {
	t.Helper()
	c := newCentre(t)
	place := request.QueuePlace{Service: catalogue.QueueTicket, VI: "Nội tổng hợp", EN: "Internal medicine", Room: "104", Floor: "1"}
	c.queues = []gateway.Queue{{ID: "internal", Prefix: "A", Place: place}, {ID: "internal-priority", Prefix: "AU"}}
	c.open(t)
	return c
}

// TestLeases: no number of a queue and day is lent twice, to whichever device and
// after whatever restart; blocks differ in their letters.
func TestLeases(t *testing.T) {
	c := lending(t)
	one, two := c.fleet.Device(t, "k01"), c.fleet.Device(t, "k02")
	today, later, tooLate := gateway.Date(c.now), gateway.Date(c.now.AddDate(0, 0, 2)), gateway.Date(c.now.AddDate(0, 0, 3))
	given, prefixes := map[string]map[uint32]bool{}, map[string]bool{}
	for range 3 {
		for _, d := range []*gatewaytest.Device{one, two} {
			wishes := []request.LeaseWish{{Queue: "internal", Day: today}, {Queue: "internal-priority", Day: today}, {Queue: "internal", Day: later}}
			leases := c.lend(t, d, wishes...)
			if len(leases) != len(wishes) {
				t.Fatalf("%d leases", len(leases))
			}
			for i, l := range leases {
				if l.Queue != wishes[i].Queue || l.Day != wishes[i].Day || l.To-l.From != 49 || l.Shown(l.From) != 1 || !l.Has(l.To) || l.Has(l.To+1) {
					t.Errorf("wished for %+v, got %+v", wishes[i], l)
				}
				of := l.Queue + l.Day
				if given[of] == nil {
					given[of] = map[uint32]bool{}
				}
				for n := l.From; n <= l.To; n++ {
					if given[of][n] {
						t.Fatalf("number %d of %s was lent twice", n, of)
					}
					given[of][n] = true
				}
				if prefixes[l.Day+l.Prefix] {
					t.Errorf("two blocks with %s", l.Prefix)
				}
				prefixes[l.Day+l.Prefix] = true
			}
			c.open(t)
		}
	}
	for i, l := range c.lend(t, one, request.LeaseWish{Queue: "internal", Day: later}, request.LeaseWish{Queue: "internal-priority", Day: later}) {
		if told := l.Place != nil; told != (i == 0) || told && *l.Place != c.queues[0].Place {
			t.Errorf("%s is at %+v", l.Queue, l.Place)
		}
	}
	yesterday := gateway.Date(c.now.AddDate(0, 0, -1))
	if l := c.lend(t, one, request.LeaseWish{Queue: "nowhere", Day: today}, request.LeaseWish{Queue: "internal", Day: tooLate}, request.LeaseWish{Queue: "internal", Day: yesterday}); len(l) != 0 {
		t.Errorf("lent what there is not: %+v", l)
	}
}

// TestLeasesEnd: a kiosk that asks for more and more gets no more at some time, and
// others still do.
func TestLeasesEnd(t *testing.T) {
	c := lending(t)
	one, two := c.fleet.Device(t, "k01"), c.fleet.Device(t, "k02")
	wish := request.LeaseWish{Queue: "internal", Day: gateway.Date(c.now)}
	total := 0
	for range 60 {
		total += len(c.lend(t, one, wish))
	}
	if total != 40 {
		t.Errorf("%d blocks for one device", total)
	}
	l := c.lend(t, two, wish)
	if len(l) != 1 || l[0].From != 2001 || !strings.HasPrefix(l[0].Prefix, "A") || strings.Contains(l[0].Prefix, "U") {
		t.Errorf("then another gets %+v", l)
	}
}

// take sends the request about a number that a device says it gave out.
func (c *centre) take(t *testing.T, d *gatewaytest.Device, l request.Lease, queue string, number uint32) (request.Receipt, gateway.Reply) {
	t.Helper()
	reply, r := c.deliver(t, d, d.Number(t, l, queue, number))
	return r, reply
}

// TestNumbersReturned: numbers that were given back count for nobody any more; those
// before do, also when they come late. Nobody gives back what is another's.
func TestNumbersReturned(t *testing.T) {
	c := lending(t)
	c.with(t, map[string]gateway.Service{catalogue.QueueTicket: counted{&takes{}, c, catalogue.QueueTicket}})
	one, two := c.fleet.Device(t, "k01"), c.fleet.Device(t, "k02")
	l := c.lend(t, one, request.LeaseWish{Queue: "internal", Day: gateway.Date(c.now)})[0]
	giveBack := func(d *gatewaytest.Device, from, to uint32) {
		c.greetWith(t, d, c.signedHello(t, d, func(h *request.Hello) {
			h.Returns = []request.LeaseReturn{{Queue: l.Queue, Day: l.Day, From: from, To: to}}
		}))
	}
	giveBack(two, l.From, l.To)
	giveBack(one, l.From+10, l.To)
	giveBack(one, l.From+20, l.To) // another run of the kiosk says less
	for number, want := range map[uint32]request.Status{
		l.From: request.StatusAccepted, l.From + 9: request.StatusAccepted, l.From + 10: request.StatusRefused, l.To: request.StatusRefused,
	} {
		if r, reply := c.take(t, one, l, "internal", number); r.Status != want {
			t.Errorf("%d: %s because of %q, want %s", number, r.Status, reply.Reason, want)
		}
	}
	for range 2 {
		if again := c.lend(t, two, request.LeaseWish{Queue: "internal", Day: l.Day}); len(again) != 1 || again[0].From <= l.To {
			t.Errorf("lent again: %+v", again)
		}
	}
}

// TestNumberTaken: a number counts once, when it was lent to the kiosk that gave it
// out; any other is refused, with an alarm.
func TestNumberTaken(t *testing.T) {
	c := lending(t)
	c.with(t, map[string]gateway.Service{catalogue.QueueTicket: counted{&takes{}, c, catalogue.QueueTicket}})
	one, two := c.fleet.Device(t, "k01"), c.fleet.Device(t, "k02")
	l := c.lend(t, one, request.LeaseWish{Queue: "internal", Day: gateway.Date(c.now)})[0]
	for _, row := range []struct {
		d      *gatewaytest.Device
		queue  string
		number uint32
		status request.Status
		alarms int
	}{
		{one, "internal", l.From, request.StatusAccepted, 0},
		{one, "internal", l.To, request.StatusAccepted, 0},
		{one, "internal", l.From, request.StatusDuplicate, 0},
		{one, "internal", l.To + 1, request.StatusRefused, 1},
		{one, "internal-priority", l.From, request.StatusRefused, 1},
		{two, "internal", l.From + 1, request.StatusRefused, 1},
	} {
		r, reply := c.take(t, row.d, l, row.queue, row.number)
		if r.Status != row.status || len(reply.Alarms) != row.alarms {
			t.Errorf("%s, %s %d: %s because of %q, %d alarms", r.Device, row.queue, row.number, r.Status, reply.Reason, len(reply.Alarms))
		}
	}
}

// TestLeasesFitIntoAWelcome: a device with many queues gets what fits beside its nonces,
// and the rest when it asks again; nothing is lent that does not reach it.
func TestLeasesFitIntoAWelcome(t *testing.T) {
	c := newCentre(t)
	long := strings.Repeat("Khoa khám bệnh theo yêu cầu ", 2)
	var wishes []request.LeaseWish
	for i := range 16 {
		id := "queue-" + string(rune('a'+i))
		c.queues = append(c.queues, gateway.Queue{ID: id, Prefix: "A", Place: request.QueuePlace{Service: catalogue.QueueTicket, VI: long, EN: long, Room: "104", Floor: "1"}})
		for day := range 2 {
			wishes = append(wishes, request.LeaseWish{Queue: id, Day: gateway.Date(c.now.AddDate(0, 0, day))})
		}
	}
	c.open(t)
	d := c.fleet.Device(t, "k01")
	for hellos := 0; len(wishes) > 0; hellos++ {
		greeting, w := c.greetWith(t, d, c.signedHello(t, d, func(h *request.Hello) { h.Nonces, h.Leases = request.MaxNonces, wishes }))
		if len(w.Leases) == 0 || len(w.Nonces) != request.MaxNonces || hellos > 8 {
			t.Fatalf("hello %d brings %d leases and %d nonces", hellos, len(w.Leases), len(w.Nonces))
		}
		for i, l := range w.Leases {
			if l.Queue != wishes[i].Queue || l.Day != wishes[i].Day || !strings.HasSuffix(l.ID, "-1") {
				t.Errorf("wished for %+v, got %+v", wishes[i], l)
			}
		}
		wishes = wishes[len(w.Leases):]
		if len(wishes) > 0 && len(greeting.Welcome) < request.MaxWelcome*9/10 {
			t.Errorf("a welcome of %d bytes has room for more", len(greeting.Welcome))
		}
	}
}
