package emu

// State is a country or body that issues documents, as in a machine readable
// zone (ICAO 9303-3, section 5).
type State string

// States of the personas: Viet Nam, and the one that ICAO keeps for specimens.
const (
	StateVietnam State = "VNM"
	StateUtopia  State = "UTO"
)

// States lists them.
func States() []State { return []State{StateVietnam, StateUtopia} }

// twoLetters is the code that certificates carry (ICAO 9303-3, section 5).
func (s State) twoLetters() string {
	if s == StateUtopia {
		return "UT"
	}
	return "VN"
}

// authorityName is the common name of the state's signing authority.
func (s State) authorityName() string {
	if s == StateUtopia {
		return "CSCA DEMO UTOPIA"
	}
	return "CSCA DEMO"
}

// other is the state that the persona's is not.
func (s State) other() State {
	if s == StateUtopia {
		return StateVietnam
	}
	return StateUtopia
}
