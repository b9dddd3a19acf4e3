package emu_test

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"sync"
	"testing"
	"time"

	"motcua/drivers/emu"
)

// testNow is when the tests' issuer begins and their cards are read.
var testNow = time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)

var testIssuer = sync.OnceValues(func() (*emu.Issuer, error) { return emu.NewIssuer(rand.Reader, testNow) })

// issuer is one authority for all tests: making its keys takes time.
func issuer(t testing.TB) *emu.Issuer {
	t.Helper()
	i, err := testIssuer()
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// issue makes the card of a built-in persona.
func issue(t testing.TB, id string, o emu.CardOptions) *emu.Chip {
	t.Helper()
	c, err := issuer(t).Issue(persona(t, id), o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// with issues an ordinary card with another behaviour.
func with(t testing.TB, change func(*emu.Profile)) *emu.Chip {
	t.Helper()
	p := emu.DefaultProfile()
	p.ActiveAuth = emu.ActiveAuthECDSA // quicker to make
	change(&p)
	return issue(t, "an", emu.CardOptions{Profile: &p})
}

// script is a conversation in plain commands: sent, then the status expected.
type script []struct{ send, want string }

func (s script) play(t *testing.T, c *emu.Chip) {
	t.Helper()
	c.Power(emu.PowerOn)
	for i, step := range s {
		cmd, err := hex.DecodeString(step.send)
		if err != nil {
			t.Fatal(err)
		}
		got := c.Transmit(cmd)
		if sw := hex.EncodeToString(got[len(got)-2:]); sw != step.want {
			t.Errorf("step %d, %s: got %s, want %s", i+1, step.send, sw, step.want)
		}
	}
}

const (
	selectMF    = "00a4000c023f00"
	selectAID   = "00a4040c07a0000002471001"
	selectCA    = "00a4020c02011c"
	readCA      = "00b09c0000"
	readDG1     = "00b0810000"
	getChal     = "0084000008"
	setPACECAN  = "0022c1a412800a04007f00070202040202830102" + "84010d"
	setPACEPIN  = "0022c1a412800a04007f00070202040202830103" + "84010d"
	nonce       = "10860000027c0000"
	challengeAA = "0088000008000102030405060700"
)

func TestAccessRulesWithoutASession(t *testing.T) {
	script{
		{readCA, "9000"},
		{selectCA, "9000"},
		{"00b0000000", "9000"},
		{readDG1, "9000"}, // below the master file, 01 is EF.ATR/INFO
		{"00a4020c020101", "6a82"},
		{getChal, "6985"}, // no application
		{selectAID, "9000"},
		{readCA, "6a82"},
		{readDG1, "6982"},
		{"00a4020c020101", "6982"},
		{"00a4020c020103", "6982"}, // fingerprints
		{"00a4020c02010b", "6a82"}, // DG11 is not there
		{"00b0000000", "6986"},     // no current file
		{challengeAA, "6982"},
		{getChal, "9000"},
		{"00b1000006540400000000" + "00", "6a82"},
		{"0ca4020c020101", "6988"}, // secure messaging without a session
		{"80b0810000", "6e00"},
		{"00e0000000", "6d00"},
		{"ff000000", "6d00"},
		{"00c0000000", "6985"},
		{"00b081", "6700"},
		{selectMF, "9000"},
		{readCA, "9000"},
	}.play(t, with(t, func(*emu.Profile) {}))
}

func TestCardAccessIsTheKnownConstant(t *testing.T) {
	c := with(t, func(*emu.Profile) {})
	got := c.Transmit([]byte{0, 0xB0, 0x9C, 0, 0})
	want, err := hex.DecodeString("3134300d060804007f0007020202020101300f060a04007f000702020302020201013012060a04007f0007020204020202010202010d" + "9000")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("EF.CardAccess\n%x, want\n%x", got, want)
	}
}

func TestEndOfFile(t *testing.T) {
	for _, tt := range []struct {
		habit     emu.EndOfFile
		over, far string
	}{{emu.EndShort, "6282", "6b00"}, {emu.EndSilent, "9000", "6b00"}, {emu.EndStrict, "6b00", "6b00"}} {
		script{
			{"00b09c0036", "9000"}, // exactly the file
			{"00b09c0037", tt.over},
			{"00b0003501", "9000"}, // the last byte
			{"00b0003502", tt.over},
			{"00b0003601", tt.far},
			{"00b07fff00", tt.far},
		}.play(t, with(t, func(p *emu.Profile) { p.EndOfFile = tt.habit }))
	}
}

func TestRefusalsOfTheField(t *testing.T) {
	script{{selectMF, "6d00"}, {"00a4000c", "6d00"}, {selectCA, "9000"}}.
		play(t, with(t, func(p *emu.Profile) { p.Refuse = []emu.Refusal{emu.RefuseSelectMF} }))
	script{{selectCA, "6982"}, {readCA, "6982"}, {selectAID, "9000"}}.
		play(t, with(t, func(p *emu.Profile) { p.Refuse = []emu.Refusal{emu.RefuseCardAccess} }))
	script{{readCA, "6a86"}, {selectCA, "9000"}, {"00b0000000", "9000"}}.
		play(t, with(t, func(p *emu.Profile) { p.Refuse = []emu.Refusal{emu.RefuseSFI} }))
	script{{"00b09c0010", "9000"}, {"00b09c0011", "6700"}, {readCA, "6700"}}.
		play(t, with(t, func(p *emu.Profile) { p.MaxChunk = 16 }))
	script{{"00b09c00000100", "6700"}, {readCA, "9000"}}.
		play(t, with(t, func(p *emu.Profile) { p.NoExtended = true }))
	script{{readCA, "6a82"}, {setPACECAN, "6a80"}, {selectAID, "9000"}, {getChal, "9000"}}.
		play(t, with(t, func(p *emu.Profile) { p.PACE = nil }))
	script{{selectAID, "9000"}, {getChal, "6d00"}}.
		play(t, with(t, func(p *emu.Profile) { p.BAC = false }))
}

func TestPACEOutOfOrder(t *testing.T) {
	script{
		{nonce, "6985"}, // nothing was set
		{setPACEPIN, "6a88"},
		{setPACECAN, "9000"},
		{nonce, "9000"},
		{nonce, "6a80"}, // the map was due
		{nonce, "6985"}, // and the run is over
		{setPACECAN, "9000"},
		{"10860000037c010000", "6a80"},
		{"0022c1a400", "6a80"},
		{"002241a4", "6982"}, // chip authentication needs a session
		{"0022c1b6", "6a86"},
		{"00220000", "6a86"},
	}.play(t, with(t, func(*emu.Profile) {}))
	script{{setPACECAN, "6983"}, {selectAID, "9000"}, {getChal, "9000"}, {"0082000028" + string(bytes.Repeat([]byte("00"), 40)) + "28", "6983"}}.
		play(t, with(t, func(p *emu.Profile) { p.Blocked = true }))
}

func TestWrongKeysAreCounted(t *testing.T) {
	wrongBAC := "0082000028" + string(bytes.Repeat([]byte("00"), 40)) + "28"
	c := with(t, func(p *emu.Profile) { p.Tries = 3 })
	script{{selectAID, "9000"}, {wrongBAC, "6985"}, {getChal, "9000"}, {wrongBAC, "63c2"}, {wrongBAC, "6985"}, {getChal, "9000"}, {wrongBAC, "63c1"}}.play(t, c)
	script{{selectAID, "9000"}, {getChal, "9000"}, {wrongBAC, "63c0"}, {getChal, "9000"}, {wrongBAC, "6983"}, {setPACECAN, "6983"}}.play(t, c)
	script{{selectAID, "9000"}, {getChal, "9000"}, {wrongBAC, "6300"}}.
		play(t, with(t, func(*emu.Profile) {}))
}

func TestTheSameCardEachTime(t *testing.T) {
	uid := func(c *emu.Chip) []byte { return c.Transmit([]byte{0xFF, 0xCA, 0, 0, 0}) }
	if a, b := issue(t, "linh", emu.CardOptions{}), issue(t, "linh", emu.CardOptions{}); !bytes.Equal(uid(a), uid(b)) {
		t.Error("a card issued again is another one")
	}
	if a, b := issue(t, "linh", emu.CardOptions{}), issue(t, "an", emu.CardOptions{}); bytes.Equal(uid(a), uid(b)) {
		t.Error("two people have the same card")
	}
}

func FuzzChip(f *testing.F) {
	for _, seed := range []string{readCA, selectAID, setPACECAN, nonce, challengeAA, "00b1000006540400000000" + "00", "0cb09c000d97010098080102030405060708" + "00"} {
		b, err := hex.DecodeString(seed)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	c := issue(f, "linh", emu.CardOptions{})
	f.Fuzz(func(t *testing.T, cmd []byte) {
		if n := len(c.Transmit(cmd)); n < 2 || n > 65538 {
			t.Errorf("answer of %d bytes", n)
		}
	})
}
