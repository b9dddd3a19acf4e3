package emu_test

import (
	"context"
	"crypto/rand"
	"flag"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"motcua/drivers/emu"
	"motcua/protocol/emrtd"
	"motcua/protocol/group"
)

var sessions = flag.Int("sessions", 4_000, "sessions in TestSessions")

// opening is one way of opening and proving a chip: a mapping, a group and a
// cipher, and chip authentication in the same group with the same cipher. The
// chip has one file to read, and no signature.
type opening struct {
	offer emrtd.PACEInfo
	agree string // how Document.Channel has to end
	dear  bool   // a session of it takes long
	card  *bareCard
}

// openings are all that the standard defines (ICAO 9303-11, tables 2, 3, 5, 6
// and 12): generic mapping with four ciphers in 14 groups, integrated mapping in
// the 13 that have it, and chip authentication mapping with the three AES ciphers
// on the 11 curves.
func openings(t *testing.T) []opening {
	t.Helper()
	var all []opening
	for _, g := range group.All() {
		for _, suite := range []emrtd.Suite{emrtd.Suite3DES, emrtd.SuiteAES128, emrtd.SuiteAES192, emrtd.SuiteAES256} {
			for _, m := range []emrtd.Mapping{emrtd.MappingGeneric, emrtd.MappingIntegrated, emrtd.MappingAuthenticated} {
				offer := emrtd.PACEOffer(m, suite, g.Parameter())
				authenticated := m == emrtd.MappingAuthenticated && (!g.Elliptic() || suite == emrtd.Suite3DES)
				if authenticated || m == emrtd.MappingIntegrated && !g.HasMapping() {
					continue
				}
				all = append(all, newOpening(t, offer, g))
			}
		}
	}
	if want := 4*14 + 4*13 + 3*11; len(all) != want {
		t.Fatalf("%d openings, want %d", len(all), want)
	}
	return all
}

func newOpening(t *testing.T, offer emrtd.PACEInfo, g *group.Group) opening {
	t.Helper()
	domain := g.Name() + "/" + offer.Suite.String()
	o := opening{
		offer: offer, dear: g.Size() > 33,
		card: newBareCard(t, emu.Profile{
			PACE:       []emu.PACEVariant{emu.PACEVariant(offer.Mapping.String() + "-" + domain)},
			ActiveAuth: emu.ActiveAuthNone, ChipAuth: []string{domain},
		}),
	}
	kind := "DH"
	if g.Elliptic() {
		kind = "ECDH"
	}
	o.agree = fmt.Sprintf("%s + CA-%s %v %s", offer.Channel(), kind, offer.Suite, g.Name())
	return o
}

// bareCard transmits to a chip without a reader between.
type bareCard struct{ chip *emu.Chip }

func newBareCard(t *testing.T, profile emu.Profile) *bareCard {
	t.Helper()
	chip, err := emu.NewBareChip(profile)
	if err != nil {
		t.Fatal(err)
	}
	return &bareCard{chip}
}

func (c *bareCard) Transmit(_ context.Context, command []byte) ([]byte, error) {
	return c.chip.Transmit(command), nil
}

// TestSessions opens the emulated chip by PACE in every way there is, has it
// prove itself by chip authentication, and reads a file under the new keys: ten
// thousand sessions, each with fresh keys on both sides. One in about 256 has a
// secret, a public key or a proof that begins with a zero byte.
//
// Every way is taken at least four times; the rest goes to the ways in groups of
// up to 33 bytes, which are the common ones. With -sessions 200000 (make
// soak-emrtd) the dear ones get more too.
func TestSessions(t *testing.T) {
	n := *sessions
	if testing.Short() {
		n = min(n, 150)
	}
	all := openings(t)
	var jobs []int
	for len(jobs) < n {
		before := len(jobs)
		for i, o := range all {
			round := before / len(all)
			if len(jobs) < n && (!o.dear || round < 4 || round%32 == 0) {
				jobs = append(jobs, i)
			}
		}
	}
	took := run(t, all, jobs)
	for g, d := range took {
		t.Logf("%-16s %8.2f ms a session", g, d)
	}
}

// run plays the sessions on two cores and tells how long one takes in each
// group, in milliseconds.
func run(t *testing.T, all []opening, jobs []int) map[string]float64 {
	t.Helper()
	locks := make([]sync.Mutex, len(all))
	type tally struct {
		n  int
		ns int64
	}
	tallies := map[string]*tally{}
	var mu sync.Mutex
	var next, failed atomic.Int64
	var workers sync.WaitGroup
	for range 2 {
		workers.Go(func() {
			for {
				j := int(next.Add(1)) - 1
				if j >= len(jobs) || failed.Load() > 20 {
					return
				}
				o := &all[jobs[j]]
				locks[jobs[j]].Lock()
				began := time.Now()
				err := o.session(t.Context())
				d := time.Since(began)
				locks[jobs[j]].Unlock()
				if err != nil {
					failed.Add(1)
					t.Errorf("session %d, %v: %v", j, o.offer, err)
				}
				g, _ := o.offer.Group()
				mu.Lock()
				if tallies[g.Name()] == nil {
					tallies[g.Name()] = &tally{}
				}
				tallies[g.Name()].n++
				tallies[g.Name()].ns += int64(d)
				mu.Unlock()
			}
		})
	}
	workers.Wait()
	t.Logf("%d sessions over %d ways, %d failed", len(jobs), len(all), failed.Load())
	out := map[string]float64{}
	for g, y := range tallies {
		out[g] = float64(y.ns) / float64(y.n) / 1e6
	}
	return out
}

// session opens the chip once.
func (o *opening) session(ctx context.Context) error {
	key, err := emrtd.CAN(emu.BareCAN)
	if err != nil {
		return err
	}
	o.card.chip.Power(emu.Reset)
	doc, err := emrtd.Read(ctx, o.card, emrtd.Options{Key: key, Now: testNow, Rand: rand.Reader, MaxChunk: 1024})
	if err != nil {
		return err
	}
	if doc.Access != emrtd.AccessPACECAN || !strings.HasPrefix(doc.Channel, o.offer.Channel()) {
		return fmt.Errorf("opened by %s, %s", doc.Access, doc.Channel)
	}
	if o.offer.Mapping != emrtd.MappingAuthenticated && doc.Channel != o.agree {
		return fmt.Errorf("channel %q, want %q; %v", doc.Channel, o.agree, doc.Trust)
	}
	if len(doc.DG(1)) == 0 {
		return fmt.Errorf("nothing was read: %v", doc.Trust)
	}
	// The chip proved itself, with a key that nothing on this card vouches for.
	if !doc.Trust.Has(emrtd.ReasonChipProofUncovered) {
		return fmt.Errorf("the chip proved nothing: %v", doc.Trust)
	}
	return nil
}
