package ec

import (
	"crypto/elliptic"
	"math/big"
)

// newP192 sets up SEC 2 (2010), 2.2.2, which the standard library does not have.
func newP192() *Curve {
	p := integer("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFFFFFFFFFFFF")
	return newCurve("P-192", p, new(big.Int).Sub(p, big.NewInt(3)),
		integer("64210519E59C80E70FA7E9AB72243049FEB8DEECC146B9B1"),
		integer("188DA80EB03090F67CBF20EB43A18800F4FF0AFD82FF1012"),
		integer("07192B95FFC8DA78631011ED6B24CDD573F977A11E794811"),
		integer("FFFFFFFFFFFFFFFFFFFFFFFF99DEF836146BC9B1B4D22831"),
		big.NewInt(1))
}

func newNIST(std elliptic.Curve) *Curve {
	d := std.Params()
	c := newCurve(d.Name, d.P, new(big.Int).Sub(d.P, big.NewInt(3)), d.B, d.Gx, d.Gy, d.N, big.NewInt(1))
	c.std = std
	return c
}
