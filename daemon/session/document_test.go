package session_test

import (
	"motcua/protocol/emrtd"
	"motcua/protocol/mrz"
)

// document is what reading an invented card gives.
func document(o emrtd.Options, v emrtd.Verdict) *emrtd.Document {
	return &emrtd.Document{
		Access: emrtd.AccessPACECAN, SOD: []byte{0x77, 1}, Groups: map[int][]byte{1: []byte("dg1"), 15: {0x6f, 1}}, ReadAt: o.Now,
		MRZ: mrz.Document{
			Format: mrz.TD1, Issuer: "VNM", Optional: "099201001234", Surname: "NGUYEN", Given: "VAN MAU",
			Birth: "010102", Expiry: "410102", Sex: "M",
		},
		ActiveAuth: &emrtd.ActiveAuth{Challenge: o.Challenge, Signature: []byte{1, 2, 3}, Valid: true},
		Trust:      emrtd.Verification{Verdict: v, ChipProof: "AA"},
		Stats:      emrtd.Stats{APDUs: 19},
	}
}
