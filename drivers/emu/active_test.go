package emu_test

import (
	"fmt"
	"strings"
	"testing"

	"motcua/drivers/emu"
	"motcua/protocol/emrtd"
)

// dear: short tests, which are those of the race detector, make no long RSA keys,
// which take them minutes.
func dear(kind string) bool {
	return testing.Short() && (strings.Contains(kind, "rsa-3072") || strings.Contains(kind, "rsa-4096"))
}

// TestEveryWayOfActiveAuthentication lets chips prove themselves with every kind
// of key, trailer and form of signature (ICAO 9303-11, 6.1).
func TestEveryWayOfActiveAuthentication(t *testing.T) {
	kinds := []emu.ActiveAuth{
		"rsa-1024/sha1", "rsa-1024/sha1/cc", "rsa-1024/sha224", "rsa-1024/sha256", "rsa-1024/sha384", "rsa-1024/sha512",
		"rsa-1536", "rsa-2048/sha1", "rsa-2048/sha512", "rsa-3072", "rsa-4096/sha384",
		"ecdsa-p384", "ecdsa-p521", "ecdsa-p256/sha1", "ecdsa-p256/der", "ecdsa-p384/der",
		"ecdsa-brainpoolP256r1", "ecdsa-brainpoolP384r1", "ecdsa-brainpoolP512r1", "ecdsa-brainpoolP256r1/der", "ecdsa-brainpoolP256r1/sha224",
	}
	for _, kind := range kinds {
		if dear(string(kind)) {
			continue
		}
		t.Run(string(kind), func(t *testing.T) {
			v := judge(t, anchors(t), func(p *emu.Profile) { p.ActiveAuth = kind })
			if v.Verdict != emrtd.Genuine || v.ChipProof != "AA" {
				t.Errorf("%v, proven by %q", v, v.ChipProof)
			}
			v = judge(t, anchors(t), func(p *emu.Profile) { p.ActiveAuth, p.Clone = kind, emu.CloneNoKey })
			if v.Verdict != emrtd.Forged || !v.Has(emrtd.ReasonChipProofFalse) || v.ChipProof != "" {
				t.Errorf("without the key: %v, proven by %q", v, v.ChipProof)
			}
		})
	}
}

// TestEverySizeOfAnswer: an RSA signature longer than a short answer comes by
// extended length, or in parts.
func TestEverySizeOfAnswer(t *testing.T) {
	for _, kind := range []emu.ActiveAuth{"rsa-1024", "rsa-2048", "rsa-3072", "rsa-4096"} {
		if dear(string(kind)) {
			continue
		}
		for _, extended := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, extended length %t", kind, extended), func(t *testing.T) {
				v := judge(t, anchors(t), func(p *emu.Profile) { p.ActiveAuth, p.NoExtended = kind, !extended })
				if v.Verdict != emrtd.Genuine {
					t.Errorf("%v", v)
				}
			})
		}
	}
}
