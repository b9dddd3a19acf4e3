package emu

import (
	"bytes"
	"crypto/rand"
	"testing"
	"time"

	"motcua/protocol/apdu"
	"motcua/protocol/cvc"
	"motcua/protocol/emrtd"
	"motcua/protocol/tlv"
)

// guardedChip is a chip after chip authentication, as seen from inside secure
// messaging.
func guardedChip(t *testing.T) (*Chip, *InspectionKeys) {
	t.Helper()
	i, err := NewIssuer(rand.Reader, time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	k, err := i.Inspection(TerminalAuthECDSA)
	if err != nil {
		t.Fatal(err)
	}
	c := &Chip{rand: rand.Reader, document: []byte("0991234560"), profile: Profile{TerminalAuth: TerminalAuthECDSA}}
	c.files.application = []file{{id: 0x0103, access: inspected, data: []byte{0x63, 0}}}
	if err := i.guard(c, nil); err != nil {
		t.Fatal(err)
	}
	if c.sm, err = emrtd.NewSession(emrtd.SuiteAES128, make([]byte, 16), make([]byte, 16), nil); err != nil {
		t.Fatal(err)
	}
	c.application, c.terminalKey = true, []byte("the terminal's key")
	return c, k
}

// send runs one command as it is after secure messaging.
func (c *Chip) send(cmd apdu.Command) apdu.Response { return c.dispatch(cmd, apdu.MaxShortLe) }

func (c *Chip) set(template byte, name cvc.Reference) apdu.Status {
	return c.send(apdu.Command{INS: apdu.InsManageSecurityEnv, P1: 0x81, P2: template, Data: tlv.Encode(0x83, []byte(name))}).Status
}

func (c *Chip) verify(cert *cvc.Certificate) apdu.Status {
	return c.send(apdu.Command{INS: apdu.InsPerformSecurityOp, P2: 0xBE, Data: cert.Signed()}).Status
}

// present brings the terminal's certificates in.
func (c *Chip) present(t *testing.T, k *InspectionKeys) {
	t.Helper()
	for _, s := range []apdu.Status{
		c.set(0xB6, demoCVCA), c.verify(k.Verifier), c.set(0xB6, demoDV), c.verify(k.Terminal), c.set(0xA4, demoIS),
	} {
		if s != apdu.StatusOK {
			t.Fatalf("presenting certificates: %v", s)
		}
	}
}

func (c *Chip) askChallenge() []byte {
	return c.send(apdu.Command{INS: apdu.InsGetChallenge, Le: 8}).Data
}

// prove signs for the chip under this name.
func (c *Chip) prove(t *testing.T, k *InspectionKeys, name, challenge, key []byte) apdu.Status {
	t.Helper()
	signature, err := k.IS.Sign(rand.Reader, bytes.Join([][]byte{name, challenge, key}, nil))
	if err != nil {
		t.Fatal(err)
	}
	return c.send(apdu.Command{INS: apdu.InsExternalAuthenticate, Data: signature}).Status
}

func (c *Chip) open3() bool { return c.mayRead(byID(c.files.application, 0x0103)) == apdu.StatusOK }

func TestChipOpensOnceForAGoodSignature(t *testing.T) {
	c, k := guardedChip(t)
	if c.open3() {
		t.Error("DG3 is open before")
	}
	c.present(t, k)
	challenge := c.askChallenge()
	if s := c.prove(t, k, c.document, challenge, c.terminalKey); s != apdu.StatusOK || !c.open3() {
		t.Fatalf("status %v, open %v", s, c.open3())
	}
	if s := c.set(0xA4, demoIS); s != apdu.StatusSecurityStatus {
		t.Errorf("a second run in one session: %v", s)
	}
	c.endSession()
	if c.open3() {
		t.Error("DG3 stays open when the session is over")
	}
}

// TestChallengeServesOnce: a good signature that comes after a bad one is worth
// nothing.
func TestChallengeServesOnce(t *testing.T) {
	c, k := guardedChip(t)
	c.present(t, k)
	challenge := c.askChallenge()
	if s := c.prove(t, k, c.document, bytes.Repeat([]byte{1}, 8), c.terminalKey); s != apdu.StatusAuthFailed {
		t.Errorf("another challenge: %v", s)
	}
	if s := c.prove(t, k, c.document, challenge, c.terminalKey); s != apdu.StatusConditions || c.open3() {
		t.Errorf("the challenge again: %v", s)
	}
}

func TestSignatureIsBoundToChipAndSession(t *testing.T) {
	c, k := guardedChip(t)
	c.present(t, k)
	if s := c.prove(t, k, []byte("0997654320"), c.askChallenge(), c.terminalKey); s != apdu.StatusAuthFailed {
		t.Errorf("another chip's number: %v", s)
	}
	if s := c.prove(t, k, c.document, c.askChallenge(), []byte("another key")); s != apdu.StatusAuthFailed {
		t.Errorf("another session's key: %v", s)
	}
	c.identifier = []byte("key of PACE")
	if s := c.prove(t, k, c.document, c.askChallenge(), c.terminalKey); s != apdu.StatusAuthFailed {
		t.Errorf("the number after PACE: %v", s)
	}
	if s := c.prove(t, k, c.identifier, c.askChallenge(), c.terminalKey); s != apdu.StatusOK {
		t.Errorf("the key of PACE: %v", s)
	}
}

func TestCommandsOutOfPlace(t *testing.T) {
	c, k := guardedChip(t)
	for name, tc := range map[string]struct{ got, want apdu.Status }{
		"certificate before its key is named": {c.verify(k.Verifier), apdu.StatusConditions},
		"key nobody knows":                    {c.set(0xB6, "VNNOBODY00001"), apdu.StatusReferenceNotFound},
		"terminal nobody certified":           {c.set(0xA4, demoIS), apdu.StatusReferenceNotFound},
		"signature without a challenge":       {c.prove(t, k, c.document, nil, c.terminalKey), apdu.StatusConditions},
		"no certificate":                      {c.send(apdu.Command{INS: apdu.InsPerformSecurityOp, P2: 0xBE, Data: []byte{1}}).Status, apdu.StatusWrongData},
		"another security operation":          {c.send(apdu.Command{INS: apdu.InsPerformSecurityOp, P2: 0x9A}).Status, apdu.StatusIncorrectP1P2},
		"challenge of another length":         {c.send(apdu.Command{INS: apdu.InsGetChallenge, Le: 16}).Status, apdu.StatusWrongLength},
		"chain without an end":                {c.endless(), apdu.StatusWrongLength},
	} {
		if tc.got != tc.want {
			t.Errorf("%s: got %v, want %v", name, tc.got, tc.want)
		}
	}
	c.terminalKey = nil
	if s := c.set(0xB6, demoCVCA); s != apdu.StatusSecurityStatus {
		t.Errorf("without chip authentication: %v", s)
	}
}

// endless chains until the chip has had enough.
func (c *Chip) endless() apdu.Status {
	for range 100 {
		r := c.send(apdu.Command{CLA: claChained, INS: apdu.InsPerformSecurityOp, P2: 0xBE, Data: make([]byte, 200)})
		if r.Status != apdu.StatusOK {
			return r.Status
		}
	}
	return apdu.StatusOK
}
