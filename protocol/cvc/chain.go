package cvc

import (
	"fmt"
	"slices"
	"time"
)

// maxChain bounds a chain: a few link certificates, a document verifier and a
// terminal.
const maxChain = 8

// Validate checks a chain from a trust point to a terminal by a clock that is
// right: besides what a chip checks, no certificate may begin after today. It
// returns what the chain grants.
func Validate(trusted, chain []*Certificate, today time.Time) (Authorization, error) {
	if len(chain) == 0 || len(chain) > maxChain {
		return Authorization{}, fmt.Errorf("chain of %d certificates: %w", len(chain), ErrRole)
	}
	v, err := NewVerifier(today, trusted...)
	if err != nil {
		return Authorization{}, err
	}
	for _, c := range chain {
		if c.Effective.After(Day(today)) {
			return Authorization{}, fmt.Errorf("certificate of %s: %w", c.Holder, ErrNotYetValid)
		}
		if err := v.Import(c); err != nil {
			return Authorization{}, err
		}
	}
	_, granted, ok := v.Terminal(chain[len(chain)-1].Holder)
	if !ok {
		return Authorization{}, fmt.Errorf("chain without a terminal: %w", ErrRole)
	}
	return granted, nil
}

// Path finds the shortest way through a heap of certificates, by their
// references alone, that begins below one of the trust points and ends with the
// holder. Of equally short ones it takes the one below the earlier trust point,
// then the one that comes first.
func Path(heap []*Certificate, trustPoints []Reference, to Reference) ([]*Certificate, bool) {
	type step struct {
		c    *Certificate
		next *step // towards the terminal
	}
	var front []*step
	for _, c := range heap {
		if c.Holder == to && !c.Root() {
			front = append(front, &step{c: c})
		}
	}
	seen := map[Reference]bool{to: true}
	for range maxChain {
		for _, point := range trustPoints {
			i := slices.IndexFunc(front, func(s *step) bool { return s.c.Authority == point })
			if i < 0 {
				continue
			}
			var path []*Certificate
			for s := front[i]; s != nil; s = s.next {
				path = append(path, s.c)
			}
			return path, true
		}
		var further []*step
		for _, s := range front {
			if seen[s.c.Authority] {
				continue
			}
			seen[s.c.Authority] = true
			for _, c := range heap {
				if c.Holder == s.c.Authority && !c.Root() {
					further = append(further, &step{c: c, next: s})
				}
			}
		}
		front = further
	}
	return nil, false
}
