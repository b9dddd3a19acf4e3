package emrtd

import (
	"bytes"
	"context"
	"testing"

	"motcua/protocol/apdu"
	"motcua/protocol/group"
	"motcua/protocol/vectors"
)

// takingCard answers 9000 to everything and keeps what was sent.
type takingCard struct{ sent []apdu.Command }

func (c *takingCard) Transmit(_ context.Context, b []byte) ([]byte, error) {
	cmd, err := apdu.ParseCommand(bytes.Clone(b))
	if err != nil {
		return nil, err
	}
	c.sent = append(c.sent, cmd)
	return []byte{0x90, 0}, nil
}

// The terminal sends the vector's public key in the commands of Doc 9303 part 11,
// 6.2.4, and both sides derive the vector's keys.
func TestChipAuthenticationOverTheOwnVectors(t *testing.T) {
	own, err := vectors.LoadAccess()
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range own.ChipAuthentication {
		t.Run(v.Domain+" "+v.Suite, func(t *testing.T) {
			g, _ := group.ByParameter(v.ParameterID)
			suite := suiteNamed(t, v.Suite)
			public, err := g.Parse(v.ChipPublic)
			if err != nil {
				t.Fatal(err)
			}
			a := chipAgreement{
				info: ChipAuthInfo{OID: v.OID, Elliptic: g.Elliptic(), Suite: suite, Version: 1, KeyID: 7},
				key:  ChipKey{Elliptic: g.Elliptic(), Group: g, Public: public, KeyID: 7},
			}
			private, sent, err := ephemeral(g, g.Generator(), func(*group.Group) ([]byte, error) { return bytes.Clone(v.TerminalPrivate), nil })
			if err != nil || !bytes.Equal(sent, v.TerminalPublic) {
				t.Fatalf("public key %X: %v", sent, err)
			}
			checkAgreementCommands(t, a, sent)
			session, err := newAgreedSession(a, private)
			if err != nil {
				t.Fatal(err)
			}
			want, err := NewSession(suite, v.KSEnc, v.KSMac, nil)
			if err != nil {
				t.Fatal(err)
			}
			sameSession(t, session, want)
			terminal, err := g.Parse(v.TerminalPublic)
			if err != nil {
				t.Fatal(err)
			}
			if secret, err := Agree(terminal, v.ChipPrivate); err != nil || !bytes.Equal(secret, v.SharedSecret) {
				t.Errorf("the chip's secret is %X: %v", secret, err)
			}
		})
	}
}

func checkAgreementCommands(t *testing.T, a chipAgreement, public []byte) {
	t.Helper()
	card := &takingCard{}
	term := &terminal{ch: channel{card: card, stats: &Stats{}, habits: &Habits{}}}
	taken, err := term.sendEphemeral(t.Context(), a, public)
	if err != nil || !taken {
		t.Fatalf("not taken: %v", err)
	}
	length := func(n int) []byte {
		switch {
		case n > 0xFF:
			return []byte{0x82, byte(n >> 8), byte(n)}
		case n > 0x7F:
			return []byte{0x81, byte(n)}
		}
		return []byte{byte(n)}
	}
	if a.info.Suite == Suite3DES { // one command: 91 with the key, 84 with its number
		want := bytes.Join([][]byte{{0x91}, length(len(public)), public, {0x84, 1, 7}}, nil)
		c := card.sent[0]
		if len(card.sent) != 1 || c.INS != 0x22 || c.P1 != 0x41 || c.P2 != 0xA6 || !bytes.Equal(c.Data, want) {
			t.Errorf("MSE:Set KAT was %+v, want %X", card.sent, want)
		}
		return
	}
	if len(card.sent) != 2 {
		t.Fatalf("%d commands, want MSE:Set AT and GENERAL AUTHENTICATE", len(card.sent))
	}
	at := bytes.Join([][]byte{{0x80, byte(len(a.info.OID))}, a.info.OID, {0x84, 1, 7}}, nil)
	if c := card.sent[0]; c.INS != 0x22 || c.P1 != 0x41 || c.P2 != 0xA4 || !bytes.Equal(c.Data, at) {
		t.Errorf("MSE:Set AT was %+v, want %X", c, at)
	}
	inner := bytes.Join([][]byte{{0x80}, length(len(public)), public}, nil)
	ga := bytes.Join([][]byte{{0x7C}, length(len(inner)), inner}, nil)
	if c := card.sent[1]; c.CLA != 0 || c.INS != 0x86 || c.P1 != 0 || c.P2 != 0 || !bytes.Equal(c.Data, ga) {
		t.Errorf("GENERAL AUTHENTICATE was %+v, want %X", c, ga)
	}
}
