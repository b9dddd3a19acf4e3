package printer

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"motcua/drivers"
)

// talker is a line with a printer at its end that answers as it is told: to DLE EOT
// with a status, to GS r with its sensors.
type talker struct {
	status  map[byte]byte
	wellAt  int // the question from which on it is well; 0: it does not change
	asked   int
	sensors byte
	silent  int // answers to GS r that it owes and never gives
	sent    bytes.Buffer
	said    []byte
}

func (*talker) String() string                             { return "talker" }
func (*talker) Close() error                               { return nil }
func (*talker) Drain(context.Context, time.Duration) error { return nil }

func (k *talker) Write(_ context.Context, p []byte) error {
	k.sent.Write(p)
	for i := range p {
		switch {
		case bytes.HasPrefix(p[i:], []byte{dle, eot}):
			if k.asked++; k.asked == k.wellAt {
				k.status = fine()
			}
			k.said = append(k.said, k.status[p[i+2]])
		case bytes.HasPrefix(p[i:], []byte(tell)) && k.silent > 0:
			k.silent--
		case bytes.HasPrefix(p[i:], []byte(tell)):
			k.said = append(k.said, k.sensors)
		}
	}
	return nil
}

func (k *talker) Read(ctx context.Context, p []byte, wait time.Duration) (int, error) {
	if len(k.said) == 0 {
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-time.After(wait):
			return 0, drivers.ErrNoAnswer
		}
	}
	n := copy(p, k.said)
	k.said = k.said[n:]
	return n, nil
}

// fine is how a printer answers that has nothing to complain of.
func fine() map[byte]byte { return map[byte]byte{1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12} }

// attached drives a printer that has just printed.
func attached(t *testing.T, k *talker) *Dev {
	t.Helper()
	d, err := New(k, Options{Memory: &Memory{clean: true}})
	if err != nil {
		t.Fatal(err)
	}
	d.torn, d.unsure = false, false
	return d
}

// What ends between two questions is no trouble: its cause is named by one answer,
// and its kind by the next.
func TestTroubleThatPasses(t *testing.T) {
	for at := 1; at <= 5; at++ {
		synctest.Test(t, func(t *testing.T) {
			k := &talker{status: fine(), wellAt: at}
			k.status[1], k.status[2], k.status[3] = 0x1A, 0x52, 0x52 // a hot head
			if _, err := attached(t, k).look(t.Context()); err != nil {
				t.Errorf("well from question %d on: %v", at, err)
			}
		})
	}
}

// smallest is the smallest receive buffer in use, in bytes.
const smallest = 4096

var ten = slices.Repeat([][]byte{[]byte("x\n")}, 10)

// Some printers answer to GS r in their turn, too, that the paper is out. That
// counts at once, and not as progress; the sensors have the last word.
func TestPaperEndInATurn(t *testing.T) {
	for _, out := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			k := &talker{status: fine(), sensors: 0x0F}
			var want error
			if out {
				k.status[4], want = 0x7E, drivers.ErrPaperOut
			}
			if err := attached(t, k).send(t.Context(), ten...); !errors.Is(err, want) {
				t.Errorf("got %v, want %v", err, want)
			}
			if n := bytes.Count(k.sent.Bytes(), []byte("x")); out && n > ahead {
				t.Errorf("%d pieces were sent to a printer without paper", n)
			}
		})
	}
}

// An answer that is missing is told within two seconds, and nothing is sent beyond
// what the printer's buffer holds.
func TestMissingAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := &talker{status: fine(), silent: 1}
		began := time.Now()
		err := attached(t, k).Print(t.Context(), drivers.Slip{Number: "A012"}.Ticket())
		if !errors.Is(err, drivers.ErrNoAnswer) || time.Since(began) > 2*time.Second {
			t.Errorf("got %v after %v", err, time.Since(began))
		}
		if !bytes.Contains(k.sent.Bytes(), []byte(clearBuffers)) || !bytes.HasSuffix(k.sent.Bytes(), []byte(recoverCleared+"\x10\x04\x01")) {
			t.Error("the printer's buffers were not cleared")
		}
	})
}

// A printer that holds the feed button, or waits to come online, is waited for.
func TestBusyIsWaitedFor(t *testing.T) {
	for name, bit := range map[string][2]byte{"feed button": {1, 0x40}, "comes online": {1, 0x20}, "fed by button": {2, 0x08}, "head hot": {3, 0x40}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				k := &talker{status: fine(), silent: 2}
				k.status[bit[0]] |= bit[1]
				k.status[1] |= 0x08
				began := time.Now()
				err := attached(t, k).send(t.Context(), ten...)
				if !errors.Is(err, drivers.ErrNoAnswer) || time.Since(began) < rest {
					t.Errorf("got %v after %v, want no answer after %v", err, time.Since(began), rest)
				}
				if n := k.sent.Len() + ahead*maxPiece; n > smallest {
					t.Errorf("%d bytes, with the questions, for a buffer of %d", n, smallest)
				}
			})
		})
	}
}

// No piece is larger than what the printer is told to skip after a failure, and
// three of them, with that, fit the smallest buffer.
func TestPiecesFit(t *testing.T) {
	tk := drivers.Ticket{Blocks: []drivers.Block{
		{Kind: drivers.BlockNumber, Text: "88"}, {Kind: drivers.BlockRule}, {Kind: drivers.BlockText, Text: strings.Repeat("long ", 400)},
	}}
	for _, o := range []Options{{}, {Text: true}} {
		d, err := New(&talker{}, o)
		if err != nil {
			t.Fatal(err)
		}
		pieces, err := d.compose(tk)
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range pieces {
			if len(p)+len(tell) > maxPiece {
				t.Errorf("piece %d has %d bytes", i, len(p))
			}
		}
	}
	if (ahead+1)*maxPiece > smallest {
		t.Errorf("a piece more than %d of %d bytes does not fit", ahead, maxPiece)
	}
}
