package gateway_test

import (
	"bytes"
	"errors"
	"math/big"
	"testing"

	"github.com/google/go-cmp/cmp"

	"motcua/protocol/envelope"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/gatewaytest"
)

// TestReceiptKeyRevoked: when the key that signed receipts was revoked, a gateway
// with another one gives the stored receipts and results again with the same words
// and a signature that devices believe; all others stay as they are, byte for byte.
func TestReceiptKeyRevoked(t *testing.T) {
	c := newCentre(t)
	d := c.fleet.Device(t, "k01")
	m := d.CheckIn(t, gatewaytest.Person(1), "internal")
	before, said := c.deliver(t, d, m)
	answered := c.answer(t, before, m)
	lost := c.fleet.Receipt
	c.fleet.Receipt = c.fleet.Issue(t, envelope.ReceiptTemplate("receipt-2", big.NewInt(7), c.fleet.From, c.fleet.From.AddDate(1, 0, 0)))
	c.open(t)
	if again, _ := c.deliver(t, d, m); !bytes.Equal(again.Receipt, before.Receipt) || !bytes.Equal(again.Result, before.Result) {
		t.Error("another key, and nobody revoked: the reply has changed")
	}
	c.revokeParty(lost)
	believes := envelope.NewCentre(c.fleet.Roots, nil, c.revoked.HasName)
	if _, err := believes.Receipt(before.Receipt, c.now); !errors.Is(err, envelope.ErrRevoked) {
		t.Fatalf("the old receipt: %v", err)
	}
	greeting, _ := c.greet(t, d, 0, 1)
	sentAgain, _ := c.deliver(t, d, m)
	for story, reply := range map[string]gateway.Reply{"sent again": sentAgain, "asked for": greeting.Replies[0]} {
		r, err := believes.Receipt(reply.Receipt, c.now)
		if err != nil || !cmp.Equal(r, said) {
			t.Errorf("%s: %+v, %v", story, r, err)
		}
		if _, err := believes.Result(reply.Result, c.now); err != nil || !cmp.Equal(c.answer(t, reply, m), answered) {
			t.Errorf("%s: result: %v", story, err)
		}
	}
	second := d.CheckIn(t, gatewaytest.Person(2), "internal")
	fresh, _ := c.deliver(t, d, second)
	if again, _ := c.deliver(t, d, second); !bytes.Equal(again.Receipt, fresh.Receipt) {
		t.Error("a receipt by the new key has changed")
	}
}
