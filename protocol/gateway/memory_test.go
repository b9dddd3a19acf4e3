package gateway_test

import (
	"crypto/rand"
	"flag"
	"runtime"
	"sync"
	"testing"

	"motcua/protocol/envelope"
	"motcua/protocol/fault"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/request"
)

// requests is how many the memory test sends; 200,000 is the whole run.
var requests = flag.Int("gateway.requests", 400, "`number` of requests of the memory test")

// mostGrowth is how much the heap may grow between the tenth part and the end.
const mostGrowth = 4 << 20

// TestMemoryIsFlat: what the gateway remembers does not grow with what it has done.
func TestMemoryIsFlat(t *testing.T) {
	c := newCentre(t)
	c.with(t, map[string]gateway.Service{"H01": serviceFunc(func(gateway.State) (gateway.Outcome, error) { return gateway.Outcome{}, nil })})
	const kiosks = 20
	var devices []*gatewaytest.Device
	for i := range kiosks {
		devices = append(devices, c.fleet.Device(t, "k"+string(rune('a'+i))))
		c.fleet.Card(t, gatewaytest.Person(i))
	}
	send := func(each int) {
		var wg sync.WaitGroup
		for i, d := range devices {
			wg.Go(func() {
				for range each {
					if _, err := c.Process(t.Context(), d.Branch, d.CheckIn(t, gatewaytest.Person(i), "internal").Bytes); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
	}
	heap := func() int64 {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	send(*requests / kiosks / 10)
	before := heap()
	send(*requests / kiosks * 9 / 10)
	after := heap()
	t.Logf("%d requests: %d KiB of heap after a tenth, %d KiB at the end", *requests, before>>10, after>>10)
	if after-before > mostGrowth {
		t.Errorf("the heap grew by %d KiB", (after-before)>>10)
	}
}

// TestMessageAttacks: an envelope that was changed, signed by somebody else or
// sealed for somebody else is not processed.
func TestMessageAttacks(t *testing.T) {
	c := newCentre(t)
	d, other := c.fleet.Device(t, "k01"), c.fleet.Device(t, "k02")
	m := d.CheckIn(t, gatewaytest.Person(1), "internal")
	for story, at := range map[string]int{"the header": 20, "the outer part": len(m.Bytes) / 4, "the sealed part": len(m.Bytes) - 200, "the signature": len(m.Bytes) - 1} {
		altered := append([]byte{}, m.Bytes...)
		altered[at] ^= 1
		if _, err := c.Process(t.Context(), d.Branch, altered); fault.CodeOf(err) != fault.Refused {
			t.Errorf("%s altered: %v", story, err)
		}
	}
	reply, err := envelope.NewReplyKey()
	if err != nil {
		t.Fatal(err)
	}
	form, err := request.Encode(request.CheckIn{Specialty: "internal"})
	if err != nil {
		t.Fatal(err)
	}
	person := gatewaytest.Person(1)
	inner := request.Inner{
		Visit: "v-1", Lang: "vi", Subject: &person, Form: form, ReplyKey: reply.Public(),
		Evidence: d.Evidence(t, c.fleet.Card(t, person), d.Opening(t, "v-1")),
	}
	signedBy, err := envelope.Seal(rand.Reader, m.Outer, inner, c.fleet.Service.Public(), other.Key, other.Chain())
	if err != nil {
		t.Fatal(err)
	}
	for _, topic := range []*gatewaytest.Device{d, other} {
		if _, err := c.Process(t.Context(), topic.Branch, signedBy.Bytes); fault.CodeOf(err) != fault.Refused {
			t.Errorf("signed by another device: %v", err)
		}
	}
	if len(c.counts(t)) != 0 || c.calls["H01"] != 0 {
		t.Errorf("something was processed: %v", c.counts(t))
	}
	if _, r := c.deliver(t, d, m); r.Status != request.StatusAccepted {
		t.Errorf("the true one afterwards: %s", r.Status)
	}
}
