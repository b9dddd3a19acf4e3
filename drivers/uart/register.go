package uart

import (
	"errors"
	"fmt"
	"slices"

	periph "periph.io/x/conn/v3/uart"
	"periph.io/x/conn/v3/uart/uartreg"
)

// Registration is what one caller made known to periph's registry.
type Registration struct{ known []Found }

// Register makes ports known to [uartreg], under their names and aliases and
// without a number. None has one that stays the same.
func Register(ports []Found) (*Registration, error) {
	r := &Registration{}
	return r, r.Update(ports)
}

// Update takes out ports that are gone, or lead elsewhere, and adds new ones. A
// port whose name somebody else has taken is left out, and told in the error.
func (r *Registration) Update(ports []Found) error {
	gone := func(old Found) bool { return !slices.ContainsFunc(ports, old.equal) }
	err := r.remove(gone)
	for _, p := range ports {
		if slices.ContainsFunc(r.known, p.equal) {
			continue
		}
		if regErr := uartreg.Register(p.Name, p.Aliases, -1, p.open); regErr != nil {
			err = errors.Join(err, fmt.Errorf("uart: registering %s: %w", p.Path, regErr))
			continue
		}
		r.known = append(r.known, p)
	}
	return err
}

// Close takes out all that this registration put in.
func (r *Registration) Close() error { return r.remove(func(Found) bool { return true }) }

func (r *Registration) remove(which func(Found) bool) (err error) {
	r.known = slices.DeleteFunc(r.known, func(f Found) bool {
		if !which(f) {
			return false
		}
		err = errors.Join(err, uartreg.Unregister(f.Name))
		return true
	})
	return err
}

func (f Found) open() (periph.PortCloser, error) {
	p, err := Open(f.Path)
	if err != nil {
		return nil, err
	}
	return p, nil
}

func (f Found) equal(other Found) bool {
	return f.Name == other.Name && f.Path == other.Path && slices.Equal(f.Aliases, other.Aliases)
}
