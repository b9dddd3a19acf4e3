package emu_test

import (
	"context"
	"errors"
	"testing"

	"motcua/protocol/apdu"
	"motcua/protocol/cvc"
	"motcua/protocol/ec"
	"motcua/protocol/emrtd"
)

// meddler answers in the chip's place where a test wants it to.
type meddler struct {
	apdu.Transmitter
	// answer gives nil to let a command through.
	answer func(command []byte) []byte
}

func (m *meddler) Transmit(ctx context.Context, command []byte) ([]byte, error) {
	if b := m.answer(command); b != nil {
		return b, nil
	}
	return m.Transmitter.Transmit(ctx, command)
}

// once answers the nth command of its kind.
func once(n int, answer []byte, kind func([]byte) bool) func([]byte) []byte {
	return func(command []byte) []byte {
		if !kind(command) {
			return nil
		}
		if n--; n != 0 {
			return nil
		}
		return answer
	}
}

func meddled(t *testing.T, answer func([]byte) []byte) (*emrtd.Document, error) {
	t.Helper()
	a := newAuthority(t, elliptic(cvc.ECDSASHA256, ec.P256()))
	_, card := place(t, guarded(t, eac(nil), a.root()))
	o := inspecting(t, a.inspector(a.verifier(), a.terminal()))
	return emrtd.Read(t.Context(), &meddler{card, answer}, o)
}

// TestSessionThatBreaksInTheMiddleOfFingers: the terminal opens the chip anew,
// agrees on keys, authenticates itself again and goes on.
func TestSessionThatBreaksInTheMiddleOfFingers(t *testing.T) {
	for _, tc := range []struct {
		name string
		n    int
	}{{"first piece", 1}, {"a later piece", 7}} {
		t.Run(tc.name, func(t *testing.T) {
			begun, proofs := false, 0
			doc, err := meddled(t, once(tc.n, []byte{0x67, 0x00}, func(c []byte) bool {
				if begun && c[1] == apdu.InsExternalAuthenticate {
					proofs++
				}
				begun = begun || c[1] == apdu.InsReadBinary && c[2] == 0x83
				return begun && c[1] == apdu.InsReadBinary
			}))
			if err != nil {
				t.Fatal(err)
			}
			wantsFingers(t, doc)
			if proofs != 1 {
				t.Errorf("authenticated %d times after the break", proofs)
			}
		})
	}
}

// TestChipThatLeavesSecureMessaging: an answer in the clear to any command of
// terminal authentication ends it, whatever it says, and nothing else.
func TestChipThatLeavesSecureMessaging(t *testing.T) {
	for name, kind := range map[string]func(c []byte) bool{
		"MSE:Set DST":            func(c []byte) bool { return c[1] == apdu.InsManageSecurityEnv && c[2] == 0x81 && c[3] == 0xB6 },
		"PSO:Verify Certificate": func(c []byte) bool { return c[1] == apdu.InsPerformSecurityOp },
		"MSE:Set AT":             func(c []byte) bool { return c[1] == apdu.InsManageSecurityEnv && c[2] == 0x81 && c[3] == 0xA4 },
		"GET CHALLENGE":          func(c []byte) bool { return c[0] == 0x0C && c[1] == apdu.InsGetChallenge },
		"EXTERNAL AUTHENTICATE":  func(c []byte) bool { return c[0] == 0x0C && c[1] == apdu.InsExternalAuthenticate },
	} {
		for _, answer := range [][]byte{{0x90, 0x00}, {0x6D, 0x00}, {0x69, 0x82}} {
			doc, err := meddled(t, once(1, answer, kind))
			if err != nil {
				t.Fatalf("%s, %x: %v", name, answer, err)
			}
			wantsRefusal(t, doc, emrtd.RefusalChannel)
			if doc.DG(1) == nil || doc.Trust.Verdict != emrtd.Genuine {
				t.Errorf("%s, %x: the identity is lost: %v", name, answer, doc.Trust)
			}
		}
	}
}

// TestReaderThatFailsDuringInspection: a fault of the reader is no refusal.
func TestReaderThatFailsDuringInspection(t *testing.T) {
	fault := errors.New("reader fault")
	a := newAuthority(t, elliptic(cvc.ECDSASHA256, ec.P256()))
	_, card := place(t, guarded(t, eac(nil), a.root()))
	o := inspecting(t, a.inspector(a.verifier(), a.terminal()))
	doc, err := emrtd.Read(t.Context(), failing{card, fault}, o)
	if !errors.Is(err, fault) || doc.Trust.Verdict != emrtd.Unreadable || doc.DG(1) == nil {
		t.Errorf("%v, %v", doc.Trust, err)
	}
}

// failing breaks when certificates are sent.
type failing struct {
	apdu.Transmitter
	fault error
}

func (f failing) Transmit(ctx context.Context, command []byte) ([]byte, error) {
	if command[1] == apdu.InsPerformSecurityOp {
		return nil, f.fault
	}
	return f.Transmitter.Transmit(ctx, command)
}
