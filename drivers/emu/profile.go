package emu

// Profile is how a chip behaves: what it offers and where it falls short. The
// zero value of a field is the plain behaviour.
type Profile struct {
	// PACE lists the variants in EF.CardAccess; none leaves the file out.
	PACE []PACEVariant `json:"pace"`
	// BAC is offered too.
	BAC bool `json:"bac"`
	// ChipAuth lists the ways of chip authentication, each "domain/cipher" as in
	// PACE; none named is one that fits the first of PACE, "none" is none.
	ChipAuth []string `json:"chip_auth,omitempty"`
	// PIN and PUK are the secret numbers that the chip knows besides.
	PIN string `json:"pin,omitempty"`
	PUK string `json:"puk,omitempty"`
	// ActiveAuth is the kind of the chip's own key.
	ActiveAuth ActiveAuth `json:"active_auth"`

	// TerminalAuth is how the chip guards DG3 and DG4; empty means none.
	TerminalAuth TerminalAuth `json:"terminal_auth,omitempty"`

	// Forge alters the data after it was signed.
	Forge Forgery `json:"forge,omitempty"`
	// Clone copies the readable data onto another chip.
	Clone Clone `json:"clone,omitempty"`
	// Issuer is who signs instead of the state's authority, such as "unknown".
	Issuer string `json:"issuer,omitempty"`
	// Signer is how the card is signed.
	Signer Signer `json:"signer,omitzero"`

	// Groups are the data groups besides 1, 2 and 15; nil stands for 3, 13 and 14.
	Groups []int `json:"groups,omitempty"`
	// DG13 is how much of the Vietnamese data the chip holds openly.
	DG13 DG13 `json:"dg13,omitempty"`

	Quirks
}

// PACEVariant is one line of EF.CardAccess, written "[GM-|IM-|CAM-]domain/cipher":
// the domain is a curve or prime field as protocol/group names it, such as
// "MODP-2048/256", the cipher 3DES, AES-128, AES-192 or AES-256. Without a mapping
// it is the generic one.
type PACEVariant string

// Variants of PACE (ICAO 9303-11, 4.4 and 9.5.1).
const (
	PACEBrainpoolAES128 PACEVariant = "brainpoolP256r1/AES-128"
	PACEBrainpoolAES256 PACEVariant = "brainpoolP256r1/AES-256"
	PACEP256AES128      PACEVariant = "P-256/AES-128"
	PACEP256AES256      PACEVariant = "P-256/AES-256"
)

// Clone says how a chip was copied.
type Clone string

// Clones.
const (
	CloneNoKey  Clone = "no-key"  // data copied, the keys behind it unknown
	CloneOwnKey Clone = "own-key" // DG15 replaced by the copier's own key
	// CloneOwnAgreement replaces DG14, by keys of the copier's own.
	CloneOwnAgreement Clone = "own-agreement"
	// CloneOwnSecurity replaces EF.CardSecurity by one that the copier signed,
	// CloneOtherSecurity by that of another card whose keys the copier got hold of,
	// CloneForeignSecurity by that of another state's card.
	CloneOwnSecurity     Clone = "own-security"
	CloneOtherSecurity   Clone = "other-security"
	CloneForeignSecurity Clone = "foreign-security"
)

// DefaultProfile is the ordinary card: PACE on brainpoolP256r1 with AES-128,
// BAC, and an RSA key of its own.
func DefaultProfile() Profile {
	return Profile{PACE: []PACEVariant{PACEBrainpoolAES128}, BAC: true, ActiveAuth: ActiveAuthRSA}
}
