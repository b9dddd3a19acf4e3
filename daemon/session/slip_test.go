package session_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"motcua/daemon/session"
	"motcua/drivers"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// press is a printer that takes five seconds a slip.
type press struct {
	mu    sync.Mutex
	slips []string
	err   error
}

func (p *press) Print(ctx context.Context, t drivers.Ticket) error {
	select {
	case <-time.After(5 * time.Second):
	case <-ctx.Done():
		return ctx.Err()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err != nil {
		return p.err
	}
	var words []string
	for _, b := range t.Blocks {
		words = append(words, b.Text, b.Value)
	}
	p.slips = append(p.slips, strings.Join(words, "|"))
	return nil
}

func (p *press) printed() []string {
	synctest.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.slips
}

func with(p *press) func(*session.Config) { return func(c *session.Config) { c.Printer = p } }

// The number that came is printed, with what belongs to it and without the person.
func TestSlip(t *testing.T) {
	p := &press{}
	visit(t, func(k *kit) {
		k.toDone()
		sent := k.last("H01")
		k.receipt(sent, request.StatusAccepted)
		time.Sleep(time.Minute / 4)
		if len(p.printed()) > 0 || k.at(local.StepDone).Slip != "" {
			t.Error("a slip before there is a number")
		}
		k.result(sent, request.ClassOK, ticket())
		if got := k.at(local.StepDone).Slip; got != local.SlipPrinting {
			t.Errorf("slip %q", got)
		}
		time.Sleep(6 * time.Second)
		if got := k.at(local.StepDone).Slip; got != local.SlipPrinted {
			t.Errorf("slip %q", got)
		}
		k.act(local.VerbFinish, "")
		time.Sleep(time.Minute)
		all := p.printed()
		if len(all) != 1 {
			t.Fatalf("%d slips", len(all))
		}
		for _, want := range []string{"Bệnh viện Mẫu", "A012", "105", "Room", "MC1:h001:", "invented"} {
			if !strings.Contains(all[0], want) {
				t.Errorf("%q is not on the slip %s", want, all[0])
			}
		}
		for _, secret := range []string{"001234", "Mẫu Văn", "NGUYEN", "Nguyễn", "GD4"} {
			if strings.Contains(all[0], secret) {
				t.Errorf("%q is on the slip", secret)
			}
		}
	}, with(p))
}

// Offline the person leaves with the kiosk's own number; so does who leaves before
// the hospital's came, by a tap or without one. Nobody gets it twice.
func TestSlipWithoutANumber(t *testing.T) {
	for name, c := range map[string]struct {
		online bool
		leave  func(k *kit)
	}{
		"offline":  {false, func(k *kit) { time.Sleep(6 * time.Second); k.act(local.VerbFinish, "") }},
		"by a tap": {true, func(k *kit) { k.act(local.VerbFinish, "") }},
		"silently": {true, func(*kit) { time.Sleep(90 * time.Second) }},
	} {
		t.Run(name, func(t *testing.T) {
			p := &press{}
			visit(t, func(k *kit) {
				k.toCheck()
				k.session.SetLink(session.Link{Online: c.online})
				k.act(local.VerbSubmit, "")
				k.at(local.StepDone)
				c.leave(k)
				k.at(session.Attract)
				time.Sleep(time.Minute)
				if all := p.printed(); len(all) != 1 || !strings.Contains(all[0], "Saved at this kiosk as number|") {
					t.Errorf("slips: %q", all)
				}
			}, with(p))
		})
	}
}

// Without paper the screen says so, and the visit goes on.
func TestSlipFails(t *testing.T) {
	p := &press{err: errors.New("no paper")}
	visit(t, func(k *kit) {
		k.toDone()
		sent := k.last("H01")
		k.receipt(sent, request.StatusAccepted)
		k.result(sent, request.ClassOK, ticket())
		time.Sleep(6 * time.Second)
		if v := k.at(local.StepDone); v.Slip != local.SlipFailed || v.Ticket == nil {
			t.Errorf("slip %q, ticket %v", v.Slip, v.Ticket)
		}
		k.act(local.VerbFinish, "")
		k.at(session.Attract)
	}, with(p))
}
