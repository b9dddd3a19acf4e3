package hub

import (
	"errors"
	"fmt"
	"time"

	"motcua/protocol/dossier"
	"motcua/protocol/simcentral"
	"motcua/protocol/simcentral/scenario"
	"motcua/protocol/simcentral/trouble"
)

// Scenario is how the agencies work, and what goes wrong.
type Scenario struct {
	Client    Account          `json:"client"`
	TokenLife trouble.Duration `json:"token_life,omitempty"` // 0: an hour
	// DenyTokens is how many of the next requests for a token are refused.
	DenyTokens int `json:"deny_tokens,omitempty"`
	// Speed divides every time below; 0: 1.
	Speed    float64                   `json:"speed,omitempty"`
	Agencies map[dossier.Agency]Agency `json:"agencies,omitempty"`
	// Register is the population register; without one, nobody is held against it.
	Register simcentral.Population `json:"register,omitempty"`
	// Cases are what becomes of single dossiers, by the number of the birth certificate
	// or of the death notice.
	Cases map[string]Case `json:"cases,omitempty"`
	// Extracts are to be signed from the start, beside those of births and deaths that the
	// ward registers.
	Extracts []Extract `json:"extracts,omitempty"`
	// Down are the times since the start at which the hub answers nobody.
	Down []Outage `json:"down,omitempty"`
	// Delay is before each answer, and Troubles befall the first questions.
	Delay    trouble.Duration `json:"delay,omitempty"`
	Troubles []trouble.Kind   `json:"troubles,omitempty"`
}

// Account is the gateway's account at the hub.
type Account struct {
	ID     string `json:"id"`
	Secret string `json:"secret"`
}

// Agency is how fast one works.
type Agency struct {
	Starts trouble.Duration `json:"starts"` // from the receipt of a leg to work on it
	Works  trouble.Duration `json:"works"`  // on one leg
	Sync   trouble.Duration `json:"sync"`   // how often it tells the hub
	Silent bool             `json:"silent,omitempty"`
}

// Case is what becomes of one dossier; zero: all goes well.
type Case struct {
	Supplement  *Ask              `json:"supplement,omitempty"`
	Stuck       dossier.Procedure `json:"stuck,omitempty"` // it is never finished
	Reject      *Rejection        `json:"reject,omitempty"`
	NumberAfter trouble.Duration  `json:"number_after,omitempty"` // the personal number comes so late
}

// Ask is something that an agency misses.
type Ask struct {
	Leg  dossier.Procedure `json:"leg"`
	Item string            `json:"item"`
}

// Rejection ends a leg.
type Rejection struct {
	Leg    dossier.Procedure `json:"leg"`
	Reason dossier.Reason    `json:"reason"`
}

// Extract is a document that an officer of a facility is to sign.
type Extract struct {
	Facility string `json:"facility"`
	Kind     string `json:"kind"`
	Title    string `json:"title"`
	Text     string `json:"text"`
}

// Outage is a time without answers.
type Outage struct {
	From trouble.Duration `json:"from"`
	To   trouble.Duration `json:"to"`
}

// ReadScenario reads a scenario file.
func ReadScenario(data []byte) (Scenario, error) {
	var s Scenario
	if err := scenario.Read(data, &s); err != nil {
		return s, err
	}
	if err := s.check(); err != nil {
		return s, fmt.Errorf("reading a scenario: %w", err)
	}
	return s, nil
}

func (s Scenario) check() error {
	if s.Client.ID == "" || s.Client.Secret == "" {
		return errors.New("no client")
	}
	if s.Speed < 0 || s.Speed > 1e6 {
		return errors.New("speed: want 0 to a million")
	}
	for name, a := range s.Agencies {
		if _, known := usual()[name]; !known {
			return fmt.Errorf("no such agency %q", name)
		}
		if a.Starts < 0 || a.Works < 0 || a.Sync < 0 {
			return fmt.Errorf("agency %q: a time below zero", name)
		}
	}
	for no, c := range s.Cases {
		if c.Supplement != nil && (c.Supplement.Leg == "" || c.Supplement.Item == "") || c.Reject != nil && (c.Reject.Leg == "" || c.Reject.Reason == "") {
			return fmt.Errorf("case %q: leg, and item or reason, are needed", no)
		}
	}
	for _, e := range s.Extracts {
		if e.Facility == "" || e.Kind == "" || e.Title == "" || e.Text == "" {
			return errors.New("an extract needs facility, kind, title and text")
		}
	}
	return trouble.Check(s.Troubles)
}

// usual is how fast agencies are that a scenario says nothing of.
func usual() map[dossier.Agency]Agency {
	const hour = trouble.Duration(time.Hour)
	return map[dossier.Agency]Agency{
		dossier.Ward:            {Starts: hour / 2, Works: 2 * hour, Sync: hour / 12},
		dossier.Police:          {Starts: 4 * hour, Works: 20 * hour, Sync: hour / 2},
		dossier.SocialInsurance: {Starts: 8 * hour, Works: 30 * hour, Sync: 2 * hour},
	}
}

// agency is how fast one is, played at the scenario's speed.
func (s Scenario) agency(name dossier.Agency) Agency {
	a, told := s.Agencies[name]
	if !told {
		a = usual()[name]
	}
	a.Starts, a.Works, a.Sync = s.fast(a.Starts), s.fast(a.Works), max(s.fast(a.Sync), trouble.Duration(time.Millisecond))
	return a
}

// fast is a time at the scenario's speed.
func (s Scenario) fast(d trouble.Duration) trouble.Duration {
	if s.Speed == 0 {
		return d
	}
	return trouble.Duration(float64(d) / s.Speed)
}
