package registry

import (
	"errors"
	"fmt"

	"motcua/protocol/simcentral/scenario"
	"motcua/protocol/simcentral/trouble"
)

// Scenario is what the registry knows at first, and what goes wrong with it.
type Scenario struct {
	Token string `json:"token"` // that the gateway shows
	// Plans are the signed approvals by the plans' ids; an empty one stands for a plan
	// that was proposed and not approved.
	Plans map[string][]byte `json:"plans"`
	// Troubles befall the first calls, one each: with "status" nothing is done, with the
	// others it is done, and the answer is lost.
	Troubles []trouble.Kind `json:"troubles,omitempty"`
}

// ReadScenario reads a scenario file.
func ReadScenario(data []byte) (Scenario, error) {
	var s Scenario
	if err := scenario.Read(data, &s); err != nil {
		return s, err
	}
	if s.Token == "" {
		return s, errors.New("reading a scenario: no token")
	}
	if err := trouble.Check(s.Troubles); err != nil {
		return s, fmt.Errorf("reading a scenario: %w", err)
	}
	return s, nil
}
