package bhytportal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"motcua/protocol/simcentral"
)

// Scenario is what the portal knows, and what goes wrong with it.
type Scenario struct {
	Account   Account           `json:"account"`
	TokenLife Duration          `json:"token_life"` // 0: an hour
	Officers  []Officer         `json:"officers"`   // registered by the facility
	People    map[string]Person `json:"people"`     // by personal number
	// Delay is before each answer, and Troubles befall the first look-ups of anybody,
	// one each.
	Delay    Duration  `json:"delay,omitempty"`
	Troubles []Trouble `json:"troubles,omitempty"`
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
	Troubles []Trouble `json:"troubles,omitempty"`
}

// Trouble is a way of not answering.
type Trouble string

// Troubles.
const (
	Hang      Trouble = "hang"      // no answer until the client goes away
	Status500 Trouble = "status"    // HTTP status 500
	HTML      Trouble = "html"      // an error page with status 200
	Garbage   Trouble = "garbage"   // no JSON
	Oversized Trouble = "oversized" // an answer of eight megabytes
	Drop      Trouble = "drop"      // the connection ends in the middle
	Expired   Trouble = "expired"   // the token is not valid any more
)

func troubles() []Trouble {
	return []Trouble{Hang, Status500, HTML, Garbage, Oversized, Drop, Expired}
}

// Duration is written as in "1m30s".
type Duration time.Duration

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Duration) UnmarshalText(b []byte) error {
	parsed, err := time.ParseDuration(string(b))
	*d = Duration(parsed)
	return err
}

// ReadScenario reads a scenario file.
func ReadScenario(data []byte) (Scenario, error) {
	var s Scenario
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&s); err != nil {
		return s, fmt.Errorf("reading a scenario: %w", err)
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
	for _, t := range all {
		if !slices.Contains(troubles(), t) {
			return fmt.Errorf("reading a scenario: no such trouble %q; there are %q", t, troubles())
		}
	}
	return nil
}
