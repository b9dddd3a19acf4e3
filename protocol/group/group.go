package group

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"motcua/protocol/ec"
	"motcua/protocol/modp"
)

var (
	// ErrElement is wrapped by every error about bytes that are no element of
	// the group, or are the identity where it may not be.
	ErrElement = errors.New("no group element")
	// ErrNoMapping is wrapped by the error of [Group.MapInteger] for a group
	// that the standard excludes from the integrated mapping.
	ErrNoMapping = errors.New("no integrated mapping in this group")
)

// Group is a curve or a prime field. There is one value for each, so that
// pointers can be compared.
type Group struct {
	parameter int // standardized domain parameter id, or -1
	curve     *ec.Curve
	field     *modp.Group
}

// fields and curves hold the standardized domain parameters of Doc 9303 part 11,
// table 6, by their ids from 0 and from 8 on.
var (
	fields = []func() *modp.Group{modp.MODP1024q160, modp.MODP2048q224, modp.MODP2048q256}
	curves = []func() *ec.Curve{
		ec.P192, ec.BrainpoolP192r1, ec.P224, ec.BrainpoolP224r1, ec.P256, ec.BrainpoolP256r1,
		ec.BrainpoolP320r1, ec.P384, ec.BrainpoolP384r1, ec.BrainpoolP512r1, ec.P521,
	}
)

const firstCurve = 8

// known holds a group for each field and curve, those with a standardized id
// first and in the order of the ids.
var known = sync.OnceValue(func() []*Group {
	var all []*Group
	for id, field := range fields {
		all = append(all, &Group{parameter: id, field: field()})
	}
	for i, curve := range curves {
		all = append(all, &Group{parameter: firstCurve + i, curve: curve()})
	}
	for _, c := range ec.All() {
		if !slices.ContainsFunc(all, func(g *Group) bool { return g.curve == c }) {
			all = append(all, &Group{parameter: -1, curve: c})
		}
	}
	return all
})

func find(match func(*Group) bool) (*Group, bool) {
	i := slices.IndexFunc(known(), match)
	if i < 0 {
		return nil, false
	}
	return known()[i], true
}

// ByParameter finds the group of a standardized domain parameter id (Doc 9303
// part 11, table 6): 0 to 2 are prime fields, 8 to 18 curves.
func ByParameter(id int) (*Group, bool) {
	if id < 0 {
		return nil, false
	}
	return find(func(g *Group) bool { return g.parameter == id })
}

// All lists the groups that have a standardized domain parameter id, in the
// order of the ids.
func All() []*Group {
	return slices.Clone(known()[:len(fields)+len(curves)])
}

// ByName finds a group by its [Group.Name], whether it has an id or not.
func ByName(name string) (*Group, bool) {
	return find(func(g *Group) bool { return g.Name() == name })
}

// OfCurve is the group of a curve of protocol/ec, whether it has an id or not,
// and nil for nil.
func OfCurve(c *ec.Curve) *Group {
	g, _ := find(func(g *Group) bool { return c != nil && g.curve == c })
	return g
}

// FieldByParameters finds the prime field that has exactly this prime and
// generator, given as unsigned big-endian integers; q is the order of the
// generator, or empty where the notation has none. Only the known fields are
// accepted: whether another is sound cannot be seen from its parameters in the
// time of a visit.
func FieldByParameters(p, g, q []byte) (*Group, bool) {
	f, ok := modp.ByParameters(p, g, q)
	if !ok {
		return nil, false
	}
	return find(func(g *Group) bool { return g.field == f })
}

// Name is the curve's name, such as "brainpoolP256r1", or the sizes of a prime
// field and its subgroup, such as "MODP-2048/256".
func (g *Group) Name() string {
	if g.curve != nil {
		return g.curve.Name()
	}
	return g.field.Name()
}

// Parameter is the standardized domain parameter id, or -1 for a group that has
// none.
func (g *Group) Parameter() int { return g.parameter }

// Elliptic is true for a curve and false for a prime field.
func (g *Group) Elliptic() bool { return g.curve != nil }

// Curve is the curve, or nil for a prime field.
func (g *Group) Curve() *ec.Curve { return g.curve }

// Size is the number of bytes of a shared secret: of a coordinate, or of an
// element of the field.
func (g *Group) Size() int {
	if g.curve != nil {
		return g.curve.Size()
	}
	return g.field.Size()
}

// Order is the prime order, big-endian.
func (g *Group) Order() []byte {
	if g.curve != nil {
		return g.curve.Order()
	}
	return g.field.Order()
}

// Generator is the group's generator.
func (g *Group) Generator() Element {
	if g.curve != nil {
		return Element{group: g, point: g.curve.Generator()}
	}
	return Element{group: g, power: g.field.Generator()}
}

// Parse reads a public key and checks that it can be one: an uncompressed point
// on the curve, or an integer in the subgroup of order q, and not the identity.
// An integer may lack its leading zeros. Errors wrap [ErrElement].
func (g *Group) Parse(public []byte) (Element, error) {
	e := Element{group: g}
	var err error
	if g.curve != nil {
		e.point, err = g.curve.Parse(public)
	} else {
		e.power, err = g.field.Parse(public)
	}
	if err != nil {
		return Element{}, fmt.Errorf("%w: %w", ErrElement, err)
	}
	return e, nil
}

// RandomExponent draws a private key, uniform in [1, order-1], with as many
// bytes as the order.
func (g *Group) RandomExponent(r io.Reader) ([]byte, error) {
	if g.curve != nil {
		return g.curve.RandomScalar(r)
	}
	return g.field.RandomExponent(r)
}

// HasMapping tells whether the integrated mapping is defined: for all groups but
// P-224 (TR-03110 part 3, table 4).
func (g *Group) HasMapping() bool { return g.curve == nil || g.curve.HasMapping() }

// MapInteger sends a big-endian integer u, taken modulo p, to an element: the
// last step of the integrated mapping (Doc 9303 part 11, 4.4.3.3.2). On a curve
// it is the point encoding of appendix B.2, in a field the power (p-1)/q. u may
// be the pseudo-random function's output as it is. Time depends on u's length
// alone. Errors wrap [ErrElement], for the few integers without an image, or
// [ErrNoMapping].
func (g *Group) MapInteger(u []byte) (Element, error) {
	e := Element{group: g}
	var err error
	if g.curve != nil {
		e.point, err = g.curve.MapInteger(u)
	} else {
		e.power, err = g.field.Map(u)
	}
	switch {
	case errors.Is(err, ec.ErrNoMapping):
		return Element{}, fmt.Errorf("%w: %w", ErrNoMapping, err)
	case err != nil:
		return Element{}, fmt.Errorf("%w: %w", ErrElement, err)
	}
	return e, nil
}
