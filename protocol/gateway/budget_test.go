package gateway_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/hpke"
	"crypto/rand"
	"crypto/sha256"
	"encoding/asn1"
	"math/big"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/veraison/go-cose"

	"motcua/protocol/anomaly"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/gateway/inboxpg"
	"motcua/protocol/gateway/inboxsqlite"
)

// BenchmarkBudget measures this package's rows of the budget table. Each reports
// its figure, the peer it is held against, measured in the same run, and the
// limit of the ratio.
func BenchmarkBudget(b *testing.B) {
	var r rounds
	b.Run("gateway/throughput", func(b *testing.B) {
		r = measure(b, openFile(b))
		r.report(b)
	})
	// The same in processors' time, which other programs on the machine change less.
	b.Run("gateway/cpu", func(b *testing.B) {
		if r.requests == 0 { // run by itself
			r = measure(b, openFile(b))
		}
		b.ReportMetric(0, "ns/op")
		b.ReportMetric(float64(r.gateway.cpu.Microseconds())/r.requests, "figure:µs/msg")
		b.ReportMetric(float64(r.bare.cpu.Microseconds())/r.requests, "against:bare-cryptography")
		b.ReportMetric(1/leastShare, "budget:ratio-max")
	})
	b.Run("gateway/postgres", func(b *testing.B) {
		p := gatewaytest.StartPostgres(b)
		inbox, err := inboxpg.Open(b.Context(), inboxpg.Options{URL: p.Schema(b, "budget"), Password: p.Password})
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = inbox.Close() })
		measure(b, inbox).report(b)
	})
}

// report writes the row of requests per second.
func (r rounds) report(b *testing.B) {
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(r.requests/r.gateway.wall.Seconds(), "figure:msg/s")
	b.ReportMetric(r.requests/r.bare.wall.Seconds(), "against:bare-cryptography")
	b.ReportMetric(leastShare, "budget:ratio-min")
}

// leastShare is how much of what the bare cryptography does a gateway does at least.
const leastShare = 0.6

// roundOf is how many messages are sent at once: dozens of the inbox's batches, as
// a gateway under load has them. In shorter rounds one would measure their ends,
// when nothing more comes and a processor waits for the disk.
const roundOf = 8000

// rounds is what was measured over all rounds.
type rounds struct {
	requests      float64
	gateway, bare cost
}

// cost is what something took: by the clock, and of all processors.
type cost struct{ wall, cpu time.Duration }

// measure sends requests through verify, open, inbox commit and receipt, and does
// the bare cryptography of the same messages: one verification of the device's
// signature, of the issuer's over the card's index and of the chip's over its
// challenge, one HPKE opening, one signature for the receipt.
func measure(b *testing.B, inbox gateway.Inbox) (r rounds) {
	b.Helper()
	fleet := gatewaytest.NewFleet(b, now())
	work := prepare(b, fleet, 2*roundOf*b.N)
	g := openGateway(b, fleet, inbox)
	workers := 512 * runtime.GOMAXPROCS(0) // as gatewayd on two processors
	key := serviceKey(b, fleet)
	// Both are measured in turns, each first as often as last, so that whatever else
	// the machine does meets both.
	process := func(round []piece) {
		r.gateway.spend(b, round, workers, func(w piece) error {
			_, err := g.Process(b.Context(), w.device.Branch, w.message.Bytes)
			return err
		})
	}
	compute := func(round []piece) {
		r.bare.spend(b, round, workers, func(w piece) error { return w.bare(fleet, key) })
	}
	b.ResetTimer()
	first, second := process, compute
	for round := range slices.Chunk(work, roundOf) {
		first(round)
		second(round)
		first, second = second, first
	}
	b.StopTimer()
	r.requests = float64(len(work))
	return r
}

// piece is one message, and what of it the bare cryptography needs.
type piece struct {
	device  *gatewaytest.Device
	message gatewaytest.Message

	toBeSigned  [32]byte
	signature   []byte
	enc, ct, ad []byte

	signer, chip      *ecdsa.PublicKey // of the card
	index, indexed    []byte           // the signed attributes and the issuer's signature
	challenge, proved []byte           // and the chip's
}

// prepare seals n requests of 20 kiosks.
func prepare(b *testing.B, fleet *gatewaytest.Fleet, n int) []piece {
	b.Helper()
	var devices []*gatewaytest.Device
	for i := range 20 {
		devices = append(devices, fleet.Device(b, "k"+string(rune('a'+i))))
	}
	work := make([]piece, n)
	for i := range work {
		d := devices[i%len(devices)]
		card := fleet.Card(b, gatewaytest.Person(i))
		work[i] = piece{device: d, signer: &fleet.Issuer.Signer.Key.PublicKey, chip: &card.Key.PublicKey}
		work[i].index, work[i].challenge = make([]byte, 100), make([]byte, 8) // as long as the real ones
		work[i].indexed = signed(b, fleet.Issuer.Signer.Key, work[i].index)
		work[i].proved = signed(b, card.Key, work[i].challenge)
		work[i].message = d.CheckIn(b, gatewaytest.Person(i), "internal")
		work[i].takeApart(b)
	}
	return work
}

func signed(b *testing.B, key *ecdsa.PrivateKey, message []byte) []byte {
	b.Helper()
	sum := sha256.Sum256(message)
	signature, err := ecdsa.SignASN1(rand.Reader, key, sum[:])
	if err != nil {
		b.Fatal(err)
	}
	return signature
}

func (p *piece) takeApart(b *testing.B) {
	b.Helper()
	var m cose.Sign1Message
	if err := m.UnmarshalCBOR(p.message.Bytes); err != nil {
		b.Fatal(err)
	}
	var body map[string][]byte
	if err := cbor.Unmarshal(m.Payload, &body); err != nil {
		b.Fatal(err)
	}
	p.enc, p.ct, p.ad = body["enc"], body["ct"], body["outer"]
	var protected []byte
	if err := cbor.Unmarshal(m.Headers.RawProtected, &protected); err != nil {
		b.Fatal(err)
	}
	structure, err := cbor.Marshal([]any{"Signature1", protected, []byte{}, m.Payload})
	if err != nil {
		b.Fatal(err)
	}
	p.toBeSigned = sha256.Sum256(structure)
	r, s := new(big.Int).SetBytes(m.Signature[:32]), new(big.Int).SetBytes(m.Signature[32:])
	if p.signature, err = asn1.Marshal(struct{ R, S *big.Int }{r, s}); err != nil {
		b.Fatal(err)
	}
}

func verified(key *ecdsa.PublicKey, message, signature []byte) bool {
	sum := sha256.Sum256(message)
	return ecdsa.VerifyASN1(key, sum[:], signature)
}

// bare does the cryptography of one message and nothing else.
func (p *piece) bare(fleet *gatewaytest.Fleet, key hpke.PrivateKey) error {
	if !ecdsa.VerifyASN1(&p.device.Key.PublicKey, p.toBeSigned[:], p.signature) {
		return context.Canceled
	}
	recipient, err := hpke.NewRecipient(p.enc, key, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte("motcua request v1"))
	if err != nil {
		return err
	}
	plain, err := recipient.Open(p.ad, p.ct)
	if err != nil {
		return err
	}
	if !verified(p.signer, p.index, p.indexed) || !verified(p.chip, p.challenge, p.proved) {
		return context.Canceled
	}
	sum := sha256.Sum256(plain)
	_, err = ecdsa.SignASN1(rand.Reader, fleet.Receipt.Key, sum[:])
	return err
}

func serviceKey(b *testing.B, fleet *gatewaytest.Fleet) hpke.PrivateKey {
	b.Helper()
	secret, err := fleet.Service.Bytes()
	if err != nil {
		b.Fatal(err)
	}
	key, err := hpke.MLKEM768X25519().NewPrivateKey(secret)
	if err != nil {
		b.Fatal(err)
	}
	return key
}

// openFile is an inbox in a file.
func openFile(b *testing.B) gateway.Inbox {
	b.Helper()
	inbox, err := inboxsqlite.Open(b.Context(), filepath.Join(b.TempDir(), "inbox.db"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = inbox.Close() })
	return inbox
}

// openGateway is a gateway whose service does nothing.
func openGateway(b *testing.B, fleet *gatewaytest.Fleet, inbox gateway.Inbox) *gateway.Gateway {
	b.Helper()
	rules := anomaly.Default()
	g, err := gateway.New(gateway.Config{
		Rules: &rules, Roots: fleet.Roots, Service: fleet.Service, Signer: fleet.Receipt.Key, Chain: fleet.Receipt.Chain(), Inbox: inbox,
		Services: map[string]gateway.Service{"H01": serviceFunc(func(gateway.State) (gateway.Outcome, error) { return gateway.Outcome{}, nil })},
		Now:      now, Rand: rand.Reader, Trust: gateway.NewTrusted(fleet.Issuer.Anchors(b)),
	})
	if err != nil {
		b.Fatal(err)
	}
	return g
}

// spend runs do over all pieces from many goroutines and adds what it took.
func (c *cost) spend(b *testing.B, work []piece, workers int, do func(piece) error) {
	b.Helper()
	var next atomic.Int64
	var wg sync.WaitGroup
	start, used := time.Now(), processorTime(b)
	for range workers {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(work)); i = next.Add(1) - 1 {
				if err := do(work[i]); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	c.wall += time.Since(start)
	c.cpu += processorTime(b) - used
}

// processorTime is what this process has used so far, the kernel's work for it
// included.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
