package gateway

// Basis is what the level of a request's evidence rests on.
type Basis string

// Bases, best first.
const (
	// BasisChecked: the centre has checked the issuer's signature, whom it names,
	// and the chip's signature itself.
	BasisChecked Basis = "checked"
	// BasisAttested: the centre has checked the issuer's signature and whom it
	// names. That the chip was there, or a live comparison, is the device's word.
	BasisAttested Basis = "attested"
	// BasisClaimed: everything about the card is the device's word.
	BasisClaimed Basis = "claimed"
)
