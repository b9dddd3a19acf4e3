package main

import (
	"flag"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"motcua/protocol/envelope"
	"motcua/protocol/gateway"
	"motcua/protocol/request"
	"motcua/protocol/wire"
)

var (
	rushKiosks = flag.Int("rush-kiosks", 40, "how many kiosks give out numbers of the same queue at once")
	rushTaken  = flag.Int("rush-numbers", 4, "how many numbers each of them gives out")
)

// TestNumberRush has many kiosks of one hospital give out numbers of the same queue at
// once, each from the block that the one gateway has lent it: no number is in two
// hands, every one is taken by the centre, and how long that takes is told.
func TestNumberRush(t *testing.T) {
	w := newWorld(t)
	r := w.start(t)
	kiosks := make([]*kiosk, *rushKiosks)
	for i := range kiosks {
		kiosks[i] = connect(t, w, r.port, w.fleet.Device(t, fmt.Sprintf("k%05d", i)))
	}
	var (
		mu    sync.Mutex
		given = map[string]string{} // number as it is called, by kiosk
		took  []time.Duration
	)
	began := time.Now()
	var g errgroup.Group
	for _, k := range kiosks {
		g.Go(func() error {
			l, err := k.borrow(t, w)
			if err != nil {
				return err
			}
			for n := range uint32(*rushTaken) {
				sent := time.Now()
				number := fmt.Sprintf("%s%03d", l.Prefix, l.Shown(l.From+n))
				if err := k.giveOut(t, w, l, l.From+n); err != nil {
					return fmt.Errorf("%s, %s: %w", k.Branch.Device, number, err)
				}
				mu.Lock()
				if other, twice := given[number]; twice {
					t.Errorf("number %s is of %s and of %s", number, other, k.Branch.Device)
				}
				given[number] = k.Branch.Device
				took = append(took, time.Since(sent))
				mu.Unlock()
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	if want := *rushKiosks * *rushTaken; len(given) != want {
		t.Errorf("%d numbers, want %d", len(given), want)
	}
	slices.Sort(took)
	t.Logf("%d kiosks gave out %d numbers in %v, none twice; until its receipt median %v, p95 %v, longest %v", len(kiosks), len(given),
		time.Since(began).Round(time.Millisecond), took[len(took)/2], took[len(took)*95/100], took[len(took)-1])
}

// borrow asks the centre for a block of numbers of today.
func (k *kiosk) borrow(t *testing.T, w *world) (request.Lease, error) {
	t.Helper()
	welcomes := k.listen(t, k.Branch.Down(wire.DownCommand))
	k.publish(t, k.Branch.Up(wire.UpEvent), signedHello(t, k.Device, func(h *request.Hello) {
		h.Leases = []request.LeaseWish{{Queue: "internal", Day: gateway.Date(time.Now())}}
	}))
	raw, err := within(welcomes, patience)
	if err != nil {
		return request.Lease{}, err
	}
	welcome, err := envelope.VerifyWelcome(raw, w.fleet.Roots, time.Now())
	if err != nil || len(welcome.Leases) != 1 || welcome.Leases[0].Place == nil {
		return request.Lease{}, fmt.Errorf("lent %+v, %w", welcome.Leases, err)
	}
	return welcome.Leases[0], nil
}

// giveOut tells the centre of a number that this kiosk gave out, and waits for the
// receipt.
func (k *kiosk) giveOut(t *testing.T, w *world, l request.Lease, number uint32) error {
	t.Helper()
	k.send(t, k.Number(t, l, l.Queue, number))
	raw, err := within(k.receipts, patience)
	if err != nil {
		return err
	}
	receipt, err := envelope.VerifyReceipt(raw, w.fleet.Roots, time.Now())
	if err == nil && receipt.Status != request.StatusAccepted {
		err = fmt.Errorf("the centre says %s %s", receipt.Status, receipt.Code)
	}
	return err
}
