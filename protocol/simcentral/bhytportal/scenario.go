package bhytportal

import (
	"errors"
	"fmt"
	"slices"

	"motcua/protocol/simcentral"
	"motcua/protocol/simcentral/scenario"
	"motcua/protocol/simcentral/trouble"
)

// Scenario is what the portal knows, and what goes wrong with it.
type Scenario struct {
	Account   Account           `json:"account"`
	TokenLife trouble.Duration  `json:"token_life"` // 0: an hour
	Officers  []Officer         `json:"officers"`   // registered by the facility
	People    map[string]Person `json:"people"`     // by personal number
	// Delay is before each answer, and Troubles befall the first look-ups of anybody,
	// one each.
	Delay    trouble.Duration `json:"delay,omitempty"`
	Troubles []trouble.Kind   `json:"troubles,omitempty"`
}

// Account is the facility's account.
type Account struct {
	Username string `json:"username"`
	Password string `json:"password"`
}

// Officer may look cards up.
type Officer struct {
	Name   string `json:"name"`
	Number string `json:"number"`
}

// Person is one record and how it is told.
type Person struct {
	simcentral.Record
	// Exact compares the name letter by letter and not by what it means, and Year
	// knows the year of birth alone.
	Exact bool `json:"exact,omitempty"`
	Year  bool `json:"year,omitempty"`
	// ByCard is the code that the number of a card gets, when it is another than that
	// of the personal number: 051, 052 or 053.
	ByCard string `json:"by_card,omitempty"`
	// Troubles befall the first look-ups, one each.
	Troubles []trouble.Kind `json:"troubles,omitempty"`
}

// ReadScenario reads a scenario file.
func ReadScenario(data []byte) (Scenario, error) {
	var s Scenario
	if err := scenario.Read(data, &s); err != nil {
		return s, err
	}
	return s, s.check()
}

func (s Scenario) check() error {
	if s.Account.Username == "" || s.Account.Password == "" {
		return errors.New("reading a scenario: no account")
	}
	all := slices.Clone(s.Troubles)
	for _, p := range s.People {
		if p.Code == "" {
			return errors.New("reading a scenario: somebody without a code")
		}
		all = append(all, p.Troubles...)
	}
	if err := trouble.Check(all); err != nil {
		return fmt.Errorf("reading a scenario: %w", err)
	}
	return nil
}
