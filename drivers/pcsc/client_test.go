//go:build cgo

package pcsc_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/ebfe/scard"

	"motcua/drivers"
	"motcua/drivers/pcsc"
	"motcua/drivers/rig"
)

// clientVar makes this test binary another program that uses a card: its value says
// how, and each line of its input is something to do.
const clientVar = "PCSC_TEST_CLIENT"

// client is that program. It says "ready" once it holds the card, or why it does not,
// and "done" after each thing it did.
func client(how string) int {
	mode := scard.ShareShared
	if how == "exclusive" {
		mode = scard.ShareExclusive
	}
	sc, err := scard.EstablishContext()
	if err != nil {
		return say(err)
	}
	card, err := sc.Connect(rig.Reader0, mode, scard.ProtocolAny)
	if err == nil && how == "transaction" {
		err = card.BeginTransaction()
	}
	if err != nil {
		return say(err)
	}
	fmt.Println("ready")
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		switch in.Text() {
		case "reset":
			err = card.Reconnect(mode, scard.ProtocolAny, scard.ResetCard)
		case "end":
			err = card.EndTransaction(scard.LeaveCard)
		case "let go":
			err = card.Disconnect(scard.ResetCard)
		}
		if err != nil {
			return say(err)
		}
		fmt.Println("done")
	}
	return 0
}

func say(err error) int {
	code, _ := errors.AsType[scard.Error](err)
	fmt.Printf("failed %08X\n", uint32(code))
	return 1
}

// other is that program as a test sees it.
type other struct {
	t       *testing.T
	process *rig.Process
	orders  io.Writer
	words   *bufio.Reader
}

// startOther starts the other program and returns its first word.
func startOther(t *testing.T, how string) (*other, string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	orders, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	words, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	p, err := rig.Start(t.Context(), rig.Command{Path: self, Env: []string{clientVar + "=" + how}, Stdin: orders, Stdout: out, Stderr: os.Stderr})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.Kill()
		<-p.Done()
		_, _ = words.Close(), in.Close()
	})
	_, _ = orders.Close(), out.Close() // the program's
	o := &other{t, p, in, bufio.NewReader(words)}
	return o, o.hear()
}

func (o *other) hear() string {
	o.t.Helper()
	line, err := o.words.ReadString('\n')
	if err != nil {
		o.t.Fatalf("the other program said %q: %v", line, err)
	}
	return strings.TrimSpace(line)
}

func (o *other) do(what string) {
	o.t.Helper()
	if _, err := io.WriteString(o.orders, what+"\n"); err != nil {
		o.t.Fatal(err)
	}
	if got := o.hear(); got != "done" {
		o.t.Fatalf("asked to %s, the other program said %q", what, got)
	}
}

// kill ends the other program with kill -9.
func (o *other) kill() {
	o.process.Kill()
	<-o.process.Done()
}

// Whatever way another program holds the card, it is told as busy at once, and free
// once the program lets go, also when it is killed.
func TestCardHeldByAnotherProgram(t *testing.T) {
	h := newHands(t)
	r := pcsc.New()
	h.place(rig.Reader0, answering(status...))
	present(t, r, rig.Reader0)
	for _, c := range []struct {
		name, how string
		free      func(*other)
	}{
		{"exclusively, until it lets go", "exclusive", func(o *other) { o.do("let go") }},
		{"exclusively, until it is killed", "exclusive", (*other).kill},
		{"shared, after it reset the card", "shared", func(o *other) { o.do("reset"); o.do("let go") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			o, said := startOther(t, c.how)
			if said != "ready" {
				t.Fatalf("the other program said %q", said)
			}
			began := time.Now()
			if _, err := r.Connect(t.Context(), rig.Reader0); !errors.Is(err, drivers.ErrBusy) {
				t.Errorf("while it is held: %v, want busy", err)
			}
			if took := time.Since(began); took > time.Second {
				t.Errorf("told after %v, want at once", took)
			}
			c.free(o)
			card := freed(t, r)
			works(t, card)
			if err := card.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// pcscd makes a connection wait for another program's transaction, without an end
// and without a word. A short one is waited for; a long one is told as busy.
func TestCardInATransactionOfAnotherProgram(t *testing.T) {
	h := newHands(t)
	r := pcsc.New()
	h.place(rig.Reader0, answering(status...))
	present(t, r, rig.Reader0)
	for _, c := range []struct {
		name string
		free func(*other)
	}{
		{"until it ends", func(o *other) { o.do("end"); o.do("let go") }},
		{"until it is killed", (*other).kill},
	} {
		t.Run(c.name, func(t *testing.T) {
			o, said := startOther(t, "transaction")
			if said != "ready" {
				t.Fatalf("the other program said %q", said)
			}
			card := make(chan drivers.Card, 1)
			go func() { card <- freed(t, r) }()
			select {
			case <-card:
				t.Fatal("connected into another program's transaction")
			case <-time.After(100 * time.Millisecond):
			}
			c.free(o)
			got := <-card
			works(t, got)
			if err := got.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	o, _ := startOther(t, "transaction")
	for range 2 {
		if _, err := r.Connect(t.Context(), rig.Reader0); !errors.Is(err, drivers.ErrBusy) {
			t.Errorf("a transaction without end: %v, want busy", err)
		}
	}
	o.kill()
	card := freed(t, r)
	works(t, card)
	if err := card.Close(); err != nil {
		t.Error(err)
	}
}

// freed connects as soon as pcscd has let the card go, which for a program that was
// killed it does when it has noticed.
func freed(t *testing.T, r drivers.CardReaders) drivers.Card {
	t.Helper()
	limit := time.Now().Add(10 * time.Second)
	for {
		card, err := r.Connect(t.Context(), rig.Reader0)
		if err == nil {
			return card
		}
		if !errors.Is(err, drivers.ErrBusy) || time.Now().After(limit) {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// While the driver holds the card no other program gets at it, in any way, so that
// none can reset it under a session.
func TestNoOtherProgramGetsAHeldCard(t *testing.T) {
	h := newHands(t)
	r := pcsc.New()
	h.place(rig.Reader0, answering(status...))
	present(t, r, rig.Reader0)
	card := connect(t, r, rig.Reader0)
	for _, how := range []string{"exclusive", "shared", "transaction"} {
		if _, said := startOther(t, how); said != fmt.Sprintf("failed %08X", uint32(scard.ErrSharingViolation)) {
			t.Errorf("%s: the other program said %q, want a sharing violation", how, said)
		}
		works(t, card)
	}
}

// pcscd takes 200 contexts of all programs together. When others have taken them
// all, that is told as being refused or without service, and is over when they let go.
func TestOthersTakeAllContexts(t *testing.T) {
	h := newHands(t)
	r := pcsc.New()
	e := watch(t, r)
	h.place(rig.Reader0, answering(status...))
	e.until(drivers.CardPlaced, rig.Reader0)
	var taken []*scard.Context
	for range 300 {
		sc, err := scard.EstablishContext()
		if err != nil {
			break
		}
		taken = append(taken, sc)
	}
	if len(taken) == 300 {
		t.Fatal("pcscd takes any number of contexts")
	}
	_, connecting := r.Connect(t.Context(), rig.Reader0)
	_, listing := r.Readers(t.Context())
	for _, err := range []error{connecting, listing} { // pcscd hangs up, at a moment of its own
		if !errors.Is(err, drivers.ErrAccessDenied) && !errors.Is(err, drivers.ErrNoService) {
			t.Errorf("with %d contexts taken: %v, want a refusal or no service", len(taken), err)
		}
	}
	h.lift[rig.Reader0]()
	e.until(drivers.CardLifted, rig.Reader0) // who watches already goes on
	for _, sc := range taken {
		if err := sc.Release(); err != nil {
			t.Fatal(err)
		}
	}
	h.place(rig.Reader1, answering(status...))
	e.until(drivers.CardPlaced, rig.Reader1)
	works(t, connect(t, r, rig.Reader1))
}
