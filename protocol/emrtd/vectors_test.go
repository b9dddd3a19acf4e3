package emrtd_test

import (
	"bytes"
	"encoding/hex"
	"testing"

	"motcua/protocol/apdu"
	"motcua/protocol/ec"
	"motcua/protocol/emrtd"
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

func TestPACEGenericMappingOfAppendixG1(t *testing.T) {
	v := must[vectors.PACE](t)(vectors.LoadPACE(vectors.G1))
	key := must[emrtd.Key](t)(emrtd.MRZ("T22000129", "640812", "101031"))
	offer := emrtd.PACEInfoFor(emrtd.SuiteAES128, v.ParameterID)
	equal(t, "OID", offer.OID, v.OID)
	curve, ok := offer.Curve()
	if !ok || curve != ec.BrainpoolP256r1() || !offer.Supported() {
		t.Fatalf("%v is not supported", offer)
	}
	nonce := must[[]byte](t)(emrtd.DecryptNonce(offer.Suite, key.PACEKey(offer.Suite), v.EncryptedNonce))
	equal(t, "nonce", nonce, v.Nonce)
	equal(t, "encrypted nonce", must[[]byte](t)(emrtd.EncryptNonce(offer.Suite, key.PACEKey(offer.Suite), v.Nonce)), v.EncryptedNonce)

	agreed := must[*ec.Point](t)(curve.Parse(v.MapPublic)).ScalarMult(v.MapPrivate)
	mapped := must[*ec.Point](t)(emrtd.MapGeneric(curve, nonce, agreed))
	own := must[[]byte](t)(mapped.ScalarMult(v.EphemeralPrivate).Bytes())
	secret := must[[]byte](t)(emrtd.PACESecret(must[*ec.Point](t)(curve.Parse(v.EphemeralPublic)), v.EphemeralPrivate))
	equal(t, "shared secret", secret, v.SharedSecret)
	kenc, kmac := emrtd.PACEKeys(offer.Suite, secret)
	equal(t, "KSenc", kenc, v.KSEnc)
	equal(t, "KSmac", kmac, v.KSMac)
	equal(t, "token of the terminal", must[[]byte](t)(emrtd.AuthToken(offer.Suite, kmac, offer.OID, v.EphemeralPublic)), v.TokenTerminal)
	equal(t, "token of the chip", must[[]byte](t)(emrtd.AuthToken(offer.Suite, kmac, offer.OID, own)), v.TokenChip)
}

// The secret of a session must keep its leading zeros: a terminal that drops
// them fails one honest card in 256.
func TestSharedSecretKeepsLeadingZeros(t *testing.T) {
	for _, curve := range []*ec.Curve{ec.BrainpoolP256r1(), ec.P256()} {
		private := make([]byte, 32)
		found := false
		for i := 1; i < 4000 && !found; i++ {
			private[30], private[31] = byte(i>>8), byte(i)
			secret := must[[]byte](t)(emrtd.PACESecret(curve.Generator(), private))
			if len(secret) != curve.Size() {
				t.Fatalf("secret of %d bytes", len(secret))
			}
			if found = secret[0] == 0; !found {
				continue
			}
			short := bytes.TrimLeft(secret, "\x00")
			full, _ := emrtd.PACEKeys(emrtd.SuiteAES128, secret)
			cut, _ := emrtd.PACEKeys(emrtd.SuiteAES128, short)
			if bytes.Equal(full, cut) {
				t.Error("the zeros do not count")
			}
		}
		if !found {
			t.Error("no secret with a leading zero among 4000")
		}
	}
}
