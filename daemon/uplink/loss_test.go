package uplink_test

import (
	"context"
	"errors"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"

	"motcua/daemon/outbox"
	"motcua/daemon/uplink"
	"motcua/protocol/fault"
)

func refused() error {
	return &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
}

// TestLosingTheBroker tells how connections end and what becomes of requests.
func TestLosingTheBroker(t *testing.T) {
	story(t, "cut off between sending and receipt", &broker{}, func(t *testing.T, k *kit) {
		id := k.save(1)
		k.wantSent(id, 1)
		pass(time.Minute)
		k.broker.become(func() { k.broker.request = answer(nil) })
		k.broker.newest().conn.Close()
		pass(time.Millisecond)
		if s := k.link.Status(); s.Online || s.Code != fault.Offline || !strings.Contains(s.Text, "centre.example") {
			t.Errorf("the status is %+v", s)
		}
		pass(10 * time.Second) // anywhere in ten seconds, with others of the same broker
		k.wantState(id, outbox.Receipted)
		if _, _, _, statuses := k.told(); len(statuses) != 3 {
			t.Errorf("told of %+v", statuses)
		}
	})
	story(t, "down for a day", &broker{request: answer(nil), refuse: until(1500)}, func(t *testing.T, k *kit) {
		id := k.save(1)
		pass(24 * time.Hour)
		if k.broker.knocks() > 24*60*60/25 || k.broker.knocks() < 1500 {
			t.Errorf("tried %d times in a day", k.broker.knocks())
		}
		k.wantState(id, outbox.Receipted)
		if n := strings.Count(k.log.String(), "level=WARN"); n != 1 {
			t.Errorf("the same reason was told %d times", n)
		}
	})
	story(t, "back while nobody tries, and somebody is waiting", &broker{request: answer(nil), refuse: until(12)}, func(t *testing.T, k *kit) {
		for k.broker.knocks() < 11 {
			pass(time.Second)
		}
		pass(10 * time.Second) // of thirty
		id := k.save(1)
		pass(5 * time.Second)
		k.wantState(id, outbox.Receipted)
	})
	for name, b := range map[string]func() *broker{
		"buffers empty": func() *broker { return &broker{dumb: true} },
		"buffers full":  func() *broker { return &broker{deaf: true} },
	} {
		story(t, "a peer whose power was cut, nothing to send, "+name, b(), func(t *testing.T, k *kit) {
			if !k.link.Online() {
				t.Fatal("never online")
			}
			pass(51 * time.Second)
			if k.broker.connections() < 2 {
				t.Error("not noticed within keep-alive, a time-out and a try")
			}
		})
		story(t, "a peer whose power was cut, something to send, "+name, b(), func(t *testing.T, k *kit) {
			id := k.save(1)
			k.broker.become(func() { k.broker.deaf, k.broker.dumb, k.broker.request = false, false, answer(nil) })
			pass(51 * time.Second)
			k.wantState(id, outbox.Receipted)
		})
	}
	silent := func(*peer, *packets.PublishPacket) {}
	story(t, "a broker that acknowledges nothing", &broker{request: silent}, func(t *testing.T, k *kit) {
		for n := range 100 {
			k.save(n)
		}
		pass(10 * time.Minute)
		if k.broker.connections() < 2 {
			t.Error("the connection is kept")
		}
	})
	story(t, "a packet that is too long", &broker{}, func(t *testing.T, k *kit) {
		p := k.broker.newest()
		_, _ = p.conn.Write([]byte{0x30, 0xff, 0xff, 0xff, 0x7f})
		pass(time.Millisecond)
		if s := k.link.Status(); s.Online || s.Code != fault.CentreSilent {
			t.Errorf("the status is %+v", s)
		}
	})
	flood := func(p *peer, m *packets.PublishPacket) {
		p.ack(m)
		for range 5000 {
			p.send("k1/99/h001/demo-k01/dn/receipt", []byte("x"))
		}
		answer(nil)(p, m)
	}
	story(t, "a flood of nonsense", &broker{request: flood}, func(t *testing.T, k *kit) {
		id := k.save(1)
		pass(time.Hour)
		c := k.link.Counts()
		if c.BadReceipts+c.Dropped < 5000 {
			t.Errorf("counted %+v", c)
		}
		k.broker.become(func() { k.broker.request = answer(nil) })
		pass(time.Hour)
		k.wantState(id, outbox.Receipted)
	})
}

// TestRefusals: the broker's refusals are told apart from a network that is down.
func TestRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		b    *broker
		code fault.Code
		says string
	}{
		"not authorised":       {&broker{connack: packets.ErrRefusedNotAuthorised}, fault.LinkRefused, "does not authorise this device"},
		"bad user name":        {&broker{connack: packets.ErrRefusedBadUsernameOrPassword}, fault.LinkRefused, "does not authorise this device"},
		"client id rejected":   {&broker{connack: packets.ErrRefusedIDRejected}, fault.LinkRefused, "device.id"},
		"other MQTT":           {&broker{connack: packets.ErrRefusedBadProtocolVersion}, fault.LinkRefused, "MQTT 3.1.1"},
		"not ready":            {&broker{connack: packets.ErrRefusedServerUnavailable}, fault.CentreSilent, "not ready"},
		"subscription refused": {&broker{suback: 0x80}, fault.LinkRefused, "access rules"},
		"nobody listens":       {&broker{refuse: func(int) error { return refused() }}, fault.Offline, "nothing answers"},
		"unknown host":         {&broker{refuse: func(int) error { return &net.DNSError{IsNotFound: true} }}, fault.Offline, "not known"},
		"no DNS":               {&broker{refuse: func(int) error { return &net.DNSError{IsTimeout: true} }}, fault.Offline, "cannot be looked up"},
		"no route":             {&broker{refuse: func(int) error { return syscall.ENETUNREACH }}, fault.Offline, "cable"},
		"time-out":             {&broker{refuse: func(int) error { return context.DeadlineExceeded }}, fault.Offline, "in time"},
		"anything else":        {&broker{refuse: func(int) error { return errors.New("gremlins") }}, fault.Offline, "gremlins"},
	} {
		story(t, name, c.b, func(t *testing.T, k *kit) {
			id := k.save(1)
			pass(time.Minute)
			s := k.link.Status()
			if s.Online || s.Code != c.code || !strings.Contains(s.Text, c.says) || strings.Contains(s.Text, "\n") {
				t.Errorf("the status is %+v, want %s and %q", s, c.code, c.says)
			}
			k.wantSent(id, 0)
			if n := c.b.knocks(); n < 4 || n > 10 {
				t.Errorf("tried %d times in a minute", n)
			}
		})
	}
}

// TestStopping: the uplink ends at once in whatever it is doing.
func TestStopping(t *testing.T) {
	hang := func(ctx context.Context, _ uplink.Way) (net.Conn, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	silent := func(context.Context, uplink.Way) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go func() { // takes CONNECT, never answers
			_, _ = packets.ReadPacket(ours)
			_, _ = ours.Read(make([]byte, 1))
		}()
		return theirs, nil
	}
	for name, dial := range map[string]func(context.Context, uplink.Way) (net.Conn, error){"while dialling": hang, "before CONNACK": silent} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				u := uplink.New(uplink.Config{Branch: branch(), Dial: dial, VerifyReceipt: verifyReceipt, VerifyResult: verifyResult}, noRequests{}, nil)
				ctx, cancel := context.WithCancel(t.Context())
				ended := make(chan error, 1)
				go func() { ended <- u.Run(ctx) }()
				synctest.Wait()
				start := time.Now()
				cancel()
				if err := <-ended; err != nil || time.Since(start) > time.Second {
					t.Errorf("ended with %v after %v", err, time.Since(start))
				}
			})
		})
	}
}

// TestBrokenQueue: without the queue there is nothing left to do.
func TestBrokenQueue(t *testing.T) {
	story(t, "closed", &broker{}, func(t *testing.T, k *kit) {
		k.save(1)
		if err := k.queue.Close(); err != nil {
			t.Fatal(err)
		}
		pass(time.Hour)
		select {
		case err := <-k.ended:
			if !errors.Is(err, outbox.ErrClosed) {
				t.Errorf("ended with %v", err)
			}
			k.ended <- err
		default:
			t.Error("goes on without a queue")
		}
	})
}
