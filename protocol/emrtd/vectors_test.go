package emrtd_test

import (
	"bytes"
	"encoding/hex"
	"testing"

	"motcua/protocol/apdu"
	"motcua/protocol/emrtd"
	"motcua/protocol/group"
	"motcua/protocol/vectors"
)

// hexBytes reads a constant.
func hexBytes(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return b
}

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func equal(t testing.TB, what string, got, want []byte) {
	t.Helper()
	if !bytes.Equal(got, want) {
		t.Errorf("%s: got %X, want %X", what, got, want)
	}
}

// appendixDKey is the key of Doc 9303 part 11, appendix D.
func appendixDKey(t testing.TB) emrtd.Key {
	return must[emrtd.Key](t)(emrtd.MRZ("L898902C<", "690806", "940623"))
}

func TestBasicAccessControlOfAppendixD(t *testing.T) {
	v := must[vectors.BAC](t)(vectors.LoadBAC())
	kenc, kmac, ok := appendixDKey(t).BACKeys()
	if !ok {
		t.Fatal("the key opens nothing by BAC")
	}
	equal(t, "Kenc", kenc, v.KEnc)
	equal(t, "Kmac", kmac, v.KMac)
	terminal := emrtd.BACMessage{Own: [8]byte(v.RndIFD), Peer: [8]byte(v.RndIC), Key: [16]byte(v.KIFD)}
	sent := must[[]byte](t)(terminal.Seal(kenc, kmac))
	equal(t, "command", sent, append(bytes.Clone(v.EIFD), v.MIFD...))
	chip := must[emrtd.BACMessage](t)(emrtd.OpenBAC(kenc, kmac, append(bytes.Clone(v.EIC), v.MIC...)))
	equal(t, "RND.IC", chip.Own[:], v.RndIC)
	equal(t, "RND.IFD", chip.Peer[:], v.RndIFD)

	session := must[*emrtd.Session](t)(emrtd.BACSession(terminal, chip))
	fixed := must[*emrtd.Session](t)(emrtd.NewSession(emrtd.Suite3DES, v.KSEnc, v.KSMac, v.SSC))
	for _, s := range []*emrtd.Session{session, fixed} {
		runAppendixD(t, v, s)
	}
}

// runAppendixD plays the terminal through the example, and a chip beside it.
func runAppendixD(t *testing.T, v vectors.BAC, terminal *emrtd.Session) {
	t.Helper()
	chip := must[*emrtd.Session](t)(emrtd.NewSession(emrtd.Suite3DES, v.KSEnc, v.KSMac, v.SSC))
	for i, m := range v.Messages {
		plain := must[apdu.Command](t)(apdu.ParseCommand(m.PlainCommand))
		protected := must[apdu.Command](t)(terminal.Protect(plain))
		equal(t, "protected command", must[[]byte](t)(protected.Bytes()), m.ProtectedCommand)
		seen := must[apdu.Command](t)(chip.UnprotectCommand(protected))
		equal(t, "command at the chip", must[[]byte](t)(seen.Bytes()), m.PlainCommand)

		answer := must[apdu.Response](t)(apdu.ParseResponse(m.PlainResponse))
		wrapped := must[apdu.Response](t)(chip.ProtectResponse(answer))
		equal(t, "protected answer", wrapped.Bytes(), m.ProtectedResponse)
		got, err := terminal.Unprotect(wrapped)
		if err != nil {
			t.Fatalf("message %d: %v", i, err)
		}
		equal(t, "answer", got.Bytes(), m.PlainResponse)
	}
}

// The secret of a session must keep its leading zeros: a terminal that drops
// them fails one honest card in 256.
func TestSharedSecretKeepsLeadingZeros(t *testing.T) {
	for _, id := range []int{0, 9, 12, 13} {
		g, _ := group.ByParameter(id)
		private := make([]byte, 32)
		found := false
		for i := 1; i < 4000 && !found; i++ {
			private[30], private[31] = byte(i>>8), byte(i)
			secret := must[[]byte](t)(emrtd.Agree(g.Generator(), private))
			if len(secret) != g.Size() {
				t.Fatalf("%s: secret of %d bytes", g.Name(), len(secret))
			}
			if found = secret[0] == 0; !found {
				continue
			}
			short := bytes.TrimLeft(secret, "\x00")
			full, _ := emrtd.SessionKeys(emrtd.SuiteAES128, secret)
			cut, _ := emrtd.SessionKeys(emrtd.SuiteAES128, short)
			if bytes.Equal(full, cut) {
				t.Errorf("%s: the zeros do not count", g.Name())
			}
		}
		if !found {
			t.Errorf("%s: no secret with a leading zero among 4000", g.Name())
		}
	}
}
