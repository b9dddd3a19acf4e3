package main_test

import (
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"motcua/drivers/emu/world"
	"motcua/protocol/envelope"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/request"
	"motcua/protocol/wire"
)

// rushFleet are emulated kiosks of the hospital of a demo world, all giving out numbers
// of the same queue for as long as the rush lasts.
type rushFleet struct {
	t     *testing.T
	fleet *gatewaytest.Fleet
	port  string

	mu    sync.Mutex
	given map[string]string // number as it is called, by kiosk
	took  []time.Duration   // from the sending to the receipt
}

// rushPause is how long an emulated kiosk has nobody before it, on average.
const rushPause = 20 * time.Second

// newRushFleet takes the world's authority, whose gateway then knows the kiosks.
func newRushFleet(t *testing.T, dir string) *rushFleet {
	t.Helper()
	ca, err := tls.LoadX509KeyPair(filepath.Join(dir, "fleet/ca.crt"), filepath.Join(dir, "fleet/ca.key"))
	fatal(t, err)
	key, err := os.ReadFile(filepath.Join(dir, "centre/service.key"))
	fatal(t, err)
	f := gatewaytest.NewFleet(t, time.Now())
	f.Service, err = envelope.ServicePrivateKeyFromPEM(key)
	fatal(t, err)
	f.CA = gatewaytest.Party{Key: ca.PrivateKey.(*ecdsa.PrivateKey), Cert: ca.Leaf}
	f.Roots = x509.NewCertPool()
	f.Roots.AddCert(ca.Leaf)
	return &rushFleet{t: t, fleet: f, port: strconv.Itoa(world.DefaultPort), given: map[string]string{}}
}

// rushing is one of them.
type rushing struct {
	*gatewaytest.Device
	client             mqtt.Client
	receipts, welcomes chan []byte
	at                 time.Time // by the device's own clock
}

// connect brings n kiosks to the centre.
func (f *rushFleet) connect(n int) []*rushing {
	f.t.Helper()
	all := make([]*rushing, n)
	for i := range all {
		d := f.fleet.DeviceAt(f.t, wire.Branch{Province: world.DefaultProvince, Facility: world.DefaultFacility, Device: fmt.Sprintf("rush%05d", i)})
		conf := &tls.Config{RootCAs: f.fleet.Roots, MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{d.TLS()}}
		k := &rushing{Device: d, at: f.fleet.From.Add(time.Hour), receipts: make(chan []byte, 16), welcomes: make(chan []byte, 16)}
		k.client = mqtt.NewClient(mqtt.NewClientOptions().AddBroker("tls://127.0.0.1:" + f.port).SetClientID(d.Branch.Device).SetProtocolVersion(4).
			SetCleanSession(true).SetAutoReconnect(false).SetConnectTimeout(patience).SetTLSConfig(conf))
		f.done(k.client.Connect())
		f.t.Cleanup(func() { k.client.Disconnect(0) })
		for kind, into := range map[string]chan []byte{wire.DownReceipt: k.receipts, wire.DownCommand: k.welcomes} {
			f.done(k.client.Subscribe(d.Branch.Down(kind), wire.QoSReceipt, func(_ mqtt.Client, m mqtt.Message) { into <- m.Payload() }))
		}
		all[i] = k
	}
	return all
}

func (f *rushFleet) done(token mqtt.Token) {
	f.t.Helper()
	if !token.WaitTimeout(patience) || token.Error() != nil {
		f.t.Fatalf("the broker: %v", token.Error())
	}
}

// send publishes and waits for an answer.
func (k *rushing) send(kind string, b []byte, answers <-chan []byte) ([]byte, error) {
	if token := k.client.Publish(k.Branch.Up(kind), wire.QoSRequest, false, b); !token.WaitTimeout(patience) || token.Error() != nil {
		return nil, fmt.Errorf("publishing: %w", token.Error())
	}
	select {
	case b := <-answers:
		return b, nil
	case <-time.After(patience):
		return nil, fmt.Errorf("%s has no answer", k.Branch.Device)
	}
}

// borrow asks for a block of today's numbers.
func (k *rushing) borrow(f *rushFleet) (request.Lease, error) {
	id, err := request.NewID(time.Now(), rand.Reader)
	if err != nil {
		return request.Lease{}, err
	}
	h := request.Hello{
		V: request.Version, Type: request.TypeHello, ID: id, Device: k.Branch.Device, At: time.Now().UnixMilli(), Last: k.Seq, Head: k.Prev,
		Leases: []request.LeaseWish{{Queue: "internal", Day: gateway.Date(time.Now())}},
	}
	b, err := envelope.SignHello(rand.Reader, h, k.Key, k.Chain())
	if err != nil {
		return request.Lease{}, err
	}
	raw, err := k.send(wire.UpEvent, b, k.welcomes)
	if err != nil {
		return request.Lease{}, err
	}
	welcome, err := envelope.VerifyWelcome(raw, f.fleet.Roots, time.Now())
	if err != nil || len(welcome.Leases) != 1 {
		return request.Lease{}, fmt.Errorf("lent %+v, %w", welcome.Leases, err)
	}
	return welcome.Leases[0], nil
}

// serve gives out numbers until over is closed, at least one.
func (k *rushing) serve(f *rushFleet, over <-chan struct{}) error {
	var l request.Lease
	for next := uint32(1); ; next++ {
		if next > l.To || l.ID == "" {
			var err error
			if l, err = k.borrow(f); err != nil {
				return err
			}
			next = l.From
		}
		began := time.Now()
		k.Pass(began.Sub(k.at))
		k.at = began
		raw, err := k.send(wire.UpRequest, k.Number(f.t, l, l.Queue, next).Bytes, k.receipts)
		if err != nil {
			return err
		}
		receipt, err := envelope.VerifyReceipt(raw, f.fleet.Roots, time.Now())
		if err != nil || receipt.Status != request.StatusAccepted {
			return fmt.Errorf("%s, number %d: %s %s %w", k.Branch.Device, next, receipt.Status, receipt.Code, err)
		}
		f.note(fmt.Sprintf("%s%03d", l.Prefix, l.Shown(next)), k.Branch.Device, time.Since(began))
		select {
		case <-over:
			return nil
		case <-time.After(time.Duration(mathrand.Int64N(int64(2 * rushPause)))):
		}
	}
}

func (f *rushFleet) note(number, kiosk string, took time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if other, twice := f.given[number]; twice {
		f.t.Errorf("number %s is of %s and of %s", number, other, kiosk)
	}
	f.given[number] = kiosk
	f.took = append(f.took, took)
}

// spread is median, 95th of a hundred, and longest.
func spread(all []time.Duration) string {
	all = slices.Sorted(slices.Values(all))
	at := func(of int) time.Duration { return all[min(len(all)*of/100, len(all)-1)].Round(time.Millisecond) }
	return fmt.Sprintf("median %v, p95 %v, longest %v", at(50), at(95), at(100))
}
