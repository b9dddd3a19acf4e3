package emu_test

import (
	"crypto/rand"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"motcua/drivers/emu"
	"motcua/protocol/emrtd"
	"motcua/protocol/pki"
)

// TestTwoThousandSessions opens and reads two thousand cards, each session with
// fresh keys on both sides: one in about 256 has a shared secret, and one in 256
// a signature half, that begins with a zero byte. Every tenth card signs with
// RSA.
func TestTwoThousandSessions(t *testing.T) {
	const sessions, workers = 2000, 2
	n := sessions
	if testing.Short() {
		n = 200
	}
	trust := anchors(t)
	began := time.Now()
	var next, read atomic.Int64
	var all sync.WaitGroup
	for range workers {
		cards := sessionCards(t)
		all.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				if err := session(t, cards, trust, i); err != nil {
					t.Errorf("session %d: %v", i, err)
					continue
				}
				read.Add(1)
			}
		})
	}
	all.Wait()
	t.Logf("%d of %d sessions (PACE on brainpoolP256r1 with AES-128, active authentication) in %v", read.Load(), n, time.Since(began).Round(time.Millisecond))
}

// sessionCards are a card with an ECDSA key and one with an RSA key.
func sessionCards(t *testing.T) [2]*emu.Chip {
	return [2]*emu.Chip{with(t, func(*emu.Profile) {}), issue(t, "an", emu.CardOptions{})}
}

func session(t *testing.T, cards [2]*emu.Chip, trust pki.Anchors, i int) error {
	chip := cards[0]
	if i%10 == 9 {
		chip = cards[1]
	}
	r := emu.NewReaders(readerName)
	if err := r.Place(readerName, chip); err != nil {
		return err
	}
	card, err := r.Connect(t.Context(), readerName)
	if err != nil {
		return err
	}
	defer card.Close()
	key, err := emrtd.CAN(persona(t, "an").CAN())
	if err != nil {
		return err
	}
	o := emrtd.Options{Key: key, Anchors: trust, Now: testNow, Rand: rand.Reader}
	_, _ = rand.Read(o.Challenge[:])
	doc, err := emrtd.Read(t.Context(), card, o)
	if err != nil {
		return err
	}
	if doc.Trust.Verdict != emrtd.Genuine || doc.Access != emrtd.AccessPACECAN {
		return fmt.Errorf("%s by %s: %q", doc.Trust.Verdict, doc.Access, doc.Trust.Reasons)
	}
	return nil
}
