package hospitalsystem

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

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
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&s); err != nil {
		return s, fmt.Errorf("reading a scenario: %w", err)
	}
	if s.Token == "" {
		return s, errors.New("reading a scenario: token is empty")
	}
	return s, trouble.Check(s.Troubles)
}
