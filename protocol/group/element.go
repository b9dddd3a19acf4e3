package group

import (
	"errors"
	"fmt"

	"motcua/protocol/ec"
	"motcua/protocol/modp"
)

// Element is an element of a group: a public key, a mapped generator or what two
// sides agreed on. It does not change once it is made. The zero value belongs to
// no group: it counts as the identity and has no encoding.
type Element struct {
	group *Group
	point *ec.Point     // of a curve
	power *modp.Element // of a prime field
}

// Group is the group of the element, nil for the zero value.
func (e Element) Group() *Group { return e.group }

// Mult is the scalar multiple, or the power, by a big-endian k of any length.
// The time depends on the length of k alone.
func (e Element) Mult(k []byte) Element {
	switch {
	case e.point != nil:
		return Element{group: e.group, point: e.point.ScalarMult(k)}
	case e.power != nil:
		return Element{group: e.group, power: e.power.Exp(k)}
	}
	return e
}

// Combine is the sum of points, or the product in a field; both must be of the
// same group, or the error wraps [ErrElement].
func (e Element) Combine(f Element) (Element, error) {
	if e.group != f.group || e.group == nil {
		return Element{}, fmt.Errorf("combining elements of two groups: %w", ErrElement)
	}
	r := Element{group: e.group}
	var err error
	if e.point != nil {
		r.point, err = e.point.Add(f.point)
	} else {
		r.power, err = e.power.Mul(f.power)
	}
	if err != nil {
		return Element{}, fmt.Errorf("%w: %w", ErrElement, err)
	}
	return r, nil
}

// Public is the encoding of a public key: the point 04, X, Y, or the integer as
// wide as p (Doc 9303 part 11, 9.4.3). The identity has none, and the error
// wraps [ErrElement].
func (e Element) Public() ([]byte, error) {
	switch {
	case e.IsIdentity():
		return nil, fmt.Errorf("encoding the identity: %w", ErrElement)
	case e.point != nil:
		return e.point.Bytes()
	}
	return e.power.Bytes(), nil
}

// Secret is the shared secret at full width however many zeros it begins with:
// the first coordinate (TR-03111, FE2OS), or the integer as wide as p. The
// identity is no secret, and the error wraps [ErrElement]. The caller clears it.
func (e Element) Secret() ([]byte, error) {
	switch {
	case e.IsIdentity():
		return nil, fmt.Errorf("the identity as shared secret: %w", ErrElement)
	case e.point != nil:
		return e.point.X()
	}
	return e.power.Bytes(), nil
}

// Agree is Mult and then Secret: what the holder of the private key k and the
// holder of the public key e share. It leaves no other trace of the secret in
// memory. The caller clears it.
func (e Element) Agree(k []byte) ([]byte, error) {
	var secret []byte
	err := errors.New("of no group")
	switch {
	case e.point != nil:
		secret, err = e.point.Agree(k)
	case e.power != nil:
		secret, err = e.power.Agree(k)
	}
	if err != nil {
		return nil, fmt.Errorf("agreeing on a secret: %w: %w", ErrElement, err)
	}
	return secret, nil
}

// IsIdentity tells whether e is the point at infinity, or 1.
func (e Element) IsIdentity() bool {
	switch {
	case e.point != nil:
		return e.point.IsInfinity()
	case e.power != nil:
		return e.power.IsIdentity()
	}
	return true
}

// Equal tells whether both are the same element of the same group.
func (e Element) Equal(f Element) bool {
	switch {
	case e.group != f.group:
		return false
	case e.point != nil:
		return e.point.Equal(f.point)
	case e.power != nil:
		return e.power.Equal(f.power)
	}
	return true
}
