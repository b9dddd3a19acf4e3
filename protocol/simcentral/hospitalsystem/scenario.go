package hospitalsystem

import (
	"errors"

	"motcua/protocol/simcentral/scenario"
	"motcua/protocol/simcentral/trouble"
)

// Scenario is whom the system knows, and what goes wrong with it.
type Scenario struct {
	Token    string         `json:"token"`
	Troubles []trouble.Kind `json:"troubles,omitempty"` // befall the first records, one each
}

// ReadScenario reads a scenario file.
func ReadScenario(data []byte) (Scenario, error) {
	var s Scenario
	if err := scenario.Read(data, &s); err != nil {
		return s, err
	}
	if s.Token == "" {
		return s, errors.New("reading a scenario: token is empty")
	}
	return s, trouble.Check(s.Troubles)
}
