package ec

import "bytes"

// Parameters are the prime, the two coefficients and the generator of the curve
// as it is published: unsigned big-endian integers of full width, and an
// uncompressed point. With [Curve.Order] they spell the curve out; the cofactor
// is 1.
func (c *Curve) Parameters() (p, a, b, gen []byte) {
	gen = append([]byte{4}, c.params.gx...)
	return bytes.Clone(c.params.p), bytes.Clone(c.params.a), bytes.Clone(c.params.b), append(gen, c.params.gy...)
}
