package emrtd

import (
	"encoding/hex"
	"testing"
)

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// RFC 4493, 4, and NIST SP 800-38B, D.2 and D.3: the first 8 bytes of the MAC.
func TestCMACExamples(t *testing.T) {
	const msg = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"
	for _, c := range []struct {
		suite Suite
		key   string
		n     int
		want  string
	}{
		{SuiteAES128, "2b7e151628aed2a6abf7158809cf4f3c", 0, "bb1d6929e9593728"},
		{SuiteAES128, "2b7e151628aed2a6abf7158809cf4f3c", 16, "070a16b46b4d4144"},
		{SuiteAES128, "2b7e151628aed2a6abf7158809cf4f3c", 40, "dfa66747de9ae630"},
		{SuiteAES128, "2b7e151628aed2a6abf7158809cf4f3c", 64, "51f0bebf7e3b9d92"},
		{SuiteAES192, "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b", 0, "d17ddf46adaacde5"},
		{SuiteAES192, "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b", 64, "a1d5df0eed790f79"},
		{SuiteAES256, "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4", 0, "028962f61b7bf89e"},
		{SuiteAES256, "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4", 64, "e1992190549f6ed5"},
	} {
		a, err := newAuthenticator(c.suite, unhex(t, c.key))
		if err != nil {
			t.Fatal(err)
		}
		if got := a.sum(unhex(t, msg)[:c.n]); hex.EncodeToString(got[:]) != c.want {
			t.Errorf("%v over %d bytes: %x, want %s", c.suite, c.n, got, c.want)
		}
	}
}

func TestPaddingComesOffOnlyWhereItIs(t *testing.T) {
	for in, want := range map[string]string{"80": "", "4180": "41", "418000": "41", "8080": "80"} {
		if got, ok := unpad(unhex(t, in)); !ok || hex.EncodeToString(got) != want {
			t.Errorf("%s: %x, %v", in, got, ok)
		}
	}
	for _, in := range []string{"", "00", "41", "4100", "80000001"} {
		if _, ok := unpad(unhex(t, in)); ok {
			t.Errorf("%s has no padding", in)
		}
	}
}
