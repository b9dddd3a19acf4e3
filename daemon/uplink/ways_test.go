package uplink_test

import (
	"strings"
	"testing"
	"time"

	"motcua/daemon/outbox"
	"motcua/daemon/uplink"
	"motcua/protocol/fault"
)

const (
	first  = "tls://centre.example:8883"
	second = "tls://second.example:8883"
)

// only is a broker that some ways do not lead to.
func only(b *broker) (block func(ways ...string)) {
	var blocked []string
	b.blocked = func(w uplink.Way) error {
		for _, x := range blocked {
			if strings.Contains(w.String(), x) {
				return refused()
			}
		}
		return nil
	}
	return func(ways ...string) { b.become(func() { blocked = ways }) }
}

func TestSecondWay(t *testing.T) {
	b := &broker{request: answer(nil), fallback: second}
	block := only(b)
	story(t, "the first broker goes, and comes back", b, func(t *testing.T, k *kit) {
		if s := k.link.Status(); !s.Online || s.Way.Broker != first {
			t.Fatalf("the status is %+v", s)
		}
		pass(time.Minute)
		block(first)
		k.broker.newest().conn.Close()
		pass(5 * time.Second) // half of the time in which kiosks spread
		if s := k.link.Status(); !s.Online || s.Way.Broker != second {
			t.Fatalf("the status is %+v", s)
		}
		k.wantState(k.save(1), outbox.Receipted)
		pass(time.Hour)
		if s := k.link.Status(); s.Way.Broker != second {
			t.Fatalf("the status is %+v", s)
		}
		block()
		pass(5*time.Minute + time.Second)
		if s := k.link.Status(); !s.Online || s.Way.Broker != first {
			t.Errorf("the status is %+v", s)
		}
		k.wantState(k.save(2), outbox.Receipted)
		if n := k.broker.connections(); n != 4 { // one of them looked whether the way is open
			t.Errorf("%d connections", n)
		}
	})
	b = &broker{request: answer(nil), fallback: second, bearers: []string{"eth0", "wwan0"}}
	block = only(b)
	block("eth0")
	story(t, "the cable is out", b, func(t *testing.T, k *kit) {
		if s := k.link.Status(); !s.Online || s.Way != (uplink.Way{Broker: first, Bearer: "wwan0"}) {
			t.Errorf("the status is %+v", s)
		}
	})
	b = &broker{request: answer(nil), fallback: second}
	block = only(b)
	block("tls")
	story(t, "no way at all", b, func(t *testing.T, k *kit) {
		pass(time.Minute)
		if s := k.link.Status(); s.Online || s.Code != fault.Offline || !strings.Contains(s.Text, "centre.example") {
			t.Errorf("the status is %+v", s)
		}
		if n := k.broker.knocks(); n > 20 {
			t.Errorf("%d tries in a minute", n)
		}
	})
	b = &broker{request: answer(nil), fallback: second, hang: first}
	story(t, "the first broker takes every packet and says nothing", b, func(t *testing.T, k *kit) {
		id := k.save(1)
		pass(6 * time.Second)
		k.wantState(id, outbox.Receipted)
		if s := k.link.Status(); !s.Online || s.Way.Broker != second {
			t.Errorf("the status is %+v", s)
		}
	})
	b = &broker{request: answer(nil), fallback: second, mute: first}
	story(t, "the first broker opens and is of no use", b, func(t *testing.T, k *kit) {
		pass(6 * time.Second)
		if s := k.link.Status(); !s.Online {
			t.Errorf("the status is %+v", s)
		}
		pass(24 * time.Hour)
		if n := k.link.Counts().Connects; n > 30 {
			t.Errorf("left a good connection %d times in a day", n-1)
		}
		if s := k.link.Status(); s.Way.Broker != second {
			t.Errorf("the status is %+v", s)
		}
	})
}
